// The shape of a message: paragraphs, quotes and code, with web addresses and short code inside. What a person wrote stays
// text; nothing of it is ever markup.
import { chatParts } from './chat-parts';

interface Span {
  readonly kind: 'text' | 'address' | 'code';
  readonly text: string;
}

export type Block =
  | { readonly kind: 'text' | 'quote'; readonly spans: readonly Span[] }
  | { readonly kind: 'code'; readonly text: string };

/** A message of nothing but marks would make an element of every second character; from here on it is plain text. */
const markedAtMost = 200;

/** With or without the name of a language, which is not shown; anything else after the mark is the writer's words. */
const fence = /^```(?:[a-z][a-z0-9+#.-]{0,19})?$/iu;
const quote = /^> ?/u;

type Drafted = { readonly kind: Block['kind']; readonly lines: string[] };

export function messageBlocks(text: string): readonly Block[] {
  let left = markedAtMost;
  return draftedBlocks(text.split('\n')).map(({ kind, lines }) => {
    if (kind === 'code') return { kind, text: lines.join('\n') };
    const spans = spansOf(lines.join('\n'), left);
    left -= spans.length;
    return { kind, spans };
  });
}

function draftedBlocks(lines: readonly string[]): readonly Drafted[] {
  const blocks: Drafted[] = [];
  const put = (kind: Drafted['kind'], line: string): void => {
    const last = blocks.at(-1);
    if (last?.kind === kind && kind !== 'code') last.lines.push(line);
    else blocks.push({ kind, lines: [line] });
  };
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const end = fence.test(line) && blocks.length < markedAtMost ? lines.indexOf('```', at + 1) : -1;
    if (end > at + 1) {
      blocks.push({ kind: 'code', lines: lines.slice(at + 1, end) });
      at = end;
    } else if (quote.test(line) && blocks.length < markedAtMost) put('quote', line.replace(quote, ''));
    else put('text', line);
  }
  return blocks.map(withoutEmptyEdges);
}

/** The empty lines between a paragraph and a block around it are the blocks' own space. */
function withoutEmptyEdges({ kind, lines }: Drafted): Drafted {
  if (kind === 'code') return { kind, lines };
  const isFull = (line: string): boolean => line.trim() !== '';
  const from = lines.findIndex(isFull);
  return { kind, lines: from < 0 ? [] : lines.slice(from, lines.findLastIndex(isFull) + 1) };
}

function spansOf(text: string, atMost: number): readonly Span[] {
  const spans: Span[] = [];
  let from = 0;
  for (const match of text.matchAll(/`([^`\n]{1,500})`/gu)) {
    if (spans.length + 2 >= atMost) break;
    spans.push(...chatParts(text.slice(from, match.index)), { kind: 'code', text: match[1] ?? '' });
    from = match.index + match[0].length;
  }
  const rest = text.slice(from);
  const parts = chatParts(rest);
  return spans.length + parts.length > atMost ? [...spans, { kind: 'text', text: rest }] : [...spans, ...parts];
}
