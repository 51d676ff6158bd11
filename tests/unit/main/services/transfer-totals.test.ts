// What was given and got, in all and with contacts, kept over restarts.
import { describe, expect, test } from 'vitest';
import { friends, openProfile, person, temporaryFolder, testClock } from './people';

describe('give and take', () => {
  test('is summed in all and per contact, and counts what went to others in all only', async () => {
    const clock = testClock();
    const { alice, bobAtAlice } = await friends({ clock });
    const { transferTotals } = alice.services;
    expect(transferTotals.read()).toEqual({ sentBytes: 0, receivedBytes: 0, since: null, people: [] });
    const since = clock.now();
    const stranger = await person('Stranger');
    transferTotals.note([
      { peerId: bobAtAlice.peerId, sentBytes: 10, receivedBytes: 3 },
      { peerId: stranger.peerId, sentBytes: 5, receivedBytes: 0 },
    ]);
    clock.pass(5_000);
    transferTotals.note([{ peerId: bobAtAlice.peerId, sentBytes: 1, receivedBytes: 2 }]);
    expect(transferTotals.read()).toEqual({
      sentBytes: 16,
      receivedBytes: 5,
      since,
      people: [{ contactId: bobAtAlice.contactId, sentBytes: 11, receivedBytes: 5 }],
    });
    alice.services.contacts.remove(bobAtAlice.contactId);
    expect(transferTotals.read()).toMatchObject({ sentBytes: 16, people: [] });
  });

  test('is there after a restart', async () => {
    const folder = await temporaryFolder();
    const first = await openProfile({ folder });
    const { peerId } = await person('Stranger');
    first.transferTotals.note([{ peerId, sentBytes: 7, receivedBytes: 9 }]);
    first.close();
    const again = await openProfile({ folder });
    expect(again.transferTotals.read()).toMatchObject({ sentBytes: 7, receivedBytes: 9, people: [] });
  });
});
