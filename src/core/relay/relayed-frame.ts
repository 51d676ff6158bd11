// A frame of sound or picture on its way through a friend, inside the seal:
//   0 what (1 frame, 2 key frame wanted)   1 picture, key frame (bits 0, 1)   2 codec   3 width   5 height   7 time, µs (64 bit)
import { liveCodecs, type LiveFrame } from '#core/ports/live';

type Bytes = Uint8Array<ArrayBuffer>;

const headBytes = 15;
const what = { frame: 1, wanted: 2 } as const;

export const keyFrameWanted = (): Bytes => Uint8Array.of(what.wanted);

export function writeFrame(frame: LiveFrame): Bytes {
  const bytes = new Uint8Array(headBytes + frame.data.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, what.frame);
  view.setUint8(1, (frame.kind === 'video' ? 1 : 0) | (frame.isKey ? 2 : 0));
  view.setUint8(2, liveCodecs.indexOf(frame.codec));
  view.setUint16(3, frame.width);
  view.setUint16(5, frame.height);
  view.setBigUint64(7, BigInt(frame.timestampUs));
  bytes.set(frame.data, headBytes);
  return bytes;
}

/** Null for what is neither. */
export function readFrame(bytes: Bytes): LiveFrame | 'key-frame-wanted' | null {
  if (bytes.length === 1 && bytes[0] === what.wanted) return 'key-frame-wanted';
  if (bytes.length <= headBytes || bytes[0] !== what.frame) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const flags = view.getUint8(1);
  const codec = liveCodecs[view.getUint8(2)];
  const timestampUs = Number(view.getBigUint64(7));
  if (flags > 3 || !codec || !Number.isSafeInteger(timestampUs)) return null;
  const kind = (flags & 1) === 1 ? 'video' : 'audio';
  const isKey = (flags & 2) === 2;
  if ((kind === 'audio') !== (codec === 'opus') || (kind === 'audio' && !isKey)) return null;
  const [width, height] = [view.getUint16(3), view.getUint16(5)];
  return { kind, isKey, timestampUs, codec, width, height, data: bytes.slice(headBytes) };
}
