// Pieces of others on this disk, those of each owner in a folder of its own. Every file has a row from before its first byte until
// after its last is gone; one thing at a time is done for an owner.
import { rm, statfs, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { blockCount } from '#shared/content';
import type { PeerId } from '#shared/identity';
import type { PieceHeader, PieceId } from '#shared/vault';
import type { Clock } from '#main/services/clock';
import { storeFailure } from '#main/services/content/disk-failure';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';
import type { KeptRows } from '#main/services/vault/kept-rows';
import { PieceStore, type PieceBlock } from '#main/services/vault/piece-store';

interface KeptPiecesOptions {
  readonly rows: KeptRows;
  readonly folder: string;
  readonly clock: Clock;
}

export class KeptPieces {
  readonly #rows: KeptRows;
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #stores = new Map<PeerId, PieceStore>();
  readonly #turns = new Map<PeerId, Promise<unknown>>();

  constructor({ rows, folder, clock }: KeptPiecesOptions) {
    this.#rows = rows;
    this.#folder = folder;
    this.#clock = clock;
  }

  /** Free space that pieces of others may take, before those that are coming are counted. Fails `disk-full`. */
  async freeBytes(): Promise<number> {
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      const { bavail, bsize, blocks } = await statfs(this.#folder);
      const reserve = Math.max(limits.vaultReserveBytes, blocks * bsize * limits.vaultReserveRatio);
      return Math.max(0, Math.floor(bavail * bsize - reserve));
    } catch (error) {
      throw storeFailure(error);
    }
  }

  /**
   * What is missing of a piece; none when it is kept. `admit` decides about one of which nothing is known yet: its room is taken
   * before its first byte comes, unless there is a reason not to.
   */
  async offer<Reason>(owner: PeerId, header: PieceHeader, admit: () => Reason | null): Promise<number[] | Reason> {
    return await this.#inTurn(owner, async () => {
      const { pieceId } = header;
      const known = this.#rows.piece(owner, pieceId);
      const refusal = known ? null : admit();
      if (refusal !== null) return refusal;
      if (!known) this.#rows.addPart(owner, header, this.#clock.now());
      const missing = await (await this.#storeOf(owner)).missingBlocks(header);
      const isWhole = missing.length === 0;
      if (!isWhole || !known?.isWhole) this.#rows.note(owner, pieceId, { isWhole, since: this.#clock.now() });
      return missing;
    });
  }

  /** `none`: nothing like it is coming. Fails `disk-full`. */
  async write(
    owner: PeerId,
    pieceId: PieceId,
    blocks: readonly PieceBlock[],
  ): Promise<'none' | 'wrong' | 'part' | 'whole'> {
    return await this.#inTurn(owner, async () => {
      const known = this.#rows.piece(owner, pieceId);
      if (!known) return 'none';
      if (known.isWhole) return 'whole';
      const outcome = await (await this.#storeOf(owner)).writeBlocks(known.header, blocks);
      if (outcome === 'whole') this.#rows.note(owner, pieceId, { isWhole: true, since: this.#clock.now() });
      return outcome;
    });
  }

  /** Null when it is not here. One that turns out to be damaged is not here any more: its owner can leave it again. */
  async read(owner: PeerId, pieceId: PieceId, blocks: readonly number[]): Promise<Uint8Array<ArrayBuffer>[] | null> {
    return await this.#inTurn(owner, async () => {
      const known = this.#rows.piece(owner, pieceId);
      if (!known?.isWhole || blocks.some((block) => block >= blockCount(known.header.bytes))) return null;
      const store = await this.#storeOf(owner);
      const found = await store.readBlocks(known.header, blocks);
      if (!found) await this.#remove(store, owner, [pieceId]);
      return found;
    });
  }

  /** `isDue` is asked in turn; answers whether anything went. */
  async remove(owner: PeerId, pieceIds: readonly PieceId[], isDue: () => boolean = () => true): Promise<boolean> {
    return await this.#inTurn(owner, async () => {
      if (!isDue()) return false;
      const known = pieceIds.filter((pieceId) => this.#rows.piece(owner, pieceId));
      if (known.length === 0) return false;
      await this.#remove(await this.#storeOf(owner), owner, known);
      return true;
    });
  }

  async removeAll(owner: PeerId): Promise<void> {
    await this.#inTurn(owner, async () => {
      this.#stores.delete(owner);
      await rm(join(this.#folder, owner), { recursive: true, force: true });
      this.#rows.removeAll(owner);
    });
  }

  /** Files first: a row without its file is noticed when it is read, a file without a row never. */
  async #remove(store: PieceStore, owner: PeerId, pieceIds: readonly PieceId[]): Promise<void> {
    await store.remove(pieceIds);
    this.#rows.remove(owner, pieceIds);
  }

  async #storeOf(owner: PeerId): Promise<PieceStore> {
    const store = this.#stores.get(owner) ?? (await PieceStore.open(join(this.#folder, owner)));
    this.#stores.set(owner, store);
    return store;
  }

  async #inTurn<T>(owner: PeerId, work: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(owner) ?? Promise.resolve()).then(work);
    const settled = turn.catch(() => undefined);
    this.#turns.set(owner, settled);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(owner) === settled) this.#turns.delete(owner);
    }
  }
}
