// The owner's word that keepers may make a lost piece of one segment again among themselves (docs/protocol/vault-mending.md). It names
// every piece of the segment by its hashes, who keeps it, and who may take over one of them. No key is in it.
import * as v from 'valibot';
import type { PeerId } from '#shared/identity';
import { PieceHeader, type PieceId } from '#shared/vault';
import { fromHex, toHex } from '#main/services/byte-layout';
import type { IdentityKeys } from '#main/services/identity-keys';
import { peerIdOf, peerKey } from '#main/services/peer-keys';
import { serviceLimits as limits } from '#main/services/service-limits';
import { vaultLimits } from '#main/services/vault/vault-limits';
import type { Scheme } from '#main/services/vault/erasure';
import { isSoundHeader } from '#main/services/vault/piece';
import { bytesOf, readSignedList, signList } from '#main/services/vault/signed-list';

const layoutVersion = 1;
const label = 'roundtable/vault-mend/1';

export interface MendPiece {
  readonly share: number;
  readonly header: PieceHeader;
  readonly keepers: readonly PeerId[];
}

export interface MendOrder extends Scheme {
  readonly owner: PeerId;
  /** Who may take over a piece, the first one first. None of them has a piece of the segment. */
  readonly menders: readonly PeerId[];
  /** By the owner's clock; the later one of two for a segment holds. */
  readonly atMs: number;
  readonly untilMs: number;
  /** All of the segment in the order of their shares; of whole copies the one there is. */
  readonly pieces: readonly MendPiece[];
}

const time = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(limits.chatTimeMostMs));
const share = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(vaultLimits.vaultMendPieces - 1));
const count = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(vaultLimits.vaultMendPieces));
const keys = v.pipe(v.array(bytesOf(32)), v.minLength(1), v.maxLength(vaultLimits.vaultMendKeepers));

const List = v.strictTuple([
  v.literal(layoutVersion),
  bytesOf(32),
  keys,
  time,
  time,
  count,
  count,
  v.pipe(
    v.array(v.strictTuple([share, bytesOf(32), v.number(), v.instance(Uint8Array), keys])),
    v.minLength(1),
    v.maxLength(vaultLimits.vaultMendPieces),
  ),
]);

/** At most `vaultLimits.vaultMendPieces` pieces, and `vaultLimits.vaultMendKeepers` people for each and as menders. */
export function signMendOrder(keysOf: IdentityKeys, order: Omit<MendOrder, 'owner'>): Uint8Array<ArrayBuffer> {
  const { menders, atMs, untilMs, needed, total, pieces } = order;
  const named = pieces.map(({ share: at, header, keepers }) => [
    at,
    fromHex(header.pieceId),
    header.bytes,
    header.hashes,
    keepers.map(keyBytes),
  ]);
  const list = [layoutVersion, keysOf.publicKey, menders.map(keyBytes), atMs, untilMs, needed, total, named];
  return signList(keysOf, label, list);
}

/** Null for anything that its owner did not sign like this, and for what describes no segment. Never throws. */
export function readMendOrder(bytes: Uint8Array): MendOrder | null {
  const signed = readSignedList(label, List, bytes);
  if (!signed) return null;
  const [, , menders, atMs, untilMs, needed, total, named] = signed.list;
  const pieces: MendPiece[] = [];
  for (const [at, id, size, hashes, keepers] of named) {
    const header = v.safeParse(PieceHeader, { pieceId: toHex(id), bytes: size, hashes });
    if (!header.success || !isSoundHeader(header.output)) return null;
    pieces.push({ share: at, header: header.output, keepers: keepers.map(peerIdOf) });
  }
  const order = { owner: signed.owner, menders: menders.map(peerIdOf), atMs, untilMs, needed, total, pieces };
  return isSegment(order) ? order : null;
}

/** What names the segment an order is for: its first piece. */
export const nameOfOrder = ({ pieces }: MendOrder): PieceId | null => pieces[0]?.header.pieceId ?? null;

const keyBytes = (peerId: PeerId): Uint8Array => peerKey(peerId).bytes;

function isSegment({ needed, total, pieces, menders }: MendOrder): boolean {
  const size = pieces[0]?.header.bytes;
  const isCut = needed === 1 ? pieces.length === 1 : needed < total && pieces.length === total;
  const isInOrder = pieces.every(({ share: at, header }, place) => at === place && header.bytes === size);
  const ids = new Set(pieces.map(({ header }) => header.pieceId));
  const areOnce = [menders, ...pieces.map(({ keepers }) => keepers)].every(
    (some) => new Set(some).size === some.length,
  );
  const held = new Set(pieces.flatMap(({ keepers }) => keepers));
  return isCut && isInOrder && areOnce && ids.size === pieces.length && !menders.some((one) => held.has(one));
}
