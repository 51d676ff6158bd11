import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PeerId } from '#shared/identity';
import { chooseCarriers, type CarrierFacts, type Pair } from '#core/conference/carrier-policy';
import { people, person } from './some-people';

const [ada, ben, cyd, dan, eve] = [person(0), person(1), person(2), person(3), person(4)];

/** Everybody is connected with everybody but these pairs. */
function room(members: readonly PeerId[], apart: readonly Pair[], unwilling: readonly PeerId[] = []): CarrierFacts[] {
  const areApart = (a: PeerId, b: PeerId): boolean => apart.some((pair) => pair.includes(a) && pair.includes(b));
  return members.map((peerId) => ({
    peerId,
    carries: !unwilling.includes(peerId),
    connectedTo: new Set(members.filter((other) => other !== peerId && !areApart(peerId, other))),
  }));
}

const pairOf = fc
  .tuple(fc.nat(7), fc.nat(7))
  .filter(([a, b]) => a !== b)
  .map(([a, b]): Pair => [person(a), person(b)]);

describe('who carries for a pair that cannot connect', () => {
  it('is the lowest id of those who can', () => {
    const choices = chooseCarriers(room([ada, ben, cyd, dan], [[cyd, dan]]), [[dan, cyd]]);
    expect(choices).toEqual([{ pair: [cyd, dan], carrier: ada }]);
  });

  it('is nobody who does not lend, or is not connected with both', () => {
    const apart: Pair[] = [
      [cyd, dan],
      [ben, cyd],
    ];
    expect(chooseCarriers(room([ada, ben, cyd, dan], apart, [ada]), [[cyd, dan]])).toEqual([
      { pair: [cyd, dan], carrier: null },
    ]);
  });

  it('believes in a link only when both ends say so', () => {
    const facts = room([ada, ben, cyd], [[ben, cyd]]);
    const doubted = facts.map((fact) => (fact.peerId === ben ? { ...fact, connectedTo: new Set<PeerId>() } : fact));
    expect(chooseCarriers(doubted, [[ben, cyd]])[0]?.carrier).toBeNull();
  });

  it('shares the load', () => {
    const apart: Pair[] = [
      [ada, ben],
      [cyd, dan],
    ];
    const [first, second] = chooseCarriers(room([ada, ben, cyd, dan, eve], apart), apart);
    expect(first?.carrier).toBe(cyd);
    expect(second?.carrier).toBe(ada);
  });

  it('gives the same answer for the same facts in any order, with one carried voice a link at most', () => {
    fc.assert(
      fc.property(
        fc.array(pairOf, { maxLength: 12 }),
        fc.subarray([...people.slice(0, 8)]),
        fc.array(fc.nat(), { minLength: 24, maxLength: 24 }),
        (pairs, unwilling, keys) => {
          const facts = room(people.slice(0, 8), pairs, unwilling);
          const shuffle = <T>(items: readonly T[]): T[] =>
            items
              .map((item, at) => ({ item, key: keys[at] ?? 0 }))
              .sort((a, b) => a.key - b.key)
              .map(({ item }) => item);
          const choices = chooseCarriers(facts, pairs);
          const turned = shuffle(pairs).map(([a, b]): Pair => [b, a]);
          expect(chooseCarriers(shuffle(facts), turned)).toEqual(choices);

          const lanes = new Set<string>();
          for (const { pair, carrier } of choices) {
            if (carrier === null) continue;
            expect(unwilling).not.toContain(carrier);
            expect(pair).not.toContain(carrier);
            for (const listener of pair) {
              expect(facts.find(({ peerId }) => peerId === carrier)?.connectedTo.has(listener)).toBe(true);
              expect(lanes.has(`${carrier} ${listener}`)).toBe(false);
              lanes.add(`${carrier} ${listener}`);
            }
          }
        },
      ),
    );
  });
});
