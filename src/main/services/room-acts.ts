// What I write into a roster: turns an act into the facts of an entry, or refuses it. Pure; signing is for others.
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { RosterAct, StayId } from '#shared/room';
import { referenceOf, type EntryBody, type EntryFacts, type RosterEntry } from '#main/services/room-entry';
import type { Merged } from '#main/services/room-roster';
import { serviceLimits as limits } from '#main/services/service-limits';

interface Actor {
  readonly self: PeerId;
  /** Milliseconds. */
  readonly at: number;
  /** For a new stay. */
  readonly stay: StayId;
}

type Draft = Omit<EntryFacts, 'roomId'>;

/**
 * Null when the act would change nothing. Fails `room-refused` for what I may not do, `room-removed` when I was removed, and
 * `room-full` when there is no seat or the roster can take no more.
 */
export function draftAct(merged: Merged, act: RosterAct, actor: Actor): Draft | null {
  const { standings, roster } = merged;
  if (!standings.admitted.has(actor.self))
    throw new Failure(standings.letIn.has(actor.self) ? 'room-removed' : 'room-refused', 'not admitted');
  if ('peerId' in act && (act.peerId === actor.self || (act.kind === 'remove' && act.peerId === roster.opener)))
    throw new Failure('room-refused', act.kind);
  const body = bodyOf(merged, act, actor);
  if (!body) return null;
  const own = merged.counting.filter(({ author }) => author === actor.self);
  if (merged.counting.length >= limits.roomEntries || own.length >= limits.roomEntriesPerAuthor)
    throw new Failure('room-full', 'entries');
  return { ...stamp(merged, actor), past: pastOf(merged, body, actor.self), body };
}

/** Times above those known here. Others' entries that do not count cannot push the clock. */
export function stamp({ counting, waiting }: Merged, { self, at }: Pick<Actor, 'self' | 'at'>) {
  const lamport = Math.max(0, ...counting.map((entry) => entry.lamport)) + 1;
  const turns = [...counting, ...waiting].filter(({ author }) => author === self).map(({ turn }) => turn);
  return { lamport: Math.min(lamport, limits.roomLamportMost), turn: Math.max(0, ...turns) + 1, at };
}

function bodyOf(merged: Merged, act: RosterAct, { self, stay }: Actor): EntryBody | null {
  const { roster, standings } = merged;
  const seated = (peerId: PeerId) => roster.members.find((member) => member.peerId === peerId);
  switch (act.kind) {
    case 'join':
      if (!seated(self) && roster.members.length >= limits.roomSeats) throw new Failure('room-full');
      return { kind: 'join', stay, name: act.name };
    case 'leave': {
      const mine = seated(self);
      return mine ? { kind: 'leave', stay: mine.stay } : null;
    }
    case 'admit':
      return standings.admitted.has(act.peerId) ? null : { kind: 'admit', subject: act.peerId };
    case 'remove':
      if (!standings.admitted.has(act.peerId) || standings.votersAgainst(act.peerId).includes(self)) return null;
      return { kind: 'remove', subject: act.peerId, kept: keptOf(merged, act.peerId) };
    case 'lost': {
      const join = merged.joins.get(act.peerId);
      if (!join || seated(act.peerId)?.stay !== act.stay) return null;
      return { kind: 'lost', subject: act.peerId, joinTurn: join.turn, stay: act.stay };
    }
    case 'lock':
      return roster.isLocked === act.isLocked ? null : { kind: 'lock', isLocked: act.isLocked };
  }
}

/** Removals that I came back from are behind all I write; an admission comes after all that was held against the person. */
function pastOf({ standings, locks }: Merged, body: EntryBody, self: PeerId): string[] {
  const past = [...standings.madeUpFor(self)];
  if (body.kind === 'admit') past.push(...standings.votesAgainst(body.subject).map(referenceOf));
  if (body.kind === 'lock') past.push(...locks.map(referenceOf));
  if (past.length > limits.roomPastMost) throw new Failure('room-refused', 'removed too often');
  return past;
}

/** What somebody wrote that shall outlive their removal: first what most depends on. Their stay ends in any case. */
function keptOf({ counting, roster, locks }: Merged, person: PeerId): string[] {
  const inside = new Set(roster.members.map(({ peerId }) => peerId));
  const weight = (entry: RosterEntry): number => {
    const { body } = entry;
    if (body.kind === 'lock') return locks.some(({ id }) => id === entry.id) ? 4 : 0;
    if (body.kind === 'admit') return inside.has(body.subject) ? 3 : 1;
    return body.kind === 'remove' || body.kind === 'lost' ? 2 : 0;
  };
  return counting
    .filter((entry) => entry.author === person && weight(entry) > 0)
    .sort((one, other) => weight(other) - weight(one) || other.lamport - one.lamport)
    .slice(0, limits.roomKeptMost)
    .map(referenceOf);
}
