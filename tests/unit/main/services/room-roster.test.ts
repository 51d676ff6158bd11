import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { draftAct, stamp } from '#main/services/room-acts';
import { referenceOf, type EntryBody, type RosterEntry } from '#main/services/room-entry';
import { mergeRoster, type Merged } from '#main/services/room-roster';
import { peerIdOf } from '#main/services/peer-keys';
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { RosterAct, StayId } from '#shared/room';

const people: readonly PeerId[] = ['Ann', 'Ben', 'Cid', 'Dora', 'Eve', 'Fay'].map((name) =>
  peerIdOf(new Uint8Array(createHash('sha256').update(name).digest())),
);
const [ann, ben, cid, dora, eve] = people as [PeerId, PeerId, PeerId, PeerId, PeerId, PeerId]; // sound: six names

let written = 0;

/** As if signed: the merge trusts ids and authors, which `readEntry` proved. */
function write(author: PeerId, parts: Omit<RosterEntry, 'id' | 'author'>): RosterEntry {
  written += 1;
  return { ...parts, author, id: createHash('sha256').update(`${written}`).digest('hex') };
}

function stayOf(number: number): StayId {
  return number.toString(16).padStart(16, '0') as StayId; // sound: 16 hex digits
}

const founding = (): RosterEntry =>
  write(ann, { lamport: 1, turn: 1, at: 0, past: [], body: { kind: 'found', seed: new Uint8Array(16) } });

/** One member's copy of the roster. It keeps what the merge tells it to keep, and hands on what counts. */
class Copy {
  readonly self: PeerId;
  merged: Merged;

  constructor(self: PeerId, entries: readonly RosterEntry[] = []) {
    this.self = self;
    this.merged = mergeRoster(ann, entries);
  }

  get roster() {
    return this.merged.roster;
  }

  take(entries: readonly RosterEntry[]): void {
    this.merged = mergeRoster(ann, [...this.merged.counting, ...this.merged.waiting, ...entries]);
  }

  /** Answers what was written; nothing when the act is not allowed or changes nothing. */
  act(what: RosterAct): RosterEntry | null {
    try {
      const draft = draftAct(this.merged, what, { self: this.self, at: 0, stay: stayOf(written) });
      if (!draft) return null;
      const entry = write(this.self, draft);
      this.take([entry]);
      return entry;
    } catch (error) {
      if (error instanceof Failure) return null;
      throw error;
    }
  }

  tell(...others: Copy[]): void {
    for (const other of others) other.take(this.merged.counting);
  }
}

function heal(copies: readonly Copy[]): void {
  for (let round = 0; round < 6; round += 1) for (const copy of copies) copy.tell(...copies);
}

/** Ann opened a room, and all the others sit in it. */
function roomOf(...guests: PeerId[]): Copy[] {
  const opener = new Copy(ann, [founding()]);
  opener.act({ kind: 'join', name: 'Ann' });
  const copies = [opener];
  for (const guest of guests) {
    opener.act({ kind: 'admit', peerId: guest });
    const copy = new Copy(guest);
    opener.tell(copy);
    copy.act({ kind: 'join', name: 'Guest' });
    copies.push(copy);
    copy.tell(opener);
  }
  heal(copies);
  return copies;
}

/** The first copies of a room with at least as many people. */
function room4(): [Copy, Copy, Copy, Copy] {
  return roomOf(ben, cid, dora) as [Copy, Copy, Copy, Copy]; // sound: an opener and three guests
}

const inside = (copy: Copy): PeerId[] => copy.roster.members.map(({ peerId }) => peerId);

type Step = { who: number; whom: number; what: RosterAct['kind'] | 'tell' };
const step: fc.Arbitrary<Step> = fc.record({
  who: fc.nat({ max: people.length - 1 }),
  whom: fc.nat({ max: people.length - 1 }),
  what: fc.constantFrom(
    ...(['join', 'leave', 'admit', 'admit', 'remove', 'remove', 'lost', 'lock', 'tell', 'tell', 'tell'] as const),
  ),
});

function actOf({ what, whom }: Step, copy: Copy): RosterAct | null {
  const peerId = people[whom] ?? ann;
  const member = copy.roster.members.find((one) => one.peerId === peerId);
  if (what === 'join') return { kind: 'join', name: 'Somebody' };
  if (what === 'lock') return { kind: 'lock', isLocked: whom % 2 === 0 };
  if (what === 'lost') return member ? { kind: 'lost', peerId, stay: member.stay } : null;
  if (what === 'tell') return null;
  return what === 'leave' ? { kind: 'leave' } : { kind: what, peerId };
}

