// One packet of a cast as it travels: what it says of its frame, a part of the sealed frame, and the caster's signature over all
// of it (docs/protocol/cast.md). Whoever passes it on changes nothing in it.
import { castStripes, type CastId } from '#shared/cast';
import { liveCodecs, type LiveCodec, type LiveFrame } from '#core/ports/live';
import { limits } from '#core/wire/limits';

type Bytes = Uint8Array<ArrayBuffer>;

const version = 1;
const headBytes = 22;
const signatureBytes = 64;
const flag = { key: 1, audio: 2, word: 4 } as const;
const codecNumbers: Readonly<Record<LiveCodec, number>> = { vp8: 1, vp9: 2, av1: 3, opus: 16 };
const codecOf = new Map(liveCodecs.map((codec) => [codecNumbers[codec], codec]));
const purpose = new TextEncoder().encode('roundtable/cast-packet/1\0');

/** What all parts of a frame say alike. */
export interface FrameFacts extends Pick<LiveFrame, 'kind' | 'isKey' | 'timestampUs' | 'codec' | 'width' | 'height'> {
  /** Number of its first packet: the counter it was sealed with. */
  readonly first: number;
  readonly parts: number;
}

/** A word of the caster to everybody: they are there, or it is over. */
export interface CasterWord {
  readonly isOver: boolean;
  readonly viewers: number;
  /** Orders of those who were taken out of the audience, the last of them. */
  readonly removed: readonly number[];
}

const wordBytes = 5;

export interface Packet {
  readonly number: number;
  readonly stripe: number;
  /** Null of a caster's word. */
  readonly frame: FrameFacts | null;
  readonly word: CasterWord | null;
  readonly part: number;
  readonly body: Bytes;
  readonly signature: Bytes;
  /** All of it, as it came. */
  readonly bytes: Bytes;
}

export const stripeOf = (number: number): number => number % castStripes;

const viewOf = (bytes: Bytes): DataView<ArrayBuffer> => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function head(length: number, number: number, flags: number): { bytes: Bytes; view: DataView<ArrayBuffer> } {
  const bytes = new Uint8Array(headBytes + length + signatureBytes);
  const view = viewOf(bytes);
  view.setUint8(0, version);
  view.setUint8(1, flags);
  view.setUint32(10, number);
  return { bytes, view };
}

/** Unsigned: the signature is still empty. */
export function writePart(frame: FrameFacts, part: number, body: Bytes): Bytes {
  const flags = (frame.isKey ? flag.key : 0) | (frame.kind === 'audio' ? flag.audio : 0);
  const { bytes, view } = head(body.length, frame.first + part, flags);
  view.setUint8(3, part);
  view.setUint8(4, frame.parts);
  view.setUint8(5, codecNumbers[frame.codec]);
  view.setUint16(6, frame.width);
  view.setUint16(8, frame.height);
  view.setBigUint64(14, BigInt(frame.timestampUs));
  bytes.set(body, headBytes);
  return bytes;
}

/** Unsigned, as above. */
export function writeWord(number: number, timestampUs: number, word: CasterWord): Bytes {
  const { bytes, view } = head(wordBytes + 4 * word.removed.length, number, flag.word);
  view.setUint8(4, 1);
  view.setBigUint64(14, BigInt(timestampUs));
  view.setUint8(headBytes, word.isOver ? 1 : 0);
  view.setUint32(headBytes + 1, word.viewers);
  for (const [at, order] of word.removed.entries()) view.setUint32(headBytes + wordBytes + 4 * at, order);
  return bytes;
}

/** What the caster signs of a packet. */
export function signedPart(castId: CastId, packet: Bytes): Bytes {
  const covered = packet.subarray(0, packet.length - signatureBytes);
  const signed = new Uint8Array(purpose.length + castId.length / 2 + covered.length);
  signed.set(purpose);
  for (let at = 0; at < castId.length / 2; at += 1)
    signed[purpose.length + at] = Number.parseInt(castId.slice(2 * at, 2 * at + 2), 16);
  signed.set(covered, purpose.length + castId.length / 2);
  return signed;
}

export function sign(packet: Bytes, signature: Bytes): void {
  packet.set(signature, packet.length - signatureBytes);
}

/** Null for anything else. Nothing is copied; the packet keeps `bytes`. */
export function readPacket(bytes: Bytes): Packet | null {
  const bodyBytes = bytes.length - headBytes - signatureBytes;
  if (bodyBytes < 1 || bodyBytes > limits.castPartBytes) return null;
  const view = viewOf(bytes);
  const [flags, part, parts] = [view.getUint8(1), view.getUint8(3), view.getUint8(4)];
  const number = view.getUint32(10);
  const timestampUs = Number(view.getBigUint64(14));
  if (view.getUint8(0) !== version || view.getUint8(2) !== 0 || (flags & ~7) !== 0) return null;
  if (part >= parts || parts > limits.castParts || part > number || !Number.isSafeInteger(timestampUs)) return null;
  const said =
    (flags & flag.word) === 0
      ? { frame: readFrame(view, { first: number - part, parts, timestampUs }, flags), word: null }
      : { frame: null, word: readWord(view, bodyBytes, flags, parts) };
  if (!said.frame && !said.word) return null;
  const body = bytes.subarray(headBytes, headBytes + bodyBytes);
  const signature = bytes.subarray(headBytes + bodyBytes);
  return { number, stripe: stripeOf(number), ...said, part, body, signature, bytes };
}

function readFrame(
  view: DataView<ArrayBuffer>,
  place: Pick<FrameFacts, 'first' | 'parts' | 'timestampUs'>,
  flags: number,
): FrameFacts | null {
  const codec = codecOf.get(view.getUint8(5));
  const kind = (flags & flag.audio) === 0 ? 'video' : 'audio';
  if (!codec || (codec === 'opus') !== (kind === 'audio')) return null;
  const [width, height] = [view.getUint16(6), view.getUint16(8)];
  return { kind, isKey: (flags & flag.key) !== 0, codec, width, height, ...place };
}

function readWord(view: DataView<ArrayBuffer>, bodyBytes: number, flags: number, parts: number): CasterWord | null {
  const kind = view.getUint8(headBytes);
  const isEmptyBeside = flags === flag.word && parts === 1 && view.getUint8(5) === 0 && view.getUint32(6) === 0;
  const count = (bodyBytes - wordBytes) / 4;
  if (!Number.isInteger(count) || count < 0 || count > limits.castRemoved || kind > 1 || !isEmptyBeside) return null;
  const removed = Array.from({ length: count }, (_, at) => view.getUint32(headBytes + wordBytes + 4 * at));
  return { isOver: kind === 1, viewers: view.getUint32(headBytes + 1), removed };
}

/** What a frame is sealed together with: all that its packets say of it, but into how many it was cut (RFC 9605 calls it metadata). */
export function frameMetadata(frame: FrameFacts): Bytes {
  return writePart({ ...frame, parts: 0 }, 0, new Uint8Array(0)).slice(0, headBytes);
}
