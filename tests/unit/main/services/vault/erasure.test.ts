import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeShares, encodeShares, type Scheme } from '#main/services/vault/erasure';
import { failureCode } from '../failure-code';
import { someBytes } from './some-pieces';

// ---- a second, plain implementation: GF(256) with the polynomial 0x11d, and the matrix of Backblaze and klauspost ------

function times(a: number, b: number): number {
  let product = 0;
  for (let bit = 0, power = a; bit < 8; bit += 1) {
    if (b & (1 << bit)) product ^= power;
    power = (power << 1) ^ (power & 0x80 ? 0x11d : 0);
  }
  return product;
}

const toThe = (base: number, exponent: number): number =>
  Array.from({ length: exponent }).reduce<number>((product) => times(product, base), 1);

const inverse = (a: number): number => Array.from({ length: 256 }, (_, b) => b).find((b) => times(a, b) === 1) ?? 0;

type Matrix = number[][];
const cell = (matrix: Matrix, row: number, column: number): number => matrix[row]?.[column] ?? 0;

const multiplied = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) =>
    Array.from({ length: b[0]?.length ?? 0 }, (_, column) =>
      row.reduce((sum, value, at) => sum ^ times(value, cell(b, at, column)), 0),
    ),
  );

function inverted(matrix: Matrix): Matrix {
  const size = matrix.length;
  const rows = matrix.map((row, at) => [...row, ...Array.from({ length: size }, (_, to) => (to === at ? 1 : 0))]);
  for (let column = 0; column < size; column += 1) {
    const pivot = rows.findIndex((row, at) => at >= column && (row[column] ?? 0) !== 0);
    rows.splice(column, 0, ...rows.splice(pivot, 1));
    const scale = inverse(cell(rows, column, column));
    rows[column] = (rows[column] ?? []).map((value) => times(value, scale));
    for (const [at, row] of rows.entries()) {
      const factor = row[column] ?? 0;
      if (at === column || factor === 0) continue;
      rows[at] = row.map((value, to) => value ^ times(factor, cell(rows, column, to)));
    }
  }
  return rows.map((row) => row.slice(size));
}

/** Vandermonde, multiplied so that its top is the identity. */
function codeMatrix({ needed, total }: Scheme): Matrix {
  const vandermonde = Array.from({ length: total }, (_, row) =>
    Array.from({ length: needed }, (_, column) => toThe(row, column)),
  );
  return multiplied(vandermonde, inverted(vandermonde.slice(0, needed)));
}

function encodedPlainly(bytes: Uint8Array, scheme: Scheme): number[][] {
  const length = bytes.length / scheme.needed;
  const data = Array.from({ length: scheme.needed }, (_, at) => [...bytes.subarray(at * length, (at + 1) * length)]);
  return multiplied(codeMatrix(scheme), data);
}

// ------------------------------------------------------------------------------------------------------------------------

const schemes: Scheme[] = [
  { needed: 1, total: 3 },
  { needed: 2, total: 3 },
  { needed: 2, total: 5 },
  { needed: 3, total: 6 },
  { needed: 3, total: 10 },
  { needed: 4, total: 4 },
  { needed: 10, total: 32 },
];

describe.each(schemes)('$needed of $total', (scheme) => {
  const { needed, total } = scheme;

  test('has the parity of the matrix that is written down', () => {
    const bytes = someBytes(needed * 97, total);
    expect(encodeShares(bytes, scheme).map((share) => [...share])).toEqual(encodedPlainly(bytes, scheme));
  });

  test('gives back the bytes from any shares that are enough, and from no fewer', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 2 ** 31 - 1 }),
        fc.shuffledSubarray(
          Array.from({ length: total }, (_, share) => share),
          { minLength: 0 },
        ),
        (length, seed, kept) => {
          const bytes = someBytes(needed * length, seed);
          const all = encodeShares(bytes, scheme);
          const shares = new Map(kept.map((share) => [share, all[share] ?? new Uint8Array()]));
          if (kept.length >= needed) expect(decodeShares(shares, scheme)).toEqual(bytes);
          else expect(() => decodeShares(shares, scheme)).toThrow('input-invalid');
        },
      ),
      { numRuns: 60 },
    );
  });
});

test('The shares of a known segment are known', () => {
  const bytes = new Uint8Array([0, 1, 2, 255, 4, 77, 6, 7, 8, 9, 190, 11]);
  const shares = encodeShares(bytes, { needed: 3, total: 5 }).map((share) => Buffer.from(share).toString('hex'));
  expect(shares).toEqual(['000102ff', '044d0607', '0809be0b', '0c45baf3', '106b8d6e']);
});

test('Longer than a stripe, and of no even length, it comes back whole', () => {
  const scheme = { needed: 3, total: 6 };
  const bytes = someBytes(3 * (2 * 64 * 1024 + 17));
  const shares = encodeShares(bytes, scheme);
  const last = new Map([...shares.entries()].filter(([share]) => share === 0 || share > 3));
  expect(Buffer.compare(decodeShares(last, scheme), bytes)).toBe(0);
});

test('Shares of lengths that differ, of no length, or of numbers there are none of, are refused', async () => {
  const scheme = { needed: 2, total: 4 };
  const [a, b, c] = [someBytes(8, 1), someBytes(8, 2), someBytes(9, 3)];
  const bad: [number, Uint8Array<ArrayBuffer>][][] = [
    [[0, a], [1, c]],
    [[0, a], [1, b], [2, c]],
    [[0, a], [4, b]],
    [[0, a], [-1, b]],
    [[0.5, a], [1, b]],
    [[0, new Uint8Array()], [1, new Uint8Array()]],
  ]; // prettier-ignore
  for (const shares of bad)
    expect(await failureCode(() => decodeShares(new Map(shares), scheme))).toBe('input-invalid');
});

test('Numbers that are no scheme are refused before anything is computed', async () => {
  const numbers = [[0, 3], [4, 3], [1, 0], [1, 33], [33, 33], [1.5, 3], [NaN, 3], [2, Infinity]]; // prettier-ignore
  for (const [needed = 0, total = 0] of numbers) {
    const code = await failureCode(() => encodeShares(someBytes(6), { needed, total }));
    expect(code, `${needed} of ${total}`).toBe('input-invalid');
  }
  expect(await failureCode(() => encodeShares(someBytes(7), { needed: 2, total: 3 }))).toBe('input-invalid');
  expect(await failureCode(() => encodeShares(new Uint8Array(), { needed: 2, total: 3 }))).toBe('input-invalid');
});
