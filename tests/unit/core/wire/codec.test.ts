import { encode } from 'cborg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prefixed } from '#core/base/bytes';
import { isWithinCborLimits } from '#core/wire/cbor-scan';
import { decodeEnvelope, encodeEnvelope } from '#core/wire/codec';
import { limits } from '#core/wire/limits';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const hex = (text: string): Uint8Array => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const envelope = (item: Uint8Array): Uint8Array => prefixed(1, item);
/** { b: <item>, k: "a.b" }, as the codec writes it. */
const withBody = (item: Uint8Array): Uint8Array =>
  Uint8Array.from([1, 0xa2, 0x61, 0x62, ...item, 0x61, 0x6b, 0x63, 0x61, 0x2e, 0x62]);

const value = fc.letrec<{ any: unknown }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.uint8Array({ maxLength: 64 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (Object.is(number, -0) ? 0 : number)),
    fc.array(tie('any'), { maxLength: 6 }),
    fc.dictionary(
      fc.string({ maxLength: 8 }).filter((key) => key !== '__proto__'),
      tie('any'),
      { maxKeys: 6 },
    ),
  ),
})).any;

const plain = (any: unknown): unknown =>
  any instanceof Uint8Array
    ? { bytes: [...any] }
    : Array.isArray(any)
      ? any.map(plain)
      : typeof any === 'object' && any !== null
        ? Object.fromEntries(Object.entries(any).map(([key, inner]) => [key, plain(inner)]))
        : any;

describe('the codec', () => {
  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(value, (body) => {
        const written = encodeEnvelope('feature.kind', body);
        fc.pre(written !== null);
        const read = decodeEnvelope(written);
        expect(read.ok && plain(read.body)).toEqual(plain(body));
      }),
      { numRuns: 2_000 },
    );
  });

  it('answers a value for any bytes at all', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (random, isFramed) => {
        const read = decodeEnvelope(isFramed ? envelope(random) : random);
        expect(typeof read.ok).toBe('boolean');
      }),
      { numRuns: 20_000 },
    );
  });

  it('accepts one encoding only: a changed byte gives another value or none', () => {
    const original = encodeEnvelope('call.ring', { callId: 'ab'.repeat(16), video: true, many: [1, 2.5, null, 'ü'] });
    if (!original) throw new Error('too large');
    fc.assert(
      fc.property(fc.nat(original.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const mutated = original.slice();
        mutated[at] = (mutated[at] ?? 0) ^ flip;
        const read = decodeEnvelope(mutated);
        if (read.ok) expect(encodeEnvelope(read.kind, read.body)).toEqual(mutated);
      }),
      { numRuns: 10_000 },
    );
  });

  it.each([
    ['an indefinite array', '9f01ff'],
    ['an indefinite string', '7f6161ff'],
    ['an indefinite map', 'bf616101ff'],
    ['a tag', 'c100'],
    ['undefined', 'f7'],
    ['another simple value', 'f820'],
    ['not a number', 'f97e00'],
    ['infinity', 'f97c00'],
    ['a number longer than needed', '1817'.replace('17', '01')],
    ['a float longer than needed', 'fb3ff8000000000000'],
    ['a whole number as float', 'f93c00'],
    ['an integer beyond 2^53', '1b0020000000000001'],
    ['a duplicate key', 'a2616101616102'],
    ['keys out of order', 'a2616201616101'],
    ['a numeric key', 'a10101'],
    ['a bytes key', 'a1416101'],
    ['the key __proto__', 'a1695f5f70726f746f5f5fa0'],
    ['broken UTF-8', '62c328'],
    ['an item cut short', '8201'],
    ['a string of 4 GiB', '7affffffff61'],
    ['an array of 4 G items', '9affffffff'],
    ['a map of 2^64-1 entries', 'bbffffffffffffffff'],
    ['bytes of 2^63', '5b8000000000000000'],
    ['a reserved length', '1c'],
    ['a break', 'ff'],
  ])('refuses %s', (_, item) => {
    expect(decodeEnvelope(withBody(hex(item)))).toEqual({ ok: false, reason: 'malformed' });
  });

  it('would accept the same envelope around an honest item', () => {
    expect(decodeEnvelope(withBody(hex('6161')))).toEqual({ ok: true, kind: 'a.b', body: 'a' });
  });

  it('refuses what is deeper, longer or wider than the limits, and takes what is just within', () => {
    const nested = (depth: number): unknown => (depth === 0 ? 0 : [nested(depth - 1)]);
    const ofKeys = (count: number): unknown =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, 0]));
    const isTaken = (body: unknown): boolean => decodeEnvelope(envelope(encode({ k: 'a.b', b: body }))).ok;
    expect(isTaken(nested(limits.decoderDepth - 1))).toBe(true);
    expect(isTaken(nested(limits.decoderDepth))).toBe(false);
    expect(isTaken(ofKeys(limits.decoderMapKeys))).toBe(true);
    expect(isTaken(ofKeys(limits.decoderMapKeys + 1))).toBe(false);
    expect(isTaken(new Array(limits.decoderArrayItems).fill(0))).toBe(true);
    expect(isTaken(new Array(limits.decoderArrayItems + 1).fill(0))).toBe(false);
  });

  it('refuses other shapes than { k, b }', () => {
    for (const item of [
      { k: 'a.b' },
      { b: 1 },
      { k: 'a.b', b: 1, c: 1 },
      { k: 1, b: 1 },
      { k: 'ab', b: 1 },
      [],
      'a.b',
      null,
      1,
    ]) {
      expect(decodeEnvelope(envelope(encode(item)))).toEqual({ ok: false, reason: 'malformed' });
    }
    expect(decodeEnvelope(envelope(encode({ k: `a.${'b'.repeat(33)}`, b: 1 }))).ok).toBe(false);
  });

  it('tells oversized and foreign messages apart', () => {
    expect(decodeEnvelope(new Uint8Array(limits.controlMessageBytes + 1))).toEqual({ ok: false, reason: 'oversized' });
    expect(decodeEnvelope(bytes())).toEqual({ ok: false, reason: 'foreign' });
    expect(decodeEnvelope(bytes(0, 1, 2))).toEqual({ ok: false, reason: 'foreign' });
    expect(encodeEnvelope('a.b', 'x'.repeat(limits.controlMessageBytes))).toBeNull();
  });

  it('writes and reads what is as long as a message may be', () => {
    const most = limits.controlMessageBytes;
    // A first byte, a map of two entries with their keys and kind, and the head of the text.
    const headBytes = encodeEnvelope('a.b', 'x'.repeat(1_000))?.length ?? 0;
    const body = 'x'.repeat(most - (headBytes - 1_000));
    const written = encodeEnvelope('a.b', body);
    expect(written).toHaveLength(most);
    expect(written && decodeEnvelope(written)).toEqual({ ok: true, kind: 'a.b', body });
    expect(encodeEnvelope('a.b', `${body}x`)).toBeNull();
  });

  it('leaves no mark on objects', () => {
    const read = decodeEnvelope(withBody(hex('a16b636f6e7374727563746f7201')));
    expect(read).toMatchObject({ ok: true });
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('scans a hostile message of full size quickly and in constant memory', () => {
    const widest = new Uint8Array(limits.controlMessageBytes - 1).fill(0x80);
    const deepest = new Uint8Array(limits.controlMessageBytes - 1).fill(0x81);
    const startedAt = performance.now();
    for (let round = 0; round < 1_000; round += 1) {
      expect(isWithinCborLimits(widest) || isWithinCborLimits(deepest)).toBe(false);
    }
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});
