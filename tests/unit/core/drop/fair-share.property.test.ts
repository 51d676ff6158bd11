// Whoever has given nothing is not starved: by whom to serve, and by how a limited line is shared.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseServed, type Rival } from '#core/drop/choke-policy';
import { paces } from '#core/wire/paces';
import { DropNet } from '#tests/support/drop-net';

const MiB = 1024 * 1024;

interface Waiting {
  readonly id: number;
  isServed: boolean;
  servedAtMs: number;
}

/** Rounds as a swarm holds them; answers in which rounds each was served. */
function play(gaveOf: readonly (readonly number[])[], people: number): number[][] {
  const waiting = Array.from({ length: people }, (_, id): Waiting => ({ id, isServed: false, servedAtMs: id }));
  const rounds = waiting.map((): number[] => []);
  for (const [round, gave] of gaveOf.entries()) {
    const nowMs = (round + 1) * paces.dropServeRoundMs;
    const rivals = waiting.map((one): Rival<number> => ({ ...one, gaveBlocks: gave[one.id] ?? 0 }));
    const chosen = chooseServed(rivals, { isRound: true });
    expect(chosen.size).toBe(Math.min(people, paces.dropServed));
    for (const one of waiting) {
      one.isServed = chosen.has(one.id);
      if (!one.isServed) continue;
      one.servedAtMs = nowMs;
      rounds[one.id]?.push(round);
    }
  }
  return rounds;
}

describe('whoever has given nothing', () => {
  test('is served at least once in as many rounds as there are people, whatever the others give', () => {
    const people = fc.integer({ min: 1, max: 24 });
    const game = people.chain((count) =>
      fc.record({
        people: fc.constant(count),
        // The last of them, who came last, gives nothing at all; what the others give is anything.
        gave: fc.array(fc.array(fc.nat(1_000), { minLength: count - 1, maxLength: count - 1 }), {
          minLength: count * 3,
          maxLength: count * 3,
        }),
      }),
    );
    fc.assert(
      fc.property(game, ({ people: count, gave }) => {
        const served = play(gave, count).at(-1) ?? [];
        let before = -1;
        for (const round of [...served, gave.length]) {
          expect(round - before).toBeLessThanOrEqual(count);
          before = round;
        }
        // A bounded share: one in as many rounds as there are people.
        expect(served.length).toBeGreaterThanOrEqual(Math.floor(gave.length / count));
      }),
      { numRuns: 200 },
    );
  });

  test('does not take the places of those who give most', () => {
    const gave = Array.from({ length: 30 }, () => [50, 40, 30, 20, 0, 0, 0, 0]);
    const rounds = play(gave, 8);
    for (const giver of [0, 1, 2, 3]) expect(rounds[giver]).toHaveLength(30);
    for (const newcomer of [4, 5, 6, 7]) expect(rounds[newcomer]?.length).toBeGreaterThanOrEqual(7);
  });

  test('gets a fair part of a limited line beside somebody whom much is given to already', async () => {
    const net = new DropNet(3);
    const [ada, ben, cleo] = net.meet(3);
    if (!ada || !ben || !cleo) throw new Error('three people');
    for (const one of [ben, cleo]) one.acceptsAtOnce = () => true;
    ada.drops.limitUpload(MiB);
    await net.link(ada, ben, cleo);
    const first = await ada.send([net.file('old.bin', 60 * MiB)], ben);
    expect(await net.until(() => (ben.find(first)?.doneBytes ?? 0) > 4 * MiB)).toBe(true);
    const second = await ada.send([net.file('new.bin', 20 * MiB)], cleo);
    const before = ben.find(first)?.doneBytes ?? 0;
    await net.run(12_000);
    const [old, fresh] = [(ben.find(first)?.doneBytes ?? 0) - before, cleo.find(second)?.doneBytes ?? 0];
    expect(fresh).toBeGreaterThan(0.3 * (old + fresh));
    expect(old).toBeGreaterThan(0.3 * (old + fresh));
    net.end();
  });
});
