// Who may be in a room and whose word counts there: admissions, votes for removal, and what a removal leaves standing.
//
// A removal strikes everything about a person that does not name it: their admissions, their joins, and what they wrote. It
// spares what its authors had seen and listed, and what came after a new admission: that one names the removal, and so does
// all that the person writes under it.
import type { PeerId } from '#shared/identity';
import { referenceOf, type EntryBody, type EntryReference, type RosterEntry } from '#main/services/room-entry';

type Of<K extends EntryBody['kind']> = RosterEntry & { readonly body: Extract<EntryBody, { kind: K }> };

export interface Standings {
  readonly admitted: ReadonlySet<PeerId>;
  /** Who was let in once, whether they were removed since or not. */
  readonly letIn: ReadonlySet<PeerId>;
  /** Admissions and votes that count. */
  readonly counted: ReadonlySet<RosterEntry>;
  /** Votes for removing this person that count, spent or not. */
  readonly votesAgainst: (person: PeerId) => readonly RosterEntry[];
  /** Who votes for removing a person who is still admitted. */
  readonly votersAgainst: (person: PeerId) => readonly PeerId[];
  /** The removals that this person's admission made up for. */
  readonly madeUpFor: (person: PeerId) => readonly EntryReference[];
  /** Whether the author had the right to write this. */
  readonly maySpeak: (entry: RosterEntry) => boolean;
  /** Whether its author is admitted under this entry now. */
  readonly isPresent: (entry: RosterEntry) => boolean;
  /** The order of seats: the lamport time of the first admission; 0 for the opener. */
  readonly rank: (person: PeerId) => number;
}

export function settleStandings(opener: PeerId, entries: readonly RosterEntry[]): Standings {
  const removes = entries.filter((entry): entry is Of<'remove'> => entry.body.kind === 'remove');
  const court = new Court(opener, entries);
  removes.sort((one, other) => court.compare(one, other));
  // Votes are taken one by one in an order that is the same everywhere, and none is taken back: two people who remove each
  // other at the same time would otherwise undo each other without end.
  const open = new Set(entries.length === 0 ? [] : removes);
  for (let next = firstAllowed(court, open); next; next = firstAllowed(court, open)) {
    open.delete(next);
    court.take(next);
  }
  return court;
}

function firstAllowed(court: Court, open: ReadonlySet<Of<'remove'>>): Of<'remove'> | null {
  for (const vote of open) if (court.maySpeak(vote)) return vote;
  return null;
}

class Court implements Standings {
  readonly #opener: PeerId;
  readonly #admissionsBy = new Map<PeerId, Of<'admit'>[]>();
  readonly #votes = new Map<PeerId, Of<'remove'>[]>();
  #admissionsOf = new Map<PeerId, Of<'admit'>[]>();
  #admitted = new Set<PeerId>();
  #letIn = new Set<PeerId>();
  readonly #hasEntries: boolean;

  constructor(opener: PeerId, entries: readonly RosterEntry[]) {
    this.#opener = opener;
    this.#hasEntries = entries.length > 0;
    for (const entry of entries) if (isAdmission(entry)) push(this.#admissionsBy, entry.author, entry);
    this.#settle();
  }

  get admitted(): ReadonlySet<PeerId> {
    return this.#admitted;
  }

  get letIn(): ReadonlySet<PeerId> {
    return this.#letIn;
  }

  get counted(): ReadonlySet<RosterEntry> {
    return new Set<RosterEntry>([...this.#admissionsOf.values(), ...this.#votes.values()].flat());
  }

  take(vote: Of<'remove'>): void {
    push(this.#votes, vote.body.subject, vote);
    this.#settle();
  }

  /** The opener's votes first, then by lamport time. */
  compare(one: RosterEntry, other: RosterEntry): number {
    const byOpener = Number(other.author === this.#opener) - Number(one.author === this.#opener);
    return byOpener || one.lamport - other.lamport || (one.id < other.id ? -1 : 1);
  }

  votesAgainst(person: PeerId): readonly RosterEntry[] {
    return this.#votes.get(person) ?? [];
  }

  votersAgainst(person: PeerId): readonly PeerId[] {
    const open = this.#standingAdmissions(person).map((admission) => this.#unnamedVotes(admission, person));
    const [first, ...others] = open.map((votes) => new Set(votes.map(({ author }) => author)));
    if (!first) return [];
    return [...first].filter((voter) => others.every((voters) => voters.has(voter))).sort();
  }

  madeUpFor(person: PeerId): readonly EntryReference[] {
    const against = new Set(this.votesAgainst(person).map(referenceOf));
    const named = this.#standingAdmissions(person).flatMap(({ past }) => past);
    return [...new Set(named)].filter((reference) => against.has(reference)).sort();
  }

  maySpeak(entry: RosterEntry): boolean {
    const { author } = entry;
    if (author === this.#opener) return this.#hasEntries;
    if (!this.#isStruck(entry, author)) return this.#admitted.has(author);
    const isKept = this.#unnamedVotes(entry, author).some(({ body }) => body.kept.includes(referenceOf(entry)));
    return isKept && this.#letIn.has(author);
  }

  isPresent(entry: RosterEntry): boolean {
    return this.#admitted.has(entry.author) && !this.#isStruck(entry, entry.author);
  }

  rank(person: PeerId): number {
    if (person === this.#opener) return 0;
    return Math.min(...this.#standingAdmissions(person).map(({ lamport }) => lamport));
  }

  /** Follows the admissions from the opener on; each is looked at when its author's standing grows. */
  #settle(): void {
    this.#admissionsOf = new Map();
    this.#admitted = new Set(this.#hasEntries ? [this.#opener] : []);
    this.#letIn = new Set(this.#admitted);
    const grown = [...this.#admitted];
    const counted = new Set<RosterEntry>();
    for (let author = grown.pop(); author !== undefined; author = grown.pop()) {
      for (const admission of this.#admissionsBy.get(author) ?? []) {
        if (counted.has(admission) || !this.maySpeak(admission)) continue;
        counted.add(admission);
        if (this.#letInBy(admission)) grown.push(admission.body.subject);
      }
    }
  }

  /** Whether somebody's standing grew. */
  #letInBy(admission: Of<'admit'>): boolean {
    const { subject } = admission.body;
    push(this.#admissionsOf, subject, admission);
    const isAdmitted = !this.#isStruck(admission, subject);
    const hasGrown = !this.#letIn.has(subject) || (isAdmitted && !this.#admitted.has(subject));
    this.#letIn.add(subject);
    if (isAdmitted) this.#admitted.add(subject);
    return hasGrown;
  }

  #standingAdmissions(person: PeerId): Of<'admit'>[] {
    return (this.#admissionsOf.get(person) ?? []).filter((admission) => !this.#isStruck(admission, person));
  }

  /** The opener's vote, or those of two people, that this entry about or by the person does not name. */
  #isStruck(entry: RosterEntry, person: PeerId): boolean {
    const voters = new Set(this.#unnamedVotes(entry, person).map(({ author }) => author));
    return voters.size >= 2 || voters.has(this.#opener);
  }

  #unnamedVotes(entry: RosterEntry, person: PeerId): Of<'remove'>[] {
    return (this.#votes.get(person) ?? []).filter((vote) => !entry.past.includes(referenceOf(vote)));
  }
}

function isAdmission(entry: RosterEntry): entry is Of<'admit'> {
  return entry.body.kind === 'admit';
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const found = map.get(key);
  if (found) found.push(value);
  else map.set(key, [value]);
}
