import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import * as v from 'valibot';
import { blockBytes } from '#shared/content';
import { PieceHeader, pieceMaxBytes } from '#shared/vault';
import { isBlockOf, isSoundHeader, pieceHeaderOf, pieceIdOf } from '#main/services/vault/piece';
import { someBytes, somePiece } from './some-pieces';

const sha256 = (...parts: Uint8Array[]): Buffer =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();

test('An id is the SHA-256 of the label, the size in eight bytes, and the hash of every block', () => {
  const bytes = someBytes(blockBytes + 5);
  const size = new Uint8Array([0, 0, 0, 0, 0, 4, 0, 5]);
  const hashes = [sha256(bytes.subarray(0, blockBytes)), sha256(bytes.subarray(blockBytes))];
  const header = pieceHeaderOf(bytes);
  expect(header.pieceId).toBe(sha256(Buffer.from('roundtable/vault-piece/1\0'), size, ...hashes).toString('hex'));
  expect(Buffer.from(header.hashes)).toEqual(Buffer.concat(hashes));
  expect(v.is(PieceHeader, header)).toBe(true);
});

test('A known piece has a known id', () => {
  expect(pieceHeaderOf(new Uint8Array([1, 2, 3])).pieceId).toBe(
    '5e24f5710885185208abd1728d16d1b2a406f8df736ef6f2c9c46fa5e4fd21de',
  );
});

test('Headers of every size up to the largest are sound, and none beyond', () => {
  for (const size of [1, blockBytes - 1, blockBytes, blockBytes + 1, pieceMaxBytes])
    expect(isSoundHeader(somePiece(size).header)).toBe(true);
  const { hashes } = pieceHeaderOf(new Uint8Array(pieceMaxBytes + 1));
  const beyond = { pieceId: pieceIdOf(pieceMaxBytes + 1, hashes), bytes: pieceMaxBytes + 1, hashes };
  expect(isSoundHeader(beyond)).toBe(false);
  for (const bytes of [0, -1, 0.5, NaN, Infinity, 2 ** 53]) {
    const { header } = somePiece(9);
    expect(isSoundHeader({ ...header, bytes })).toBe(false);
  }
});

test('A header with one bit changed anywhere is not sound', () => {
  const { header } = somePiece(2 * blockBytes + 1);
  fc.assert(
    fc.property(fc.nat(header.hashes.length - 1), fc.nat(7), fc.nat(63), (at, bit, digit) => {
      const hashes = Uint8Array.from(header.hashes);
      hashes[at] = (hashes[at] ?? 0) ^ (1 << bit);
      expect(isSoundHeader({ ...header, hashes })).toBe(false);
      expect(isSoundHeader({ ...header, bytes: header.bytes - 1 })).toBe(false);
      const other = header.pieceId[digit] === '0' ? '1' : '0';
      const pieceId = header.pieceId.slice(0, digit) + other + header.pieceId.slice(digit + 1);
      expect(isSoundHeader({ ...header, pieceId: pieceId as typeof header.pieceId })).toBe(false); // sound: still hex
    }),
    { numRuns: 50 },
  );
});

test('Only the right bytes in the right place are a block of a piece', () => {
  const piece = somePiece(2 * blockBytes + 7);
  for (const index of [0, 1, 2]) expect(isBlockOf(piece.header, index, piece.block(index).bytes)).toBe(true);
  expect(isBlockOf(piece.header, 1, piece.block(0).bytes)).toBe(false);
  expect(isBlockOf(piece.header, 2, piece.block(2).bytes.subarray(1))).toBe(false);
  expect(isBlockOf(piece.header, 0, new Uint8Array(blockBytes))).toBe(false);
  for (const index of [-1, 3, 0.5, NaN]) expect(isBlockOf(piece.header, index, piece.block(0).bytes)).toBe(false);
});
