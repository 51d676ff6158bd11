import { writeFile } from 'node:fs/promises';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { signEntry, type EntryBody, type EntryFacts } from '#main/services/room-entry';
import type { PeerId } from '#shared/identity';
import type { RoomId, StayId } from '#shared/room';
import { failureCode } from './failure-code';
import { openProfile, person, temporaryFolder, testClock, type Person } from './people';
import {
  act,
  admit,
  inside,
  join,
  leave,
  lock,
  remove,
  roomOf,
  roster,
  tell,
  tellAll,
  type RoomOf,
} from './room-people';

const nowhere = '00'.repeat(16) as RoomId; // sound: has the form of a room id
const stay = 'ab'.repeat(8) as StayId; // sound: has the form of a stay id

async function twoIn(): Promise<RoomOf & { ann: Person; ben: Person }> {
  const room = await roomOf('Ann', 'Ben');
  const [ann, ben] = room.people as [Person, Person]; // sound: two names
  return { ...room, ann, ben };
}

async function threeIn(): Promise<RoomOf & { ann: Person; ben: Person; cid: Person }> {
  const room = await roomOf('Ann', 'Ben', 'Cid');
  const [ann, ben, cid] = room.people as [Person, Person, Person]; // sound: three names
  return { ...room, ann, ben, cid };
}

/** An entry as somebody with these keys may write it, whatever the rules. */
function forge(by: Person, roomId: RoomId, body: EntryBody, facts: Partial<EntryFacts> = {}): Uint8Array {
  const { keys } = by.services.identity;
  return signEntry(keys, { roomId, lamport: 99, turn: 99, at: 0, past: [], body, ...facts }).bytes;
}

describe('a room', () => {
  test('is the same for everybody who knows the same entries', async () => {
    const { roomId, people } = await threeIn();
    const [first, ...others] = people.map((one) => roster(one, roomId));
    expect(first?.members.map(({ name }) => name)).toEqual(['Ann', 'Ben', 'Cid']);
    for (const other of others) expect(other).toEqual(first);
  });

  test('goes on when its opener leaves, and grows by a link of somebody else', async () => {
    const { roomId, ann, ben, cid, clock } = await threeIn();
    const dora = await person('Dora', { clock });
    leave(ann, roomId);
    tell(ann, ben, roomId);
    dora.services.rooms.enter(ben.services.rooms.makeLink(roomId, 1).link);
    admit(ben, roomId, dora);
    tell(ben, dora, roomId);
    join(dora, roomId, 'Dora');
    tell(dora, cid, roomId);
    expect(inside(cid, roomId)).toEqual([ben.peerId, cid.peerId, dora.peerId]);
  });

  test('is checked from nothing by a newcomer, whatever the order the entries come in', async () => {
    const { roomId, ann, people, clock } = await threeIn();
    const entries = ann.services.rooms.listEntries(roomId);
    const { link } = ann.services.rooms.makeLink(roomId, 1);
    const orders = fc.shuffledSubarray(entries, { minLength: entries.length });
    const dora = await person('Dora', { clock });
    fc.assert(
      fc.property(orders, (shuffled) => {
        const entered = dora.services.rooms.enter(link);
        expect(entered.roster).toMatchObject({ opener: people[0]?.peerId, members: [], admitted: [] });
        const taken = shuffled.flatMap((entry) => dora.services.rooms.apply(roomId, [entry]).accepted);
        expect(taken).toHaveLength(entries.length);
        expect(roster(dora, roomId)).toEqual(roster(ann, roomId));
        dora.services.rooms.forget(roomId);
      }),
      { numRuns: 20 },
    );
  });

  test('takes in who was admitted, and nobody else', async () => {
    const { roomId, ann, clock } = await twoIn();
    const eve = await person('Eve', { clock });
    eve.services.rooms.enter(ann.services.rooms.makeLink(roomId, 1).link);
    expect(await failureCode(() => join(eve, roomId))).toBe('room-refused');
    tell(ann, eve, roomId);
    for (const what of [() => join(eve, roomId), () => lock(eve, roomId), () => eve.services.rooms.makeLink(roomId, 1)])
      expect(await failureCode(what)).toBe('room-refused');
  });

  test('says an act that changes nothing with no entry', async () => {
    const { roomId, ann, ben } = await twoIn();
    expect(admit(ann, roomId, ben).accepted).toEqual([]);
    expect(lock(ann, roomId, false).accepted).toEqual([]);
    expect(act(ann, roomId, { kind: 'lost', peerId: ben.peerId, stay }).accepted).toEqual([]);
    leave(ben, roomId);
    expect(leave(ben, roomId).accepted).toEqual([]);
  });

  test('keeps one stay of a person who joins twice', async () => {
    const { roomId, ann, ben } = await twoIn();
    const before = roster(ben, roomId).members;
    join(ben, roomId, 'Ben elsewhere');
    tell(ben, ann, roomId);
    const after = roster(ann, roomId).members;
    expect(after.map(({ peerId }) => peerId)).toEqual(before.map(({ peerId }) => peerId));
    expect(after[1]?.stay).not.toBe(before[1]?.stay);
    expect(after[1]?.name).toBe('Ben elsewhere');
  });

  test('of which nothing is known is unknown', async () => {
    const ann = await person('Ann');
    const calls = [
      () => ann.services.rooms.reopen(nowhere),
      () => ann.services.rooms.makeLink(nowhere, 1),
      () => ann.services.rooms.apply(nowhere, []),
      () => ann.services.rooms.listEntries(nowhere),
      () => ann.services.rooms.checkPass(nowhere, new Uint8Array(1)),
      () => join(ann, nowhere),
    ];
    for (const call of calls) expect(await failureCode(call)).toBe('room-unknown');
  });
});

