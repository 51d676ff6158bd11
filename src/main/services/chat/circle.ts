// Whose words a conversation takes, and who may read how much of it. Of two people that is both, of everything; of a group it
// follows from its acts.
import type { PeerId } from '#shared/identity';
import type { LogFloor, Spell } from '#main/services/chat/bodies';
import type { ChatEntry, LogName } from '#main/services/chat/entry';
import {
  currentMembership,
  membershipKey,
  presentMembers,
  type GroupStanding,
  type Membership,
} from '#main/services/chat/group-standing';

/** The part of a log somebody may read: from this entry on, and nothing of a later time. */
interface Reach {
  readonly from: number;
  readonly lamportMost: number;
}

/** `not-yet`: the act that let its author in is not here. */
type Voice = 'heard' | 'not-yet' | 'refused';

export interface Circle {
  /** Those who belong to it now. */
  readonly present: readonly PeerId[];
  /** The membership somebody writes in now; null when they belong to it no more. */
  spellOf(peerId: PeerId): Spell | null;
  /** Whether somebody belongs to it, has belonged to it, or was told so by somebody who did no more. */
  knows(peerId: PeerId): boolean;
  judge(entry: Pick<ChatEntry, 'author' | 'spell' | 'stream' | 'sequence' | 'kind'>): Voice;
  reach(reader: PeerId, log: LogName): Reach | null;
  /** Where the logs begin for somebody who came later. */
  floorsOf(peerId: PeerId): readonly LogFloor[];
}

export function pairCircle(self: PeerId, other: PeerId): Circle {
  const both = [self, other];
  return {
    present: both,
    spellOf: (peerId) => (both.includes(peerId) ? '' : null),
    knows: (peerId) => both.includes(peerId),
    judge: ({ author, spell, stream }) =>
      both.includes(author) && spell === '' && stream === 'talk' ? 'heard' : 'refused',
    reach: (reader, { stream }) =>
      both.includes(reader) && stream === 'talk' ? { from: 1, lamportMost: Infinity } : null,
    floorsOf: () => [],
  };
}

export function groupCircle(maker: PeerId, standing: GroupStanding): Circle {
  const present = [...new Set(presentMembers(standing).map(({ peerId }) => peerId))];
  const ofPerson = (peerId: PeerId): Membership | null => {
    const all = [...standing.memberships.values()].filter((membership) => membership.peerId === peerId);
    const last = all.sort((one, other) => (other.end?.lamport ?? 0) - (one.end?.lamport ?? 0))[0];
    return currentMembership(standing, peerId) ?? last ?? null;
  };
  return {
    present,
    spellOf: (peerId) => currentMembership(standing, peerId)?.spell ?? null,
    knows: (peerId) => ofPerson(peerId) !== null || standing.voided.has(peerId),
    judge: ({ author, spell, stream, sequence, kind }) => {
      if (!standing.isFounded) {
        const isFounding = kind === 'create' && author === maker && spell === '' && sequence === 1;
        return isFounding ? 'heard' : 'not-yet';
      }
      const membership = standing.memberships.get(membershipKey(author, spell));
      if (!membership) return 'not-yet';
      return membership.end && sequence > membership.end[stream].sequence ? 'refused' : 'heard';
    },
    reach: (reader, log) => {
      const membership = ofPerson(reader);
      const voidedAt = standing.voided.get(reader);
      if (membership || voidedAt === undefined) return reachOf(membership, log);
      return log.stream === 'acts' ? { from: 1, lamportMost: voidedAt } : null;
    },
    floorsOf: (peerId) => ofPerson(peerId)?.floors ?? [],
  };
}

function reachOf(membership: Membership | null, { author, spell, stream }: LogName): Reach | null {
  if (!membership) return null;
  const lamportMost = membership.end?.lamport ?? Infinity;
  if (stream === 'acts') return { from: 1, lamportMost };
  const floor = membership.floors?.find((one) => one.author === author && one.spell === spell);
  return { from: (floor?.sequence ?? 0) + 1, lamportMost };
}
