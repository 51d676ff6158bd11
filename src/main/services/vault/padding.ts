// How long shares are: of sizes that many segments have, so that a keeper does not learn how much is in one.
import { Failure } from '#shared/failure';
import { pieceMaxBytes } from '#shared/vault';
import { plainBytesIn } from '#main/services/vault/segment-cipher';

/** The shortest share there is. */
export const shareMinBytes = 4 * 1024;

/** Padmé (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and Communication with PURBs"): at most 12 % more. */
export function padme(bytes: number): number {
  if (bytes < 2) return bytes;
  const exponent = Math.floor(Math.log2(bytes));
  const kept = Math.floor(Math.log2(exponent)) + 1;
  const step = 2 ** Math.max(0, exponent - kept);
  return Math.ceil(bytes / step) * step;
}

/** Bytes of files in one segment at most. */
export const segmentMaxBytes = (needed: number): number => plainBytesIn(needed * pieceMaxBytes);

/** Of each share of a segment with so many bytes of files. Fails `input-invalid` when they are too many for one. */
export function shareBytesFor(plainBytes: number, needed: number): number {
  if (plainBytes > segmentMaxBytes(needed)) throw new Failure('input-invalid', 'too much for a segment');
  let bytes = padme(Math.max(shareMinBytes, Math.ceil(plainBytes / needed)));
  while (plainBytesIn(bytes * needed) < plainBytes) bytes = padme(bytes + 1);
  return bytes;
}
