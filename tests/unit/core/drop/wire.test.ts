// What a stranger can send: sets of blocks, parts of blocks, headers, offers.
import fc from 'fast-check';
import { safeParse } from 'valibot';
import { describe, expect, it } from 'vitest';
import { blockBytes, decodeHeader, encodeHeader, hashBytes, makeBits, pageCount, setBit } from '#shared/content';
import type { DropId } from '#shared/drop';
import { type FileEntry } from '#shared/drop';
import { bitsToRanges, BlockRanges, blocksOf, toRanges } from '#core/drop/block-ranges';
import { encodePart, PartAssembly, type BulkItem } from '#core/bulk/parts';
import type { DropBody } from '#core/drop/drop-link';
import { dropMessages } from '#core/drop/messages';
import { cutOffer, OfferAssembly, type Offer } from '#core/drop/offer-parts';
import { encodeEnvelope } from '#core/wire/codec';
import { limits } from '#core/wire/limits';
import { peerId } from '#tests/support/two-peers';

describe('a set of blocks', () => {
  const blocks = fc.uniqueArray(fc.integer({ min: 0, max: 3_000 }), { maxLength: 400 });

  it('comes back from its runs, in order', () => {
    fc.assert(
      fc.property(blocks, (some) => {
        const ranges = toRanges(some);
        expect([...blocksOf(ranges)]).toEqual(some.toSorted((a, b) => a - b));
        expect(safeParse(BlockRanges, ranges).success).toBe(ranges.length <= limits.dropRangeNumbers);
      }),
    );
  });

  it('of a bit each is cut into messages that each are taken', () => {
    fc.assert(
      fc.property(blocks, fc.boolean(), (some, isSparse) => {
        const chosen = isSparse ? Array.from({ length: 1_500 }, (_, at) => at * 2) : some;
        const bits = makeBits(3_001);
        for (const block of chosen) setBit(bits, block);
        const messages = bitsToRanges(bits, 3_001);
        expect(messages.flatMap((ranges) => [...blocksOf(ranges)])).toEqual(chosen.toSorted((a, b) => a - b));
        for (const ranges of messages) expect(safeParse(BlockRanges, ranges).success).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    [[1]],
    [[0, 0]],
    [[5, 2, 6, 1]],
    [[5, 2, 3, 1]],
    [[0, 1.5]],
    [[-1, 1]],
    [[0, limits.dropBlocks + 1]],
    ['0,1'],
    [{}],
  ])('is refused when its runs do not rise apart: %j', (ranges) => {
    expect(safeParse(BlockRanges, ranges).success).toBe(false);
  });
});

interface Came {
  readonly item: BulkItem;
  readonly bytes: Uint8Array;
}

/** Waits for these, each once. */
function waitingFor(items: readonly (BulkItem & { readonly length: number })[]): {
  assembly: PartAssembly;
  came: Came[];
} {
  const came: Came[] = [];
  const key = ({ kind, stream, block }: BulkItem): string => `${kind} ${stream} ${block}`;
  const open = new Map(items.map((item) => [key(item), item.length]));
  const assembly = new PartAssembly({
    expect: (item) => open.get(key(item)) ?? null,
    complete: (item, bytes) => {
      open.delete(key(item));
      came.push({ item, bytes });
    },
  });
  return { assembly, came };
}

const partsOf = (item: BulkItem, bytes: Uint8Array, partBytes: number): Uint8Array<ArrayBuffer>[] =>
  Array.from({ length: Math.ceil(bytes.length / partBytes) }, (_, at) =>
    encodePart(item, bytes, at * partBytes, partBytes),
  );

const item: BulkItem = { kind: 'block', stream: 7, block: 12 };
const content = (length: number): Uint8Array => Uint8Array.from({ length }, (_, at) => (at * 31 + (at >> 8)) & 0xff);

describe('blocks in parts', () => {
  it('come whole at any size of part, one after the other', () => {
    const sizes = fc.integer({ min: 1, max: blockBytes });
    const partSizes = fc.integer({ min: limits.bulkPartMinBytes, max: limits.bulkPartBytes });
    fc.assert(
      fc.property(fc.array(sizes, { minLength: 1, maxLength: 4 }), partSizes, (lengths, partBytes) => {
        const wanted = lengths.map((length, block) => ({ ...item, block, length }));
        const { assembly, came } = waitingFor(wanted);
        for (const { length, ...one } of wanted) {
          assembly.owe(length);
          for (const part of partsOf(one, content(length), partBytes)) expect(assembly.take(part)).toBe(true);
        }
        expect(came.map(({ item: { block }, bytes }) => [block, Buffer.compare(bytes, content(bytes.length))])).toEqual(
          lengths.map((_, block) => [block, 0]),
        );
        expect(came.map(({ bytes }) => bytes.length)).toEqual(lengths);
      }),
      { numRuns: 60 },
    );
  });

  it('that nobody asked for end the link once more came than is owed', () => {
    const { assembly, came } = waitingFor([]);
    assembly.owe(100_000);
    const parts = partsOf(item, content(200_000), 50_000);
    expect(parts.map((part) => assembly.take(part))).toEqual([true, true, false, false]);
    expect(came).toEqual([]);
  });

  it.each([
    ['out of order', (parts: Uint8Array<ArrayBuffer>[]) => [parts[0], parts[2]]],
    ['twice', (parts: Uint8Array<ArrayBuffer>[]) => [parts[0], parts[1], parts[1]]],
    [
      'of two blocks at once',
      (parts: Uint8Array<ArrayBuffer>[]) => [parts[0], partsOf({ ...item, block: 13 }, content(60_000), 20_000)[1]],
    ],
    ['too small to be worth it', () => partsOf(item, content(60_000), 100).slice(0, 2)],
    [
      'beyond the end',
      (parts: Uint8Array<ArrayBuffer>[]) => [...parts.slice(0, 2), encodePart(item, content(90_000), 40_000, 50_000)],
    ],
  ])('break the rules when they come %s', (_how, change) => {
    const { assembly, came } = waitingFor([{ ...item, length: 60_000 }]);
    assembly.owe(10 ** 7);
    const sent = change(partsOf(item, content(60_000), 20_000));
    const answers = sent.map((part) => assembly.take(part ?? new Uint8Array()));
    expect(answers.at(-1)).toBe(false);
    expect(came).toEqual([]);
  });

  it('complete nothing but what is waited for, whatever the bytes', () => {
    const bytes = fc.uint8Array({ maxLength: 40_000 }).map((array) => new Uint8Array(array));
    const framed = fc
      .record({
        kind: fc.constantFrom(0, 1, 2, 3),
        stream: fc.constantFrom(7, 8),
        block: fc.constantFrom(12, 13),
        offset: fc.constantFrom(0, 4_096, 8_192, 2 ** 31),
        payload: bytes,
      })
      .map(({ kind, stream, block, offset, payload }) => {
        const part = new Uint8Array(limits.bulkHeaderBytes + payload.length);
        const head = new DataView(part.buffer);
        head.setUint8(0, kind);
        head.setUint16(2, stream);
        head.setUint32(4, block);
        head.setUint32(8, offset);
        part.set(payload, limits.bulkHeaderBytes);
        return part;
      });
    fc.assert(
      fc.property(fc.array(fc.oneof(bytes, framed), { maxLength: 20 }), (messages) => {
        const { assembly, came } = waitingFor([{ ...item, length: 8_192 }]);
        assembly.owe(50_000);
        let taken = 0;
        for (const message of messages) {
          if (!assembly.take(message)) break;
          taken += message.length - limits.bulkHeaderBytes;
        }
        expect(taken).toBeLessThanOrEqual(50_000);
        expect(came.length).toBeLessThanOrEqual(1);
        for (const one of came) expect([one.item, one.bytes.length]).toEqual([item, 8_192]);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the header of a file', () => {
  it('comes back for every size up to 1 TiB', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1024 ** 4 }), fc.integer(), (size, seed) => {
        const pageHashes = new Uint8Array(pageCount(size) * hashBytes).map((_, at) => (at + seed) & 0xff);
        expect(decodeHeader(encodeHeader(size, pageHashes))).toEqual({ size, pageHashes });
      }),
      { numRuns: 200 },
    );
  });

  it('is the only spelling of what it says: changed bytes say something else, or nothing', () => {
    const sizes = fc.integer({ min: 0, max: 3 * 1024 ** 3 });
    fc.assert(
      fc.property(
        sizes,
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        fc.integer({ min: -40, max: 40 }),
        (size, at, by, more) => {
          const header = encodeHeader(size, new Uint8Array(pageCount(size) * hashBytes));
          const changed = new Uint8Array(Math.max(0, header.length + more));
          changed.set(header.subarray(0, changed.length));
          const place = at % Math.max(1, changed.length);
          changed[place] = (changed[place] ?? 0) ^ by;
          const read = decodeHeader(changed);
          if (read !== null) expect(encodeHeader(read.size, read.pageHashes)).toEqual(changed);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('of a terabyte and a byte, or of random bytes, is none', () => {
    expect(decodeHeader(encodeHeader(1024 ** 4 + 1, new Uint8Array(513 * hashBytes)))).toBeNull();
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => decodeHeader(bytes) === null));
  });
});

describe('an offer in parts', () => {
  // Sound: 32 hex digits.
  const dropId = (seed: number): DropId => seed.toString(16).padStart(32, '0') as DropId;
  const entries = fc
    .array(fc.tuple(fc.string({ unit: fc.constantFrom('a', 'ä', '写', ' '), maxLength: 80 }), fc.nat()), {
      minLength: 1,
      maxLength: 1_300,
    })
    .map((list): FileEntry[] => list.map(([name, size], at) => ({ path: ['folder', `x${name}x${at}`], size })));
  const offerOf = (list: readonly FileEntry[], seed = 1): Offer => ({
    dropId: dropId(seed),
    roomId: null,
    people: [peerId('b'), peerId('c')],
    entries: list,
  });

  it('comes back as it was, each part small enough for a message', () => {
    fc.assert(
      fc.property(entries, (list) => {
        const parts = cutOffer(offerOf(list));
        const assembly = new OfferAssembly();
        const taken = parts.map((part) => {
          expect(safeParse(dropMessages['drop.offer'], part).success).toBe(true);
          expect(encodeEnvelope('drop.offer', part)).not.toBeNull();
          return assembly.take(part);
        });
        expect(taken.slice(0, -1).every((offer) => offer === null)).toBe(true);
        expect(taken.at(-1)).toEqual(offerOf(list));
      }),
      { numRuns: 60 },
    );
  });

  it('is none unless every part comes in its place and what it says of its length is true', () => {
    const list = Array.from({ length: 1_200 }, (_, at) => ({ path: [`file ${at}`], size: at }));
    const parts = cutOffer(offerOf(list));
    const changes = fc.record({
      order: fc.shuffledSubarray(parts.map((_, at) => at)),
      twice: fc.nat({ max: parts.length - 1 }),
      files: fc.constantFrom(1, 1_199, 1_200, 1_201, 4_096),
    });
    fc.assert(
      fc.property(changes, ({ order, twice, files }) => {
        const assembly = new OfferAssembly();
        const sent = [...order, twice].flatMap((at): DropBody<'drop.offer'>[] => {
          const part = parts[at];
          return part ? [{ ...part, files }] : [];
        });
        for (const part of sent) {
          const offer = assembly.take(part);
          if (offer) expect(offer.entries).toHaveLength(files);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('of names that cannot lie together is none', () => {
    const assembly = new OfferAssembly();
    const list = [
      { path: ['a.txt'], size: 1 },
      { path: ['A.TXT'], size: 1 },
    ];
    expect(cutOffer(offerOf(list)).map((part) => assembly.take(part))).toEqual([null]);
  });

  it('waits with a few others only: the oldest unfinished one is forgotten', () => {
    const list = Array.from({ length: 600 }, (_, at) => ({ path: [`file ${at}`], size: at }));
    const assembly = new OfferAssembly();
    const offers = Array.from({ length: limits.dropOffersUnfinished + 1 }, (_, seed) =>
      cutOffer(offerOf(list, seed + 1)),
    );
    for (const [first] of offers) if (first) expect(assembly.take(first)).toBeNull();
    const ends = offers.map(
      (parts) =>
        parts
          .slice(1)
          .map((part) => assembly.take(part))
          .at(-1) ?? null,
    );
    expect(ends.map((offer) => offer !== null)).toEqual([false, true, true, true, true]);
  });
});
