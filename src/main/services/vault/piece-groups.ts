// What is being fetched from keepers: groups of pieces of which some are enough. Keepers come and ask what to bring (bringing.ts), and
// every block that comes is verified. No I/O.
import { blockBytes, blockCount, hasBit, makeBits, setBit } from '#shared/content';
import type { PeerId } from '#shared/identity';
import type { PieceHeader, PieceId } from '#shared/vault';
import type { Clock } from '#main/services/clock';
import { Bringing } from '#main/services/vault/bringing';
import { isBlockOf } from '#main/services/vault/piece';
import type { PieceBlock } from '#main/services/vault/piece-store';
import { isWhole, type Coming, type PieceGroup, type Wanting } from '#main/services/vault/wanted-pieces';

export class PieceGroups {
  /** In the order in which they were added, and are to be served. */
  readonly #wantings = new Set<Wanting>();
  readonly #coming = new Map<PieceId, Coming>();
  readonly #bringing: Bringing;

  constructor(clock: Clock) {
    this.#bringing = new Bringing(clock, this.#wantings, this.#coming);
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
    return this.#bringing.next(keeper, online, most).map(({ header }) => header);
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
    return this.#bringing.askedOf(keeper);
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
    const fresh = take(coming, blocks);
    this.#bringing.came(keeper, coming, fresh);
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
