// Who belongs to a group and what that rests on (docs/protocol/chat.md). A pure function of the set of acts: their order and
// repetition change nothing. Standing flows down: the maker's acts are settled first, then those of the chosen, then the others'.
import type { PeerId } from '#shared/identity';
import {
  referenceOf,
  type ActBody,
  type EntryReference,
  type LogFloor,
  type LogPlace,
  type Spell,
} from '#main/services/chat/bodies';

export interface GroupAct {
  readonly id: string;
  readonly author: PeerId;
  readonly spell: Spell;
  readonly sequence: number;
  readonly lamport: number;
  readonly body: ActBody;
}

/** 0 the maker, 1 the chosen, 2 everybody else. Acts reach down only: nobody removes who stands as high. */
type Rank = 0 | 1 | 2;

/** Where a log of a membership ends. */
interface Cut {
  readonly acts: LogPlace;
  readonly talk: LogPlace;
  /** The act that ended it. */
  readonly by: EntryReference;
  readonly lamport: number;
}

export interface Membership {
  readonly peerId: PeerId;
  readonly name: string;
  readonly spell: Spell;
  readonly rank: Rank;
  /** The reference of the act that let them in, and its time. */
  readonly since: EntryReference;
  readonly lamport: number;
  /** What they may read begins after these; null when all of it. */
  readonly floors: readonly LogFloor[] | null;
  /** Null while it lasts. */
  readonly end: Cut | null;
}

export interface GroupStanding {
  readonly isFounded: boolean;
  readonly name: string;
  readonly mayAdd: 'all' | 'chosen';
  /** Ids of the acts that have an effect. */
  readonly counting: ReadonlySet<string>;
  /** Every membership there was, by person and spell. */
  readonly memberships: ReadonlyMap<string, Membership>;
  /**
   * People whom somebody let in beyond the end of their own membership: they do not belong, and may not know it. With the Lamport
   * time of what ended that membership.
   */
  readonly voided: ReadonlyMap<PeerId, number>;
  /** Removals of a person that count, whether made up for or not. */
  readonly removalsOf: ReadonlyMap<PeerId, readonly EntryReference[]>;
}

export const membershipKey = (peerId: PeerId, spell: Spell): string => `${peerId}/${spell}`;

/** Memberships that last, the maker's first, then in the order of admission. */
export function presentMembers(standing: GroupStanding): Membership[] {
  return [...standing.memberships.values()]
    .filter(({ end }) => end === null)
    .sort((one, other) => one.rank - other.rank || one.lamport - other.lamport || byText(one.peerId, other.peerId));
}

/** The lasting membership somebody writes in: the oldest. */
export function currentMembership(standing: GroupStanding, peerId: PeerId): Membership | null {
  const own = presentMembers(standing).filter((membership) => membership.peerId === peerId);
  return own.sort((one, other) => one.lamport - other.lamport || byText(one.spell, other.spell))[0] ?? null;
}

const nothing: LogPlace = { sequence: 0, reference: '0'.repeat(32) };

type ActOf<K extends ActBody['kind']> = GroupAct & { readonly body: Extract<ActBody, { kind: K }> };
const isKind =
  <K extends ActBody['kind']>(kind: K) =>
  (act: GroupAct): act is ActOf<K> =>
    act.body.kind === kind;

interface Draft {
  peerId: PeerId;
  name: string;
  spell: Spell;
  rank: Rank;
  since: EntryReference;
  lamport: number;
  floors: readonly LogFloor[];
  past: readonly EntryReference[];
}

export function settleGroup(maker: PeerId, acts: readonly GroupAct[]): GroupStanding {
  return new Settlement(maker, acts).settle();
}

class Settlement {
  readonly #maker: PeerId;
  readonly #acts: readonly GroupAct[];
  readonly #counting = new Set<string>();
  readonly #drafts = new Map<string, Draft>();
  readonly #ends = new Map<string, Cut>();
  readonly #removals: ActOf<'remove'>[] = [];
  #founding: ActOf<'create'> | null = null;

  constructor(maker: PeerId, acts: readonly GroupAct[]) {
    this.#maker = maker;
    this.#acts = [...new Map(acts.map((act) => [act.id, act])).values()].sort(byTime);
  }

  settle(): GroupStanding {
    this.#founding =
      this.#acts.filter(isKind('create')).find(({ author, spell }) => author === this.#maker && spell === '') ?? null;
    if (this.#founding) {
      this.#found(this.#founding);
      for (const rank of [0, 1, 2] as const) this.#settleRank(rank);
    }
    return this.#result();
  }

  #found({ id, lamport, body }: ActOf<'create'>): void {
    const since = referenceOf(id);
    const first = { since, lamport, floors: [], past: [] };
    this.#counting.add(id);
    this.#admit({ ...first, peerId: this.#maker, name: body.makerName, spell: '', rank: 0 });
    for (const { peerId, name, isChosen } of body.members) {
      if (peerId !== this.#maker) this.#admit({ ...first, peerId, name, spell: since, rank: isChosen ? 1 : 2 });
    }
  }

