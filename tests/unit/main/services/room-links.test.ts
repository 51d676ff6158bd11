import { base64urlnopad } from '@scure/base';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatRoomLink, readRoomLink, readRoomPass } from '#main/services/room-links';
import { Failure } from '#shared/failure';
import type { RoomId } from '#shared/room';
import { failureCode } from './failure-code';
import { person, testClock, type Person } from './people';
import { admit, join, remove, roomOf, tell } from './room-people';

const hourMs = 3_600_000;

function linkOf(by: Person, name = 'Round table', makerName = 'Ann'): string {
  return formatRoomLink(by.services.identity.keys, {
    roomId: 'ab'.repeat(16) as RoomId, // sound: has the form of a room id
    opener: by.peerId,
    secret: new Uint8Array(16).fill(7),
    expiresAt: 500_000 * hourMs,
    name,
    makerName,
  });
}

const payloadOf = (link: string): Uint8Array => base64urlnopad.decode(link.slice(link.indexOf('/') + 1));

describe('a link into a room', () => {
  test('says again what was put in, in a page address too', async () => {
    const ann = await person('Ann');
    const link = linkOf(ann);
    const said = readRoomLink(link);
    expect(said).toMatchObject({
      opener: ann.peerId,
      maker: ann.peerId,
      name: 'Round table',
      makerName: 'Ann',
      expiresAt: 500_000 * hourMs,
      secret: new Uint8Array(16).fill(7),
    });
    expect(readRoomLink(`  https://example.org/open#${link.slice('roundtable:'.length)} `)).toEqual(said);
    expect(readRoomPass(said.pass)).toMatchObject({ maker: ann.peerId, name: 'Round table' });
  });

  test('is at most 640 characters of payload with the longest names', async () => {
    const ann = await person('Ann');
    for (const name of ['\u6f22'.repeat(32), '😀'.repeat(16)]) {
      const link = linkOf(ann, name, name);
      expect(link.slice(link.indexOf('/') + 1).length).toBeLessThanOrEqual(640);
      expect(readRoomLink(link)).toMatchObject({ name, makerName: name });
    }
  });

  test('that is no link, was cut or mistyped is malformed', async () => {
    const ann = await person('Ann');
    const link = linkOf(ann);
    const cut = fc.nat({ max: link.length - 2 }).map((length) => link.slice(0, length + 1));
    const mistyped = fc
      .tuple(fc.integer({ min: 14, max: link.length - 1 }), fc.constantFrom('A', 'b', 'Z', '0', '9', '_', '-'))
      .filter(([at, letter]) => link[at] !== letter)
      .map(([at, letter]) => link.slice(0, at) + letter + link.slice(at + 1));
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string({ maxLength: 900 }), cut, mistyped), async (text) => {
        expect(await failureCode(() => readRoomLink(text))).toBe('room-link-malformed');
      }),
      { numRuns: 400 },
    );
  });

  test('with any byte changed and the checksum made anew is refused', async () => {
    const ann = await person('Ann');
    const { pass } = readRoomLink(linkOf(ann));
    const codes = new Set<string>();
    for (let at = 0; at < pass.length; at += 1) {
      const changed = Uint8Array.from(pass);
      changed[at] = (changed[at] ?? 0) ^ 1;
      codes.add(await failureCode(() => readRoomPass(changed)));
    }
    for (const code of codes) expect(['room-link-malformed', 'room-link-forged', 'key-unacceptable']).toContain(code);
    expect(codes).toContain('room-link-forged');
  });

  test('of random bytes as a pass fails in words, never otherwise', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1_024 }), (bytes) => {
        expect(() => readRoomPass(bytes)).toThrow(Failure);
      }),
    );
  });

  test('of a later version says so', async () => {
    const ann = await person('Ann');
    const later = linkOf(ann).replace('roundtable:r1/', 'roundtable:r2/');
    expect(await failureCode(() => ann.services.rooms.inspect(later))).toBe('room-link-unknown-version');
  });

  test('signed by nobody it names is forged', async () => {
    const [ann, eve] = [await person('Ann'), await person('Eve')];
    const pass = payloadOf(linkOf(eve)).slice(0, -4);
    pass.set(ann.services.identity.keys.publicKey, 49);
    expect(await failureCode(() => readRoomPass(pass))).toBe('room-link-forged');
  });

  test('that expired can be looked at, not entered', async () => {
    const clock = testClock();
    const [ann, ben] = [await person('Ann', { clock }), await person('Ben', { clock })];
    const { roomId } = ann.services.rooms.open('Round table');
    const { link, expiresAt } = ann.services.rooms.makeLink(roomId, 2);
    expect(ben.services.rooms.inspect(link)).toEqual({
      roomId,
      name: 'Round table',
      maker: ann.peerId,
      makerName: 'Ann',
      expiresAt,
    });
    clock.pass(expiresAt - clock.now());
    expect(ben.services.rooms.inspect(link).expiresAt).toBe(expiresAt);
    expect(await failureCode(() => ben.services.rooms.enter(link))).toBe('room-link-expired');
  });

  test('of mine leads back into my own room', async () => {
    const ann = await person('Ann');
    const { roomId } = ann.services.rooms.open('Round table');
    const { link } = ann.services.rooms.makeLink(roomId, 2);
    expect(ann.services.rooms.enter(link)).toMatchObject({ roomId, host: null, pass: null });
    ann.services.rooms.forget(roomId);
    expect(await failureCode(() => ann.services.rooms.enter(link))).toBe('room-unknown');
  });

  test('that names another opener for a room I know is forged', async () => {
    const { roomId, people } = await roomOf('Ann', 'Ben');
    const [ann, ben] = people as [Person, Person]; // sound: two names
    const link = formatRoomLink(ben.services.identity.keys, {
      ...readRoomLink(ann.services.rooms.makeLink(roomId, 1).link),
      opener: ben.peerId,
    });
    expect(await failureCode(() => ann.services.rooms.enter(link))).toBe('room-link-forged');
  });

  test('that names another opener for a room I do not know leads nowhere', async () => {
    const { roomId, people, clock } = await roomOf('Ann', 'Ben');
    const [ann, ben] = people as [Person, Person]; // sound: two names
    const eve = await person('Eve', { clock });
    const link = formatRoomLink(ben.services.identity.keys, {
      ...readRoomLink(ann.services.rooms.makeLink(roomId, 1).link),
      opener: ben.peerId,
    });
    eve.services.rooms.enter(link);
    expect(tell(ben, eve, roomId).accepted).toBe(0);
    expect(eve.services.rooms.apply(roomId, []).roster.admitted).toEqual([]);
    eve.services.rooms.enter(ann.services.rooms.makeLink(roomId, 1).link);
    expect(tell(ann, eve, roomId).accepted).toBeGreaterThan(0);
  });
});