/** People act on their own copies and sometimes tell each other. Answers the copies and all that was ever written. */
function play(steps: readonly Step[]): { copies: Copy[]; all: RosterEntry[] } {
  const first = founding();
  const copies = people.map((self) => new Copy(self, [first]));
  const all = [first];
  for (const next of steps) {
    const [copy, other] = [copies[next.who], copies[next.whom]];
    if (!copy || !other) continue;
    if (next.what === 'tell') copy.tell(other);
    const what = actOf(next, copy);
    const entry = what && copy.act(what);
    if (entry) all.push(entry);
  }
  return { copies, all };
}

const anybody = fc.constantFrom(...people);
const anyStay = fc.nat({ max: 5 }).map(stayOf);

/** What somebody who keeps no rule may write. */
function hostile(known: readonly RosterEntry[]): fc.Arbitrary<RosterEntry> {
  const references = fc.subarray(known.map(referenceOf), { maxLength: Math.min(8, known.length) });
  const body: fc.Arbitrary<EntryBody> = fc.oneof(
    fc.record({ kind: fc.constant('join' as const), stay: anyStay, name: fc.constant('Eve') }),
    fc.record({ kind: fc.constant('leave' as const), stay: anyStay }),
    fc.record({ kind: fc.constant('admit' as const), subject: anybody }),
    fc.record({ kind: fc.constant('remove' as const), subject: anybody, kept: references }),
    fc.record({ kind: fc.constant('lost' as const), subject: anybody, joinTurn: fc.nat({ max: 9 }), stay: anyStay }),
    fc.record({ kind: fc.constant('lock' as const), isLocked: fc.boolean() }),
  );
  const small = fc.integer({ min: 1, max: 12 });
  return fc
    .record({
      author: anybody,
      facts: fc.record({ lamport: small, turn: small, at: fc.nat(), past: references, body }),
    })
    .filter(({ author, facts }) => !('subject' in facts.body) || ![author, ann].includes(facts.body.subject))
    .map(({ author, facts }) => write(author, facts));
}

describe('the merge of a roster', () => {
  test('gives the same for any order and any repetition', () => {
    const history = fc.array(step, { maxLength: 60 }).map((steps) => play(steps).all);
    const wild = history.chain((all) => fc.tuple(fc.constant(all), fc.array(hostile(all), { maxLength: 20 })));
    const mixed = wild.chain(([all, lies]) => {
      const set = [...all, ...lies];
      return fc.tuple(fc.constant(set), fc.shuffledSubarray([...set, ...set], { minLength: set.length * 2 }));
    });
    fc.assert(
      fc.property(mixed, ([set, shuffled]) => {
        expect(mergeRoster(ann, shuffled)).toEqual(mergeRoster(ann, set));
      }),
      { numRuns: 300 },
    );
  });

  test('is the same everywhere once partitions have healed, as if all had known everything from the start', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const { copies, all } = play(steps);
        heal(copies);
        const whole = mergeRoster(ann, all).roster;
        for (const copy of copies) expect(copy.roster).toEqual(whole);
      }),
      { numRuns: 400 },
    );
  });

  test('comes to the same for copies that liars told different things first', () => {
    const wild = fc.array(step, { maxLength: 60 }).chain((steps) => {
      const { all } = play(steps);
      return fc.tuple(fc.constant(steps), fc.array(fc.tuple(hostile(all), fc.nat({ max: 5 })), { maxLength: 12 }));
    });
    fc.assert(
      fc.property(wild, ([steps, lies]) => {
        const { copies } = play(steps);
        for (const [lie, to] of lies) copies[to]?.take([lie]);
        heal(copies);
        const [first, ...others] = copies;
        for (const copy of others) expect(copy.roster).toEqual(first?.roster);
      }),
      { numRuns: 300 },
    );
  });

  test('never lets anybody in whom nobody admitted, whatever strangers write', () => {
    const room = roomOf(ben, cid);
    const known = [...(room[0]?.merged.counting ?? [])];
    const lies = fc.array(
      hostile(known).filter(({ author }) => ![ann, ben, cid].includes(author)),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(lies, (strangers) => {
        expect(mergeRoster(ann, [...known, ...strangers]).roster).toEqual(room[0]?.roster);
      }),
      { numRuns: 300 },
    );
  });

  test('is empty without the founding entry, and full once it comes last', () => {
    const [opener] = room4();
    const entries = opener.merged.counting;
    const later = entries.filter(({ body }) => body.kind !== 'found');
    expect(mergeRoster(ann, later).roster).toMatchObject({ members: [], admitted: [], votes: [], isLocked: false });
    expect(mergeRoster(ann, later).waiting).toHaveLength(later.length);
    expect(mergeRoster(ann, [...later, ...entries]).roster).toEqual(opener.roster);
  });
});

