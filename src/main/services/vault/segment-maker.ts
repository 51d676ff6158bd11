// Makes the pieces of a segment: sealed, cut into shares, hashed.
import { webcrypto } from 'node:crypto';
import type { PieceHeader } from '#shared/vault';
import { encodeShares, type Scheme } from '#main/services/vault/erasure';
import { shareBytesFor } from '#main/services/vault/padding';
import { hashPiece } from '#main/services/vault/piece';
import { sealSegment, type SegmentSeal } from '#main/services/vault/segment-cipher';

interface MadePiece {
  readonly header: PieceHeader;
  readonly share: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface MadeSegment {
  /** SHA-256 of the bytes that were sealed. */
  readonly sha256: Uint8Array<ArrayBuffer>;
  /** With one needed, all copies are of one piece. */
  readonly pieces: readonly MadePiece[];
}

/** `plain` may be changed as soon as this was called; the hashes are made beside what goes on meanwhile. */
export async function makeSegment(
  seal: SegmentSeal,
  plain: Uint8Array<ArrayBuffer>,
  scheme: Scheme,
): Promise<MadeSegment> {
  const digest = webcrypto.subtle.digest('SHA-256', plain);
  const shares = sharesOf(seal, plain, scheme);
  const pieces: MadePiece[] = [];
  // Blocks are copied to be hashed: not those of all pieces at once.
  for (const [share, bytes] of shares.entries()) pieces.push({ header: await hashPiece(bytes), share, bytes });
  return { sha256: new Uint8Array(await digest), pieces };
}

function sharesOf(seal: SegmentSeal, plain: Uint8Array, scheme: Scheme): Uint8Array<ArrayBuffer>[] {
  const sealed = sealSegment(seal, plain, shareBytesFor(plain.length, scheme.needed) * scheme.needed);
  return scheme.needed === 1 ? [sealed] : encodeShares(sealed, scheme);
}
