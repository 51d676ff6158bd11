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
  // other at the same time would otherwise undo each other without end. A vote taken may allow one that came before it.
  let open = entries.length === 0 ? [] : removes;
  for (let before = Infinity; open.length < before;) {
    before = open.length;
    open = open.filter((vote) => !court.take(vote));
  }
  return court;
}

interface Vote {
  readonly entry: Of<'remove'>;
  readonly reference: EntryReference;
  readonly kept: ReadonlySet<EntryReference>;
}

class Court implements Standings {
  readonly #opener: PeerId;
  readonly #admissionsBy = new Map<PeerId, Of<'admit'>[]>();
  readonly #votes = new Map<PeerId, Vote[]>();
  readonly #named = new WeakMap<RosterEntry, ReadonlySet<EntryReference>>();
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
    return new Set<RosterEntry>([
      ...[...this.#admissionsOf.values()].flat(),
      ...[...this.#votes.values()].flat().map(({ entry }) => entry),
    ]);
  }

  /** Whether the vote counts; it does from now on. */
  take(entry: Of<'remove'>): boolean {
    if (!this.maySpeak(entry)) return false;
    const { subject, kept } = entry.body;
    push(this.#votes, subject, { entry, reference: referenceOf(entry), kept: new Set(kept) });
    // A single voice changes nobody's standing.
    const voters = new Set(this.#votesOn(subject).map((vote) => vote.entry.author));
    if (voters.size >= 2 || voters.has(this.#opener)) this.#settle();
    return true;
  }

  /** The opener's votes first, then by lamport time. */
  compare(one: RosterEntry, other: RosterEntry): number {
    const byOpener = Number(other.author === this.#opener) - Number(one.author === this.#opener);
    return byOpener || one.lamport - other.lamport || (one.id < other.id ? -1 : 1);
  }

  votesAgainst(person: PeerId): readonly RosterEntry[] {
    return this.#votesOn(person).map(({ entry }) => entry);
  }

  votersAgainst(person: PeerId): readonly PeerId[] {
    const open = this.#standingAdmissions(person).map((admission) => this.#unnamedVotes(admission, person));
    const [first, ...others] = open.map((votes) => new Set(votes.map(({ entry }) => entry.author)));
    if (!first) return [];
    return [...first].filter((voter) => others.every((voters) => voters.has(voter))).sort();
  }

  madeUpFor(person: PeerId): readonly EntryReference[] {
    const against = new Set(this.#votesOn(person).map(({ reference }) => reference));
    const named = this.#standingAdmissions(person).flatMap(({ past }) => past);
    return [...new Set(named)].filter((reference) => against.has(reference)).sort();
  }

  maySpeak(entry: RosterEntry): boolean {
    const { author } = entry;
    if (author === this.#opener) return this.#hasEntries;
    if (!this.#isStruck(entry, author)) return this.#admitted.has(author);
    if (!this.#letIn.has(author)) return false;
    const reference = referenceOf(entry);
    return this.#unnamedVotes(entry, author).some(({ kept }) => kept.has(reference));
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

  /** By the opener's vote, or those of two people, that this entry about or by the person does not name. */
  #isStruck(entry: RosterEntry, person: PeerId): boolean {
    const named = this.#namedBy(entry);
    let first: PeerId | null = null;
    for (const { entry: vote, reference } of this.#votesOn(person)) {
      if (named.has(reference) || vote.author === first) continue;
      if (first !== null || vote.author === this.#opener) return true;
      first = vote.author;
    }
    return false;
  }

  #unnamedVotes(entry: RosterEntry, person: PeerId): Vote[] {
    const named = this.#namedBy(entry);
    return this.#votesOn(person).filter(({ reference }) => !named.has(reference));
  }

  #votesOn(person: PeerId): readonly Vote[] {
    return this.#votes.get(person) ?? [];
  }

  #namedBy(entry: RosterEntry): ReadonlySet<EntryReference> {
    const known = this.#named.get(entry) ?? new Set(entry.past);
    this.#named.set(entry, known);
    return known;
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
