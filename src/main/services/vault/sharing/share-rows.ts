// Whom this person lets read what, and what was made for them to read it by.
import * as v from 'valibot';
import { PeerId } from '#shared/identity';
import { PieceId, VaultItemId, VaultVersionId, type PieceHeader } from '#shared/vault';
import { VaultShareId } from '#shared/vault-share';
import type { Database } from '#main/services/database';

const Flag = v.pipe(
  v.number(),
  v.transform((value) => value !== 0),
);
const Row = v.pipe(
  v.object({
    share_id: VaultShareId,
    item_id: VaultItemId,
    reader: PeerId,
    version_id: v.nullable(VaultVersionId),
    is_ended: Flag,
    piece_id: v.nullable(PieceId),
    bytes: v.nullable(v.number()),
    hashes: v.nullable(v.instance(Uint8Array)),
    basis: v.nullable(v.string()),
    made_at: v.number(),
    held_id: v.nullable(PieceId),
    is_declined: Flag,
  }),
  v.transform((row) => ({
    shareId: row.share_id,
    itemId: row.item_id,
    reader: row.reader,
    versionId: row.version_id,
    isEnded: row.is_ended,
    header: headerOf(row),
    basis: row.basis,
    madeAt: row.made_at,
    heldId: row.held_id,
    isDeclined: row.is_declined,
  })),
);
const Manifest = v.object({ manifest: v.instance(Uint8Array) });

export type ShareRow = v.InferOutput<typeof Row>;

const columns = `share_id, item_id, reader, version_id, is_ended, piece_id, length(manifest) AS bytes, hashes, basis, made_at,
                 held_id, is_declined`;

export class ShareRows {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** In the order in which they were shared. */
  list(): ShareRow[] {
    return this.#database.all(`SELECT ${columns} FROM vault_shares ORDER BY shared_at, share_id`, {}, Row);
  }

  find(shareId: VaultShareId): ShareRow | null {
    return this.#database.one(`SELECT ${columns} FROM vault_shares WHERE share_id = :shareId`, { shareId }, Row);
  }

  /** Of the reader, the share of that item that is not over. */
  of(itemId: VaultItemId, reader: PeerId): ShareRow | null {
    const sql = `SELECT ${columns} FROM vault_shares WHERE item_id = :itemId AND reader = :reader AND is_ended = 0`;
    return this.#database.one(sql, { itemId, reader }, Row);
  }

  add(
    { shareId, itemId, reader, versionId }: Pick<ShareRow, 'shareId' | 'itemId' | 'reader' | 'versionId'>,
    nowMs: number,
  ): void {
    this.#database.run(
      `INSERT INTO vault_shares (share_id, item_id, reader, version_id, is_ended, shared_at, made_at, is_declined)
       VALUES (:shareId, :itemId, :reader, :versionId, 0, :nowMs, 0, 0)`,
      { shareId, itemId, reader, versionId, nowMs },
    );
  }

  /** Which version it is of from now on. */
  change(shareId: VaultShareId, versionId: VaultVersionId | null): void {
    this.#database.run(
      'UPDATE vault_shares SET version_id = :versionId, basis = NULL, made_at = 0 WHERE share_id = :shareId',
      { shareId, versionId },
    );
  }

  /** Its reader is still to be told. */
  end(shareId: VaultShareId): void {
    this.#database.run(
      `UPDATE vault_shares SET is_ended = 1, manifest = NULL, piece_id = NULL, hashes = NULL, basis = NULL
       WHERE share_id = :shareId`,
      { shareId },
    );
  }

  remove(shareId: VaultShareId): void {
    this.#database.run('DELETE FROM vault_shares WHERE share_id = :shareId', { shareId });
  }

  setManifest(
    shareId: VaultShareId,
    made: { header: PieceHeader; manifest: Uint8Array; basis: string; nowMs: number },
  ): void {
    const { header, manifest, basis, nowMs } = made;
    this.#database.run(
      `UPDATE vault_shares SET manifest = :manifest, piece_id = :pieceId, hashes = :hashes, basis = :basis, made_at = :nowMs
       WHERE share_id = :shareId AND is_ended = 0`,
      { shareId, manifest, pieceId: header.pieceId, hashes: header.hashes, basis, nowMs },
    );
  }

  manifest(pieceId: PieceId): Uint8Array | null {
    const sql = 'SELECT manifest FROM vault_shares WHERE piece_id = :pieceId';
    return this.#database.one(sql, { pieceId }, Manifest)?.manifest ?? null;
  }

  /** What the reader said that they hold; null: nothing. */
  noteHeld(shareId: VaultShareId, heldId: PieceId | null): void {
    this.#database.run(
      'UPDATE vault_shares SET held_id = :heldId, is_declined = :isDeclined WHERE share_id = :shareId',
      { shareId, heldId, isDeclined: Number(heldId === null) },
    );
  }
}

function headerOf(row: {
  readonly piece_id: PieceId | null;
  readonly bytes: number | null;
  readonly hashes: Uint8Array | null;
}): PieceHeader | null {
  const { piece_id: pieceId, bytes, hashes } = row;
  return pieceId && bytes !== null && hashes ? { pieceId, bytes, hashes: new Uint8Array(hashes) } : null;
}
