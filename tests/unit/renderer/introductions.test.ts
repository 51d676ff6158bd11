// Whom the app greets and asks, and when it stops.
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { Contact, type ContactId } from '#shared/contact';
import { Failure, type FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import { Emitter } from '#core/base/emitter';
import { Scope } from '#core/base/scope';
import type { MailboxEvents } from '#core/peers/mailbox';
import { FakeClock } from '#tests/support/fake-clock';
import { Introductions } from '../../../src/renderer/introductions';

function person(number: number, changes: Partial<Contact> = {}): Contact {
  const contact = {
    contactId: String(number).padStart(32, '0'),
    peerId: `${String.fromCharCode(97 + number).repeat(51)}a`,
    name: `Person ${number}`,
    alias: null,
    state: 'accepted',
    trust: 'unverified',
    request: null,
    addedAt: 0,
    lastSeenAt: null,
    ...changes,
  };
  return v.parse(Contact, contact);
}

const open = { expiresAt: Number.MAX_SAFE_INTEGER, isRefused: false };

function introduce() {
  const events = new Emitter<MailboxEvents>();
  const scope = new Scope();
  const clock = new FakeClock();
  const greeted: PeerId[] = [];
  const asked: ContactId[] = [];
  const refusals: Failure[] = [];
  const answer: { code: FailureCode } = { code: 'peer-unreachable' };
  const introductions = new Introductions({
    clock,
    scope,
    refused: (failure) => refusals.push(failure),
    mailbox: {
      events,
      request: async (contactId) => {
        asked.push(contactId);
        await Promise.reject(new Failure(answer.code));
      },
    },
    peers: { greet: (peerIds) => greeted.push(...peerIds) },
  });
  return { introductions, events, scope, clock, greeted, asked, refusals, answer };
}

describe('introductions', () => {
  test('greet each accepted contact once, and again when a rendezvous opens', () => {
    const { introductions, events, greeted } = introduce();
    const ada = person(1);
    introductions.follow([ada]);
    introductions.follow([ada]);
    expect(greeted).toEqual([ada.peerId]);
    events.emit('opened', undefined);
    expect(greeted).toEqual([ada.peerId, ada.peerId]);
  });

  test('never greet who is blocked, only invited, or has a changed key', () => {
    const { introductions, greeted } = introduce();
    introductions.follow([
      person(1, { state: 'blocked' }),
      person(2, { state: 'invited' }),
      person(3, { trust: 'changed' }),
    ]);
    expect(greeted).toEqual([]);
  });

  test('greet again who was blocked for a while', () => {
    const { introductions, greeted } = introduce();
    const ada = person(1);
    introductions.follow([ada]);
    introductions.follow([{ ...ada, state: 'blocked' }]);
    introductions.follow([ada]);
    expect(greeted).toEqual([ada.peerId, ada.peerId]);
  });

  test('repeat a request ever more rarely, and stop once it was welcomed', async () => {
    const { introductions, clock, asked } = introduce();
    const ben = person(2, { state: 'invited' });
    introductions.follow([ben]);
    expect(asked).toHaveLength(1);
    await clock.advance(2_000);
    expect(asked).toHaveLength(2);
    await clock.advance(60_000);
    const soFar = asked.length;
    expect(soFar).toBeGreaterThan(3);
    expect(soFar).toBeLessThan(8);
    introductions.follow([{ ...ben, state: 'accepted' }]);
    await clock.advance(600_000);
    expect(asked).toHaveLength(soFar);
  });

  test('say once that an invite was used by somebody else, and ask no more', async () => {
    const { introductions, clock, asked, refusals, answer } = introduce();
    answer.code = 'invite-used';
    const ben = person(2, { state: 'invited', request: open });
    introductions.follow([ben]);
    await clock.advance(600_000);
    introductions.follow([{ ...ben, request: { ...open, isRefused: true } }]);
    await clock.advance(600_000);
    expect(asked).toHaveLength(1);
    expect(refusals.map(({ code }) => code)).toEqual(['invite-used']);
  });

  test('say that an invite is lost when main heard of it first, and ask again with a new one', async () => {
    const { introductions, clock, asked, refusals } = introduce();
    const ben = person(2, { state: 'invited', request: open });
    introductions.follow([ben]);
    introductions.follow([{ ...ben, request: { ...open, isRefused: true } }]);
    await clock.advance(600_000);
    expect(asked).toHaveLength(1);
    expect(refusals.map(({ code }) => code)).toEqual(['invite-used']);
    introductions.follow([ben]);
    expect(asked).toHaveLength(2);
  });

  test.each([
    ['used', { ...open, isRefused: true }],
    ['out of time', { ...open, expiresAt: 0 }],
  ])('pass over an invite that was %s before, without a word', async (_, request) => {
    const { introductions, clock, events, asked, refusals } = introduce();
    introductions.follow([person(2, { state: 'invited', request })]);
    events.emit('opened', undefined);
    await clock.advance(600_000);
    expect(asked).toEqual([]);
    expect(refusals).toEqual([]);
  });

  test('stop with their scope', async () => {
    const { introductions, clock, scope, asked } = introduce();
    introductions.follow([person(2, { state: 'invited' })]);
    scope.end();
    await clock.advance(600_000);
    expect(asked).toHaveLength(1);
  });
});
