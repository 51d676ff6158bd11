// What a live frame carries inside its seal: a count of the frames of its kind, so that a player knows when one is missing;
// how its colours are to be read, which VP8 does not say; and what the codec made.

type Bytes = Uint8Array<ArrayBuffer>;

const headerBytes = 3;
/** The count begins anew after as many frames. */
export const liveCounts = 65_536;

/** Two bits each, from the lowest; 0 is whatever the codec takes for granted. Then a bit for the full range. */
const meanings = [
  ['matrix', ['bt709', 'smpte170m', 'bt470bg']],
  ['primaries', ['bt709', 'smpte170m', 'bt470bg']],
  ['transfer', ['bt709', 'smpte170m', 'iec61966-2-1']],
] as const;
const fullRange = 1 << (meanings.length * 2);

/** How the colours of a picture are to be read (W3C WebCodecs, VideoColorSpaceInit), in one byte. */
export function packColours(colours: VideoColorSpaceInit): number {
  return meanings.reduce(
    (byte, [name, values], at) => {
      const value = (values as readonly unknown[]).indexOf(colours[name]) + 1; // sound: only looked up
      return byte | (value << (at * 2));
    },
    colours.fullRange === true ? fullRange : 0,
  );
}

export function unpackColours(byte: number): VideoColorSpaceInit {
  const of = <T>(values: readonly T[], at: number): T | null => values[((byte >> (at * 2)) & 0b11) - 1] ?? null;
  const [matrix, primaries, transfer] = meanings;
  return {
    matrix: of(matrix[1], 0),
    primaries: of(primaries[1], 1),
    transfer: of(transfer[1], 2),
    fullRange: (byte & fullRange) !== 0,
  };
}

export interface LiveChunk {
  readonly count: number;
  /** Of a picture, see `packColours`. */
  readonly colours: number;
  readonly coded: Bytes;
}

export function packChunk(
  { count, colours }: Omit<LiveChunk, 'coded'>,
  coded: { readonly byteLength: number; copyTo(target: Bytes): void },
): Bytes {
  const bytes = new Uint8Array(headerBytes + coded.byteLength);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, count % liveCounts);
  view.setUint8(2, colours);
  coded.copyTo(bytes.subarray(headerBytes));
  return bytes;
}

/** Null when there is nothing in it. */
export function unpackChunk(data: Bytes): LiveChunk | null {
  if (data.length <= headerBytes) return null;
  const view = new DataView(data.buffer, data.byteOffset);
  return { count: view.getUint16(0), colours: view.getUint8(2), coded: data.subarray(headerBytes) };
}
