import { beforeEach, describe, expect, test } from 'vitest';
import { readCastLink } from '#main/services/cast/cast-link';
import { writeLinkRequest } from '#main/services/link-request';
import { peerKey } from '#main/services/peer-keys';
import { sealTo } from '#main/services/sealing';
import { serviceLimits as limits } from '#main/services/service-limits';
import { writeEnvelope } from '#main/services/signal-envelope';
import type { CastId } from '#shared/cast';
import type { OpenedSignal } from '#shared/signal';
import { failureCode } from '../failure-code';
import { befriend, person, testClock, type Person, type TestClock } from '../people';
import { passFor, signal, startCast, why } from './cast-people';

let clock: TestClock;
let ann: Person;
let ben: Person;
let castId: CastId;
let card: Uint8Array;
let link: string;

beforeEach(async () => {
  clock = testClock();
  ann = await person('Ann', { clock });
  ben = await person('Ben', { clock });
  const cast = startCast(ann);
  ({ card } = cast);
  ({ castId } = cast.facts);
  ({ link } = ann.services.casts.makeLink(castId, 1));
});

async function ask(who: Person = ben): Promise<OpenedSignal> {
  const { to, blob } = await who.services.signals.sealCastRequest(castId);
  expect(to).toBe(ann.peerId);
  return await ann.services.signals.open(blob);
}

/** A request made by hand. */
async function askWith(
  who: Person,
  { secret, sender = who, kind = 'cast' }: { secret: Uint8Array; sender?: Person; kind?: 'cast' | 'room' },
): Promise<string> {
  const { keys } = who.services.identity;
  const parts = {
    recipient: peerKey(ann.peerId).bytes,
    session: new Uint8Array(16).fill(1),
    messageId: new Uint8Array(16),
  };
  const body = writeLinkRequest(kind, secret, { ...parts, sender: sender.services.identity.keys.publicKey }, 'Eve');
  const envelope = writeEnvelope(keys, { kind: 'cast', ...parts, sentAt: clock.now(), body });
  return why(await ann.services.signals.open(await sealTo(peerKey(ann.peerId), envelope)));
}

describe('a request by a link to a cast', () => {
  test('opens the way between caster and holder, who are no contacts, and lets them watch', async () => {
    expect(await failureCode(signal(ben, ann))).toBe('contact-unknown');
    ben.services.casts.enterLink(link);
    expect(await signal(ben, ann)).toBe('unknown-sender');
    expect(ann.services.casts.mayWatch(castId, ben.peerId)).toBe(false);
    expect(await ask()).toEqual({ outcome: 'cast-request', from: ben.peerId, castId, name: 'Ben' });
    expect(await signal(ben, ann)).toBe('session');
    expect(await signal(ann, ben)).toBe('session');
    expect(ann.services.casts.mayWatch(castId, ben.peerId)).toBe(true);
    ben.services.casts.watch(card, passFor(ann, castId, ben).pass);
    expect(ann.services.contacts.list()).toEqual([]);
  });

  test('holds two minutes, unless its sender has a pass by then', async () => {
    ben.services.casts.enterLink(link);
    await ask();
    clock.pass(limits.castRequestMs - 1_000);
    expect(await signal(ben, ann)).toBe('session');
    clock.pass(2_000);
    expect(await signal(ben, ann)).toBe('unknown-sender');
    expect(await failureCode(() => passFor(ann, castId, ben))).toBe('cast-not-for-them');
    await ask();
    passFor(ann, castId, ben);
    clock.pass(10 * limits.castRequestMs);
    expect(await signal(ben, ann)).toBe('session');
    expect(passFor(ann, castId, ben).viewer.order).toBe(1);
  });

  test('is over with the cast, on both sides', async () => {
    ben.services.casts.enterLink(link);
    await ask();
    passFor(ann, castId, ben);
    ann.services.casts.end(castId);
    expect(await signal(ben, ann)).toBe('unknown-sender');
    expect(await failureCode(signal(ann, ben))).toBe('contact-unknown');
    expect(why(await ask())).toBe('cast-refused');
    ben.services.casts.end(castId);
    expect(await failureCode(signal(ben, ann))).toBe('contact-unknown');
    expect(await failureCode(ask())).toBe('cast-over');
  });

  test('leads into no other cast of the same caster', async () => {
    ben.services.casts.enterLink(link);
    await ask();
    const next = startCast(ann).facts.castId;
    expect(ann.services.casts.mayWatch(next, ben.peerId)).toBe(false);
    expect(why(await ask())).toBe('cast-refused');
  });

  test('is taken of so many at once who have no pass yet', async () => {
    const { secret } = readCastLink(link);
    const others = await Promise.all(
      Array.from({ length: limits.castRequests + 1 }, async (_, index) => await person(`P${index}`, { clock })),
    );
    const outcomes: string[] = [];
    for (const other of others) outcomes.push(await askWith(other, { secret }));
    expect(outcomes.filter((outcome) => outcome === 'cast-request')).toHaveLength(limits.castRequests);
    expect(outcomes.at(-1)).toBe('rate-limited');
    passFor(ann, castId, others[0] ?? ben);
    ben.services.casts.enterLink(link);
    expect(why(await ask())).toBe('cast-request');
  });

  test('with a wrong secret, a proof made for a room, or one taken from somebody else is refused', async () => {
    const { secret } = readCastLink(link);
    const wrong = secret.map((byte) => byte ^ 1);
    expect(await askWith(ben, { secret: wrong })).toBe('cast-refused');
    expect(await askWith(ben, { secret, kind: 'room' })).toBe('cast-refused');
    expect(await askWith(ben, { secret, sender: ann })).toBe('cast-refused');
    expect(ann.services.casts.mayLink(ben.peerId)).toBe(false);
    expect(await askWith(ben, { secret })).toBe('cast-request');
  });

  test('is refused when the link has expired, and not even made by then', async () => {
    ben.services.casts.enterLink(link);
    const early = await ben.services.signals.sealCastRequest(castId);
    clock.pass(2 * 3_600_000);
    expect(why(await ann.services.signals.open(early.blob))).toBe('cast-refused');
    expect(await failureCode(ask())).toBe('cast-link-expired');
  });

  test('is taken once: a recording of it is dropped', async () => {
    ben.services.casts.enterLink(link);
    const { blob } = await ben.services.signals.sealCastRequest(castId);
    expect(why(await ann.services.signals.open(blob))).toBe('cast-request');
    expect(why(await ann.services.signals.open(blob))).toBe('replayed');
  });

  test('of a blocked contact is dropped, and a pass they got before opens nothing', async () => {
    const { atHost } = await befriend(ann, ben);
    ben.services.casts.enterLink(link);
    await ask();
    passFor(ann, castId, ben);
    ann.services.contacts.setBlocked(atHost.contactId, true);
    expect(why(await ask())).toBe('blocked');
    expect(await signal(ben, ann)).toBe('blocked');
    expect(await failureCode(signal(ann, ben))).toBe('contact-blocked');
    expect(await failureCode(() => passFor(ann, castId, ben))).toBe('cast-not-for-them');
  });
});
