// One control message as bytes: 0x01, then deterministic CBOR of { k: kind, b: body }. Decoding is total: it answers a
// value for whatever a peer sends, and accepts for each value exactly one encoding.
import { decode, encode } from 'cborg';
import { areEqual, prefixed } from '#core/base/bytes';
import { isWithinCborLimits } from '#core/wire/cbor-scan';
import { limits } from '#core/wire/limits';

/** First byte of a control message. */
export const frame = { proof: 0x00, envelope: 0x01 } as const;

export type Decoded =
  { ok: true; kind: string; body: unknown } | { ok: false; reason: 'oversized' | 'foreign' | 'malformed' };

const kindPattern = /^[a-z]{1,16}\.[a-z-]{1,32}$/;
const malformed: Decoded = { ok: false, reason: 'malformed' };
const encodeOptions = { ignoreUndefinedProperties: true };
const decodeOptions = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowNaN: false,
  allowInfinity: false,
  allowBigInt: false,
  rejectDuplicateMapKeys: true,
};

/** Null when the message would exceed `limits.controlMessageBytes`. */
export function encodeEnvelope(kind: string, body: unknown): Uint8Array | null {
  const bytes = prefixed(frame.envelope, encode({ k: kind, b: body }, encodeOptions));
  return bytes.length <= limits.controlMessageBytes ? bytes : null;
}

/** Never throws. `foreign`: the first byte is not an envelope's. */
export function decodeEnvelope(bytes: Uint8Array): Decoded {
  if (bytes.length > limits.controlMessageBytes) return { ok: false, reason: 'oversized' };
  if (bytes[0] !== frame.envelope) return { ok: false, reason: 'foreign' };
  const item = bytes.subarray(1);
  if (!isWithinCborLimits(item)) return malformed;
  try {
    const value: unknown = decode(item, decodeOptions);
    // One value, one encoding: catches unsorted keys, long floats and broken UTF-8, which the decoder lets pass.
    if (!areEqual(encode(value), item)) return malformed;
    return envelope(value);
  } catch {
    return malformed;
  }
}

function envelope(value: unknown): Decoded {
  if (typeof value !== 'object' || value === null || !('k' in value) || !('b' in value)) return malformed;
  const { k: kind, b: body } = value;
  if (Object.keys(value).length !== 2 || typeof kind !== 'string' || !kindPattern.test(kind)) return malformed;
  return { ok: true, kind, body };
}
