// What is being fetched from keepers: groups of pieces of which some are enough. Keepers come and ask what to bring; all of them work
// at once, and whoever has nothing left to do helps with what others are still bringing. No I/O.
import { blockBytes, blockCount, hasBit, makeBits, setBit } from '#shared/content';
import type { PeerId } from '#shared/identity';
import type { PieceHeader, PieceId } from '#shared/vault';
import type { Clock } from '#main/services/clock';
import { serviceLimits as limits } from '#main/services/service-limits';
import { isBlockOf } from '#main/services/vault/piece';
import type { PieceBlock } from '#main/services/vault/piece-store';

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
interface Wanting {
  readonly group: PieceGroup;
  readonly wanted: ReadonlyMap<PieceId, WantedPiece>;
  readonly shares: Map<number, Uint8Array<ArrayBuffer>>;
}

/** A piece that at least one group waits for. */
interface Coming {
  readonly header: PieceHeader;
  readonly groups: Set<Wanting>;
  /** Null before its first block. */
  bytes: Uint8Array<ArrayBuffer> | null;
  readonly held: Uint8Array<ArrayBuffer>;
  missing: number;
  /** Until when each keeper counts as bringing it. */
  readonly claims: Map<PeerId, number>;
  /** They have it not, or sent other bytes. */
  readonly refused: Set<PeerId>;
}

