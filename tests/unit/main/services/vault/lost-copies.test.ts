// Which piece of an order is short of a copy, what it can be made of, and whose turn that is.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';
import { lossIn, turnAt } from '#main/services/vault/mending/lost-copies';
import type { MendOrder } from '#main/services/vault/mending/mend-order';
import { alice, bob, me, pieceOf } from './keeper';
import { keeperOf } from './some-keepers';

const orderOf = (needed: number, total: number): MendOrder => ({
  owner: alice.peerId,
  menders: [bob.peerId, me.peerId],
  atMs: 1,
  untilMs: 2,
  needed,
  total,
  pieces: Array.from({ length: needed === 1 ? 1 : total }, (_, share) => ({
    share,
    header: pieceOf(share + 1).header,
    keepers: needed === 1 ? [keeperOf(0), keeperOf(1), keeperOf(2)] : [keeperOf(share)],
  })),
});

describe('of an order', () => {
  it('a lost piece is made of others that are left, and of none that is lost; with too few of them it is left alone', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(5), { maxLength: 6 }), (gone) => {
        const order = orderOf(3, 6);
        const loss = lossIn(order, {
          isLost: (_, keeper) => gone.some((at) => keeperOf(at) === keeper),
          tookOver: () => 0,
        });
        expect(loss !== null).toBe(gone.length > 0 && gone.length <= 3);
        if (!loss) return;
        expect(loss.piece.share).toBe(Math.min(...gone));
        expect(loss.from.map(({ share }) => share)).toEqual(
          [0, 1, 2, 3, 4, 5].filter((share) => !gone.includes(share)),
        );
      }),
    );
  });

  it('one that another mender took over is not lost any more', () => {
    const isLost = (_: unknown, keeper: string): boolean => keeper === keeperOf(2);
    expect(lossIn(orderOf(3, 6), { isLost, tookOver: () => 0 })?.piece.share).toBe(2);
    expect(lossIn(orderOf(3, 6), { isLost, tookOver: ({ share }) => Number(share === 2) })).toBeNull();
  });

  it('a whole copy is made from one that is left', () => {
    const isLost = (_: unknown, keeper: string): boolean => keeper !== keeperOf(2);
    expect(lossIn(orderOf(1, 3), { isLost, tookOver: () => 0 })?.from[0]?.keepers).toEqual([keeperOf(2)]);
    expect(lossIn(orderOf(1, 3), { isLost, tookOver: () => 2 })).toBeNull();
  });

  it('each mender waits a day more than the one before', () => {
    expect(turnAt(orderOf(3, 6), bob.peerId, 1_000)).toBe(1_000 + limits.vaultMendTurnMs);
    expect(turnAt(orderOf(3, 6), me.peerId, 1_000)).toBe(1_000 + 2 * limits.vaultMendTurnMs);
  });
});
