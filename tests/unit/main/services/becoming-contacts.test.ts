import { describe, expect, test } from 'vitest';
import { befriend, friends, person, testClock } from './people';

describe('becoming contacts', () => {
  test('an invite makes both sides accepted contacts under the names they give themselves', async () => {
    const { bobAtAlice, aliceAtBob, alice, bob } = await friends();
    expect(bobAtAlice).toMatchObject({ name: 'Bob', peerId: bob.peerId, state: 'accepted', trust: 'unverified' });
    expect(aliceAtBob).toMatchObject({ name: 'Alice', peerId: alice.peerId, state: 'accepted', trust: 'unverified' });
  });
});
