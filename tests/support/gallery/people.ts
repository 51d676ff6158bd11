// People, calls and invites as they could be, for screens without a network.
import type { CallRecord } from '#shared/call-record';
import type { Contact, ContactId, SafetyNumber } from '#shared/contact';
import type { Identity, PeerId } from '#shared/identity';
import type { OpenInvite } from '#shared/invite';
import type { KnownRoom, RoomId, RoomPreview } from '#shared/room';

/** A Tuesday, 09:41 UTC. */
export const nowMs = Date.UTC(2026, 2, 3, 9, 41);
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const base32 = 'abcdefghijklmnopqrstuvwxyz234567';

// Sound, here and below: made by the very grammar that the brand stands for.
export const peerId = (seed: number): PeerId => {
  const digit = (at: number): string =>
    base32.charAt((at === 0 ? 0 : at === 1 ? seed % 32 : seed * 7 + at * (seed + 11) + at * at) % 32);
  return `${Array.from({ length: 51 }, (_, at) => digit(at)).join('')}a` as PeerId;
};
export const hex = (seed: number): string => seed.toString(16).padStart(32, 'c0ffee');
export const contactId = (seed: number): ContactId => hex(seed) as ContactId;

export const me: Identity = { peerId: peerId(0), name: 'Noor', createdAt: nowMs - 40 * dayMs };

function contact(seed: number, name: string, more: Partial<Contact> = {}): Contact {
  const ids = { contactId: contactId(seed), peerId: peerId(seed) };
  const known = { addedAt: nowMs - 30 * dayMs + seed, lastSeenAt: nowMs - 3 * seed * hourMs };
  return { ...ids, name, alias: null, state: 'accepted', trust: 'unverified', request: null, ...known, ...more };
}

export const ada = contact(6, 'Ada Lindqvist', { trust: 'verified' });
export const bo = contact(1, 'Bo');
export const carmen = contact(3, 'Carmen Díaz', { alias: 'Carmen from work' });
export const dilan = contact(2, 'Dilan Aksoy', { trust: 'changed' });
export const eva = contact(11, 'Eva', {
  state: 'invited',
  request: { expiresAt: nowMs + dayMs, isRefused: false },
  lastSeenAt: null,
  addedAt: nowMs - 4 * minuteMs,
});
export const faruk = contact(5, 'Faruk', { lastSeenAt: null });
export const otherBo = contact(9, 'Bo', { addedAt: nowMs - 60 * minuteMs });
export const gone = contact(8, 'Spam Sam', { state: 'blocked' });

export const everybody = [ada, bo, carmen, dilan, eva, faruk, gone];

let serial = 100;
function record(who: Contact, agoMs: number, more: Partial<CallRecord> = {}): CallRecord {
  serial += 1;
  const callId = hex(serial) as CallRecord['callId'];
  const facts = { direction: 'incoming', video: false, talkedMs: 0, reason: 'they-hung-up' } as const;
  const when = { callId, contactId: who.contactId, startedAt: nowMs - agoMs };
  return { ...when, ...facts, isMissed: false, isSeen: true, ...more };
}

export const calls: readonly CallRecord[] = [
  record(bo, 22 * minuteMs, { isMissed: true, isSeen: false, reason: 'cancelled' }),
  record(bo, 25 * minuteMs, { isMissed: true, isSeen: false, reason: 'no-answer', video: true }),
  record(ada, 3 * hourMs, { direction: 'outgoing', video: true, talkedMs: 47 * minuteMs, reason: 'hung-up' }),
  record(ada, 26 * hourMs, { talkedMs: 4 * minuteMs + 12_000 }),
  record(ada, 4 * dayMs, { direction: 'outgoing', reason: 'no-answer' }),
  record(ada, 12 * dayMs, { direction: 'outgoing', reason: 'busy' }),
  record(ada, 20 * dayMs, { isMissed: true, reason: 'cancelled' }),
  record(carmen, 2 * dayMs, { direction: 'outgoing', talkedMs: 42_000 }),
];

const link = `roundtable:i1/${'pQ7dE2kX9mVb4TzL6rYw1CsJ8hNfG3uA'.repeat(6)}`;

export const invites: readonly OpenInvite[] = [24, 168].map((hours, at) => ({
  inviteId: hex(500 + at) as OpenInvite['inviteId'],
  link,
  createdAt: nowMs - at * dayMs,
  expiresAt: nowMs - at * dayMs + hours * hourMs,
  state: 'open',
}));

export const inviteText = link;

const roomId = (seed: number): RoomId => hex(seed) as RoomId;

export const knownRooms: readonly KnownRoom[] = [
  { roomId: roomId(701), name: 'Reading group', lastInsideAt: nowMs - 2 * dayMs, people: ['Bo', 'Carmen Díaz', 'Eva'] },
  { roomId: roomId(702), name: 'Garden plans', lastInsideAt: nowMs - 9 * dayMs, people: ['Ada Lindqvist'] },
];

export const roomLink = `roundtable:r1/${'Zk3dE9kX1mVb7TzL2rYw5CsJ4hNfG8uA'.repeat(7)}`;

export const roomPreview: RoomPreview = {
  roomId: roomId(700),
  name: 'Tuesday table',
  maker: ada.peerId,
  makerName: 'Ada Lindqvist',
  expiresAt: nowMs + dayMs,
};

export const safetyNumber = (who: Contact): SafetyNumber => ({
  peerId: who.peerId,
  digits: '048190226755031648827713905124663380197255410082739160045518',
  qrText: `roundtable:s1/${'A1b2C3d4'.repeat(12)}`,
});

export const recoveryWords = (
  'abandon ability able about above absent absorb abstract absurd abuse access accident ' +
  'account accuse achieve acid acoustic acquire across act action actor actress actual'
).split(' ');
