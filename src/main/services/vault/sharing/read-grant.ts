// The owner's word to one keeper that one reader may have one piece, for a while (docs/protocol/vault-share.md).
import * as v from 'valibot';
import type { PeerId } from '#shared/identity';
import { PieceId } from '#shared/vault';
import { fromHex, toHex } from '#main/services/byte-layout';
import type { IdentityKeys } from '#main/services/identity-keys';
import { peerIdOf, peerKey } from '#main/services/peer-keys';
import { serviceLimits as limits } from '#main/services/service-limits';
import { bytesOf, readSignedList, signList } from '#main/services/vault/signed-list';

const layoutVersion = 1;
const label = 'roundtable/vault-grant/1';

export interface ReadGrant {
  readonly owner: PeerId;
  readonly reader: PeerId;
  readonly keeper: PeerId;
  readonly pieceId: PieceId;
  /** Milliseconds since 1970; by the keeper's clock. */
  readonly until: number;
}

const List = v.strictTuple([
  v.literal(layoutVersion),
  bytesOf(32),
  bytesOf(32),
  bytesOf(32),
  bytesOf(32),
  v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(limits.chatTimeMostMs)),
]);

export function signGrant(
  keys: IdentityKeys,
  { reader, keeper, pieceId, until }: Omit<ReadGrant, 'owner'>,
): Uint8Array<ArrayBuffer> {
  const named = [keys.publicKey, peerKey(reader).bytes, peerKey(keeper).bytes, fromHex(pieceId)];
  return signList(keys, label, [layoutVersion, ...named, until]);
}

/** Null for anything that its owner did not sign like this. Never throws. */
export function readGrant(bytes: Uint8Array): ReadGrant | null {
  const signed = readSignedList(label, List, bytes);
  if (!signed) return null;
  const [, , reader, keeper, piece, until] = signed.list;
  return {
    owner: signed.owner,
    reader: peerIdOf(reader),
    keeper: peerIdOf(keeper),
    pieceId: v.parse(PieceId, toHex(piece)),
    until,
  };
}