export class PieceGroups {
  readonly #clock: Clock;
  /** In the order in which they were added, and are to be served. */
  readonly #wantings = new Set<Wanting>();
  readonly #coming = new Map<PieceId, Coming>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Answers how to take it back; `ready` is not called after that. */
  add(group: PieceGroup): () => void {
    const wanted = new Map(group.pieces.map((piece) => [piece.header.pieceId, piece]));
    const wanting: Wanting = { group, wanted, shares: new Map() };
    this.#wantings.add(wanting);
    for (const [pieceId, { header, share }] of wanted) {
      const coming = this.#coming.get(pieceId) ?? newComing(header);
      this.#coming.set(pieceId, coming);
      coming.groups.add(wanting);
      if (coming.bytes && coming.missing === 0) wanting.shares.set(share, coming.bytes);
    }
    // Others had it all already. Not before whoever adds it knows how to take it back.
    queueMicrotask(() => this.#serve(wanting));
    return () => this.#end(wanting);
  }

  /** What this keeper is to be asked for now, at most so many; counted as coming from now on. */
  next(keeper: PeerId, online: readonly PeerId[], most: number): PieceHeader[] {
    this.#endOldClaims();
    const open = this.#open(keeper, online).slice(0, most);
    const chosen = open.length > 0 || most <= 0 || this.#isBusy(keeper) ? open : this.#helpWith(keeper);
    const until = this.#clock.now() + limits.vaultClaimMs;
    for (const { claims } of chosen) claims.set(keeper, until);
    return chosen.map(({ header }) => header);
  }

  /**
   * Its blocks that are not here, in the order in which this keeper is to bring them: where somebody else brings them too, from the other
   * end, so that the two meet.
   */
  blocksFor(keeper: PeerId, pieceId: PieceId): number[] {
    const coming = this.#coming.get(pieceId);
    if (!coming) return [];
    const missing = Array.from({ length: blockCount(coming.header.bytes) }, (_, block) => block).filter(
      (block) => !hasBit(coming.held, block),
    );
    return [...coming.claims.keys()].indexOf(keeper) > 0 ? missing.reverse() : missing;
  }

  /** So many pieces that are not whole yet are asked of them. */
  askedOf(keeper: PeerId): number {
    this.#endOldClaims();
    return [...this.#coming.values()].filter((one) => !isWhole(one) && one.claims.has(keeper)).length;
  }

  /** Some of it is not here, and somebody waits for it. */
  isWanted(pieceId: PieceId): boolean {
    const coming = this.#coming.get(pieceId);
    return coming !== undefined && !isWhole(coming);
  }

  /** False when one of the blocks is not of that piece: the keeper is not asked for it again. What nobody wants any more is fine. */
  write(keeper: PeerId, pieceId: PieceId, blocks: readonly PieceBlock[]): boolean {
    const coming = this.#coming.get(pieceId);
    if (!coming) return true;
    if (blocks.some(({ index, bytes }) => !isBlockOf(coming.header, index, bytes))) {
      this.lacking(keeper, pieceId);
      return false;
    }
    coming.claims.set(keeper, this.#clock.now() + limits.vaultClaimMs);
    const fresh = take(coming, blocks);
    for (const { group } of [...coming.groups]) if (fresh > 0) group.came?.(keeper, fresh);
    if (fresh > 0 && coming.missing === 0 && coming.bytes) this.#complete(coming, coming.bytes);
    return true;
  }

  /** They have it not: they are not asked for it again. */
  lacking(keeper: PeerId, pieceId: PieceId): void {
    const coming = this.#coming.get(pieceId);
    coming?.refused.add(keeper);
    coming?.claims.delete(keeper);
  }

  /** What they were bringing may come from elsewhere. */
  unlinked(keeper: PeerId): void {
    for (const { claims } of this.#coming.values()) claims.delete(keeper);
  }

  // ---- who brings what ------------------------------------------------------------------------------------------------

  /** Pieces that nobody brings and that are still lacking to a group: what fewest others could bring first. */
  #open(keeper: PeerId, online: readonly PeerId[]): Coming[] {
    const chosen: Coming[] = [];
    const able = new Set<PeerId>();
    let lacking = 0;
    for (const wanting of this.#wantings) {
      const idle = piecesOf(wanting, this.#coming).filter((one) => !isWhole(one) && one.claims.size === 0);
      const others = new Map(idle.map((one) => [one, online.filter((other) => canBring(other, one, wanting))]));
      const short = wanting.group.needed - wanting.shares.size - this.#begun(wanting);
      if (short <= 0) continue;
      lacking += short;
      for (const peers of others.values()) for (const peer of peers) if (!this.#isBusy(peer)) able.add(peer);
      const mine = idle
        .filter((one) => canBring(keeper, one, wanting) && !chosen.includes(one))
        .sort((a, b) => (others.get(a)?.length ?? 0) - (others.get(b)?.length ?? 0));
      chosen.push(...mine.slice(0, short));
    }
    able.add(keeper);
    return chosen.slice(0, Math.ceil(lacking / able.size));
  }

  /** One more piece of the first group that can use it; where all are being brought, the one that is furthest from being there. */
  #helpWith(keeper: PeerId): Coming[] {
    for (const wanting of this.#wantings) {
      const mine = piecesOf(wanting, this.#coming).filter((one) => !isWhole(one) && canBring(keeper, one, wanting));
      // Only what is waited for most: the others are open for whoever is free next.
      const isFirst = this.#wantings.values().next().value === wanting;
      const isRoom =
        isFirst && this.#begun(wanting) + wanting.shares.size < wanting.group.needed + limits.vaultSparePieces;
      const other = mine.find((one) => one.claims.size === 0 && (isRoom || one.bytes));
      if (other) return [other];
      const [slowest] = mine
        .filter(({ claims }) => claims.size > 0 && claims.size < limits.vaultBringers)
        .sort((a, b) => b.missing - a.missing);
      if (slowest) return [slowest];
    }
    return [];
  }

  #isBusy(keeper: PeerId): boolean {
    return [...this.#coming.values()].some((one) => !isWhole(one) && one.claims.has(keeper));
  }

  /** Pieces of it that are being brought. */
  #begun(wanting: Wanting): number {
    return piecesOf(wanting, this.#coming).filter((one) => !isWhole(one) && one.claims.size > 0).length;
  }

  #endOldClaims(): void {
    const now = this.#clock.now();
    for (const { claims } of this.#coming.values())
      for (const [keeper, until] of claims) if (until <= now) claims.delete(keeper);
  }

  // ---- what is there --------------------------------------------------------------------------------------------------

  #complete({ header, groups }: Coming, bytes: Uint8Array<ArrayBuffer>): void {
    for (const wanting of [...groups]) {
      const piece = wanting.wanted.get(header.pieceId);
      if (piece) wanting.shares.set(piece.share, bytes);
      this.#serve(wanting);
    }
  }

  #serve(wanting: Wanting): void {
    if (wanting.shares.size < wanting.group.needed || !this.#wantings.has(wanting)) return;
    this.#end(wanting);
    wanting.group.ready(new Map([...wanting.shares].slice(0, wanting.group.needed)));
  }

  #end(wanting: Wanting): void {
    if (!this.#wantings.delete(wanting)) return;
    for (const pieceId of wanting.wanted.keys()) {
      const coming = this.#coming.get(pieceId);
      coming?.groups.delete(wanting);
      if (coming?.groups.size === 0) this.#coming.delete(pieceId);
    }
  }
}

function newComing(header: PieceHeader): Coming {
  const count = blockCount(header.bytes);
  const held = makeBits(count);
  return { header, groups: new Set(), bytes: null, held, missing: count, claims: new Map(), refused: new Set() };
}

const isWhole = ({ missing }: Coming): boolean => missing === 0;

const piecesOf = ({ wanted }: Wanting, all: ReadonlyMap<PieceId, Coming>): Coming[] =>
  [...wanted.keys()].flatMap((pieceId) => all.get(pieceId) ?? []);

function canBring(keeper: PeerId, { header, refused, claims }: Coming, { wanted }: Wanting): boolean {
  if (refused.has(keeper)) return false;
  return !claims.has(keeper) && (wanted.get(header.pieceId)?.keepers.includes(keeper) ?? false);
}

/** Verified blocks. Answers how many bytes of them were not there yet. */
function take(coming: Coming, blocks: readonly PieceBlock[]): number {
  coming.bytes ??= new Uint8Array(coming.header.bytes);
  let fresh = 0;
  for (const { index, bytes } of blocks) {
    if (hasBit(coming.held, index)) continue;
    coming.bytes.set(bytes, index * blockBytes);
    setBit(coming.held, index);
    coming.missing -= 1;
    fresh += bytes.length;
  }
  return fresh;
}
