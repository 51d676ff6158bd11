import { beforeEach, describe, expect, test } from 'vitest';
import { writeLinkRequest } from '#main/services/link-request';
import { peerKey } from '#main/services/peer-keys';
import { readRoomLink } from '#main/services/room-links';
import { sealTo } from '#main/services/sealing';
import { writeEnvelope } from '#main/services/signal-envelope';
import type { RoomId } from '#shared/room';
import type { OpenedSignal, SessionId } from '#shared/signal';
import { failureCode } from './failure-code';
import { befriend, person, testClock, type Person, type TestClock } from './people';
import { admit, join, tell } from './room-people';

const session = 'ab'.repeat(16) as SessionId; // sound: has the form of a session id
const print = (fill: number): Uint8Array<ArrayBuffer> => new Uint8Array(32).fill(fill);

let clock: TestClock;
let host: Person;
let guest: Person;
let roomId: RoomId;
let link: string;

beforeEach(async () => {
  clock = testClock();
  host = await person('Ann', { clock });
  guest = await person('Ben', { clock });
  roomId = host.services.rooms.open('Round table').roomId;
  join(host, roomId, 'Ann');
  ({ link } = host.services.rooms.makeLink(roomId, 1));
});

const why = (opened: OpenedSignal): string => (opened.outcome === 'dropped' ? opened.reason : opened.outcome);
const here = async (from: Person, to: Person): Promise<string> =>
  why(await to.services.signals.open(await from.services.signals.sealSignal(to.peerId, session, { kind: 'here' })));

async function ask(who: Person = guest): Promise<OpenedSignal> {
  const { to, blob } = await who.services.signals.sealRoomRequest(roomId);
  expect(to).toBe(host.peerId);
  return await host.services.signals.open(blob);
}

/** A request made by hand with this secret. */
async function askWith(who: Person, secret: Uint8Array): Promise<OpenedSignal> {
  const { keys } = who.services.identity;
  const parts = {
    recipient: peerKey(host.peerId).bytes,
    session: print(1).slice(0, 16),
    messageId: new Uint8Array(16),
  };
  const body = writeLinkRequest('room', secret, { ...parts, sender: keys.publicKey }, 'Eve');
  const envelope = writeEnvelope(keys, { kind: 'room', ...parts, sentAt: clock.now(), body });
  return await host.services.signals.open(await sealTo(peerKey(host.peerId), envelope));
}

/** Whether the first step of a link proof is allowed on both sides. */
async function canProve(one: Person, other: Person): Promise<string> {
  const connection = { session, localFingerprint: print(1), remoteFingerprint: print(2), message: null };
  return await failureCode(() =>
    one.services.proofs.advance({ ...connection, peerId: other.peerId, role: 'initiator' }),
  );
}