describe('a removal', () => {
  test('by the opener counts at once, and what the removed person does afterwards counts nowhere', async () => {
    const { roomId, people, ann, ben, cid, clock } = await threeIn();
    const eve = await person('Eve', { clock });
    remove(ann, roomId, ben);
    tell(ann, cid, roomId);
    admit(ben, roomId, eve);
    lock(ben, roomId);
    expect(tell(ben, cid, roomId)).toEqual({ accepted: 0, refused: 0 });
    expect(roster(cid, roomId)).toMatchObject({ isLocked: false, admitted: [ann.peerId, cid.peerId].sort() });
    tellAll(people, roomId);
    expect(roster(ben, roomId)).toEqual(roster(ann, roomId));
    for (const what of [() => join(ben, roomId), () => admit(ben, roomId, eve)])
      expect(await failureCode(what)).toBe('room-removed');
  });

  test('takes two members, who are listed until then', async () => {
    const { roomId, people, ann, ben, cid, clock } = await threeIn();
    const dora = await person('Dora', { clock });
    dora.services.rooms.enter(ann.services.rooms.makeLink(roomId, 1).link);
    admit(ann, roomId, dora);
    tell(ann, dora, roomId);
    join(dora, roomId, 'Dora');
    tellAll([...people, dora], roomId);
    remove(ben, roomId, cid);
    expect(remove(ben, roomId, cid).accepted).toEqual([]);
    tell(ben, dora, roomId);
    expect(roster(dora, roomId).votes).toEqual([{ peerId: cid.peerId, by: [ben.peerId] }]);
    remove(dora, roomId, cid);
    tell(dora, ann, roomId);
    expect(inside(ann, roomId)).toEqual([ann.peerId, ben.peerId, dora.peerId]);
  });

  test('of the opener or of oneself is refused', async () => {
    const { roomId, ann, ben } = await twoIn();
    expect(await failureCode(() => remove(ben, roomId, ann))).toBe('room-refused');
    expect(await failureCode(() => remove(ben, roomId, ben))).toBe('room-refused');
  });
});

