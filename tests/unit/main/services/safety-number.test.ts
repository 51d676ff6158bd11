import { randomBytes } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import { describe, expect, test } from 'vitest';
import { peerIdOf } from '#main/services/peer-keys';
import { safetyNumber } from '#main/services/safety-number';
import { friends } from './people';

const peers = Array.from({ length: 10 }, () => peerIdOf(ed25519.getPublicKey(randomBytes(32))));

describe('the safety number', () => {
  test('is the same on both sides, and names the key that was compared', async () => {
    const { alice, bob } = await friends();
    const atAlice = safetyNumber(alice.peerId, bob.peerId);
    const atBob = safetyNumber(bob.peerId, alice.peerId);
    expect(atAlice.digits).toMatch(/^\d{60}$/);
    expect(atBob).toEqual({ ...atAlice, peerId: alice.peerId });
    expect(atAlice.peerId).toBe(bob.peerId);
    expect(atAlice.qrText).toContain(atAlice.digits);
  });

  test('differs for every pair of keys', () => {
    const numbers = new Set<string>();
    for (const [index, one] of peers.entries())
      for (const other of peers.slice(index + 1)) numbers.add(safetyNumber(one, other).digits);
    expect(numbers.size).toBe((10 * 9) / 2);
  });

  test('differs in its whole half when one key is exchanged', () => {
    const [mine, theirs, mallory] = peers.toSorted();
    if (!mine || !theirs || !mallory) throw new Error('three keys');
    const [honest, swapped] = [safetyNumber(mine, theirs).digits, safetyNumber(mine, mallory).digits];
    expect(swapped.slice(0, 30)).toBe(honest.slice(0, 30));
    const groups = (digits: string): string[] => digits.slice(30).match(/\d{5}/g) ?? [];
    const same = groups(honest).filter((group, index) => group === groups(swapped)[index]);
    expect(same.length).toBeLessThan(2);
  });

  test('of two known keys is the one that was published', () => {
    const [one, other] = [1, 2].map((fill) => peerIdOf(ed25519.getPublicKey(new Uint8Array(32).fill(fill))));
    expect(one && other && safetyNumber(one, other).digits).toMatchInlineSnapshot(
      `"779210728774866036384979377600448734964657403492124391592756"`,
    );
  });
});
