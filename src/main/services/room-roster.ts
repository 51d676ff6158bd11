// What the entries of a room add up to (docs/protocol/room.md). A pure function of the set of entries: their order and
// repetition change nothing, and two members with the same entries see the same room.
import { createHash } from 'node:crypto';
import type { PeerId } from '#shared/identity';
import type { Roster, RosterMember } from '#shared/room';
import { fromHex } from '#main/services/byte-layout';
import { referenceOf, type EntryBody, type EntryReference, type RosterEntry } from '#main/services/room-entry';
import { settleStandings, type Standings } from '#main/services/room-standing';
import { serviceLimits } from '#main/services/service-limits';

type EntryOf<K extends EntryBody['kind'], E extends RosterEntry = RosterEntry> = E & {
  readonly body: Extract<EntryBody, { kind: K }>;
};

export interface Merged<E extends RosterEntry = RosterEntry> {
  readonly roster: Roster;
  /** The entries that have an effect: these are kept, spread, and named by the digest. */
  readonly counting: readonly E[];
  /** Those that have none now but may get one: what they depend on is missing. All others are spent. */
  readonly waiting: readonly E[];
  readonly standings: Standings;
  /** Everybody's last join that counts, whether they left since or not. */
  readonly joins: ReadonlyMap<PeerId, EntryOf<'join'>>;
  /** The locks that no other one replaces; the last of them holds. */
  readonly locks: readonly EntryOf<'lock'>[];
}

export function mergeRoster<E extends RosterEntry>(opener: PeerId, entries: readonly E[]): Merged<E> {
  const all = [...new Map(entries.map((entry) => [entry.id, entry])).values()].sort(byId);
  const isFounded = all.some(({ body, author }) => body.kind === 'found' && author === opener);
  const standings = settleStandings(opener, isFounded ? all : []);
  const joins = isFounded ? lastJoins(all, standings) : new Map<PeerId, EntryOf<'join', E>>();
  const ownLocks = lastLocks(all, standings);
  const decide = { standings, counted: standings.counted, joins, ownLocks };
  const judged = all.map((entry) => ({ entry, worth: worthOf(entry, decide) }));
  const counting = judged.filter(({ worth }) => worth === 'counts').map(({ entry }) => entry);
  const waiting = judged.filter(({ worth }) => worth === 'waits').map(({ entry }) => entry);
  const locks = currentLocks([...ownLocks.values()]);
  const roster: Roster = {
    opener,
    isLocked: locks.at(-1)?.body.isLocked ?? false,
    members: seatedMembers(counting, joins, standings),
    admitted: [...standings.admitted].sort(),
    removed: [...standings.letIn].filter((peerId) => !standings.admitted.has(peerId)).sort(),
    votes: openVotes(standings),
    digest: digestOf(counting),
  };
  return { roster, counting, waiting, standings, joins, locks };
}

function isKind<K extends EntryBody['kind'], E extends RosterEntry>(kind: K) {
  return (entry: E): entry is EntryOf<K, E> => entry.body.kind === kind;
}

interface Facts {
  readonly standings: Standings;
  readonly counted: ReadonlySet<RosterEntry>;
  readonly joins: ReadonlyMap<PeerId, EntryOf<'join'>>;
  readonly ownLocks: ReadonlyMap<PeerId, EntryOf<'lock'>>;
}

function worthOf(entry: RosterEntry, { standings, counted, joins, ownLocks }: Facts): 'counts' | 'waits' | 'spent' {
  const { body, author } = entry;
  const lastTurn = joins.get(author)?.turn ?? 0;
  switch (body.kind) {
    case 'found':
      return 'counts';
    case 'admit':
    case 'remove':
      return counted.has(entry) ? 'counts' : 'waits';
    case 'join':
      return joins.get(author) === entry ? 'counts' : entry.turn <= lastTurn ? 'spent' : 'waits';
    case 'leave':
      if (joins.get(author)?.body.stay === body.stay) return 'counts';
      return entry.turn < lastTurn ? 'spent' : 'waits';
    case 'lost': {
      const join = joins.get(body.subject);
      if (join?.body.stay === body.stay) return standings.maySpeak(entry) ? 'counts' : 'waits';
      return join && body.joinTurn <= join.turn ? 'spent' : 'waits';
    }
    case 'lock': {
      const last = ownLocks.get(author);
      return last === entry ? 'counts' : last && entry.turn <= last.turn ? 'spent' : 'waits';
    }
  }
}

/** A person has one stay at most: that of their last join. */
function lastJoins<E extends RosterEntry>(all: readonly E[], standings: Standings): Map<PeerId, EntryOf<'join', E>> {
  const joins = all.filter(isKind<'join', E>('join')).filter((join) => standings.isPresent(join));
  return lastPerAuthor(joins);
}

function lastLocks<E extends RosterEntry>(all: readonly E[], standings: Standings): Map<PeerId, EntryOf<'lock', E>> {
  return lastPerAuthor(all.filter(isKind<'lock', E>('lock')).filter((lock) => standings.maySpeak(lock)));
}

/** Of equal turns (one identity in two places) the greater id; `all` is in the order of ids. */
function lastPerAuthor<E extends RosterEntry>(entries: readonly E[]): Map<PeerId, E> {
  const last = new Map<PeerId, E>();
  for (const entry of entries) if (entry.turn >= (last.get(entry.author)?.turn ?? 0)) last.set(entry.author, entry);
  return last;
}

/** Without those that another one replaces; by lamport time, then author. */
function currentLocks(locks: readonly EntryOf<'lock'>[]): EntryOf<'lock'>[] {
  const replaced = new Set<EntryReference>(locks.flatMap(({ past }) => past));
  return locks.filter((lock) => !replaced.has(referenceOf(lock))).sort(byLamport);
}

function seatedMembers(
  counting: readonly RosterEntry[],
  joins: ReadonlyMap<PeerId, EntryOf<'join'>>,
  standings: Standings,
): RosterMember[] {
  const ended = new Set(
    counting.flatMap(({ author, body }) => {
      if (body.kind === 'leave') return [`${author}/${body.stay}`];
      return body.kind === 'lost' ? [`${body.subject}/${body.stay}`] : [];
    }),
  );
  return [...joins.values()]
    .filter(({ author, body }) => !ended.has(`${author}/${body.stay}`))
    .sort(byLamport)
    .slice(0, serviceLimits.roomSeats)
    .sort((one, other) => standings.rank(one.author) - standings.rank(other.author) || byText(one.author, other.author))
    .map(({ author, at, body }) => ({ peerId: author, name: body.name, stay: body.stay, joinedAt: at }));
}

function openVotes(standings: Standings): Roster['votes'] {
  return [...standings.admitted].sort().flatMap((peerId) => {
    const by = standings.votersAgainst(peerId);
    return by.length > 0 ? [{ peerId, by: [...by] }] : [];
  });
}

function digestOf(entries: readonly RosterEntry[]): string {
  const hash = createHash('sha256');
  for (const { id } of entries) hash.update(fromHex(id));
  return hash.digest('hex');
}

/** Lamport time, then author, then id: the same order on all sides. */
export function byLamport(one: RosterEntry, other: RosterEntry): number {
  return one.lamport - other.lamport || byText(one.author, other.author) || byText(one.id, other.id);
}

function byId(one: RosterEntry, other: RosterEntry): number {
  return byText(one.id, other.id);
}

function byText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
