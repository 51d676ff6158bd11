// How many frames an animated picture has, by walking over its own parts without decoding any: each of them would be drawn in full, again
// and again. Formats: GIF89a, the PNG specification (third edition), the WebP container, ISO 14496-12 with AVIF's brands.
type Counter = (bytes: Uint8Array, view: DataView) => number;

const counters: Readonly<Partial<Record<string, Counter>>> = {
  'image/gif': countGif,
  'image/png': (bytes, view) => countChunks(bytes, { from: 8, name: 'fcTL', lengthAt: 0, nameAt: 4, rest: 12 }, view),
  'image/webp': (bytes, view) =>
    countChunks(bytes, { from: 12, name: 'ANMF', lengthAt: 4, nameAt: 0, rest: 8, isPadded: true }, view),
  'image/avif': countAvif,
};

/** At least 1; Infinity where it is not known. */
export function framesOf(type: string, bytes: Uint8Array): number {
  const count = counters[type]?.(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.length)) ?? 1;
  return Math.max(1, count);
}

interface Chunks {
  readonly from: number;
  readonly name: string;
  /** Of the length and the name in a chunk, and what a chunk has besides its content. */
  readonly lengthAt: number;
  readonly nameAt: number;
  readonly rest: number;
  /** Lengths are little endian, and contents take an even number of bytes. */
  readonly isPadded?: boolean;
}

function countChunks(bytes: Uint8Array, chunks: Chunks, view: DataView): number {
  const { from, name, lengthAt, nameAt, rest, isPadded = false } = chunks;
  let count = 0;
  for (let at = from; at + rest <= bytes.length;) {
    if (textAt(bytes, at + nameAt) === name) count += 1;
    const length = view.getUint32(at + lengthAt, isPadded);
    at += rest + length + (isPadded ? length % 2 : 0);
  }
  return count;
}

const textAt = (bytes: Uint8Array, at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));

function countGif(bytes: Uint8Array): number {
  const colours = (flags: number): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  /** Behind parts that each begin with their length, up to an empty one. */
  const behindParts = (from: number): number => {
    let at = from;
    while (at < bytes.length && bytes[at] !== 0) at += 1 + (bytes[at] ?? 0);
    return at + 1;
  };
  let frames = 0;
  let at = 13 + colours(bytes[10] ?? 0);
  while (at < bytes.length) {
    if (bytes[at] === 0x2c) {
      frames += 1;
      at = behindParts(at + 11 + colours(bytes[at + 9] ?? 0));
    } else if (bytes[at] === 0x21) at = behindParts(at + 2);
    else break;
  }
  return frames;
}

/** A sequence says so in the first box; how long it is stands deep inside. */
function countAvif(bytes: Uint8Array, view: DataView): number {
  const end = Math.min(bytes.length, 4 <= bytes.length ? view.getUint32(0) : 0);
  for (let at = 8; at + 4 <= end; at += 4) if (textAt(bytes, at) === 'avis') return Infinity;
  return 1;
}
