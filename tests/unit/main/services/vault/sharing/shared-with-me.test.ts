// What contacts tell of things they share, however much of it.
import { describe, expect, test } from 'vitest';
import { parse } from 'valibot';
import { VaultShareId } from '#shared/vault-share';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';
import { PieceGroups } from '#main/services/vault/piece-groups';
import { SharedWithMe } from '#main/services/vault/sharing/shared-with-me';
import { alice, bob, keeper, me, pieceOf, stranger } from '../keeper';

const shareId = (seed: number): VaultShareId => parse(VaultShareId, seed.toString(16).padStart(32, '0'));

async function scene() {
  const { database, contacts, keeping, clock } = await keeper();
  const groups = new PieceGroups(clock);
  const at = { changes: 0 };
  const shared = new SharedWithMe({
    database,
    identity: { keys: me },
    contacts,
    keeping,
    groups,
    clock,
    isUsed: () => false,
    onGone: () => undefined,
    onChange: () => (at.changes += 1),
  });
  const wanted = (): number => groups.next(alice.peerId, [alice.peerId], 1_000).length;
  return { at, shared, groups, clock, wanted };
}

describe('a contact who tells of many things', () => {
  test('has one manifest of theirs fetched at a time, and the next once that took too long', async () => {
    const { shared, wanted, clock } = await scene();
    for (let seed = 0; seed < 500; seed += 1)
      shared.note({ owner: alice.peerId, shareId: shareId(seed), header: pieceOf(seed + 1).header });
    expect(wanted()).toBe(1);
    clock.pass(limits.vaultShareComingMs);
    shared.note({ owner: alice.peerId, shareId: shareId(7), header: pieceOf(9).header });
    expect(wanted()).toBe(1);
    expect(shared.rightTo(pieceOf(9).header.pieceId, alice.peerId)).toBe('offered');
    expect(shared.rightTo(pieceOf(9).header.pieceId, bob.peerId)).toBe('mine');
  });

  test('gets a bounded number of answers, and nobody is bothered', async () => {
    const { at, shared } = await scene();
    for (let seed = 0; seed < 500; seed += 1)
      shared.note({ owner: alice.peerId, shareId: shareId(seed), header: null });
    expect(shared.acks(alice.peerId)).toHaveLength(limits.vaultSharedOfOwner);
    expect(shared.acks(alice.peerId)).toEqual([]);
    expect(at.changes).toBe(0);
  });

  test('is not listened to when they are no contact, or when the header is not what it says', async () => {
    const { shared, wanted, groups } = await scene();
    shared.note({ owner: stranger.peerId, shareId: shareId(1), header: pieceOf(1).header });
    const forged = { ...pieceOf(1).header, pieceId: pieceOf(2).header.pieceId };
    shared.note({ owner: alice.peerId, shareId: shareId(1), header: forged });
    expect(wanted()).toBe(0);
    expect(groups.next(stranger.peerId, [stranger.peerId], 10)).toEqual([]);
  });

  test('has bytes that are no manifest thrown away', async () => {
    const { shared, groups } = await scene();
    const piece = pieceOf(3, 5_000);
    shared.note({ owner: alice.peerId, shareId: shareId(1), header: piece.header });
    groups.next(alice.peerId, [alice.peerId], 1);
    groups.write(alice.peerId, piece.header.pieceId, piece.blocks);
    expect(shared.view()).toEqual([]);
    expect(shared.acks(alice.peerId)).toEqual([]);
  });
});
