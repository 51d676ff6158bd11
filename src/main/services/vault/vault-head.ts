// The owner's signed word on which state of their vault is the latest, and in which pieces it is (docs/protocol/vault.md).
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { PeerId } from '#shared/identity';
import { PieceHeader } from '#shared/vault';
import { fromHex, toHex } from '#main/services/byte-layout';
import type { IdentityKeys } from '#main/services/identity-keys';
import { serviceLimits as limits } from '#main/services/service-limits';
import { vaultLimits } from '#main/services/vault/vault-limits';
import { pieceIdOf } from '#main/services/vault/piece';
import { bytesOf, readSignedList, signList } from '#main/services/vault/signed-list';

const layoutVersion = 1;
const label = 'roundtable/vault-head/1';

export interface VaultHeadFields {
  readonly owner: PeerId;
  /** Rises by one with each state. */
  readonly version: number;
  /** The SHA-256 of the head before it; null for the first. */
  readonly previous: Uint8Array | null;
  readonly atMs: number;
  /** Of the encrypted index. */
  readonly pieces: readonly PieceHeader[];
}

const Count = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(limits.chatTimeMostMs));

const List = v.strictTuple([
  v.literal(layoutVersion),
  bytesOf(32),
  Count,
  v.union([bytesOf(0), bytesOf(32)]),
  Count,
  v.pipe(
    v.array(v.strictTuple([bytesOf(32), v.number(), v.instance(Uint8Array)])),
    v.minLength(1),
    v.maxLength(vaultLimits.vaultHeadPieces),
  ),
]);

export const hashOfHead = (head: Uint8Array): Uint8Array<ArrayBuffer> =>
  new Uint8Array(createHash('sha256').update(head).digest());

/** At most `vaultLimits.vaultHeadPieces` pieces. */
export function signHead(
  keys: IdentityKeys,
  { version, previous, atMs, pieces }: Omit<VaultHeadFields, 'owner'>,
): Uint8Array<ArrayBuffer> {
  const named = pieces.map(({ pieceId, bytes, hashes }) => [fromHex(pieceId), bytes, hashes]);
  return signList(keys, label, [layoutVersion, keys.publicKey, version, previous ?? new Uint8Array(), atMs, named]);
}

/** Null for anything that its owner did not sign like this, and when a piece is not what its id names. Never throws. */
export function readHead(bytes: Uint8Array): VaultHeadFields | null {
  const signed = readSignedList(label, List, bytes);
  if (!signed) return null;
  const [, , version, previous, atMs, named] = signed.list;
  const pieces: PieceHeader[] = [];
  for (const [id, size, hashes] of named) {
    const header = v.safeParse(PieceHeader, { pieceId: toHex(id), bytes: size, hashes });
    if (!header.success || pieceIdOf(size, hashes) !== header.output.pieceId) return null;
    pieces.push(header.output);
  }
  return { owner: signed.owner, version, previous: previous.length === 0 ? null : previous, atMs, pieces };
}
