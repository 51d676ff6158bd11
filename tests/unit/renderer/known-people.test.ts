// Who may be talked with now, by the key that stands in signals.
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { Contact } from '#shared/contact';
import type { PeerId } from '#shared/identity';
import { KnownPeople } from '../../../src/renderer/known-people';

// Sound: has the form of a peer id.
const key = (letter: string): PeerId => `${letter.repeat(51)}a` as PeerId;

function ben(changes: Partial<Contact> = {}): Contact {
  return v.parse(Contact, {
    contactId: '1'.padStart(32, '0'),
    peerId: key('b'),
    name: 'Ben',
    alias: null,
    state: 'accepted',
    trust: 'unverified',
    request: null,
    addedAt: 0,
    lastSeenAt: null,
    ...changes,
  });
}

describe('somebody', () => {
  test.each([
    ['accepted', ben(), null],
    ['invited', ben({ state: 'invited' }), 'contact-not-accepted'],
    ['blocked', ben({ state: 'blocked', trust: 'changed' }), 'contact-blocked'],
    ['with a changed key', ben({ trust: 'changed' }), 'key-changed'],
  ] as const)('%s is kept out or not', (_, contact, obstacle) => {
    const people = new KnownPeople();
    people.take([contact]);
    expect(people.obstacle(key('b'))).toBe(obstacle);
  });

  test('who has another key by now is not reached under the old one, and one can tell why', () => {
    const people = new KnownPeople();
    people.take([ben()]);
    people.take([ben({ peerId: key('c'), trust: 'changed' })]);
    expect(people.obstacle(key('b'))).toBe('key-changed');
    people.take([]);
    expect(people.obstacle(key('b'))).toBe('contact-unknown');
    expect(people.obstacle(key('d'))).toBe('contact-unknown');
  });
});
