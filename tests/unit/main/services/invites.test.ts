import { describe, expect, test } from 'vitest';
import { failureCode } from './failure-code';
import { friends, openProfile, person, testClock } from './people';

describe('invites', () => {
  test('show who made them, until when they hold, and whether one knows that person', async () => {
    const { alice, bob, aliceAtBob } = await friends();
    const invite = alice.services.invites.create(24);
    expect(bob.services.invites.inspect(invite.link)).toEqual({
      peerId: alice.peerId,
      nameHint: 'Alice',
      expiresAt: invite.expiresAt,
      knownAs: aliceAtBob.contactId,
      sameNameAs: null,
    });
  });

  test('hold at least as long as was asked, and then not an hour longer', async () => {
    const clock = testClock(Date.UTC(2026, 5, 1, 12, 34, 56));
    const { services } = await person('Alice', { clock });
    const { createdAt, expiresAt } = services.invites.create(72);
    expect(expiresAt - createdAt).toBeGreaterThanOrEqual(72 * 3_600_000);
    expect(expiresAt - createdAt).toBeLessThan(73 * 3_600_000);
  });

  test('of one’s own, expired, and of contacts are told apart', async () => {
    const clock = testClock();
    const { alice, bob } = await friends({ clock });
    const { link } = alice.services.invites.create(1);
    expect(await failureCode(() => alice.services.invites.accept(link, null))).toBe('invite-own');
    expect(await failureCode(() => bob.services.invites.accept(link, null))).toBe('contact-exists');
    clock.pass(2 * 3_600_000);
    expect(await failureCode(() => bob.services.invites.inspect(link))).toBe('invite-expired');
  });

  test('need an identity', async () => {
    const { services } = await person('Alice');
    const fresh = await openProfile();
    expect(await failureCode(() => fresh.invites.create(1))).toBe('identity-missing');
    expect(await failureCode(() => fresh.invites.inspect(services.invites.create(1).link))).toBe('identity-missing');
  });

  test('are at most a hundred open at once', async () => {
    const { services } = await person('Alice');
    for (let count = 0; count < 100; count += 1) services.invites.create(1);
    expect(await failureCode(() => services.invites.create(1))).toBe('input-invalid');
  });

  test('opened twice make one contact, and the later link is the one used', async () => {
    const [alice, bob] = [await person('Alice'), await person('Bob')];
    const first = bob.services.invites.accept(alice.services.invites.create(1).link, null);
    const second = bob.services.invites.accept(alice.services.invites.create(48).link, null);
    expect(second.contactId).toBe(first.contactId);
    expect(bob.services.contacts.list()).toHaveLength(1);
  });
});
