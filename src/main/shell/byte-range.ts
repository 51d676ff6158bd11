// What part of a file a Range header asks for (RFC 9110 section 14.1.2): one range of bytes, or all where the header is none that
// is understood here.
export type ByteRange =
  | { readonly kind: 'whole' }
  /** From `start` up to, and without, `end`; never empty, and never beyond the file. */
  | { readonly kind: 'part'; readonly start: number; readonly end: number }
  | { readonly kind: 'unsatisfiable' };

const oneRange = /^bytes=(\d*)-(\d*)$/i;

/** Several ranges at once are answered with the whole, as the RFC allows. */
export function parseRange(header: string | null, size: number): ByteRange {
  const [, first, last] = oneRange.exec(header?.trim() ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return { kind: 'whole' };
  // However many digits there are: beyond the file is beyond the file.
  if (first === '') return part(Math.max(0, size - Number(last)), size);
  if (last !== '' && isLess(last, first)) return { kind: 'whole' };
  return part(Number(first), last === '' ? size : Math.min(size, Number(last) + 1));
}

/** Of decimal numbers, also where they are too long for arithmetic. */
function isLess(a: string, b: string): boolean {
  const [one, other] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')];
  return one.length === other.length ? one < other : one.length < other.length;
}

const part = (start: number, end: number): ByteRange =>
  start < end ? { kind: 'part', start, end } : { kind: 'unsatisfiable' };
