// A sealed blob as a text to carry: base64url with a checksum, so that a text that lost a part is told from one for somebody else.
import { createHash } from 'node:crypto';
import { handVersion, parseHandText } from '#shared/by-hand';
import { Failure } from '#shared/failure';
import { joinBytes } from '#main/services/byte-layout';
import { serviceLimits as limits } from '#main/services/service-limits';

const checksumBytes = 4;
const checksum = (blob: Uint8Array): Uint8Array =>
  createHash('sha256').update(blob).digest().subarray(0, checksumBytes);

export function writeHandText(blob: Uint8Array): string {
  return `roundtable:h${handVersion}/${Buffer.from(joinBytes([blob, checksum(blob)])).toString('base64url')}`;
}

/** The sealed bytes. Fails `by-hand-damaged` or `by-hand-version`. */
export function readHandText(text: string): Uint8Array {
  const parsed = parseHandText(text);
  if (!parsed) throw new Failure('by-hand-damaged', 'not such a text');
  if (parsed.version !== handVersion) throw new Failure('by-hand-version', `version ${parsed.version}`);
  if (parsed.payload === null) throw new Failure('by-hand-damaged', 'unexpected characters');
  const bytes = new Uint8Array(Buffer.from(parsed.payload, 'base64url'));
  const blob = bytes.subarray(0, -checksumBytes);
  const isWhole =
    limits.handClassesBytes.some((size) => size === blob.length) &&
    Buffer.compare(checksum(blob), bytes.subarray(-checksumBytes)) === 0;
  if (!isWhole) throw new Failure('by-hand-damaged', `${bytes.length} bytes`);
  return blob;
}
