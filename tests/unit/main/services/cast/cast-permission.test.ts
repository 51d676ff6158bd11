import { beforeEach, describe, expect, test } from 'vitest';
import type { Contact } from '#shared/contact';
import { failureCode } from '../failure-code';
import { befriend, person, testClock, type Person, type TestClock } from '../people';
import { passFor, session, signal, startCast, watch } from './cast-people';

const print = (fill: number): Uint8Array<ArrayBuffer> => new Uint8Array(32).fill(fill);

let clock: TestClock;
let ann: Person;
let ben: Person;
let cid: Person;
let annAtBen: Contact;

/** Ben and Cid know Ann, and not each other. */
beforeEach(async () => {
  clock = testClock();
  ann = await person('Ann', { clock });
  ben = await person('Ben', { clock });
  cid = await person('Cid', { clock });
  ({ atGuest: annAtBen } = await befriend(ann, ben));
  await befriend(ann, cid);
});

/** Both watch, and were shown each other's pass. */
function meet() {
  const cast = startCast(ann);
  const { castId } = cast.facts;
  const [passOfBen, passOfCid] = [watch(ben, ann, cast), watch(cid, ann, cast)];
  ben.services.casts.admit(castId, passOfCid);
  cid.services.casts.admit(castId, passOfBen);
  return { ...cast, castId, passOfBen, passOfCid };
}

async function proves(one: Person, other: Person): Promise<string> {
  const connection = { session, localFingerprint: print(1), remoteFingerprint: print(2), message: null };
  return await failureCode(() =>
    one.services.proofs.advance({ ...connection, peerId: other.peerId, role: 'initiator' }),
  );
}

describe('two who watch the same cast', () => {
  test('may link and prove themselves once each was shown the pass of the other', async () => {
    const cast = startCast(ann);
    const { castId } = cast.facts;
    const [passOfBen, passOfCid] = [watch(ben, ann, cast), watch(cid, ann, cast)];
    expect(await failureCode(signal(ben, cid))).toBe('contact-unknown');
    expect(await proves(ben, cid)).toBe('contact-unknown');
    ben.services.casts.admit(castId, passOfCid);
    expect(await signal(ben, cid)).toBe('unknown-sender');
    cid.services.casts.admit(castId, passOfBen);
    expect(await signal(ben, cid)).toBe('session');
    expect(await signal(cid, ben)).toBe('session');
    expect(await proves(ben, cid)).toBe('no failure');
    expect(ben.services.contacts.byPeer(cid.peerId)).toBeNull();
  });

  test('may not any more once one of them has left it', async () => {
    const { castId } = meet();
    cid.services.casts.end(castId);
    expect(await signal(ben, cid)).toBe('unknown-sender');
    expect(await failureCode(signal(cid, ben))).toBe('contact-unknown');
    expect(await proves(cid, ben)).toBe('contact-unknown');
  });

  test('may not while one has blocked the other, whatever pass is shown', async () => {
    const { castId, passOfCid } = meet();
    const { atGuest: cidAtBen } = await befriend(cid, ben);
    ben.services.contacts.setBlocked(cidAtBen.contactId, true);
    expect(await failureCode(signal(ben, cid))).toBe('contact-blocked');
    expect(await proves(ben, cid)).toBe('contact-blocked');
    expect(await signal(cid, ben)).toBe('blocked');
    expect(await failureCode(() => ben.services.casts.admit(castId, passOfCid))).toBe('contact-blocked');
  });

  test('may not when the key of one has changed for the other', async () => {
    const { castId } = meet();
    const { atGuest: old } = await befriend(cid, ben);
    ben.services.contacts.verify(old.contactId, cid.peerId);
    const dan = await person('Dan', { clock });
    const { atGuest: newer } = await befriend(dan, ben);
    const changed = ben.services.contacts.merge(old.contactId, newer.contactId);
    expect(changed.trust).toBe('changed');
    await befriend(ann, dan);
    const { pass } = passFor(ann, castId, dan);
    expect(await failureCode(() => ben.services.casts.admit(castId, pass))).toBe('key-changed');
    expect(await failureCode(signal(ben, dan))).toBe('key-changed');
  });
});

describe('the caster of a cast that I watch', () => {
  test('may be linked with though they are no contact any more, until I leave', async () => {
    const { castId } = meet();
    ben.services.contacts.remove(annAtBen.contactId);
    expect(await signal(ben, ann)).toBe('session');
    expect(await signal(ann, ben)).toBe('session');
    ben.services.casts.end(castId);
    expect(await failureCode(signal(ben, ann))).toBe('contact-unknown');
    expect(await signal(ann, ben)).toBe('unknown-sender');
  });
});
