import { beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '#shared/failure';
import type { AppState } from '#state/app.svelte';
import type { EndedCall } from '#state/deps';
import type { PeopleState } from '#state/people.svelte';
import { FakeWorld } from '#tests/support/gallery/fake-world';
import {
  ada,
  bo,
  calls,
  carmen,
  contactId,
  everybody,
  eva,
  gone,
  hex,
  nowMs,
  otherBo,
  peerId,
} from '#tests/support/gallery/people';
import { openTable } from '#tests/support/open-table';

let world: FakeWorld;
let app: AppState;
let people: PeopleState;

beforeEach(async () => {
  world = new FakeWorld();
  ({ app, people } = await openTable(world));
});

const names = (): string[] => people.found.map((row) => row.name);
const badge = (): unknown => world.asked.filter(({ call }) => call === 'setBadge').at(-1)?.input;

const missed: EndedCall = {
  peerId: ada.peerId,
  callId: hex(777) as EndedCall['callId'], // sound: 32 hex digits
  direction: 'incoming',
  video: false,
  startedAt: nowMs,
  talkedMs: 0,
  reason: 'cancelled',
  wasAnswered: false,
};

describe('the list of people', () => {
  it('shows the latest first and nobody who is blocked', () => {
    expect(names().slice(0, 3)).toEqual([eva.name, bo.name, ada.name]);
    expect(names()).not.toContain(gone.name);
    expect(people.blocked).toEqual([gone]);
  });

  it('shows the name I gave, and finds by that and by their own, without accents', () => {
    people.search = 'from WORK';
    expect(names()).toEqual([carmen.alias]);
    people.search = 'diaz';
    expect(names()).toEqual([carmen.alias]);
    people.search = 'nobody of that name';
    expect(names()).toEqual([]);
  });

  it('follows main when contacts change', () => {
    world.hostEvents.emit('contactsChanged', [bo]);
    expect(names()).toEqual([bo.name]);
  });

  it('knows who is online', () => {
    expect(people.presenceOf(ada)).toBe('offline');
    world.presence.set(new Map([[ada.peerId, 'online']]));
    expect(people.presenceOf(ada)).toBe('online');
  });

  it('asks about an older contact of the same name, and not about the newer one', () => {
    world.hostEvents.emit('contactsChanged', [...everybody, otherBo]);
    expect(people.namesake(otherBo)?.contactId).toBe(bo.contactId);
    expect(people.namesake(bo)).toBeNull();
  });
});

describe('missed calls', () => {
  it('are counted from the history at the start', () => {
    expect(people.missedCalls).toBe(calls.filter((call) => call.isMissed && !call.isSeen).length);
    expect(badge()).toEqual({ missedCalls: 2, unread: 0 });
  });

  it('count once more when a call ends unanswered', async () => {
    await people.recordEnded(missed);
    expect(badge()).toEqual({ missedCalls: 3, unread: 0 });
    expect(people.callsWith(ada.contactId)[0]).toMatchObject({ isMissed: true, isSeen: false });
    expect(world.asked.find(({ call }) => call === 'recordCall')?.input).toMatchObject({ contactId: ada.contactId });
  });

  it.each([
    ['answered', { wasAnswered: true, talkedMs: 5_000, reason: 'they-hung-up' }],
    ['declined by me', { reason: 'declined' }],
    ['my own', { direction: 'outgoing', reason: 'no-answer' }],
  ] as const)('leave out a call that was %s', async (_what, more) => {
    await people.recordEnded({ ...missed, ...more });
    expect(people.callsWith(ada.contactId)[0]).toMatchObject({ isMissed: false, isSeen: true });
    expect(badge()).toEqual({ missedCalls: 2, unread: 0 });
  });

  it('are seen once their page is visited', async () => {
    await people.markSeen(bo.contactId);
    expect(people.missedCalls).toBe(0);
    expect(badge()).toEqual({ missedCalls: 0, unread: 0 });
    const before = world.asked.length;
    await people.markSeen(bo.contactId);
    expect(world.asked.length).toBe(before);
  });

  it('of somebody who is no contact leave no trace', async () => {
    await people.recordEnded({ ...missed, peerId: peerId(31) });
    expect(world.asked.some(({ call }) => call === 'recordCall')).toBe(false);
  });
});

describe('a command that fails', () => {
  it('says so and leaves the list as it was', async () => {
    world.answers.removeContact = async () => {
      throw new Failure('disk-full');
    };
    expect(await people.remove(bo.contactId)).toBe(false);
    expect(people.byId(bo.contactId)).not.toBeNull();
    expect(app.toasts.list.at(-1)?.title).toBe('The disk is full');
  });

  it('refuses a safety number of another key than the one on screen', async () => {
    await expect(people.safetyNumber(ada.contactId, peerId(30))).rejects.toMatchObject({ code: 'key-changed' });
  });
});

describe('verifying', () => {
  it('names exactly the key whose number was compared', async () => {
    await people.verify(bo.contactId, bo.peerId);
    expect(world.asked.at(-1)).toEqual({
      call: 'verifyContact',
      input: { contactId: bo.contactId, peerId: bo.peerId },
    });
    expect(people.byId(bo.contactId)?.trust).toBe('verified');
  });

  it('merges a newer contact into the one it belongs to', async () => {
    world.hostEvents.emit('contactsChanged', [...everybody, otherBo]);
    world.answers.mergeContacts = async () => ({ ...bo, peerId: otherBo.peerId });
    expect(await people.merge(bo.contactId, otherBo.contactId)).toBe(true);
    expect(people.byId(otherBo.contactId)).toBeNull();
    expect(people.byPeer(otherBo.peerId)?.contactId).toBe(contactId(1));
  });
});
