// What I carry of connections of friends: as much as I allowed, never where the connection costs, and nothing once the month's share
// is used up.
import type { Settings } from '#shared/settings';
import type { LineCost } from '#core/ports';

export interface CarryTerms {
  /** In each direction, of everything that is carried together. */
  readonly bytesPerSecond: number;
}

/** @param carriedBytes of this month. Null: nothing is carried. */
export function carryTerms(
  { helps, megabitsPerSecond, gigabytesAMonth }: Settings['relay'],
  cost: LineCost,
  carriedBytes: number,
): CarryTerms | null {
  if (!helps || cost === 'metered' || carriedBytes >= gigabytesAMonth * 1e9) return null;
  return { bytesPerSecond: (megabitsPerSecond * 1e6) / 8 };
}