describe('entries of others', () => {
  test('that are forged, of another room or against the form are refused and change nothing', async () => {
    const { roomId, ann, ben } = await twoIn();
    const before = roster(ann, roomId);
    const other = ben.services.rooms.open('Another').roomId;
    const genuine = forge(ben, roomId, { kind: 'lock', isLocked: true });
    const flipped = Uint8Array.from(genuine);
    flipped[flipped.length - 70] = (flipped[flipped.length - 70] ?? 0) ^ 1;
    const impostor = Uint8Array.from(genuine);
    impostor.set(ann.services.identity.keys.publicKey, 18);
    const seed = new Uint8Array(16);
    const lies: Uint8Array[] = [
      flipped,
      impostor,
      forge(ben, other, { kind: 'lock', isLocked: true }),
      forge(ben, roomId, { kind: 'found', seed }),
      forge(ben, roomId, { kind: 'remove', subject: ann.peerId, kept: [] }),
      forge(ben, roomId, { kind: 'admit', subject: ben.peerId }),
      forge(ben, roomId, { kind: 'lock', isLocked: true }, { lamport: 1_000_001 }),
      forge(ben, roomId, { kind: 'lock', isLocked: true }, { lamport: 0 }),
      new Uint8Array(0),
      new Uint8Array(1_024),
      Uint8Array.from([...genuine, 0]),
    ];
    expect(ann.services.rooms.apply(roomId, lies)).toEqual({ roster: before, accepted: [], refused: lies.length });
    expect(ann.services.rooms.apply(roomId, [genuine]).accepted).toEqual([genuine]);
  });

  test('of random or damaged bytes never throw and never count', async () => {
    const { roomId, ann, ben } = await twoIn();
    const genuine = forge(ben, roomId, { kind: 'remove', subject: ann.peerId, kept: ['00'.repeat(16)] });
    const before = roster(ann, roomId);
    const damaged = fc
      .tuple(fc.nat({ max: genuine.length - 1 }), fc.integer({ min: 1, max: 255 }))
      .map(([at, by]) => genuine.map((byte, index) => (index === at ? byte ^ by : byte)));
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.uint8Array({ maxLength: 1_024 }), damaged), { maxLength: 8 }), (entries) => {
        expect(ann.services.rooms.apply(roomId, entries)).toEqual({
          roster: before,
          accepted: [],
          refused: entries.length,
        });
      }),
      { numRuns: 200 },
    );
  });

  test('that nobody admitted wrote wait, and count once their ground arrives', async () => {
    const { roomId, ann, ben, clock } = await twoIn();
    const eve = await person('Eve', { clock });
    const early = forge(eve, roomId, { kind: 'join', stay, name: 'Eve' });
    expect(ben.services.rooms.apply(roomId, [early])).toMatchObject({ accepted: [], refused: 0 });
    expect(ben.services.rooms.listEntries(roomId)).not.toContainEqual(early);
    const { accepted } = admit(ann, roomId, eve);
    const change = ben.services.rooms.apply(roomId, accepted);
    expect(change.accepted).toEqual([...accepted, early]);
    expect(change.roster.members.map(({ name }) => name)).toEqual(['Ann', 'Ben', 'Eve']);
  });

  test('are no more than 96 of one author, and those that wait crowd nobody out', async () => {
    const { roomId, ann, ben, clock } = await twoIn();
    const strangers = await Promise.all(['Eve', 'Fay'].map((name) => person(name, { clock })));
    const someone = (index: number): PeerId => strangers[index % 2]?.peerId ?? ben.peerId;
    const flood = Array.from({ length: 120 }, (_, index) =>
      forge(ben, roomId, { kind: 'admit', subject: someone(index) }, { lamport: index + 10, turn: index + 10 }),
    );
    for (let at = 0; at < flood.length; at += 60) ann.services.rooms.apply(roomId, flood.slice(at, at + 60));
    const own = ben.services.identity.keys.publicKey.toString();
    const kept = ann.services.rooms.listEntries(roomId).filter((entry) => entry.slice(18, 50).toString() === own);
    expect(kept).toHaveLength(96);
    tell(ann, ben, roomId);
    expect(await failureCode(() => lock(ben, roomId))).toBe('room-full');

    const before = roster(ann, roomId);
    const eve = await person('Gus', { clock });
    const junk = Array.from({ length: 64 }, (_, index) =>
      forge(eve, roomId, { kind: 'lock', isLocked: true }, { turn: index + 1 }),
    );
    expect(ann.services.rooms.apply(roomId, junk)).toEqual({ roster: before, accepted: [], refused: 0 });
    expect(lock(ann, roomId).roster.isLocked).toBe(true);
  });
});

