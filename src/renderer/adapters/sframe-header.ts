// The SFrame header (RFC 9605 section 4.3): which key sealed a frame, and the counter in its nonce.

export interface SframeHeader {
  /** KID. */
  readonly keyId: number;
  /** CTR. */
  readonly counter: number;
}

/** Bytes that a header has at most, with numbers that JavaScript counts exactly. */
const longestNumber = 7;

/** Big-endian, without leading zeros; at least one byte. */
function numberBytes(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; rest > 0 || bytes.length === 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return bytes;
}

/** Four bits of the config byte, and what follows it. */
function field(value: number): { readonly bits: number; readonly bytes: readonly number[] } {
  if (value < 8) return { bits: value, bytes: [] };
  const bytes = numberBytes(value);
  return { bits: 0b1000 | (bytes.length - 1), bytes };
}

/** Both numbers are integers from 0 to 2^53 - 1. */
export function encodeSframeHeader({ keyId, counter }: SframeHeader): Uint8Array<ArrayBuffer> {
  const [kid, ctr] = [field(keyId), field(counter)];
  return Uint8Array.from([(kid.bits << 4) | ctr.bits, ...kid.bytes, ...ctr.bytes]);
}

/** Null for what is cut off, not in its shortest form, or larger than 2^53 - 1. */
export function decodeSframeHeader(sealed: Uint8Array): (SframeHeader & { readonly length: number }) | null {
  const [config] = sealed;
  if (config === undefined) return null;
  let length = 1;
  const read = (bits: number): number | null => {
    if (bits < 8) return bits;
    const size = (bits & 0b111) + 1;
    const bytes = sealed.subarray(length, length + size);
    length += size;
    if (bytes.length < size || size > longestNumber) return null;
    const value = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
    const isShortest = value >= 8 && bytes[0] !== 0;
    return isShortest && Number.isSafeInteger(value) ? value : null;
  };
  const keyId = read(config >> 4);
  const counter = keyId === null ? null : read(config & 0b1111);
  return keyId === null || counter === null ? null : { keyId, counter, length };
}
