// A piece of somebody's vault: opaque bytes in blocks, and the header by which anybody can tell whether a block belongs to it.
import { hash } from 'node:crypto';
import * as v from 'valibot';
import { blockBytes, blockCount, blockLength, hashBytes } from '#shared/content';
import { PieceId, pieceMaxBytes, type PieceHeader } from '#shared/vault';

/** Its version is part of the label; the zero byte ends it. */
const label = Buffer.from('roundtable/vault-piece/1\0', 'latin1');
const sizeBytes = 8;

/** `hashes`: the SHA-256 of each block, one after another. */
export function pieceIdOf(bytes: number, hashes: Uint8Array): PieceId {
  const size = Buffer.alloc(sizeBytes);
  size.writeBigUInt64BE(BigInt(bytes));
  return v.parse(PieceId, hash('sha256', Buffer.concat([label, size, hashes]), 'hex'));
}

/** Of bytes that are one piece: at least one, at most `pieceMaxBytes`. */
export function pieceHeaderOf(piece: Uint8Array): PieceHeader {
  const hashes = new Uint8Array(blockCount(piece.length) * hashBytes);
  for (let index = 0; index * blockBytes < piece.length; index += 1) {
    const block = piece.subarray(index * blockBytes, (index + 1) * blockBytes);
    hashes.set(hash('sha256', block, 'buffer'), index * hashBytes);
  }
  return { pieceId: pieceIdOf(piece.length, hashes), bytes: piece.length, hashes };
}

/** Whether the header is one that `pieceHeaderOf` makes, whoever sent it. */
export function isSoundHeader({ pieceId, bytes, hashes }: PieceHeader): boolean {
  if (!Number.isInteger(bytes) || bytes < 1 || bytes > pieceMaxBytes) return false;
  return hashes.length === blockCount(bytes) * hashBytes && pieceIdOf(bytes, hashes) === pieceId;
}

/** False for a block that the piece has not got, and for other bytes than it has there. */
export function isBlockOf({ bytes, hashes }: PieceHeader, index: number, block: Uint8Array): boolean {
  if (!Number.isInteger(index) || index < 0 || index >= blockCount(bytes)) return false;
  if (block.length !== blockLength(bytes, index)) return false;
  const known = hashes.subarray(index * hashBytes, (index + 1) * hashBytes);
  return hash('sha256', block, 'buffer').equals(known);
}