  /** Acts of one rank count where their author's membership reaches; what they add may make further ones count. */
  #settleRank(rank: Rank): void {
    // Ends first: whoever stands higher has spoken already, and the person's own leaving is their last act.
    this.#closeRank(rank);
    for (let isGrowing = true; isGrowing;) {
      isGrowing = false;
      for (const act of this.#acts) {
        if (this.#counting.has(act.id) || !this.#isWithin(act, rank)) continue;
        if (!this.#isAllowed(act, rank)) continue;
        this.#counting.add(act.id);
        isGrowing = true;
        if (isKind('remove')(act)) this.#removals.push(act);
        if (!isKind('add')(act)) continue;
        this.#add(act, rank);
        this.#closeRank(rank);
      }
    }
  }

  #isWithin({ author, spell, sequence }: GroupAct, rank: Rank): boolean {
    const key = membershipKey(author, spell);
    if (this.#drafts.get(key)?.rank !== rank) return false;
    const end = this.#ends.get(key);
    return !end || sequence <= end.acts.sequence;
  }

  #isAllowed(act: GroupAct, rank: Rank): boolean {
    if (act.body.kind === 'create') return false;
    if (act.body.kind === 'add')
      return act.body.peerId !== act.author && (rank < 2 || this.#founding?.body.mayAdd === 'all');
    return act.body.kind !== 'remove' || rank < 2;
  }

  #add({ id, author, lamport, body }: ActOf<'add'>, rank: Rank): void {
    const { peerId, name, floors, past } = body;
    const since = referenceOf(id);
    const isMaker = peerId === this.#maker;
    const isChosen = author === this.#maker && rank === 0 && body.isChosen;
    this.#admit({ peerId, name, spell: since, rank: isMaker ? 0 : isChosen ? 1 : 2, since, lamport, floors, past });
  }

  #admit(draft: Draft): void {
    this.#drafts.set(membershipKey(draft.peerId, draft.spell), draft);
  }

  /** What ends the memberships of this rank: removals from above that they do not make up for, and their own leaving. */
  #closeRank(rank: Rank): void {
    for (const [key, draft] of this.#drafts) {
      if (draft.rank !== rank) continue;
      const removed = mergedCut(this.#removalsAgainst(draft));
      const left = this.#leavingOf(draft);
      // Whoever was removed cannot reach further by leaving afterwards.
      const cut = removed && left && left.acts.sequence > removed.acts.sequence ? removed : (left ?? removed);
      if (cut) this.#ends.set(key, cut);
    }
  }

  #removalsAgainst({ peerId, rank, past, spell }: Draft): Cut[] {
    return this.#removals.flatMap(({ id, author, lamport, spell: from, body }) => {
      const by = referenceOf(id);
      const above = this.#drafts.get(membershipKey(author, from))?.rank ?? 2;
      if (body.peerId !== peerId || above >= rank || past.includes(by)) return [];
      const named = body.ends.find((end) => end.spell === spell);
      return [{ acts: named?.acts ?? nothing, talk: named?.talk ?? nothing, by, lamport }];
    });
  }

  #leavingOf({ peerId, spell }: Draft): Cut | null {
    const leaving = this.#acts.filter(isKind('leave')).find((act) => act.author === peerId && act.spell === spell);
    if (!leaving) return null;
    const { id, sequence, lamport, body } = leaving;
    const by = referenceOf(id);
    return { acts: { sequence, reference: by }, talk: body.talk, by, lamport };
  }

  #result(): GroupStanding {
    const shared = new Set(
      this.#acts
        .filter(({ id }) => this.#counting.has(id))
        .filter(isKind('share-history'))
        .flatMap(({ body }) => body.spells.map((spell) => membershipKey(body.peerId, spell))),
    );
    const first = this.#founding && referenceOf(this.#founding.id);
    const memberships = [...this.#drafts].map(([key, draft]): [string, Membership] => {
      const { peerId, name, spell, rank, since, lamport } = draft;
      const floors = shared.has(key) || since === first ? null : draft.floors;
      return [key, { peerId, name, spell, rank, since, lamport, floors, end: this.#ends.get(key) ?? null }];
    });
    const removalsOf = new Map<PeerId, EntryReference[]>();
    for (const { id, body } of this.#removals)
      removalsOf.set(body.peerId, [...(removalsOf.get(body.peerId) ?? []), referenceOf(id)]);
    return {
      isFounded: this.#founding !== null,
      name: this.#name(),
      mayAdd: this.#founding?.body.mayAdd ?? 'chosen',
      counting: this.#counting,
      memberships: new Map(memberships),
      voided: this.#voided(),
      removalsOf,
    };
  }

  #voided(): Map<PeerId, number> {
    const bySpell = new Map<string, number>();
    const voided = new Map<PeerId, number>();
    for (const act of this.#acts.filter(isKind('add'))) {
      const { id, author, spell, sequence, body } = act;
      const key = membershipKey(author, spell);
      const end = this.#ends.get(key);
      const endedAt = end && sequence > end.acts.sequence ? end.lamport : bySpell.get(key);
      if (endedAt === undefined || !this.#isAllowed(act, this.#drafts.get(key)?.rank ?? 2)) continue;
      bySpell.set(membershipKey(body.peerId, referenceOf(id)), endedAt);
      voided.set(body.peerId, Math.min(endedAt, voided.get(body.peerId) ?? Infinity));
    }
    return voided;
  }

  /** The last that anybody gave it. */
  #name(): string {
    const renamed = this.#acts.filter(isKind('rename')).filter(({ id }) => this.#counting.has(id));
    return renamed.at(-1)?.body.name ?? this.#founding?.body.name ?? '';
  }
}

/** What any of those who ended it had seen goes on counting. */
function mergedCut(cuts: readonly Cut[]): Cut | null {
  const [first, ...others] = cuts;
  if (!first) return null;
  return others.reduce(
    (cut, other) => ({
      acts: other.acts.sequence > cut.acts.sequence ? other.acts : cut.acts,
      talk: other.talk.sequence > cut.talk.sequence ? other.talk : cut.talk,
      by: other.lamport < cut.lamport ? other.by : cut.by,
      lamport: Math.min(cut.lamport, other.lamport),
    }),
    first,
  );
}

/** Lamport time, then author, then id: the same order on all sides. */
function byTime(one: GroupAct, other: GroupAct): number {
  return one.lamport - other.lamport || byText(one.author, other.author) || byText(one.id, other.id);
}

function byText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
