// What a live frame carries inside its seal: a count of the frames of its kind, so that a player knows when one is missing,
// and what the codec made.

type Bytes = Uint8Array<ArrayBuffer>;

const countBytes = 2;
/** The count begins anew after as many frames. */
export const liveCounts = 65_536;

export function packChunk(count: number, chunk: { readonly byteLength: number; copyTo(target: Bytes): void }): Bytes {
  const bytes = new Uint8Array(countBytes + chunk.byteLength);
  new DataView(bytes.buffer).setUint16(0, count % liveCounts);
  chunk.copyTo(bytes.subarray(countBytes));
  return bytes;
}

/** Null when there is nothing in it. */
export function unpackChunk(data: Bytes): { readonly count: number; readonly chunk: Bytes } | null {
  if (data.length <= countBytes) return null;
  const count = new DataView(data.buffer, data.byteOffset).getUint16(0);
  return { count, chunk: data.subarray(countBytes) };
}