describe('a pass', () => {
  test('holds for every member while its maker is one and it has not expired', async () => {
    const { roomId, people, clock } = await roomOf('Ann', 'Ben', 'Cid');
    const [ann, ben, cid] = people as [Person, Person, Person]; // sound: three names
    const { link, expiresAt } = ben.services.rooms.makeLink(roomId, 1);
    const { pass } = readRoomLink(link);
    for (const member of people) expect(member.services.rooms.checkPass(roomId, pass)).toBe('holds');
    clock.pass(expiresAt - clock.now());
    expect(cid.services.rooms.checkPass(roomId, pass)).toBe('expired');
    remove(ann, roomId, ben);
    expect(ann.services.rooms.checkPass(roomId, pass)).toBe('refused');
  });

  test('of another room, of a stranger, or damaged is refused', async () => {
    const { roomId, people, clock } = await roomOf('Ann', 'Ben');
    const [ann, ben] = people as [Person, Person]; // sound: two names
    const eve = await person('Eve', { clock });
    const other = ben.services.rooms.open('Another').roomId;
    const passes = [
      readRoomLink(ben.services.rooms.makeLink(other, 1).link).pass,
      readRoomLink(
        formatRoomLink(eve.services.identity.keys, {
          ...readRoomLink(ann.services.rooms.makeLink(roomId, 1).link),
          makerName: 'Eve',
        }),
      ).pass,
      new Uint8Array(0),
      new Uint8Array(300).fill(1),
    ];
    for (const pass of passes) expect(ann.services.rooms.checkPass(roomId, pass)).toBe('refused');
  });

  test('cannot be made without limit', async () => {
    const clock = testClock();
    const ann = await person('Ann', { clock });
    const { roomId } = ann.services.rooms.open('Round table');
    for (let count = 0; count < 100; count += 1) ann.services.rooms.makeLink(roomId, 1);
    expect(await failureCode(() => ann.services.rooms.makeLink(roomId, 1))).toBe('input-invalid');
    clock.pass(2 * hourMs);
    expect(await failureCode(() => ann.services.rooms.makeLink(roomId, 1))).toBe('no failure');
    expect(join(ann, roomId).accepted).toHaveLength(1);
    expect(await failureCode(() => admit(ann, roomId, ann))).toBe('room-refused');
  });
});
