// What is computed on the bytes of a segment: sealed and cut into pieces, put together and opened, its lost pieces made again. Each is
// one call on bytes in memory, so that it can be done in a thread of its own (segment-threads.ts).
import { hash } from 'node:crypto';
import type { PieceHeader } from '#shared/vault';
import { decodeShares, encodeShares, type Scheme } from '#main/services/vault/erasure';
import { shareBytesFor } from '#main/services/vault/padding';
import { pieceHeaderOf } from '#main/services/vault/piece';
import { openSegment, sealSegment, type SegmentSeal } from '#main/services/vault/segment-cipher';

type Bytes = Uint8Array<ArrayBuffer>;

export interface MadePiece {
  readonly header: PieceHeader;
  readonly share: number;
  readonly bytes: Bytes;
}

export interface MadeSegment {
  /** SHA-256 of the bytes that were sealed. */
  readonly sha256: Bytes;
  /** With one needed, all copies are of one piece. */
  readonly pieces: readonly MadePiece[];
}

export const segmentWork = {
  /** Fails `input-invalid` when it is too much for a segment. */
  make(seal: SegmentSeal, plain: Bytes, scheme: Scheme): MadeSegment {
    const sha256 = new Uint8Array(hash('sha256', plain, 'buffer'));
    const sealed = sealSegment(seal, plain, shareBytesFor(plain.length, scheme.needed) * scheme.needed);
    return { sha256, pieces: piecesOf(sealed, scheme) };
  },

  /** The first `bytes` of what was sealed; null when the shares make no such segment. Fails `input-invalid` for too few of them. */
  open(seal: SegmentSeal, shares: ReadonlyMap<number, Bytes>, scheme: Scheme, bytes: number): Bytes | null {
    const sealed = decodeShares(shares, scheme);
    try {
      return openSegment(seal, sealed, bytes);
    } finally {
      giveBack([sealed]);
    }
  },

  /** All pieces from any that are enough, without a key. Fails as `open` does. */
  rebuild(shares: ReadonlyMap<number, Bytes>, scheme: Scheme): readonly MadePiece[] {
    return piecesOf(decodeShares(shares, scheme), scheme);
  },
};

export type SegmentWork = typeof segmentWork;

/** The same, wherever it is done. Who has a segment made gives its bytes away. */
export type Segments = {
  readonly [N in keyof SegmentWork]: (...input: Parameters<SegmentWork[N]>) => Promise<ReturnType<SegmentWork[N]>>;
};

/** Done at once, in this thread. */
export const segmentsHere: Segments = {
  make: async (...input) => await Promise.resolve(segmentWork.make(...input)),
  open: async (...input) => await Promise.resolve(segmentWork.open(...input)),
  rebuild: async (...input) => await Promise.resolve(segmentWork.rebuild(...input)),
};

/**
 * Memory that nobody needs any more, at once: until it is collected the next segment would get other memory, which costs more than to
 * fill it.
 */
export function giveBack(all: Iterable<Bytes>): void {
  for (const buffer of new Set([...all].map((bytes) => bytes.buffer))) buffer.transfer(0);
}

function piecesOf(sealed: Bytes, scheme: Scheme): MadePiece[] {
  const shares = scheme.needed === 1 ? [sealed] : encodeShares(sealed, scheme);
  return shares.map((bytes, share) => ({ header: pieceHeaderOf(bytes), share, bytes }));
}
