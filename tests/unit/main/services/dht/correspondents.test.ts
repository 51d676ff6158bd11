import { describe, expect, test } from 'vitest';
import { Correspondents } from '#main/services/dht/correspondents';
import type { Pairing } from '#main/services/dht/pairing';
import { befriend, openProfile, person, testClock, type Person } from '../people';

const listOf = async ({ services }: Person): Promise<readonly Pairing[]> => await new Correspondents(services).list();

/** Where one of two looks for the other, and where these say that they are. */
const meets = (seeker: Pairing, sought: Pairing): boolean =>
  Buffer.compare(seeker.theirs.record.publicKey, sought.mine.record.publicKey) === 0 &&
  Buffer.compare(seeker.mine.caller.publicKey, sought.theirs.caller.publicKey) === 0;

describe('those whom a person may be found by', () => {
  test('are contacts, with keys that both come to and nobody else', async () => {
    const [ada, ben, cleo] = [await person('Ada'), await person('Ben'), await person('Cleo')];
    await befriend(ada, ben);
    await befriend(ada, cleo);
    const [withBen, withCleo] = await listOf(ada);
    const [atBen] = await listOf(ben);
    const [atCleo] = await listOf(cleo);
    if (!withBen || !withCleo || !atBen || !atCleo) throw new Error('somebody is missing');
    expect([withBen.peerId, withCleo.peerId].sort()).toEqual([ben.peerId, cleo.peerId].sort());
    const byPeer = withBen.peerId === ben.peerId ? { withBen, withCleo } : { withBen: withCleo, withCleo: withBen };
    expect(meets(atBen, byPeer.withBen)).toBe(true);
    expect(meets(atCleo, byPeer.withCleo)).toBe(true);
    expect(meets(atBen, byPeer.withCleo)).toBe(false);
  });

  test('are also whoever holds an open invite, who looks for its maker there', async () => {
    const [ada, ben] = [await person('Ada'), await person('Ben')];
    const { link } = ada.services.invites.create(72);
    ben.services.invites.accept(link, null);
    const [forHolder] = await listOf(ada);
    const [asContact, asHolder] = await listOf(ben);
    if (!forHolder || !asContact || !asHolder) throw new Error('somebody is missing');
    expect(forHolder).toMatchObject({ peerId: null, isWelcome: true });
    // The maker's welcome comes by the keys of both, which the guest waits for already.
    expect([asContact.isWelcome, asHolder.isWelcome]).toEqual([true, false]);
    expect([asContact.peerId, asHolder.peerId]).toEqual([ada.peerId, ada.peerId]);
    expect(meets(asHolder, forHolder)).toBe(true);
  });

  test('are the two of them, and no holder, once the invite was used, withdrawn, or is over', async () => {
    const clock = testClock();
    const [ada, ben] = [await person('Ada', { clock }), await person('Ben', { clock })];
    await befriend(ada, ben);
    expect((await listOf(ada)).map(({ peerId }) => peerId)).toEqual([ben.peerId]);
    expect((await listOf(ben)).map(({ peerId }) => peerId)).toEqual([ada.peerId]);
    const { inviteId } = ada.services.invites.create(1);
    ada.services.invites.create(1);
    expect(await listOf(ada)).toHaveLength(3);
    ada.services.invites.withdraw(inviteId);
    expect(await listOf(ada)).toHaveLength(2);
    clock.pass(3 * 3_600_000);
    expect(await listOf(ada)).toHaveLength(1);
  });

  test('are not those who are blocked, removed, or came with another key', async () => {
    const [ada, ben, cleo] = [await person('Ada'), await person('Ben'), await person('Cleo')];
    const { atHost } = await befriend(ada, ben);
    ada.services.contacts.setBlocked(atHost.contactId, true);
    expect(await listOf(ada)).toEqual([]);
    ada.services.contacts.setBlocked(atHost.contactId, false);
    ada.services.contacts.verify(atHost.contactId, ben.peerId);
    const { atHost: newer } = await befriend(ada, cleo);
    ada.services.contacts.merge(atHost.contactId, newer.contactId);
    expect(ada.services.contacts.get(atHost.contactId).trust).toBe('changed');
    expect(await listOf(ada)).toEqual([]);
    ada.services.contacts.remove(atHost.contactId);
    expect(await listOf(ada)).toEqual([]);
  });

  test('are nobody while there is no identity', async () => {
    expect(await new Correspondents(await openProfile()).list()).toEqual([]);
  });
});
