import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasBit, makeBits, setBit } from '#shared/content';
import { Announcing } from '#core/drop/announcing';
import { blocksOf } from '#core/drop/block-ranges';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';
import { FakeClock } from '#tests/support/fake-clock';

interface Heard {
  readonly blocks: number[];
  isWhole: boolean;
}

/** One who announces, and what each of the others heard. */
function announcer(blocks: number, { isSource = false, goesToMany = true, held = 0 } = {}) {
  const clock = new FakeClock();
  const heard = new Map<string, Heard>();
  const bits = makeBits(blocks);
  for (let block = 0; block < (isSource ? blocks : held); block += 1) setBit(bits, block);
  const had = new Set<number>();
  let messages = 0;
  const announcing = new Announcing<string>({
    blocks,
    held: bits,
    isSource,
    goesToMany,
    clock,
    isWhole: () => Array.from({ length: blocks }, (_, block) => hasBit(bits, block)).every(Boolean),
    isAllHad: () => had.size === blocks,
    have: (to, ranges, isWhole) => {
      messages += 1;
      expect(ranges.length).toBeLessThanOrEqual(limits.dropRangeNumbers);
      const one = heard.get(to) ?? { blocks: [], isWhole: false };
      one.blocks.push(...blocksOf(ranges));
      heard.set(to, { ...one, isWhole: one.isWhole || isWhole });
    },
  });
  const of = (to: string): Heard => heard.get(to) ?? { blocks: [], isWhole: false };
  return { clock, announcing, bits, had, of, messages: () => messages };
}

describe('whoever has a part of a drop', () => {
  test('says what it is to each who joins, and then what is new, gathered', async () => {
    const { announcing, bits, clock, of, messages } = announcer(100, { held: 10 });
    announcing.join('ada');
    expect(of('ada').blocks).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    for (const block of [50, 51, 12]) {
      setBit(bits, block);
      announcing.kept(block);
    }
    expect(messages()).toBe(1);
    await clock.advance(paces.dropNewsMs);
    expect(messages()).toBe(2);
    expect(
      of('ada')
        .blocks.slice(10)
        .toSorted((a, b) => a - b),
    ).toEqual([12, 50, 51]);
  });

  test('says that it is all of it to who joins once it is', () => {
    const { announcing, of } = announcer(4, { held: 4 });
    announcing.join('ada');
    expect(of('ada')).toEqual({ blocks: [], isWhole: true });
  });

  test('says nothing more to who left, and nothing at all once it is over', async () => {
    const { announcing, clock, of } = announcer(9);
    announcing.join('ada');
    announcing.join('ben');
    announcing.leave('ada');
    announcing.kept(3);
    await clock.advance(paces.dropNewsMs);
    expect([of('ada').blocks, of('ben').blocks]).toEqual([[], [3]]);
    announcing.kept(4);
    announcing.end();
    await clock.advance(paces.dropNewsMs);
    expect(of('ben').blocks).toEqual([3]);
  });

  test('cuts news of very many single blocks into messages that are taken', async () => {
    const blocks = 2 * limits.dropRangeNumbers;
    const { announcing, clock, of, messages } = announcer(blocks);
    announcing.join('ada');
    for (let block = 0; block < blocks; block += 2) announcing.kept(block);
    await clock.advance(paces.dropNewsMs);
    expect(messages()).toBe(2);
    expect(of('ada').blocks).toHaveLength(blocks / 2);
  });
});

describe('the source of a drop for one', () => {
  test('tells of blocks as they are hashed, each once', async () => {
    const { announcing, clock, of } = announcer(8, { isSource: true, goesToMany: false });
    announcing.join('ada');
    for (const ready of [3, 3, 8, 5]) announcing.setReady(ready);
    await clock.advance(paces.dropNewsMs);
    expect(of('ada').blocks).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
});

describe('a fresh source of a drop for several', () => {
  const names = ['ada', 'ben', 'cleo'];

  test('names no block that is not hashed, none twice to one person, and says that it has everything once that has spread', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 80 }), fc.array(fc.nat(1_000), { maxLength: 200 }), (blocks, rolls) => {
        const { announcing, had, of } = announcer(blocks, { isSource: true });
        let ready = 0;
        for (const name of names) {
          announcing.join(name);
          announcing.setServed(name, true);
        }
        const check = (): void => {
          for (const name of names) {
            const { blocks: named, isWhole } = of(name);
            expect(named.every((block) => block < ready)).toBe(true);
            if (!isWhole) expect(new Set(named).size).toBe(named.length);
            else expect(had.size).toBe(blocks);
          }
        };
        /** They were sent something that was named to them, and say that they have it. */
        const send = (name: string): void => {
          const block = of(name).blocks.find((one) => !had.has(one));
          if (block === undefined) return;
          announcing.sent(name, block);
          had.add(block);
          announcing.heard(name, [block]);
        };
        for (const roll of rolls) {
          if (roll % 3 === 0) announcing.setReady((ready = Math.max(ready, roll % (blocks + 1))));
          else send(names[roll % names.length] ?? 'ada');
          check();
        }
        announcing.setReady((ready = blocks));
        for (let round = 0; round < blocks; round += 1) for (const name of names) send(name);
        announcing.nameAll();
        check();
        expect(names.map((name) => of(name).isWhole)).toEqual([true, true, true]);
        announcing.end();
      }),
    );
  });
});
