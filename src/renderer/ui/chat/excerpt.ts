// The part of a found message that is shown: around its first match, with every match in it marked.
import type { SearchHit } from '#shared/chat';

export interface ExcerptPart {
  readonly text: string;
  readonly isMatch: boolean;
}

const before = 24;
const length = 160;

export function excerptOf({ text, matches }: Pick<SearchHit, 'text' | 'matches'>): readonly ExcerptPart[] {
  const first = matches[0]?.[0] ?? 0;
  const from = first > before * 2 ? wholeFrom(text, first - before) : 0;
  const until = Math.min(text.length, from + length);
  const parts: ExcerptPart[] = from > 0 ? [{ text: '…', isMatch: false }] : [];
  let at = from;
  const put = (end: number, isMatch: boolean): void => {
    const bounded = Math.min(end, until);
    if (bounded > at) parts.push({ text: text.slice(at, bounded), isMatch });
    at = Math.max(at, bounded);
  };
  for (const [start, end] of matches) {
    put(start, false);
    if (start >= at) put(end, true);
  }
  put(until, false);
  return parts;
}

/** Not in the middle of a character or a word, where one begins near. */
function wholeFrom(text: string, at: number): number {
  const space = text.indexOf(' ', at);
  return space >= 0 && space < at + before ? space + 1 : at;
}
