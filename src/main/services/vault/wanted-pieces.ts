// What is being fetched: pieces, and the groups of which some are enough.
import type { PeerId } from '#shared/identity';
import type { PieceHeader, PieceId } from '#shared/vault';

export interface WantedPiece {
  readonly header: PieceHeader;
  readonly share: number;
  /** Who has it, as of now: looked at anew whenever somebody asks. */
  readonly keepers: readonly PeerId[];
}

export interface PieceGroup {
  /** So many of the pieces are enough; at least one. */
  readonly needed: number;
  readonly pieces: readonly WantedPiece[];
  /** Called once, with so many verified pieces by their shares. */
  readonly ready: (shares: ReadonlyMap<number, Uint8Array<ArrayBuffer>>) => void;
  /** Verified bytes that were not there yet. */
  readonly came?: (keeper: PeerId, bytes: number) => void;
}

/** A group until it is served. */
export interface Wanting {
  readonly group: PieceGroup;
  readonly wanted: ReadonlyMap<PieceId, WantedPiece>;
  readonly shares: Map<number, Uint8Array<ArrayBuffer>>;
}

interface Claim {
  /** Until when they count as bringing it. */
  until: number;
  /** Its place among all that was asked of anybody: a keeper brings what was asked first, first. */
  readonly turn: number;
}

/** A piece that at least one group waits for. */
export interface Coming {
  readonly header: PieceHeader;
  readonly groups: Set<Wanting>;
  /** Null before its first block. */
  bytes: Uint8Array<ArrayBuffer> | null;
  readonly held: Uint8Array<ArrayBuffer>;
  /** Blocks. */
  missing: number;
  readonly claims: Map<PeerId, Claim>;
  /** They have it not, or sent other bytes. */
  readonly refused: Set<PeerId>;
}

export const isWhole = ({ missing }: Coming): boolean => missing === 0;

export const piecesOf = ({ wanted }: Wanting, all: ReadonlyMap<PieceId, Coming>): Coming[] =>
  [...wanted.keys()].flatMap((pieceId) => all.get(pieceId) ?? []);

export function canBring(keeper: PeerId, { header, refused, claims }: Coming, { wanted }: Wanting): boolean {
  if (refused.has(keeper)) return false;
  return !claims.has(keeper) && (wanted.get(header.pieceId)?.keepers.includes(keeper) ?? false);
}
