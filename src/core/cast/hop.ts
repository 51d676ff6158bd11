// A packet between two who are linked: which of the receiver's streams it belongs to, and how old it is. Both change at every hop.
type Bytes = Uint8Array<ArrayBuffer>;

const headBytes = 4;

export interface Hop {
  /** A number that the receiver chose when they asked. */
  readonly stream: number;
  /** Since it was captured, as far as those on the way know, ms. */
  readonly ageMs: number;
  readonly packet: Bytes;
}

export function writeHop({ stream, ageMs, packet }: Hop): Bytes {
  const bytes = new Uint8Array(headBytes + packet.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, stream);
  view.setUint16(2, Math.max(0, Math.min(0xffff, Math.round(ageMs))));
  bytes.set(packet, headBytes);
  return bytes;
}

export function readHop(bytes: Bytes): Hop | null {
  if (bytes.length <= headBytes) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { stream: view.getUint16(0), ageMs: view.getUint16(2), packet: bytes.subarray(headBytes) };
}
