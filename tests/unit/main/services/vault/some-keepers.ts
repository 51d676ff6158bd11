// Keepers of a test: they hold pieces in memory, and bring what they are asked for while they are there.
import * as v from 'valibot';
import { blockBytes, blockCount } from '#shared/content';
import { PeerId } from '#shared/identity';
import type { PieceHeader, PieceId, VaultVersionId } from '#shared/vault';
import type { PieceGroups } from '#main/services/vault/piece-groups';
import type { WantedPiece } from '#main/services/vault/wanted-pieces';
import type { VaultFolder } from './vault-folder';

export const keeperOf = (at: number): PeerId => v.parse(PeerId, `${'abcdefghijklm'.charAt(at).repeat(51)}a`);

export class SomeKeepers {
  readonly #vault: VaultFolder;
  readonly #held = new Map<PeerId, Map<PieceId, Uint8Array<ArrayBuffer>>>();
  readonly online = new Set<PeerId>();
  /** What they answer instead of what they hold. */
  spoil: (keeper: PeerId, bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer> = (_, bytes) => bytes;

  constructor(vault: VaultFolder) {
    this.#vault = vault;
  }

  /** Every share of every segment goes to a keeper of its own, all of whom are there; with one share, to three. */
  async takeOver(versionId: VaultVersionId): Promise<void> {
    const { rows, store, database } = this.#vault;
    for (const { position, needed } of rows.segments(versionId)) {
      for (const { header, share } of rows.pieces(versionId, position)) {
        const bytes = await store.read(header);
        if (!bytes) throw new Error('the piece is not here');
        for (const at of needed === 1 ? [0, 1, 2] : [share]) this.#give(keeperOf(at), header, bytes);
        await store.remove([header.pieceId]);
        database.run('UPDATE vault_pieces SET is_here = 0 WHERE piece_id = :id', { id: header.pieceId });
      }
    }
  }

  readonly copiesOf = (versionId: VaultVersionId, position: number): WantedPiece[] =>
    this.#vault.rows.pieces(versionId, position).map(({ header, share }) => ({
      header,
      share,
      keepers: [...this.#held].filter(([, held]) => held.has(header.pieceId)).map(([keeper]) => keeper),
    }));

  /** Each who is there asks once what to bring, and brings it. Answers how many pieces that were. */
  bring(groups: PieceGroups, { pieces = 4, blocks = Infinity } = {}): number {
    const online = [...this.online];
    let brought = 0;
    for (const keeper of online) {
      for (const header of groups.next(keeper, online, pieces)) {
        brought += 1;
        this.#bringPiece(groups, keeper, header, blocks);
      }
    }
    return brought;
  }

  lose(keeper: PeerId): void {
    this.#held.delete(keeper);
    this.online.delete(keeper);
  }

  #give(keeper: PeerId, { pieceId }: PieceHeader, bytes: Uint8Array<ArrayBuffer>): void {
    const held = this.#held.get(keeper) ?? new Map<PieceId, Uint8Array<ArrayBuffer>>();
    this.#held.set(keeper, held.set(pieceId, bytes));
    this.online.add(keeper);
  }

  #bringPiece(groups: PieceGroups, keeper: PeerId, header: PieceHeader, blocksMost: number): void {
    const bytes = this.#held.get(keeper)?.get(header.pieceId);
    if (!bytes) {
      groups.lacking(keeper, header.pieceId);
      return;
    }
    for (let index = 0; index < Math.min(blocksMost, blockCount(bytes.length)); index += 1) {
      const block = bytes.slice(index * blockBytes, (index + 1) * blockBytes);
      const isRight = groups.write(keeper, header.pieceId, [{ index, bytes: this.spoil(keeper, block) }]);
      if (!isRight) return;
    }
  }
}
