import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { decodeCbor, encodeCbor } from '#main/services/bounded-cbor';

// Thousands of cases take their time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);

describe('the decoder', () => {
  test('gives back what was encoded', () => {
    const leaf = fc.oneof(
      fc.integer(),
      fc.string(),
      fc.boolean(),
      fc.constant(null),
      fc.uint8Array(),
      // Minus zero is zero: one number has one encoding.
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (Object.is(number, -0) ? 0 : number)),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small', maxDepth: 4 },
        leaf,
        fc.array(tie('tree'), { maxLength: 6 }),
        fc.dictionary(fc.string(), tie('tree'), { maxKeys: 6 }),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        expect(decodeCbor(encodeCbor(value))).toEqual(normal(value));
      }),
      { numRuns: 1_000 },
    );
  });

  test('never throws and never gives more than it was given, for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const value = decodeCbor(bytes);
        expect(value === undefined || JSON.stringify(value).length < 20_000).toBe(true);
      }),
      { numRuns: 20_000 },
    );
  });

  test('agrees with itself: what a changed message decodes to encodes to what decodes to the same', () => {
    const whole = encodeCbor({ kind: 'offer', sdp: 'v=0', list: [1, 2, { x: null }] });
    fc.assert(
      fc.property(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 }), (at, byte) => {
        const changed = Uint8Array.from(whole);
        changed[at] = byte;
        const value = decodeCbor(changed);
        if (value !== undefined) expect(decodeCbor(encodeCbor(value))).toEqual(value);
      }),
      { numRuns: 5_000 },
    );
  });

  test.each([
    ['nothing', ''],
    ['something after the value', '01 01'],
    ['a key twice', 'a2 61 61 01 61 61 02'],
    ['a key that is no text', 'a1 01 02'],
    ['a tag', 'c0 61 61'],
    ['an array without end', '9f 01 ff'],
    ['text in pieces', '7f 61 61 ff'],
    ['undefined', 'f7'],
    ['not a number', 'f9 7e00'],
    ['infinity', 'f9 7c00'],
    ['a number written longer than needed', '18 01'],
    ['a number beyond 2^53', '1b 0040000000000000'],
    ['an array that claims four billion items', '9a ffffffff'],
    ['text that claims four gigabytes', '7a ffffffff'],
    ['bytes that claim more than there are', '5b 7fffffffffffffff'],
    ['text that is no UTF-8', '62 c328'],
  ])('refuses %s', (_, bytes) => {
    expect(decodeCbor(hex(bytes))).toBeUndefined();
  });

  test('bounds depth, keys, items and text', () => {
    expect(decodeCbor(encodeCbor(nested(8)))).toEqual(nested(8));
    expect(decodeCbor(encodeCbor(nested(9)))).toBeUndefined();
    const keys = (count: number): unknown =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 0]));
    expect(decodeCbor(encodeCbor(keys(64)))).toEqual(keys(64));
    expect(decodeCbor(encodeCbor(keys(65)))).toBeUndefined();
    expect(decodeCbor(encodeCbor(Array(1_024).fill(0)))).toHaveLength(1_024);
    expect(decodeCbor(encodeCbor(Array(1_025).fill(0)))).toBeUndefined();
    expect(decodeCbor(encodeCbor('x'.repeat(16_000)))).toHaveLength(16_000);
    expect(decodeCbor(encodeCbor('x'.repeat(17_000)))).toBeUndefined();
  });

  test('counts siblings as siblings, not as depth', () => {
    const wide = Array.from({ length: 100 }, () => [[], {}, [[]], { a: [] }]);
    expect(decodeCbor(encodeCbor(wide))).toEqual(wide);
  });

  test('survives a hundred thousand opened arrays', () => {
    expect(decodeCbor(new Uint8Array(100_000).fill(0x81))).toBeUndefined();
  });

  test('takes __proto__ for a key like any other', () => {
    const value = decodeCbor(hex('a1 69 5f5f70726f746f5f5f a1 61 78 01'));
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(value as object)).toEqual(['__proto__']); // sound: the line above
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});

/** What CBOR does not tell apart: -0 and 0. */
function normal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normal);
  if (value instanceof Uint8Array) return value;
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, normal(item)]));
  return value;
}
