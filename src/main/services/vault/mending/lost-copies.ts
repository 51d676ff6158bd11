// What a mender can tell of the copies that an order names: which piece is short of one, and whose turn it is to make it again. Pure.
import type { PeerId } from '#shared/identity';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';
import type { MendOrder, MendPiece } from '#main/services/vault/mending/mend-order';

export interface LostFacts {
  /** This copy is known not to be there, or its keeper was away for so long that it counts as such. */
  readonly isLost: (piece: MendPiece, keeper: PeerId) => boolean;
  /** Other menders who proved that they took this piece over. */
  readonly tookOver: (piece: MendPiece) => number;
}

export interface Loss {
  readonly piece: MendPiece;
  /** Pieces it can be made of, with those who have them. */
  readonly from: readonly MendPiece[];
}

/** The first piece of which too few copies are left; null where there is none, or too little is left to make it of. */
export function lossIn(order: MendOrder, { isLost, tookOver }: LostFacts): Loss | null {
  const wanted = order.needed === 1 ? order.total : 1;
  const left = order.pieces.map((piece) => ({
    ...piece,
    keepers: piece.keepers.filter((keeper) => !isLost(piece, keeper)),
  }));
  const from = left.filter(({ keepers }) => keepers.length > 0);
  const piece = left.find((one) => one.keepers.length + tookOver(one) < Math.min(wanted, limits.vaultMendKeepers));
  return piece && from.length >= order.needed ? { piece, from } : null;
}

/** When this mender may begin: a day for whoever may be wrong about the loss, and one more for each mender named before. */
export function turnAt({ menders }: MendOrder, self: PeerId, lostAt: number): number {
  return lostAt + (menders.indexOf(self) + 1) * limits.vaultMendTurnMs;
}
