import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Contact } from '#shared/contact';
import type { OpenedSignal } from '#shared/signal';
import { failureCode } from './failure-code';
import { befriend, friends, openProfile, person, temporaryFolder, testClock, type Person } from './people';

async function ask(guest: Person, contact: Pick<Contact, 'contactId'>, host: Person): Promise<OpenedSignal> {
  const { blob } = await guest.services.signals.sealRequest(contact.contactId);
  return await host.services.signals.open(blob);
}

describe('becoming contacts', () => {
  test('an invite makes both sides accepted contacts under the names they give themselves', async () => {
    const { bobAtAlice, aliceAtBob, alice, bob } = await friends();
    expect(bobAtAlice).toMatchObject({ name: 'Bob', peerId: bob.peerId, state: 'accepted', trust: 'unverified' });
    expect(aliceAtBob).toMatchObject({ name: 'Alice', peerId: alice.peerId, state: 'accepted', trust: 'unverified' });
    expect(alice.services.invites.list()).toMatchObject([{ state: 'used' }]);
  });

  test('the change of contacts is announced once, when it is stored', async () => {
    const { services } = await person('Alice');
    const bob = await person('Bob');
    const announced: (readonly Contact[])[] = [];
    services.events.on('contactsChanged', (contacts) => announced.push(contacts));
    await befriend({ services, peerId: services.identity.keys.peerId }, bob);
    expect(announced).toHaveLength(1);
    expect(announced[0]).toMatchObject([{ peerId: bob.peerId, state: 'accepted' }]);
  });

  test('the guest waits as "invited" and may not be signalled until the welcome came', async () => {
    const [alice, bob] = [await person('Alice'), await person('Bob')];
    const invited = bob.services.invites.accept(alice.services.invites.create(1).link, null);
    expect(invited).toMatchObject({ state: 'invited', name: 'Alice', request: { isRefused: false } });
    const session = '0'.repeat(32) as never; // sound: has the form of a session id
    expect(await failureCode(bob.services.signals.sealSignal(alice.peerId, session, { kind: 'here' }))).toBe(
      'contact-not-accepted',
    );
  });

  test('a lost welcome is given again to the same guest, and to nobody else', async () => {
    const [alice, bob, eve] = [await person('Alice'), await person('Bob'), await person('Eve')];
    const { link } = alice.services.invites.create(1);
    const atBob = bob.services.invites.accept(link, null);
    const atEve = eve.services.invites.accept(link, null);
    expect(await ask(bob, atBob, alice)).toMatchObject({ outcome: 'contact' });
    const again = await ask(bob, atBob, alice);
    expect(again.outcome === 'contact' && again.reply && (await bob.services.signals.open(again.reply))).toMatchObject({
      outcome: 'contact',
      contact: { state: 'accepted' },
    });
    expect(await ask(eve, atEve, alice)).toMatchObject({ outcome: 'dropped', reason: 'invite-refused' });
    expect(alice.services.contacts.list()).toHaveLength(1);
  });

  test('the late holder of a used invite is told so, and stops asking', async () => {
    const [alice, bob, eve] = [await person('Alice'), await person('Bob'), await person('Eve')];
    const { link } = alice.services.invites.create(1);
    await ask(bob, bob.services.invites.accept(link, null), alice);
    const atEve = eve.services.invites.accept(link, null);
    const refused = await ask(eve, atEve, alice);
    if (refused.outcome !== 'dropped' || !refused.reply) throw new Error('no refusal');
    expect(await eve.services.signals.open(refused.reply)).toMatchObject({
      outcome: 'contact',
      contact: { state: 'invited', request: { isRefused: true } },
    });
    expect(await failureCode(eve.services.signals.sealRequest(atEve.contactId))).toBe('invite-used');
  });

  test('after five refusals the used invite answers nobody any more', async () => {
    const [alice, bob, eve] = [await person('Alice'), await person('Bob'), await person('Eve')];
    const { link } = alice.services.invites.create(1);
    await ask(bob, bob.services.invites.accept(link, null), alice);
    const atEve = eve.services.invites.accept(link, null);
    const answers = [];
    for (let count = 0; count < 7; count += 1) answers.push(await ask(eve, atEve, alice));
    expect(answers.map((answer) => answer.outcome === 'dropped' && answer.reply !== undefined)).toEqual([
      true,
      true,
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  test('a guest who was removed does not come back by repeating the request', async () => {
    const [alice, bob] = [await person('Alice'), await person('Bob')];
    const atBob = bob.services.invites.accept(alice.services.invites.create(1).link, null);
    const asked = await ask(bob, atBob, alice);
    if (asked.outcome !== 'contact') throw new Error('not accepted');
    alice.services.contacts.remove(asked.contact.contactId);
    expect(await ask(bob, atBob, alice)).toMatchObject({ outcome: 'dropped', reason: 'invite-refused' });
    expect(alice.services.contacts.list()).toEqual([]);
  });

  test('an expired and a withdrawn invite admit nobody', async () => {
    const clock = testClock();
    const [alice, bob] = [await person('Alice', { clock }), await person('Bob')];
    const expiring = alice.services.invites.create(1);
    const withdrawn = alice.services.invites.create(24);
    alice.services.invites.withdraw(withdrawn.inviteId);
    const bobLate = await person('Bob', { clock: testClock(clock.now()) });
    const first = await ask(bobLate, bobLate.services.invites.accept(withdrawn.link, null), alice);
    expect(first).toMatchObject({ outcome: 'dropped', reason: 'invite-refused' });
    const contact = bobLate.services.invites.accept(expiring.link, null);
    clock.pass(3 * 3_600_000);
    expect(await ask(bobLate, contact, alice)).toMatchObject({ outcome: 'dropped', reason: 'invite-refused' });
    expect(
      alice.services.invites
        .list()
        .map(({ state }) => state)
        .sort(),
    ).toEqual(['expired', 'withdrawn']);
    expect(bob.services.contacts.list()).toEqual([]);
  });

  test('clocks that differ by hours do not keep two people from becoming contacts', async () => {
    const noon = Date.UTC(2026, 5, 1, 12);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: -20, max: 20 }), async (hours) => {
        const alice = await person('Alice', { clock: testClock(noon) });
        const bob = await person('Bob', { clock: testClock(noon + hours * 3_600_000) });
        expect((await befriend(alice, bob)).atGuest.state).toBe('accepted');
      }),
      { numRuns: 8 },
    );
  });

  test('five wrong proofs end an invite', async () => {
    const [alice, bob] = [await person('Alice'), await person('Bob')];
    const { link, inviteId } = alice.services.invites.create(1);
    const judge = (): string =>
      alice.services.invites.judge(inviteId, new Uint8Array(32), new Uint8Array(96), bob.peerId);
    expect(Array.from({ length: 5 }, judge)).toEqual(Array(5).fill('refused'));
    expect(alice.services.invites.list()).toMatchObject([{ state: 'withdrawn' }]);
    expect(await ask(bob, bob.services.invites.accept(link, null), alice)).toMatchObject({ reason: 'invite-refused' });
  });

  test('two people who opened each other’s invites become one contact on each side', async () => {
    const [alice, bob] = [await person('Alice'), await person('Bob')];
    const atBob = bob.services.invites.accept(alice.services.invites.create(1).link, null);
    alice.services.invites.accept(bob.services.invites.create(1).link, null);
    const asked = await ask(bob, atBob, alice);
    expect(asked).toMatchObject({ outcome: 'contact', contact: { state: 'accepted', name: 'Bob' } });
    expect(alice.services.contacts.list()).toHaveLength(1);
  });

  test('a blocked person stays blocked, also with a fresh invite', async () => {
    const { alice, bob, bobAtAlice, aliceAtBob } = await friends();
    alice.services.contacts.setBlocked(bobAtAlice.contactId, true);
    bob.services.contacts.remove(aliceAtBob.contactId);
    const atBob = bob.services.invites.accept(alice.services.invites.create(1).link, null);
    expect(await ask(bob, atBob, alice)).toMatchObject({ outcome: 'dropped', reason: 'blocked' });
    expect(alice.services.contacts.get(bobAtAlice.contactId).state).toBe('blocked');
  });

  test('a contact who lost everything comes back under the same key with a new invite', async () => {
    const { alice, bob, bobAtAlice } = await friends();
    const words = await bob.services.identity.recoveryWords();
    const services = await openProfile({ folder: await temporaryFolder() });
    const { peerId } = await services.identity.restore(words, 'Bob again');
    const { atHost } = await befriend(alice, { services, peerId });
    expect(atHost).toMatchObject({ contactId: bobAtAlice.contactId, name: 'Bob again' });
  });
});