describe('removal', () => {
  test('by the opener takes effect at once', () => {
    const [opener, , other] = room4();
    opener.act({ kind: 'remove', peerId: ben });
    opener.tell(other);
    expect(inside(other)).not.toContain(ben);
    expect(other.roster.admitted).not.toContain(ben);
    expect(other.roster.removed).toEqual([ben]);
  });

  test('by others takes two voices, and the first is shown', () => {
    const [opener, , other, third] = room4();
    other.act({ kind: 'remove', peerId: ben });
    other.act({ kind: 'remove', peerId: ben });
    other.tell(opener, third);
    expect(third.roster.votes).toEqual([{ peerId: ben, by: [cid] }]);
    expect(inside(third)).toContain(ben);
    third.act({ kind: 'remove', peerId: ben });
    third.tell(opener);
    expect(opener.roster.votes).toEqual([]);
    expect(opener.roster.admitted).not.toContain(ben);
  });

  test('never meets the opener', () => {
    const [, ...guests] = room4();
    for (const guest of guests) expect(guest.act({ kind: 'remove', peerId: ann })).toBeNull();
  });

  test('stands against an admission that did not know of it', () => {
    const copies = room4();
    const [opener, , other] = copies;
    opener.act({ kind: 'remove', peerId: ben });
    opener.tell(other);
    other.act({ kind: 'admit', peerId: ben });
    const late = new Copy(
      dora,
      [...opener.merged.counting].filter(({ body }) => body.kind !== 'remove'),
    );
    const unaware = write(dora, {
      ...stamp(late.merged, { self: dora, at: 0 }),
      past: [],
      body: { kind: 'admit', subject: ben },
    });
    expect(mergeRoster(ann, [...opener.merged.counting, unaware]).roster.admitted).not.toContain(ben);
    expect(other.roster.admitted).toContain(ben);
  });

  test('is made up for by a new admission; the person sits down anew, and old voices are spent', () => {
    const copies = room4();
    const [opener, removed, other, third] = copies;
    other.act({ kind: 'remove', peerId: ben });
    third.act({ kind: 'remove', peerId: ben });
    heal(copies);
    expect(removed.act({ kind: 'join', name: 'Ben' })).toBeNull();
    opener.act({ kind: 'admit', peerId: ben });
    heal(copies);
    expect(opener.roster.admitted).toContain(ben);
    expect(opener.roster.removed).toEqual([]);
    expect(inside(opener)).not.toContain(ben);
    removed.act({ kind: 'join', name: 'Ben' });
    heal(copies);
    expect(inside(opener)).toContain(ben);
    other.act({ kind: 'remove', peerId: ben });
    heal(copies);
    expect(opener.roster.votes).toEqual([{ peerId: ben, by: [cid] }]);
    expect(inside(opener)).toContain(ben);
    third.act({ kind: 'remove', peerId: ben });
    heal(copies);
    expect(inside(opener)).not.toContain(ben);
  });

  test('spares whom the removed person had let in before, not whom they let in afterwards', () => {
    const copies = room4();
    const [opener, removed] = copies;
    removed.act({ kind: 'admit', peerId: eve });
    heal(copies);
    opener.act({ kind: 'remove', peerId: ben });
    removed.act({ kind: 'admit', peerId: people[5] ?? ann });
    heal(copies);
    expect(opener.roster.admitted).toContain(eve);
    expect(opener.roster.admitted).not.toContain(people[5]);
    expect(removed.roster).toEqual(opener.roster);
  });

  test('of two by each other at the same time ends the same everywhere', () => {
    const copies = room4();
    const [opener, one, other, third] = copies;
    const ally = new Copy(eve);
    opener.act({ kind: 'admit', peerId: eve });
    opener.tell(ally);
    heal([...copies, ally]);
    one.act({ kind: 'remove', peerId: cid });
    ally.act({ kind: 'remove', peerId: cid });
    other.act({ kind: 'remove', peerId: ben });
    third.act({ kind: 'remove', peerId: ben });
    heal([...copies, ally]);
    for (const copy of [one, other, third, ally]) expect(copy.roster).toEqual(opener.roster);
    expect(opener.roster.admitted.filter((peerId) => peerId === ben || peerId === cid).length).toBeLessThan(2);
  });
});

