// What travels over the web shell's socket: CBOR (RFC 8949), so that binary values stay binary.
// Page to shell: [id, call, input]. Shell to page: [id, reply] and ['event', name, payload].
import { decode, encode } from 'cborg';
import type { EventName, Reply } from '#shared/contract';

export interface CallFrame {
  readonly id: number;
  readonly call: string;
  readonly input: unknown;
}

const strict = {
  strict: true,
  allowIndefinite: false,
  allowInfinity: false,
  allowNaN: false,
  allowBigInt: false,
  rejectDuplicateMapKeys: true,
};

/** The call, or null when the bytes are none. An absent or null input is `undefined`. Never throws. */
export function decodeCall(bytes: Uint8Array): CallFrame | null {
  let frame: unknown;
  try {
    frame = decode(bytes, strict);
  } catch {
    return null; // not CBOR, or nested beyond reason
  }
  if (!Array.isArray(frame) || frame.length < 2 || frame.length > 3) return null;
  const [id, call, input] = frame as unknown[];
  if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 0 || typeof call !== 'string') return null;
  return { id, call, input: input ?? undefined };
}

const encodeFrame = (frame: readonly unknown[]): Uint8Array => encode(frame, { ignoreUndefinedProperties: true });

/** A value that is undefined is left out; null stays null. */
export const encodeReply = (id: number, reply: Reply<unknown>): Uint8Array => encodeFrame([id, reply]);

export const encodeEvent = (name: EventName, payload: unknown): Uint8Array =>
  encodeFrame(['event', name, payload ?? null]);
