// Whom to serve: a few at a time, so that each gets its blocks soon. Those who gave me most come first, one place goes round
// among all others, and who has waited long is not starved.
import { paces } from '#core/wire/paces';

export interface Rival<Id> {
  readonly id: Id;
  readonly isServed: boolean;
  /** What they gave me since the last round. */
  readonly gaveBlocks: number;
  /** When they were last served or, before that, when they came. */
  readonly servedAtMs: number;
}

/**
 * Of those who want something; everybody while there is room. Between the rounds those who are served stay, and free places
 * go to who waited longest.
 */
export function chooseServed<Id>(rivals: readonly Rival<Id>[], { isRound }: { isRound: boolean }): ReadonlySet<Id> {
  if (rivals.length <= paces.dropServed) return new Set(rivals.map(({ id }) => id));
  const chosen = new Set((isRound ? topGivers(rivals) : rivals.filter(({ isServed }) => isServed)).map(({ id }) => id));
  for (const { id } of rivals.toSorted((a, b) => a.servedAtMs - b.servedAtMs)) {
    if (chosen.size >= paces.dropServed) break;
    chosen.add(id);
  }
  return chosen;
}

function topGivers<Id>(rivals: readonly Rival<Id>[]): readonly Rival<Id>[] {
  const givers = rivals.filter(({ gaveBlocks }) => gaveBlocks > 0);
  return givers.toSorted((a, b) => b.gaveBlocks - a.gaveBlocks).slice(0, paces.dropServed - paces.dropServedByTurn);
}