describe('a stay', () => {
  test('is replaced by a newer one of the same person', () => {
    const [opener, guest] = room4();
    const before = guest.roster.members;
    guest.act({ kind: 'join', name: 'Ben again' });
    guest.tell(opener);
    const after = opener.roster.members;
    expect(after.map(({ peerId }) => peerId)).toEqual(before.map(({ peerId }) => peerId));
    expect(after.find(({ peerId }) => peerId === ben)?.name).toBe('Ben again');
    expect(opener.merged.counting.filter(({ author, body }) => author === ben && body.kind === 'join')).toHaveLength(1);
  });

  test('ends when it is reported lost; its person may sit down again', () => {
    const copies = room4();
    const [opener, guest] = copies;
    const stay = opener.roster.members.find(({ peerId }) => peerId === ben)?.stay ?? stayOf(0);
    opener.act({ kind: 'lost', peerId: ben, stay });
    heal(copies);
    expect(inside(guest)).not.toContain(ben);
    expect(guest.roster.admitted).toContain(ben);
    guest.act({ kind: 'join', name: 'Ben' });
    heal(copies);
    expect(inside(opener)).toContain(ben);
    expect(opener.act({ kind: 'lost', peerId: ben, stay })).toBeNull();
  });

  test('a hundred times over leaves no more behind than the last', () => {
    const copies = room4();
    const [opener, guest] = copies;
    const size = opener.merged.counting.length;
    for (let round = 0; round < 100; round += 1) {
      guest.act({ kind: 'leave' });
      expect(guest.act({ kind: 'join', name: 'Ben' })).not.toBeNull();
    }
    heal(copies);
    expect(opener.merged.counting).toHaveLength(size);
    expect(opener.merged.waiting).toEqual([]);
  });

  test('is refused where all seats are taken, and nobody beyond them is shown', () => {
    const [opener] = room4();
    const many = Array.from({ length: 20 }, (_, index) => peerIdOf(new Uint8Array(32).fill(index + 1)));
    const entries = many.flatMap((peerId, index) => {
      opener.act({ kind: 'admit', peerId });
      const facts = { lamport: 50 + index, turn: 1, at: 0, past: [] };
      return [write(peerId, { ...facts, body: { kind: 'join', stay: stayOf(index), name: 'Guest' } })];
    });
    opener.take(entries);
    expect(inside(opener)).toHaveLength(12);
    expect(inside(opener).slice(0, 4)).toEqual([ann, ben, cid, dora]);
    const late = new Copy(many[19] ?? ann, opener.merged.counting);
    expect(() =>
      draftAct(late.merged, { kind: 'join', name: 'Late' }, { self: late.self, at: 0, stay: stayOf(99) }),
    ).toThrow('room-full');
  });
});

describe('the lock', () => {
  test('is as the last one set it', () => {
    const copies = room4();
    const [opener, guest, other] = copies;
    guest.act({ kind: 'lock', isLocked: true });
    heal(copies);
    expect(other.roster.isLocked).toBe(true);
    other.act({ kind: 'lock', isLocked: false });
    heal(copies);
    expect(opener.roster.isLocked).toBe(false);
  });

  test('set by two at once is that of the later time, then of the greater id', () => {
    const copies = room4();
    const [opener, guest, other] = copies;
    const facts = { ...stamp(opener.merged, { self: ben, at: 0 }), past: [] };
    const one = write(ben, { ...facts, body: { kind: 'lock', isLocked: true } });
    const two = write(cid, { ...facts, body: { kind: 'lock', isLocked: false } });
    for (const copy of [opener, guest, other]) copy.take([one, two]);
    expect(opener.roster.isLocked).toBe(ben > cid);
    const later = write(ben, {
      ...facts,
      lamport: facts.lamport + 1,
      turn: facts.turn + 1,
      body: { kind: 'lock', isLocked: true },
    });
    opener.take([later]);
    expect(opener.roster.isLocked).toBe(true);
  });

  test('cannot be held for good by somebody who claims a late time', () => {
    const copies = room4();
    const [opener] = copies;
    const far = write(ben, { lamport: 1_000_000, turn: 50, at: 0, past: [], body: { kind: 'lock', isLocked: true } });
    opener.take([far]);
    expect(opener.roster.isLocked).toBe(true);
    opener.act({ kind: 'lock', isLocked: false });
    expect(opener.roster.isLocked).toBe(false);
  });

  test('of a person who was removed without having been seen counts no more', () => {
    const copies = room4();
    const [opener, guest] = copies;
    opener.act({ kind: 'remove', peerId: ben });
    guest.act({ kind: 'lock', isLocked: true });
    heal(copies);
    expect(opener.roster.isLocked).toBe(false);
  });
});
