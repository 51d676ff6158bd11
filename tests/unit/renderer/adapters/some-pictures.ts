// Pictures made of nothing but what says how large they are and how many frames they have.
const text = new TextEncoder();

export function concat(...parts: readonly (string | readonly number[])[]): Uint8Array<ArrayBuffer> {
  const all = parts.map((part) => (typeof part === 'string' ? text.encode(part) : Uint8Array.from(part)));
  const bytes = new Uint8Array(all.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of all) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

const littleEndian = (value: number, length: number): number[] =>
  Array.from({ length }, (_, at) => Math.floor(value / 256 ** at) % 256);
const bigEndian = (value: number): number[] => littleEndian(value, 4).reverse();

interface Sizes {
  readonly width: number;
  readonly height: number;
  readonly frames: number;
}

export function gif({
  width,
  height,
  frames,
  hasColours = false,
}: Sizes & { hasColours?: boolean }): Uint8Array<ArrayBuffer> {
  const size = [...littleEndian(width, 2), ...littleEndian(height, 2)];
  const colours = hasColours ? Array<number>(3 * 8).fill(0x2c) : [];
  const flags = hasColours ? 0x82 : 0;
  const control = [0x21, 0xf9, 4, 0, 5, 0, 0, 0];
  const frame = [...control, 0x2c, 0, 0, 0, 0, ...size, flags, ...colours, 2, 2, 0x4c, 0x01, 0];
  const pieces = Array.from({ length: frames }, () => frame);
  return concat('GIF89a', [...size, flags, 0, 0], colours, ...pieces, [0x3b]);
}

const pngChunk = (name: string, content: readonly number[]): number[] => [
  ...bigEndian(content.length),
  ...text.encode(name),
  ...content,
  0,
  0,
  0,
  0,
];

export function png({ width, height, frames }: Sizes): Uint8Array<ArrayBuffer> {
  const header = pngChunk('IHDR', [...bigEndian(width), ...bigEndian(height), 8, 6, 0, 0, 0]);
  const control = pngChunk('fcTL', Array<number>(26).fill(0));
  return concat([0x89], 'PNG', [13, 10, 26, 10], header, ...Array.from({ length: frames }, () => control));
}

/** A WebP of chunks of these names and lengths. */
export function riff(...chunks: readonly (readonly [string, number])[]): Uint8Array<ArrayBuffer> {
  const inside = chunks.flatMap(([name, length]) => [
    ...text.encode(name),
    ...littleEndian(length, 4),
    ...Array<number>(length + (length % 2)).fill(0),
  ]);
  return concat('RIFF', littleEndian(inside.length + 4, 4), 'WEBP', inside);
}
