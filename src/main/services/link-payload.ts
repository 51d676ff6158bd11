// What stands in a link: bytes with a checksum behind them, so that a link that was cut or mistyped is told from a forged one.
import { crc32 } from 'node:zlib';
import { base64urlnopad } from '@scure/base';
import { ByteReader, ByteWriter } from '#main/services/byte-layout';

const checksumBytes = 4;

export function writePayload(bytes: Uint8Array): string {
  return base64urlnopad.encode(new ByteWriter().bytes(bytes).uint(crc32(bytes), checksumBytes).finish());
}

/** The bytes, or null: not base64url, or damaged on the way. */
export function readPayload(payload: string): Uint8Array<ArrayBuffer> | null {
  const checked = decode(payload);
  if (!checked) return null;
  const bytes = checked.slice(0, Math.max(0, checked.length - checksumBytes));
  return new ByteReader(checked.subarray(bytes.length)).uint(checksumBytes) === crc32(bytes) ? bytes : null;
}

function decode(payload: string): Uint8Array | null {
  try {
    return base64urlnopad.decode(payload);
  } catch {
    return null;
  }
}
