// As much of a list as fits into one message.
import type { ShareEntry, ShareHit } from '#shared/share';
import { limits } from '#core/wire/limits';

/** About what one takes in a message: a name may have three bytes a character. */
const bytesOf = (entry: ShareEntry | ShareHit): number => {
  const folder = 'folder' in entry ? entry.folder : [];
  return 64 + [entry.name, ...folder].reduce((sum, name) => sum + 3 * name.length + 3, 0);
};

/** The first ones; at least one where there is any. */
export function fitting<T extends ShareEntry | ShareHit>(entries: readonly T[]): T[] {
  let bytes = 0;
  const end = entries.findIndex((entry, at) => {
    bytes += bytesOf(entry);
    return at > 0 && bytes > limits.sharesMessageBytes;
  });
  return entries.slice(0, end < 0 ? entries.length : end);
}

/** All of them, message by message; one empty part for none. */
export function inParts<T extends ShareEntry | ShareHit>(entries: readonly T[]): T[][] {
  const parts: T[][] = [];
  for (let at = 0; at < entries.length || parts.length === 0;) {
    const part = fitting(entries.slice(at));
    parts.push(part);
    at += Math.max(1, part.length);
  }
  return parts;
}