describe('a room request', () => {
  test('opens the way for signals and link proofs between two who are no contacts', async () => {
    expect(await failureCode(here(guest, host))).toBe('contact-unknown');
    guest.services.rooms.enter(link);
    expect(await here(guest, host)).toBe('unknown-sender');
    expect(await canProve(host, guest)).toBe('contact-unknown');
    expect(await ask()).toEqual({ outcome: 'room-request', from: guest.peerId, roomId, name: 'Ben' });
    expect(await here(guest, host)).toBe('session');
    expect(await here(host, guest)).toBe('session');
    expect(await canProve(host, guest)).toBe('no failure');
    expect(await canProve(guest, host)).toBe('no failure');
    expect(host.services.contacts.list()).toEqual([]);
  });

  test('holds two minutes, unless its sender is admitted by then', async () => {
    guest.services.rooms.enter(link);
    await ask();
    clock.pass(119_000);
    expect(await here(guest, host)).toBe('session');
    clock.pass(2_000);
    expect(await here(guest, host)).toBe('unknown-sender');
    await ask();
    admit(host, roomId, guest);
    clock.pass(600_000);
    expect(await here(guest, host)).toBe('session');
  });

  test('of another person with the same link is taken too, of at most eight at once', async () => {
    const others = await Promise.all(
      Array.from({ length: 9 }, async (_, index) => await person(`P${index}`, { clock })),
    );
    const outcomes: string[] = [];
    for (const other of others) {
      other.services.rooms.enter(link);
      outcomes.push(why(await ask(other)));
    }
    expect(outcomes).toEqual([...Array.from({ length: 8 }, () => 'room-request'), 'rate-limited']);
    clock.pass(121_000);
    expect(why(await ask(others[8]))).toBe('room-request');
  });

  test('with a wrong secret, or for a link that was never made, is refused', async () => {
    const { secret } = readRoomLink(link);
    expect(
      why(
        await askWith(
          guest,
          secret.map((byte) => byte ^ 1),
        ),
      ),
    ).toBe('room-refused');
    expect(await failureCode(here(guest, host))).toBe('contact-unknown');
    expect(host.services.rooms.mayLink(guest.peerId)).toBe(false);
    expect(why(await askWith(guest, secret))).toBe('room-request');
  });

  test('whose proof was taken from the request of somebody else is refused', async () => {
    const { secret } = readRoomLink(link);
    const eve = await person('Eve', { clock });
    const parts = {
      recipient: peerKey(host.peerId).bytes,
      session: print(1).slice(0, 16),
      messageId: print(2).slice(0, 16),
    };
    const body = writeLinkRequest('room', secret, { ...parts, sender: guest.services.identity.keys.publicKey }, 'Ben');
    const { keys } = eve.services.identity;
    const envelope = writeEnvelope(keys, { kind: 'room', ...parts, sentAt: clock.now(), body });
    expect(why(await host.services.signals.open(await sealTo(peerKey(host.peerId), envelope)))).toBe('room-refused');
  });

  test('is refused when the link expired or the room is closed, and not even made by then', async () => {
    guest.services.rooms.enter(link);
    const early = await guest.services.signals.sealRoomRequest(roomId);
    host.services.rooms.close(roomId);
    expect(why(await host.services.signals.open(early.blob))).toBe('room-refused');
    host.services.rooms.reopen(roomId);
    const late = await guest.services.signals.sealRoomRequest(roomId);
    clock.pass(2 * 3_600_000);
    expect(why(await host.services.signals.open(late.blob))).toBe('room-refused');
    expect(await failureCode(ask())).toBe('room-link-expired');
    guest.services.rooms.close(roomId);
    expect(await failureCode(ask())).toBe('room-unknown');
  });

  test('is taken once: a recording of it is dropped', async () => {
    guest.services.rooms.enter(link);
    const { blob } = await guest.services.signals.sealRoomRequest(roomId);
    expect(why(await host.services.signals.open(blob))).toBe('room-request');
    expect(why(await host.services.signals.open(blob))).toBe('replayed');
  });

  test('of a blocked contact is dropped, and a blocked maker is not asked', async () => {
    const { atHost, atGuest } = await befriend(host, guest);
    guest.services.rooms.enter(link);
    host.services.contacts.setBlocked(atHost.contactId, true);
    expect(why(await ask())).toBe('blocked');
    guest.services.contacts.setBlocked(atGuest.contactId, true);
    expect(await failureCode(ask())).toBe('contact-blocked');
    expect(await failureCode(() => guest.services.rooms.enter(link))).toBe('contact-blocked');
  });
});

describe('the people of an open room', () => {
  test('may be linked with until it is closed, whoever admitted them', async () => {
    const third = await person('Cid', { clock });
    for (const one of [guest, third]) {
      one.services.rooms.enter(link);
      admit(host, roomId, one);
    }
    tell(host, guest, roomId);
    tell(host, third, roomId);
    expect(await here(guest, third)).toBe('session');
    third.services.rooms.close(roomId);
    expect(await here(guest, third)).toBe('unknown-sender');
    expect(await failureCode(here(third, guest))).toBe('contact-unknown');
  });

  test('are not linked with when they are blocked, or their key changed', async () => {
    const { atHost } = await befriend(host, guest);
    guest.services.rooms.enter(link);
    admit(host, roomId, guest);
    host.services.contacts.setBlocked(atHost.contactId, true);
    expect(await failureCode(here(host, guest))).toBe('contact-blocked');
    expect(await canProve(host, guest)).toBe('contact-blocked');
    expect(await here(guest, host)).toBe('blocked');

    const other = await person('Cid', { clock });
    const { atHost: old } = await befriend(host, other);
    host.services.contacts.verify(old.contactId, other.peerId);
    const { atHost: newer } = await befriend(host, await person('Cid again', { clock }));
    const changed = host.services.contacts.merge(old.contactId, newer.contactId);
    admit(host, roomId, { ...other, peerId: changed.peerId });
    expect(changed.trust).toBe('changed');
    expect(await failureCode(host.services.signals.sealSignal(changed.peerId, session, { kind: 'here' }))).toBe(
      'key-changed',
    );
  });
});
