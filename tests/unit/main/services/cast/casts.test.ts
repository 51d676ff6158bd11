import { beforeEach, describe, expect, test } from 'vitest';
import { serviceLimits as limits } from '#main/services/service-limits';
import type { CastId } from '#shared/cast';
import type { PeerId } from '#shared/identity';
import { failureCode } from '../failure-code';
import { befriend, person, testClock, type Person, type TestClock } from '../people';
import { liveKey, passFor, startCast, watch } from './cast-people';

let clock: TestClock;
let ann: Person;
let ben: Person;
let cid: Person;

beforeEach(async () => {
  clock = testClock();
  [ann, ben, cid] = (await Promise.all(['Ann', 'Ben', 'Cid'].map((name) => person(name, { clock })))) as [
    Person,
    Person,
    Person,
  ]; // sound: three names
});

const mayWatch = (caster: Person, castId: CastId, { peerId }: { peerId: PeerId }): boolean =>
  caster.services.casts.mayWatch(castId, peerId);

describe('a cast of mine', () => {
  test('says in its card who casts, what, since when and with which key', () => {
    const { facts, card } = startCast(ann);
    expect(facts).toEqual({
      castId: facts.castId,
      caster: ann.peerId,
      casterName: 'Ann',
      title: 'A walk',
      startedAt: clock.now(),
      liveKey,
    });
    expect(ben.services.casts.readCard(card)).toEqual(facts);
    expect(startCast(ann).facts.castId).not.toBe(facts.castId);
  });

  test('is over when the next one starts', async () => {
    await befriend(ann, ben);
    const { castId } = startCast(ann).facts;
    expect(mayWatch(ann, castId, ben)).toBe(true);
    const next = startCast(ann).facts.castId;
    expect(mayWatch(ann, castId, ben)).toBe(false);
    expect(await failureCode(() => passFor(ann, castId, ben))).toBe('cast-over');
    expect(mayWatch(ann, next, ben)).toBe(true);
  });

  test('is for the contacts it was started for, and for nobody else', async () => {
    await befriend(ann, ben);
    await befriend(ann, cid);
    const dan = await person('Dan', { clock });
    const some = startCast(ann, { contacts: [ben.peerId, dan.peerId], isByLink: false }).facts.castId;
    expect([ben, cid, dan, ann].map((one) => mayWatch(ann, some, one))).toEqual([true, false, false, false]);
    expect(await failureCode(() => passFor(ann, some, cid))).toBe('cast-not-for-them');
    const all = startCast(ann).facts.castId;
    expect([ben, cid, dan, ann].map((one) => mayWatch(ann, all, one))).toEqual([true, true, false, false]);
    expect(await failureCode(() => passFor(ann, all, dan))).toBe('cast-not-for-them');
  });

  test('is not for somebody invited who has not answered, and not for a removed contact', async () => {
    const { atHost } = await befriend(ann, ben);
    ann.services.invites.accept(cid.services.invites.create(24).link, null);
    const { castId } = startCast(ann).facts;
    expect(mayWatch(ann, castId, cid)).toBe(false);
    passFor(ann, castId, ben);
    ann.services.contacts.remove(atHost.contactId);
    expect(await failureCode(() => passFor(ann, castId, ben))).toBe('cast-not-for-them');
  });

  test('is never for blocked contacts or those whose key changed', async () => {
    const { atHost: benAtAnn } = await befriend(ann, ben);
    const { atHost: cidAtAnn } = await befriend(ann, cid);
    ann.services.contacts.verify(cidAtAnn.contactId, cid.peerId);
    const { castId } = startCast(ann).facts;
    ann.services.contacts.setBlocked(benAtAnn.contactId, true);
    const { atHost: newer } = await befriend(ann, await person('Cid again', { clock }));
    const changed = ann.services.contacts.merge(cidAtAnn.contactId, newer.contactId);
    expect(changed.trust).toBe('changed');
    for (const one of [ben, changed]) {
      expect(mayWatch(ann, castId, one)).toBe(false);
      expect(await failureCode(() => passFor(ann, castId, one))).toBe('cast-not-for-them');
    }
  });

  test('is for nobody who was taken out of its audience, a contact or a holder of a link; the next one is', async () => {
    await befriend(ann, ben);
    const { castId } = startCast(ann).facts;
    passFor(ann, castId, ben);
    expect(ann.services.casts.takeRequest(castId, cid.peerId)).toBe(true);
    passFor(ann, castId, cid);
    for (const one of [ben, cid]) {
      ann.services.casts.revoke(castId, one.peerId);
      expect(mayWatch(ann, castId, one)).toBe(false);
      expect(await failureCode(() => passFor(ann, castId, one))).toBe('cast-not-for-them');
      expect(ann.services.casts.takeRequest(castId, one.peerId)).toBe(false);
    }
    expect(ann.services.casts.mayLink(cid.peerId)).toBe(false);
    expect(mayWatch(ann, startCast(ann).facts.castId, ben)).toBe(true);
    expect(await failureCode(() => ann.services.casts.revoke(castId, ben.peerId))).toBe('cast-over');
  });

  test('keeps the order of each viewer, whatever they lend by then', async () => {
    await befriend(ann, ben);
    await befriend(ann, cid);
    const { castId } = startCast(ann).facts;
    expect(passFor(ann, castId, ben).viewer.order).toBe(1);
    expect(passFor(ann, castId, cid, [0, 0, 4, 0]).viewer).toEqual({
      peerId: cid.peerId,
      name: 'Viewer',
      order: 2,
      seats: [0, 0, 4, 0],
    });
    expect(passFor(ann, castId, ben, [0, 2, 0, 0]).viewer).toMatchObject({
      order: 1,
      seats: [0, 2, 0, 0],
    });
    expect(passFor(ann, castId, cid).viewer.order).toBe(2);
  });
});