describe('a contact with another key', () => {
  async function bobWithNewKey(): Promise<{ alice: Person; newBob: Person; old: Contact }> {
    const { alice, bob, bobAtAlice } = await friends();
    alice.services.contacts.verify(bobAtAlice.contactId, bob.peerId);
    return { alice, newBob: await person('Bob'), old: alice.services.contacts.get(bobAtAlice.contactId) };
  }

  test('is refused both ways until it is compared or accepted as it is', async () => {
    const { alice, newBob, old } = await bobWithNewKey();
    const { link } = newBob.services.invites.create(1);
    expect(alice.services.invites.inspect(link)).toMatchObject({ knownAs: null, sameNameAs: old.contactId });
    const changed = alice.services.invites.accept(link, old.contactId);
    expect(changed).toMatchObject({
      contactId: old.contactId,
      peerId: newBob.peerId,
      trust: 'changed',
      state: 'invited',
    });
    const asked = await ask(alice, changed, newBob);
    if (asked.outcome !== 'contact' || !asked.reply) throw new Error('not welcomed');
    expect(await alice.services.signals.open(asked.reply)).toMatchObject({
      contact: { state: 'accepted', trust: 'changed', request: null },
    });

    const session = 'a'.repeat(32) as never; // sound: has the form of a session id
    expect(await failureCode(alice.services.signals.sealSignal(newBob.peerId, session, { kind: 'here' }))).toBe(
      'key-changed',
    );
    const here = await newBob.services.signals.sealSignal(alice.peerId, session, { kind: 'here' });
    expect(await alice.services.signals.open(here)).toEqual({
      outcome: 'dropped',
      reason: 'key-changed',
      from: newBob.peerId,
    });

    expect(alice.services.contacts.acceptChangedKey(old.contactId, newBob.peerId).trust).toBe('unverified');
    const hereAgain = await newBob.services.signals.sealSignal(alice.peerId, session, { kind: 'here' });
    expect(await alice.services.signals.open(hereAgain)).toMatchObject({ outcome: 'session', from: newBob.peerId });
  });

  test('can be verified only by naming the key that was compared', async () => {
    const { alice, newBob, old } = await bobWithNewKey();
    alice.services.invites.accept(newBob.services.invites.create(1).link, old.contactId);
    expect(await failureCode(async () => alice.services.contacts.verify(old.contactId, old.peerId))).toBe(
      'key-changed',
    );
    expect(alice.services.contacts.get(old.contactId).trust).toBe('changed');
    expect(alice.services.contacts.verify(old.contactId, newBob.peerId).trust).toBe('verified');
  });

  test('is "changed" too when it first came as a contact of its own and is merged', async () => {
    const { alice, newBob, old } = await bobWithNewKey();
    const { atHost } = await befriend(alice, newBob);
    alice.services.contacts.rename(old.contactId, 'Bobby');
    const merged = alice.services.contacts.merge(old.contactId, atHost.contactId);
    expect(merged).toMatchObject({
      contactId: old.contactId,
      alias: 'Bobby',
      peerId: newBob.peerId,
      state: 'accepted',
      trust: 'changed',
    });
    expect(alice.services.contacts.list()).toHaveLength(1);
  });

  test('an unverified contact takes a new key without a barrier but never as verified', async () => {
    const { alice, bobAtAlice } = await friends();
    const newBob = await person('Bob');
    const replaced = alice.services.invites.accept(newBob.services.invites.create(1).link, bobAtAlice.contactId);
    expect(replaced.trust).toBe('unverified');
  });

  test('an invite whose key is another contact already replaces nobody', async () => {
    const { alice, bobAtAlice } = await friends();
    const carol = await person('Carol');
    await befriend(alice, carol);
    const { link } = carol.services.invites.create(1);
    expect(await failureCode(async () => alice.services.invites.accept(link, bobAtAlice.contactId))).toBe(
      'contact-exists',
    );
    expect(alice.services.contacts.get(bobAtAlice.contactId)).toEqual(bobAtAlice);
  });
});
