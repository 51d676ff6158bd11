// An order to delete pieces, signed by their owner for one keeper (docs/protocol/vault.md).
import * as v from 'valibot';
import type { PeerId } from '#shared/identity';
import { PieceId } from '#shared/vault';
import { fromHex, toHex } from '#main/services/byte-layout';
import type { IdentityKeys } from '#main/services/identity-keys';
import { peerIdOf, peerKey } from '#main/services/peer-keys';
import { serviceLimits as limits } from '#main/services/service-limits';
import { vaultLimits } from '#main/services/vault/vault-limits';
import { bytesOf, readSignedList, signList } from '#main/services/vault/signed-list';

const layoutVersion = 1;
const label = 'roundtable/vault-order/1';

export interface VaultOrderFields {
  readonly owner: PeerId;
  readonly keeper: PeerId;
  /** By the owner's clock; of two orders the later one has the greater time. */
  readonly atMs: number;
  readonly pieceIds: readonly PieceId[];
}

const List = v.strictTuple([
  v.literal(layoutVersion),
  bytesOf(32),
  bytesOf(32),
  v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(limits.chatTimeMostMs)),
  v.pipe(v.array(bytesOf(32)), v.minLength(1), v.maxLength(vaultLimits.vaultOrderPieces)),
]);

/** At most `vaultLimits.vaultOrderPieces` pieces; `atMs` above that of every order before. */
export function signOrder(
  keys: IdentityKeys,
  { keeper, atMs, pieceIds }: Omit<VaultOrderFields, 'owner'>,
): Uint8Array<ArrayBuffer> {
  const ids = pieceIds.map((pieceId) => fromHex(pieceId));
  return signList(keys, label, [layoutVersion, keys.publicKey, peerKey(keeper).bytes, atMs, ids]);
}

/** Null for anything that its owner did not sign like this. Never throws. */
export function readOrder(bytes: Uint8Array): VaultOrderFields | null {
  const signed = readSignedList(label, List, bytes);
  if (!signed) return null;
  const [, , keeper, atMs, ids] = signed.list;
  return {
    owner: signed.owner,
    keeper: peerIdOf(keeper),
    atMs,
    pieceIds: ids.map((id) => v.parse(PieceId, toHex(id))),
  };
}