describe('the list of rooms', () => {
  test('keeps a room over a restart, with its entries and how it was entered', async () => {
    const clock = testClock();
    const ann = await person('Ann', { clock });
    const { roomId } = ann.services.rooms.open('Round table');
    join(ann, roomId, 'Ann');
    const folder = await temporaryFolder();
    const ben = await person('Ben', { clock, folder });
    ben.services.rooms.enter(ann.services.rooms.makeLink(roomId, 1).link);
    admit(ann, roomId, ben);
    tell(ann, ben, roomId);
    join(ben, roomId, 'Ben');
    tell(ben, ann, roomId);
    const before = roster(ben, roomId);
    ben.services.close();

    const again = { services: await openProfile({ clock, folder }), peerId: ben.peerId };
    expect(again.services.rooms.list()).toEqual([
      { roomId, name: 'Round table', lastInsideAt: clock.now(), people: ['Ann'] },
    ]);
    expect(again.services.rooms.mayLink(ann.peerId)).toBe(false);
    const reopened = again.services.rooms.reopen(roomId);
    expect(reopened).toMatchObject({ name: 'Round table', host: ann.peerId, roster: before });
    expect(ann.services.rooms.checkPass(roomId, reopened.pass ?? new Uint8Array())).toBe('holds');
    expect(again.services.rooms.mayLink(ann.peerId)).toBe(true);
    expect(leave(again, roomId).accepted).toHaveLength(1);
    clock.pass(7_200_000);
    expect(again.services.rooms.reopen(roomId).pass).toBeNull();
  });

  test('is newest first, at most fifty, and without those that were forgotten', async () => {
    const clock = testClock();
    const ann = await person('Ann', { clock });
    for (let count = 0; count < 53; count += 1) {
      clock.pass(1_000);
      ann.services.rooms.close(ann.services.rooms.open(`Room ${count}`).roomId);
    }
    const rooms = ann.services.rooms.list();
    expect(rooms.map(({ name }) => name)).toEqual(Array.from({ length: 50 }, (_, index) => `Room ${52 - index}`));
    ann.services.rooms.forget(rooms[0]?.roomId ?? nowhere);
    expect(ann.services.rooms.list().map(({ name }) => name)[0]).toBe('Room 51');
    expect(await failureCode(() => ann.services.rooms.reopen(rooms[0]?.roomId ?? nowhere))).toBe('room-unknown');
  });

  test('shows no room of an identity that was set aside', async () => {
    const folder = await temporaryFolder();
    const ann = await person('Ann', { folder });
    const { roomId } = ann.services.rooms.open('Old');
    ann.services.close();
    await writeFile(`${folder}/identity.json`, 'damaged');
    const later = await openProfile({ folder });
    await later.identity.setAside();
    await later.identity.create('New');
    expect(later.rooms.list()).toEqual([]);
    expect(await failureCode(() => later.rooms.reopen(roomId))).toBe('room-unknown');
  });
});

describe('standing at a door', () => {
  test('lets the maker of the link be linked with, keeps nothing, and ends', async () => {
    const { people, roomId, clock } = await roomOf('Ann');
    const [ann] = people;
    const bea = await person('Bea', { clock });
    const link = ann?.services.rooms.makeLink(roomId, 24).link ?? '';
    const maker = ann?.peerId;
    if (!maker) throw new Error('nobody');
    const { rooms } = bea.services;
    expect(rooms.mayLink(maker)).toBe(false);
    expect(rooms.standAtDoor({ by: 'link', text: link })).toMatchObject({ roomId, maker, admitted: [] });
    expect(rooms.mayLink(maker)).toBe(true);
    expect(rooms.requestOf(roomId).to).toBe(maker);
    expect(rooms.list()).toEqual([]);
    rooms.leaveDoor();
    expect(rooms.mayLink(maker)).toBe(false);
    expect(await failureCode(() => rooms.requestOf(roomId))).toBe('room-unknown');
  });

  test('of a room of before names who was admitted, and opens no way to them', async () => {
    const { people, roomId } = await roomOf('Ann', 'Bea');
    const [ann, bea] = people;
    if (!ann || !bea) throw new Error('nobody');
    const { rooms } = bea.services;
    rooms.close(roomId);
    const outlook = rooms.standAtDoor({ by: 'room', roomId });
    expect(outlook).toMatchObject({ roomId, maker: null, admitted: [ann.peerId] });
    expect(rooms.mayLink(ann.peerId)).toBe(false);
  });

  test('fails for a room that is not known, and a link that ran out', async () => {
    const { people, roomId, clock } = await roomOf('Ann');
    const link = people[0]?.services.rooms.makeLink(roomId, 1).link ?? '';
    const bea = await person('Bea', { clock });
    expect(await failureCode(() => bea.services.rooms.standAtDoor({ by: 'room', roomId }))).toBe('room-unknown');
    clock.pass(2 * 3_600_000);
    expect(await failureCode(() => bea.services.rooms.standAtDoor({ by: 'link', text: link }))).toBe(
      'room-link-expired',
    );
  });
});
