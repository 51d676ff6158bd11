import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { CallHistory } from '#main/services/call-history';
import { Contacts } from '#main/services/contacts';
import { Database } from '#main/services/database';
import type { CallId, CallRecord } from '#shared/call-record';
import type { Contact } from '#shared/contact';
import { failureCode } from './failure-code';
import { befriend, friends, person, temporaryFolder } from './people';

const call = (contact: Contact, index: number, more: Partial<CallRecord> = {}): CallRecord => ({
  callId: index.toString(16).padStart(32, '0') as CallId, // sound: hex
  contactId: contact.contactId,
  direction: 'incoming',
  video: false,
  startedAt: 1_000 + index,
  talkedMs: 0,
  reason: 'no-answer',
  isMissed: true,
  isSeen: false,
  ...more,
});

describe('the call history', () => {
  test('lists the newest first, as they were recorded', async () => {
    const { alice, bobAtAlice } = await friends();
    const { calls } = alice.services;
    const recorded = [1, 2, 3].map((index) =>
      call(bobAtAlice, index, { video: index === 2, direction: 'outgoing', isMissed: false }),
    );
    for (const entry of recorded) calls.record(entry);
    expect(calls.list(10)).toEqual(recorded.toReversed());
    expect(calls.list(1)).toEqual(recorded.slice(2));
  });

  test('replaces a call that is recorded again', async () => {
    const { alice, bobAtAlice } = await friends();
    alice.services.calls.record(call(bobAtAlice, 1));
    alice.services.calls.record(call(bobAtAlice, 1, { reason: 'hung-up', talkedMs: 5_000, isMissed: false }));
    expect(alice.services.calls.list(10)).toMatchObject([{ reason: 'hung-up', talkedMs: 5_000, isMissed: false }]);
  });

  test('marks the calls of one contact as seen', async () => {
    const { alice, bobAtAlice } = await friends();
    const carol = await person('Carol');
    const { atHost } = await befriend(alice, carol);
    alice.services.calls.record(call(bobAtAlice, 1));
    alice.services.calls.record(call(atHost, 2));
    alice.services.calls.markSeen(bobAtAlice.contactId);
    expect(alice.services.calls.list(10).map(({ isSeen }) => isSeen)).toEqual([false, true]);
  });

  test('takes odd times for what they can be, and no call of an unknown contact', async () => {
    const { alice, bobAtAlice } = await friends();
    alice.services.calls.record(call(bobAtAlice, 1, { startedAt: 1.6, talkedMs: Infinity }));
    expect(alice.services.calls.list(1)).toMatchObject([{ startedAt: 2, talkedMs: Number.MAX_SAFE_INTEGER }]);
    alice.services.contacts.remove(bobAtAlice.contactId);
    expect(alice.services.calls.list(10)).toEqual([]);
    expect(
      await failureCode(() => {
        alice.services.calls.record(call(bobAtAlice, 2));
      }),
    ).toBe('contact-unknown');
  });

  test('goes along when two contacts turn out to be one person', async () => {
    const { alice, bobAtAlice } = await friends();
    const { atHost } = await befriend(alice, await person('Bob'));
    alice.services.calls.record(call(atHost, 1));
    alice.services.contacts.merge(bobAtAlice.contactId, atHost.contactId);
    expect(alice.services.calls.list(10)).toMatchObject([{ contactId: bobAtAlice.contactId }]);
  });

  test('forgets the oldest beyond what it keeps', async () => {
    const path = join(await temporaryFolder(), 'calls.sqlite');
    const { alice, bobAtAlice } = await friends();
    const database = new Database(path);
    onTestFinished(() => {
      database.close();
    });
    database.run(
      `INSERT INTO contacts (contact_id, peer_id, name, is_accepted, added_at) VALUES (:contactId, :peerId, 'Bob', 1, 0)`,
      { contactId: bobAtAlice.contactId, peerId: bobAtAlice.peerId },
    );
    const contacts = new Contacts({
      database,
      clock: alice.services.clock,
      random: () => new Uint8Array(16),
      onChange: () => undefined,
    });
    const calls = new CallHistory(database, contacts, 3);
    for (let index = 0; index < 5; index += 1) calls.record(call(bobAtAlice, index));
    expect(calls.list(10).map(({ startedAt }) => startedAt)).toEqual([1_004, 1_003, 1_002]);
  });
});
