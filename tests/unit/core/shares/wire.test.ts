// What a stranger can send of shared folders: every message is taken whole or not at all, and no name leads anywhere.
import fc from 'fast-check';
import { safeParse } from 'valibot';
import { describe, expect, it } from 'vitest';
import { isSafeFileName } from '#shared/file-names';
import { blockCount } from '#shared/content';
import { holderProofBytes } from '#shared/holder-proof';
import { maxSought, type ShareEntry } from '#shared/share';
import { sharesMessages } from '#core/shares/messages';
import { fitting, inParts } from '#core/shares/share-parts';
import { encodeEnvelope } from '#core/wire/codec';
import { limits } from '#core/wire/limits';

const schemas = Object.values(sharesMessages);
const name = fc.oneof(
  fc.string({ minLength: 1, maxLength: 60 }),
  fc.constantFrom('..', '.', '/', 'a/b', 'C:', 'con', 'a\u202eb', ' a', 'a.', 'ok.txt', 'ü'.repeat(127)),
);
const safeName = fc
  .string({ minLength: 1, maxLength: 85, unit: 'grapheme' })
  .map((text) => text.normalize('NFC'))
  .filter(isSafeFileName);
const entries = fc.array(
  fc.record({
    name: safeName,
    kind: fc.constantFrom('file' as const, 'folder' as const),
    bytes: fc.maxSafeNat(),
    files: fc.maxSafeNat(),
  }),
  { maxLength: 100 },
);

/** Every string that stands somewhere in it as a name. */
function namesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'name' && typeof inner === 'string') return [inner];
    if ((key === 'path' || key === 'folder') && Array.isArray(inner))
      return inner.filter((one) => typeof one === 'string');
    return namesIn(inner);
  });
}

describe('messages of shared folders', () => {
  it('are judged without a throw, whatever comes', () => {
    fc.assert(
      fc.property(fc.anything(), (body) => {
        for (const schema of schemas) safeParse(schema, body);
      }),
    );
  });

  it('carry no name that leads somewhere else', () => {
    const body = fc.oneof(
      fc.record({ ask: fc.nat(), path: fc.array(name, { maxLength: 18 }), from: fc.nat() }),
      fc.record({
        ask: fc.nat(),
        entries: fc.array(fc.record({ name, kind: fc.constant('file'), bytes: fc.nat(), files: fc.nat() })),
        total: fc.nat(),
      }),
      fc.record({
        ask: fc.nat(),
        hits: fc.array(
          fc.record({
            name,
            kind: fc.constant('file'),
            bytes: fc.nat(),
            files: fc.nat(),
            folder: fc.array(name, { maxLength: 18 }),
          }),
        ),
        isLast: fc.boolean(),
      }),
    );
    fc.assert(
      fc.property(body, (sent) => {
        for (const schema of schemas) {
          const taken = safeParse(schema, sent);
          if (taken.success) expect(namesIn(taken.output).every(isSafeFileName)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['shares.list', { ask: 1, path: Array.from({ length: 17 }, () => 'a'), from: 0 }],
    ['shares.list', { ask: -1, path: [], from: 0 }],
    ['shares.list', { ask: 1, path: [], from: 0.5 }],
    ['shares.list', { ask: 1, path: [], from: 0, more: 1 }],
    ['shares.search', { ask: 1, query: { words: 'x'.repeat(81), kind: null } }],
    ['shares.search', { ask: 1, query: { words: 'x', kind: 'secret' } }],
    ['shares.want', { ask: 1, path: [], dropId: '0'.repeat(32) }],
    ['shares.want', { ask: 1, path: ['a'], dropId: 'x' }],
    ['shares.refused', { ask: 1, why: 'because' }],
    ['shares.seek', { dropId: '0'.repeat(32), files: [] }],
    ['shares.seek', { dropId: '0'.repeat(32), files: [{ first: 0, size: 0, proof: new Uint8Array(16) }] }],
    ['shares.seek', { dropId: '0'.repeat(32), files: [{ first: 0, size: 1, proof: new Uint8Array(15) }] }],
    ['shares.seek', { dropId: '0'.repeat(32), files: [{ first: 2 ** 23, size: 1, proof: new Uint8Array(16) }] }],
    ['shares.seek', { dropId: '0'.repeat(32), files: [{ first: 0, size: 1, proof: new Uint8Array(16), name: 'a' }] }],
  ] as const)('of %s are refused when they are %j', (kind, body) => {
    expect(safeParse(sharesMessages[kind], body).success).toBe(false);
  });
});

describe('a question about content', () => {
  const piece = fc.record({
    first: fc.oneof(fc.nat(10_000), fc.integer(), fc.double()),
    size: fc.oneof(fc.nat(3_000_000), fc.maxSafeNat(), fc.integer()),
    proof: fc.uint8Array({ minLength: 15, maxLength: 17 }),
  });

  it('is taken only when its files lie apart, one after the other, within what a drop can hold', () => {
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 4 }), (files) => {
        const taken = safeParse(sharesMessages['shares.seek'], { dropId: '0'.repeat(32), files });
        if (!taken.success) return;
        let end = 0;
        for (const { first, size } of taken.output.files) {
          expect(first).toBeGreaterThanOrEqual(end);
          end = first + blockCount(size);
        }
        expect(end).toBeLessThanOrEqual(limits.dropBlocks);
      }),
      { numRuns: 2_000 },
    );
  });

  it('of as many files as may be asked about fits a message', () => {
    const files = Array.from({ length: maxSought }, (_, at) => ({
      first: 4_000_000 + at,
      size: 200_000,
      proof: new Uint8Array(holderProofBytes).fill(0xff),
    }));
    const body = { dropId: 'f'.repeat(32), files };
    expect(safeParse(sharesMessages['shares.seek'], body).success).toBe(true);
    expect(encodeEnvelope('shares.seek', body)?.length ?? Infinity).toBeLessThan(limits.controlMessageBytes);
  });
});

describe('lists', () => {
  it('come whole and in order in parts that each fit a message and are taken', () => {
    fc.assert(
      fc.property(entries, (some: ShareEntry[]) => {
        const hits = some.map((entry) => ({ ...entry, folder: [entry.name, entry.name] }));
        const parts = inParts(hits);
        expect(parts.flat()).toEqual(hits);
        for (const part of parts) {
          const body = { ask: 0xffff_ffff, hits: part, isLast: false };
          expect(encodeEnvelope('shares.found', body)).not.toBeNull();
          expect(safeParse(sharesMessages['shares.found'], body).success).toBe(true);
        }
        const page = fitting(some);
        expect(page.length > 0 || some.length === 0).toBe(true);
        expect(
          encodeEnvelope('shares.page', { ask: 0xffff_ffff, entries: page, total: 1 })?.length ?? Infinity,
        ).toBeLessThan(limits.controlMessageBytes);
      }),
      { numRuns: 60 },
    );
  });
});
