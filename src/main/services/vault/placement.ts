// Who keeps which piece: how things are cut for so many keepers, whom the next piece goes to, and what is to be done about one segment.
// Pure, so that the simulator runs the same.
import type { PeerId } from '#shared/identity';
import type { PieceId, VaultKeeper } from '#shared/vault';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';
import type { Scheme } from '#main/services/vault/erasure';

/**
 * For so many keepers: whole copies for few, pieces for many. From nine on it loses no more than three copies do and takes three fifths
 * of their room (`npm run sim -- vault`).
 */
export function schemeFor(keepers: number): Scheme {
  if (keepers < 5) return { needed: 1, total: 3 };
  if (keepers === 5) return { needed: 2, total: 5 };
  return keepers < 9 ? { needed: 3, total: keepers } : { needed: 5, total: 9 };
}

export interface KeeperFacts {
  readonly peerId: PeerId;
  readonly state: VaultKeeper['state'];
  readonly freeBytes: number;
  /** Of what they pledged, the part that is taken, 0-1. */
  readonly usedShare: number;
  readonly seenAt: number;
  /** They had no room when they were asked the last time. */
  readonly refusedAt: number | null;
  /** Equal for those who are in one network, and in one time zone; null while unknown. */
  readonly network: string | null;
  readonly utcMinutes: number | null;
}

/** Whose copies count. */
export const counts = (state: VaultKeeper['state']): boolean => state === 'good' || state === 'doubtful';

/** Null when nobody is left who would take it. */
export function chooseKeeper(
  keepers: readonly KeeperFacts[],
  { bytes, taken, nowMs }: { bytes: number; taken: ReadonlySet<PeerId>; nowMs: number },
): PeerId | null {
  const able = keepers.filter(
    ({ peerId, state, freeBytes, refusedAt }) =>
      counts(state) &&
      !taken.has(peerId) &&
      freeBytes >= bytes &&
      (refusedAt === null || nowMs - refusedAt >= limits.vaultAskAgainMs),
  );
  const besides = keepers.filter(({ peerId }) => taken.has(peerId));
  const weight = (one: KeeperFacts): number => burden(one, nowMs) + nearness(one, besides);
  return able.toSorted((a, b) => weight(a) - weight(b) || (a.peerId < b.peerId ? -1 : 1))[0]?.peerId ?? null;
}

/**
 * What one fire, one provider or one night can take away together lies apart where it can: being in one network with another keeper of the
 * segment weighs as much as two days of absence, being in one time zone as much as half a day.
 */
function nearness({ network, utcMinutes }: KeeperFacts, besides: readonly KeeperFacts[]): number {
  const isOneNetwork = network !== null && besides.some((other) => other.network === network);
  const isOneZone = utcMinutes !== null && besides.some((other) => other.utcMinutes === utcMinutes);
  return (isOneNetwork ? 2 : 0) + (isOneZone ? 0.5 : 0);
}

/** Lower is better: those who prove what they keep, were here lately, and have much room. */
function burden({ state, usedShare, seenAt }: KeeperFacts, nowMs: number): number {
  const daysAway = Math.max(0, nowMs - seenAt) / 86_400_000;
  return (state === 'good' ? 0 : 10) + Math.min(daysAway, 7) + usedShare;
}

interface CopyFacts {
  readonly keeper: PeerId;
  readonly state: 'assigned' | 'kept';
}

export interface PieceFacts {
  readonly pieceId: PieceId;
  readonly bytes: number;
  readonly isHere: boolean;
  readonly copies: readonly CopyFacts[];
}

export interface SegmentFacts extends Scheme {
  readonly pieces: readonly PieceFacts[];
}

export interface SegmentPlan {
  readonly assign: readonly { readonly pieceId: PieceId; readonly keeper: PeerId }[];
  /** Copies that are not needed any more: with whoever failed or leaves. */
  readonly release: readonly { readonly pieceId: PieceId; readonly keeper: PeerId }[];
  /** Pieces that a keeper waits for and that are not on this disk: to be made again from others. */
  readonly rebuild: readonly PieceId[];
  /** Keepers there would have to be beyond those there are. */
  readonly keepersMissing: number;
}

export function planSegment(segment: SegmentFacts, keepers: readonly KeeperFacts[], nowMs: number): SegmentPlan {
  const counting = new Set(keepers.filter(({ state }) => counts(state)).map(({ peerId }) => peerId));
  const standing = segment.pieces.flatMap(({ copies }) => copies.filter(({ keeper }) => counting.has(keeper)));
  const taken = new Set(standing.map(({ keeper }) => keeper));
  const assign: { pieceId: PieceId; keeper: PeerId }[] = [];
  let keepersMissing = 0;
  for (const { pieceId, bytes, copies } of segment.pieces) {
    const wanted = segment.needed === 1 ? segment.total : 1;
    const there = copies.filter(({ keeper }) => counting.has(keeper)).length;
    for (let at = there; at < wanted; at += 1) {
      const keeper = chooseKeeper(keepers, { bytes, taken, nowMs });
      if (keeper === null) keepersMissing += 1;
      else {
        taken.add(keeper);
        assign.push({ pieceId, keeper });
      }
    }
  }
  const awaited = new Set(assign.map(({ pieceId }) => pieceId));
  for (const { pieceId, copies } of segment.pieces)
    if (copies.some(({ keeper, state }) => state === 'assigned' && counting.has(keeper))) awaited.add(pieceId);
  const rebuild = segment.pieces.filter(({ pieceId, isHere }) => awaited.has(pieceId) && !isHere);
  return {
    assign,
    release: releases(segment, counting),
    rebuild: rebuild.map(({ pieceId }) => pieceId),
    keepersMissing,
  };
}

/** A copy with somebody who does not count goes once the piece is kept as often as it should be; a mere promise goes at once. */
function releases({ pieces, needed, total }: SegmentFacts, counting: ReadonlySet<PeerId>): SegmentPlan['release'] {
  return pieces.flatMap(({ pieceId, copies }) => {
    const kept = copies.filter(({ keeper, state }) => state === 'kept' && counting.has(keeper)).length;
    const isEnough = kept >= (needed === 1 ? total : 1);
    return copies
      .filter(({ keeper, state }) => !counting.has(keeper) && (isEnough || state === 'assigned'))
      .map(({ keeper }) => ({ pieceId, keeper }));
  });
}
