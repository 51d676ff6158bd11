// Pieces for tests: bytes that differ from block to block and from seed to seed.
import { blockBytes } from '#shared/content';
import type { PieceHeader } from '#shared/vault';
import { pieceHeaderOf } from '#main/services/vault/piece';
import type { PieceBlock } from '#main/services/vault/piece-store';

/** The same for the same seed. */
export function someBytes(size: number, seed = 1): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  let state = seed;
  for (let at = 0; at < size; at += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

export interface SomePiece {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly header: PieceHeader;
  block(index: number): PieceBlock;
}

/** The same for the same seed. */
export function somePiece(size: number, seed = 1): SomePiece {
  const bytes = someBytes(size, seed);
  const block = (index: number) => ({ index, bytes: bytes.slice(index * blockBytes, (index + 1) * blockBytes) });
  return { bytes, header: pieceHeaderOf(bytes), block };
}
