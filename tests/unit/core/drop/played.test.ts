// What is asked for first while somebody plays a file that still comes, and what that leaves as it was.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeBits } from '#shared/content';
import { FetchPlan } from '#core/drop/fetch-plan';
import { WantedPlaces } from '#core/drop/wanted-places';
import { paces } from '#core/wire/paces';
import { DropNet } from '#tests/support/drop-net';

const all = (): boolean => true;
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, at) => from + at);
const ahead = paces.dropPlayedAhead;

describe('the places that are wanted', () => {
  test('are a window from each on, in order, the latest place first, and none beyond the end of its file', () => {
    const places = new WantedPlaces();
    expect(places.isEmpty).toBe(true);
    places.want(100, 1_000);
    places.want(990, 1_000);
    expect(places.pick(1_000, all)).toEqual([...range(990, 1_000), ...range(100, 100 + ahead)]);
    expect(places.pick(3, all)).toEqual([990, 991, 992]);
    expect(places.pick(4, (block) => block % 5 === 0)).toEqual([990, 995, 100, 105]);
    expect([989, 990, 993, 994, 100].map((block) => places.isUrgent(block))).toEqual([false, true, true, false, false]);
  });

  test('go on with whoever plays: what lies behind is wanted no more', () => {
    const places = new WantedPlaces();
    for (let at = 0; at < 400; at += 8) places.want(at, 1_000);
    expect(places.pick(1_000, all)).toEqual(range(392, 392 + ahead));
  });

  test('are few, each block is picked once, and all lie in a window, wherever somebody goes', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 5_000 }), { minLength: 1, maxLength: 40 }), (jumps) => {
        const places = new WantedPlaces();
        for (const jump of jumps) places.want(jump, 5_001);
        const picked = places.pick(Infinity, all);
        expect(new Set(picked).size).toBe(picked.length);
        expect(picked.length).toBeLessThanOrEqual(ahead * paces.dropPlacesWanted);
        expect(picked[0]).toBe(jumps.at(-1));
        expect(picked.every((block) => block <= 5_000)).toBe(true);
      }),
    );
  });
});

describe('what is asked of whom', () => {
  const blocks = 400;
  const plan = (): FetchPlan<string> =>
    new FetchPlan<string>({ blocks, held: makeBits(blocks), isReady: all, random: () => 0.5 });

  function join(fetch: FetchPlan<string>, id: string, has: Iterable<number>, isSource = false): void {
    fetch.join(id, { isSource }, 0);
    fetch.has(id, has);
    fetch.setServing(id, true, 0);
  }

  test('of one who has all of it: the place that is played, then the rest in its order', () => {
    const fetch = plan();
    join(fetch, 'giver', range(0, blocks), true);
    fetch.want(390, blocks);
    const asked: number[] = [];
    for (let batch = fetch.ask('giver', 0); batch.length > 0 && asked.length < 30; batch = fetch.ask('giver', 0)) {
      asked.push(...batch);
      for (const block of batch) {
        fetch.arrived('giver', block, 1);
        fetch.kept();
      }
    }
    expect(asked.slice(0, 10)).toEqual(range(390, 400));
    expect(asked.slice(10, 30)).toEqual(range(0, 20));
  });

  test('of several: the place that is played, then what the fewest have, as before', () => {
    const fetch = plan();
    join(fetch, 'one', range(0, 300));
    join(fetch, 'other', [...range(0, 250), 299]);
    fetch.want(10, 12);
    expect(fetch.ask('one', 0).slice(0, 2)).toEqual([10, 11]);
    const next = fetch.ask('other', 0);
    expect(next).not.toContain(10);
    expect(next).toHaveLength(paces.dropWindowStart);
    const plain = plan();
    join(plain, 'one', range(0, 300));
    join(plain, 'other', [...range(0, 250), 299]);
    const rare = plain.ask('one', 0);
    expect(rare.every((block) => block >= 250 && block < 299)).toBe(true);
  });

  test('nobody is asked for what they do not have, nor for what cannot be verified yet', () => {
    const fetch = new FetchPlan<string>({
      blocks,
      held: makeBits(blocks),
      isReady: (block) => block < 50,
      random: () => 0,
    });
    join(fetch, 'one', range(0, 45));
    fetch.want(40, blocks);
    expect(fetch.ask('one', 0)).toEqual([40, 41, 42, 43]);
    fetch.want(60, blocks);
    fetch.forgetAsked('one');
    expect(fetch.ask('one', 0).every((block) => block < 45)).toBe(true);
  });

  test('a block that is slow to come is asked of a second person where it is played, and only there', () => {
    const fetch = plan();
    join(fetch, 'slow', range(0, blocks));
    fetch.want(20, blocks);
    expect(fetch.ask('slow', 0)).toEqual([20, 21, 22, 23]);
    join(fetch, 'quick', range(0, blocks));
    expect(fetch.ask('quick', 1_000)).toEqual([24, 25, 26, 27]);
    for (const block of [24, 25, 26, 27]) fetch.arrived('quick', block, 1_100);
    const later = fetch.ask('quick', paces.dropEndGameMs + 1);
    expect(later.slice(0, 4)).toEqual([20, 21, 22, 23]);
    expect(later.slice(4).every((block) => block >= 28)).toBe(true);
  });
});

describe('a drop whose file is played', () => {
  test('has the end of it before its middle, where the end is wanted, and becomes whole all the same', async () => {
    const net = new DropNet();
    const [ada, ben] = net.meet(2);
    if (!ada || !ben) throw new Error('two people');
    await net.link(ada, ben);
    const [first, film] = [net.file('notes.txt', 300_000), net.file('film.webm', 60 * 1024 * 1024)];
    const dropId = await ada.send([first, film], ben);
    await net.run(500);
    ben.drops.limitDownload(2_000_000);
    ben.drops.accept(dropId);
    await net.until(() => ben.content.writes > 3);
    ben.drops.want(dropId, 1, 236);
    const held = (block: number): boolean => {
      const bits = ben.content.drops.get(dropId)?.files[1]?.file?.held;
      return bits !== undefined && ((bits[block >> 3] ?? 0) & (0x80 >> (block & 7))) !== 0;
    };
    expect(await net.until(() => range(236, 240).every(held), 5_000)).toBe(true);
    expect(held(120)).toBe(false);
    for (const nonsense of [-1, 240, 1e9, 0.5]) ben.drops.want(dropId, 1, nonsense);
    ben.drops.want(dropId, 7, 0);
    ben.drops.limitDownload(null);
    expect(await net.until(() => ben.phase(dropId) === 'finished')).toBe(true);
    expect(ben.has(film)).toBe(true);
    net.end();
  });
});
