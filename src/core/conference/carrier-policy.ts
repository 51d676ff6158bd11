// Who carries the voices of a pair that cannot connect. All members work it out from what all say of themselves, so that
// nobody has to ask around: the same facts give the same carriers on all sides.
import type { PeerId } from '#shared/identity';

export interface CarrierFacts {
  readonly peerId: PeerId;
  /** They lend their bandwidth. */
  readonly carries: boolean;
  /** Whom they have a working link with. */
  readonly connectedTo: ReadonlySet<PeerId>;
}

/** Two people who cannot connect, in either order. */
export type Pair = readonly [PeerId, PeerId];

export interface CarriedPair {
  readonly pair: Pair;
  /** Null when nobody can. */
  readonly carrier: PeerId | null;
}

/**
 * One carrier for each pair: willing, connected with both by their own word and that of the two, least busy with other
 * pairs, lowest id. A link has one lane for a carried voice, so a carrier serves each person in one pair only. Pairs come
 * out sorted, lower id first.
 */
export function chooseCarriers(facts: readonly CarrierFacts[], pairs: readonly Pair[]): readonly CarriedPair[] {
  const members = new Map(facts.map((fact) => [fact.peerId, fact]));
  const served = new Map<PeerId, Set<PeerId>>();
  return sortedPairs(pairs).map((pair) => {
    const carrier = bestOf(
      [...members.values()].filter((fact) => canCarry(fact, pair, members, served)),
      served,
    );
    if (carrier !== null) {
      const people = served.get(carrier) ?? new Set();
      served.set(carrier, people);
      for (const person of pair) people.add(person);
    }
    return { pair, carrier };
  });
}

function sortedPairs(pairs: readonly Pair[]): readonly Pair[] {
  const sorted = new Map<string, Pair>();
  for (const [a, b] of pairs) {
    if (a === b) continue;
    const pair: Pair = a < b ? [a, b] : [b, a];
    sorted.set(pair.join(' '), pair);
  }
  return [...sorted].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, pair]) => pair);
}

function canCarry(
  { peerId, carries, connectedTo }: CarrierFacts,
  pair: Pair,
  members: ReadonlyMap<PeerId, CarrierFacts>,
  served: ReadonlyMap<PeerId, ReadonlySet<PeerId>>,
): boolean {
  if (!carries) return false;
  return pair.every((person) => {
    const isLinked = connectedTo.has(person) && members.get(person)?.connectedTo.has(peerId) === true;
    return person !== peerId && isLinked && served.get(peerId)?.has(person) !== true;
  });
}

function bestOf(candidates: readonly CarrierFacts[], served: ReadonlyMap<PeerId, ReadonlySet<PeerId>>): PeerId | null {
  const load = (peerId: PeerId): number => served.get(peerId)?.size ?? 0;
  let best: PeerId | null = null;
  for (const { peerId } of candidates) {
    const isBetter = best === null || load(peerId) < load(best) || (load(peerId) === load(best) && peerId < best);
    if (isBetter) best = peerId;
  }
  return best;
}
