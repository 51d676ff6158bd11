import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { pieceMaxBytes } from '#shared/vault';
import { padme, segmentMaxBytes, shareBytesFor, shareMinBytes } from '#main/services/vault/padding';
import { plainBytesIn } from '#main/services/vault/segment-cipher';

test('Padmé gives the lengths of the paper: as many bits of a length as the length of its length has', () => {
  const lengths = [0, 1, 2, 3, 8, 9, 10, 63, 100, 1_000, 4_095, 4_097, 1_000_000, 2 ** 22, 2 ** 22 + 1];
  expect(lengths.map(padme)).toEqual(
    [0, 1, 2, 3, 8, 10, 10, 64, 104, 1_024, 4_096, 4_352, 1_015_808, 2 ** 22, 2 ** 22 + 2 ** 17],
  ); // prettier-ignore
});

test('It never makes shorter, never adds more than 12 %, and is content with its own lengths', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 30 }), (bytes) => {
      const padded = padme(bytes);
      expect(padded).toBeGreaterThanOrEqual(bytes);
      expect(padded / bytes).toBeLessThanOrEqual(1.12);
      expect(padme(padded)).toBe(padded);
    }),
  );
});

test('Every segment fits its shares, which have lengths that many have, and none is longer than a piece', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 }), fc.double({ min: 0, max: 1, noNaN: true }), (needed, part) => {
      const plain = Math.floor(part * segmentMaxBytes(needed));
      const share = shareBytesFor(plain, needed);
      expect(plainBytesIn(share * needed)).toBeGreaterThanOrEqual(plain);
      expect(padme(share)).toBe(share);
      expect(share).toBeGreaterThanOrEqual(shareMinBytes);
      expect(share).toBeLessThanOrEqual(pieceMaxBytes);
    }),
  );
});

test('A full segment makes full pieces, and one byte more is refused', () => {
  for (const needed of [1, 2, 3]) {
    expect(segmentMaxBytes(needed)).toBe(needed * 16 * (256 * 1024 - 16));
    expect(shareBytesFor(segmentMaxBytes(needed), needed)).toBe(pieceMaxBytes);
    expect(() => shareBytesFor(segmentMaxBytes(needed) + 1, needed)).toThrow('input-invalid');
  }
});

test('Few bytes look like any few bytes', () => {
  for (const needed of [1, 2, 3]) for (const plain of [1, 100, 4_000]) expect(shareBytesFor(plain, needed)).toBe(4_096);
});