describe('a cast that I watch', () => {
  test('needs its card and a pass for me, both signed by its caster', async () => {
    await befriend(ann, ben);
    await befriend(ann, cid);
    const { facts, card } = startCast(ann);
    const { pass, viewer } = passFor(ann, facts.castId, ben);
    expect(ben.services.casts.watch(card, pass)).toEqual(viewer);
    expect(await failureCode(() => cid.services.casts.watch(card, pass))).toBe('cast-forged');
    const changed = Uint8Array.from(card);
    changed[100] = (changed[100] ?? 0) ^ 1;
    expect(await failureCode(() => ben.services.casts.watch(changed, pass))).toBe('cast-forged');
    expect(await failureCode(() => ben.services.casts.readCard(changed))).toBe('cast-forged');
    expect(await failureCode(() => ben.services.casts.watch(startCast(ann).card, pass))).toBe('cast-forged');
    expect(await failureCode(() => ann.services.casts.watch(card, pass))).toBe('cast-own');
  });

  test('is not begun when its caster is blocked', async () => {
    const { atGuest } = await befriend(ann, ben);
    const { facts, card } = startCast(ann);
    const { pass } = passFor(ann, facts.castId, ben);
    ben.services.contacts.setBlocked(atGuest.contactId, true);
    expect(await failureCode(() => ben.services.casts.watch(card, pass))).toBe('contact-blocked');
    expect(ben.services.casts.mayLink(ann.peerId)).toBe(false);
  });

  test('takes the passes of others who watch it, and no others', async () => {
    await befriend(ann, ben);
    await befriend(ann, cid);
    const cast = startCast(ann);
    const { castId } = cast.facts;
    const passOfCid = passFor(ann, castId, cid);
    expect(await failureCode(() => ben.services.casts.admit(castId, passOfCid.pass))).toBe('cast-over');
    const passOfBen = watch(ben, ann, cast);
    expect(ben.services.casts.admit(castId, passOfCid.pass)).toEqual(passOfCid.viewer);
    expect(ann.services.casts.admit(castId, passOfBen).peerId).toBe(ben.peerId);
    const forged = Uint8Array.from(passOfCid.pass);
    forged[60] = (forged[60] ?? 0) ^ 1;
    expect(await failureCode(() => ben.services.casts.admit(castId, forged))).toBe('cast-forged');
    const ofAnother = startCast(cid, { contacts: 'all', isByLink: false });
    expect(await failureCode(() => ben.services.casts.admit(ofAnother.facts.castId, passOfCid.pass))).toBe('cast-over');
    ben.services.casts.end(castId);
    expect(await failureCode(() => ben.services.casts.admit(castId, passOfCid.pass))).toBe('cast-over');
  });

  test('gives way to newer ones when I watch too many', async () => {
    const casters = await Promise.all(
      Array.from({ length: limits.castsWatched + 1 }, (_, index) => person(`C${index}`, { clock })),
    );
    for (const caster of casters) {
      await befriend(caster, ben);
      watch(ben, caster, startCast(caster));
    }
    expect(casters.map(({ peerId }) => ben.services.casts.mayLink(peerId))).toEqual([
      false,
      ...Array.from({ length: limits.castsWatched }, () => true),
    ]);
  });
});
