// What the roster says of my own place in a room.
import type { PeerId } from '#shared/identity';
import type { Roster, StayId } from '#shared/room';

export type Standing =
  | 'seated'
  /** Somebody thought that I was gone; I sit down again. */
  | 'missed'
  | 'removed'
  /** The same identity sat down again, in another window or on another machine. */
  | 'elsewhere';

export function standingOf(roster: Roster, self: PeerId, stay: StayId): Standing {
  const own = roster.members.find(({ peerId }) => peerId === self);
  if (own) return own.stay === stay ? 'seated' : 'elsewhere';
  return roster.admitted.includes(self) ? 'missed' : 'removed';
}

export interface Movement {
  readonly peerId: PeerId;
  readonly name: string;
}

/** Who came and who went between two rosters. A person with a new stay has done neither. */
export function movements(before: Roster, after: Roster): { came: readonly Movement[]; went: readonly Movement[] } {
  const [was, is] = [before, after].map(({ members }) => new Set(members.map(({ peerId }) => peerId)));
  return {
    came: after.members.filter(({ peerId }) => was?.has(peerId) !== true),
    went: before.members.filter(({ peerId }) => is?.has(peerId) !== true),
  };
}

/** Who may not be inside any more. */
export function shutOut(before: Roster, after: Roster): readonly PeerId[] {
  return before.admitted.filter((peerId) => !after.admitted.includes(peerId));
}
