// What this person put into the vault: items, their versions, the files of each, and how they were cut.
import * as v from 'valibot';
import { FileEntry } from '#shared/drop';
import type { PieceHeader, VaultItem } from '#shared/vault';
import { PieceId, VaultItemId, VaultVersionId, type VaultFile } from '#shared/vault';
import type { Database } from '#main/services/database';
import type { Scheme } from '#main/services/vault/erasure';
import { saltBytes, versionKeyBytes } from '#main/services/vault/segment-cipher';

type ItemKind = VaultItem['kind'];

export interface NewVersion {
  readonly itemId: VaultItemId;
  readonly name: string;
  readonly kind: ItemKind;
  readonly versionId: VaultVersionId;
  readonly key: Uint8Array;
  readonly files: readonly VaultFile[];
  readonly addedAt: number;
}

export interface NewSegment extends Scheme {
  readonly salt: Uint8Array;
  /** Of files, and their SHA-256. */
  readonly bytes: number;
  readonly sha256: Uint8Array;
  readonly pieces: readonly { readonly header: PieceHeader; readonly share: number }[];
}

const bytesOf = (length: number) => v.pipe(v.instance(Uint8Array), v.length(length));
const Count = v.pipe(v.number(), v.integer(), v.minValue(0));
const Id = v.object({ version_id: VaultVersionId });
const Item = v.object({ item_id: VaultItemId, kind: v.picklist(['file', 'folder']) });
const Version = v.object({
  version_id: VaultVersionId,
  /** What its keys are made for: the same, but for what somebody else put. */
  sealed_id: VaultVersionId,
  name: v.string(),
  kind: Item.entries.kind,
  state: v.picklist(['reading', 'put']),
  bytes: Count,
  key: bytesOf(versionKeyBytes),
});
const File = v.object({
  path: v.pipe(v.string(), v.parseJson(), FileEntry.entries.path),
  bytes: FileEntry.entries.size,
  mtime_ms: v.pipe(v.number(), v.finite()),
  sha256: v.nullable(bytesOf(32)),
});
const Segment = v.object({
  position: Count,
  salt: bytesOf(saltBytes),
  bytes: Count,
  sha256: bytesOf(32),
  needed: v.number(),
  total: v.number(),
});
const Piece = v.pipe(
  v.object({
    piece_id: PieceId,
    share: Count,
    bytes: v.number(),
    hashes: v.instance(Uint8Array),
    is_here: v.number(),
  }),
  v.transform(({ piece_id, share, bytes, hashes, is_here }) => ({
    header: { pieceId: piece_id, bytes, hashes },
    share,
    isHere: is_here !== 0,
  })),
);

export type VersionRow = v.InferOutput<typeof Version>;
export type FileRow = v.InferOutput<typeof File>;
export type SegmentRow = v.InferOutput<typeof Segment>;
export type PieceRow = v.InferOutput<typeof Piece>;

export class ItemRows {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  item(name: string): v.InferOutput<typeof Item> | null {
    return this.#database.one('SELECT item_id, kind FROM vault_items WHERE name = :name', { name }, Item);
  }

  /** The next version of what has that name, or the first of a new item; its bytes are still to come. */
  begin({ itemId, name, kind, versionId, key, files, addedAt }: NewVersion): void {
    this.#database.transaction(() => {
      const known = this.item(name)?.item_id;
      if (!known)
        this.#database.run('INSERT INTO vault_items (item_id, name, kind) VALUES (:itemId, :name, :kind)', {
          itemId,
          name,
          kind,
        });
      this.#database.run(
        `INSERT INTO vault_versions (version_id, item_id, number, added_at, state, files, bytes, key)
         SELECT :versionId, :itemId, coalesce(max(number), 0) + 1, :addedAt, 'reading', :files, :bytes, :key
         FROM vault_versions WHERE item_id = :itemId`,
        {
          versionId,
          itemId: known ?? itemId,
          addedAt: Math.round(addedAt),
          files: files.length,
          bytes: files.reduce((sum, { size }) => sum + size, 0),
          key,
        },
      );
      for (const [position, { path, size, mtimeMs }] of files.entries())
        this.#database.run(
          `INSERT INTO vault_files (version_id, position, path, bytes, mtime_ms)
           VALUES (:versionId, :position, :path, :size, :mtimeMs)`,
          { versionId, position, path: JSON.stringify(path), size, mtimeMs },
        );
    });
  }

  /** Its pieces are on this disk. */
  addSegment(versionId: VaultVersionId, position: number, segment: NewSegment): void {
    const { salt, bytes, sha256, needed, total, pieces } = segment;
    this.#database.transaction(() => {
      this.#database.run(
        `INSERT INTO vault_segments (version_id, position, salt, bytes, sha256, needed, total)
         VALUES (:versionId, :position, :salt, :bytes, :sha256, :needed, :total)`,
        { versionId, position, salt, bytes, sha256, needed, total },
      );
      for (const { header, share } of pieces)
        this.#database.run(
          `INSERT INTO vault_pieces (piece_id, version_id, segment, share, bytes, hashes, is_here)
           VALUES (:pieceId, :versionId, :position, :share, :bytes, :hashes, 1)`,
          { pieceId: header.pieceId, versionId, position, share, bytes: header.bytes, hashes: header.hashes },
        );
    });
  }

  noteHash(versionId: VaultVersionId, position: number, sha256: Uint8Array): void {
    const sql = 'UPDATE vault_files SET sha256 = :sha256 WHERE version_id = :versionId AND position = :position';
    this.#database.run(sql, { versionId, position, sha256 });
  }

  finish(versionId: VaultVersionId): void {
    this.#database.run("UPDATE vault_versions SET state = 'put' WHERE version_id = :versionId", { versionId });
  }

  /**
   * Nothing is left of it but what its keepers are to be told to delete; its item goes with its last version. Answers the pieces
   * that lie on this disk.
   */
  remove(versionId: VaultVersionId): PieceId[] {
    return this.#database.transaction(() => {
      const here = this.#database.all(
        'SELECT piece_id FROM vault_pieces WHERE version_id = :versionId AND is_here = 1',
        { versionId },
        v.object({ piece_id: PieceId }),
      );
      this.#database.run(
        `INSERT OR IGNORE INTO vault_leavings (keeper, piece_id)
         SELECT keeper, piece_id FROM vault_copies JOIN vault_pieces USING (piece_id) WHERE version_id = :versionId`,
        { versionId },
      );
      this.#database.run('DELETE FROM vault_versions WHERE version_id = :versionId', { versionId });
      this.#database.run(
        'DELETE FROM vault_items WHERE NOT EXISTS (SELECT 1 FROM vault_versions v WHERE v.item_id = vault_items.item_id)',
        {},
      );
      return here.map(({ piece_id }) => piece_id);
    });
  }

  version(versionId: VaultVersionId): VersionRow | null {
    const sql = `SELECT version_id, version_id AS sealed_id, name, kind, state, bytes, key FROM vault_versions JOIN vault_items USING (item_id)
                 WHERE version_id = :versionId`;
    return this.#database.one(sql, { versionId }, Version);
  }

  /** The newest first, of those that are whole in the vault; and what they are called. */
  wholeOf(itemId: VaultItemId): {
    readonly name: string;
    readonly kind: ItemKind;
    readonly versions: VaultVersionId[];
  } {
    const sql = `SELECT name, kind, version_id FROM vault_items JOIN vault_versions USING (item_id)
                 WHERE item_id = :itemId AND state = 'put' ORDER BY number DESC`;
    const rows = this.#database.all(
      sql,
      { itemId },
      v.object({ ...Id.entries, name: v.string(), kind: Item.entries.kind }),
    );
    const [first] = rows;
    return { name: first?.name ?? '', kind: first?.kind ?? 'file', versions: rows.map(({ version_id }) => version_id) };
  }

  /** Of one item; none when it is not in the vault. */
  versionsOf(itemId: VaultItemId): VaultVersionId[] {
    const sql = 'SELECT version_id FROM vault_versions WHERE item_id = :itemId ORDER BY number';
    return this.#database.all(sql, { itemId }, Id).map(({ version_id }) => version_id);
  }

  /** Those whose bytes did not all come. */
  unfinished(): VaultVersionId[] {
    const sql = "SELECT version_id FROM vault_versions WHERE state = 'reading'";
    return this.#database.all(sql, {}, Id).map(({ version_id }) => version_id);
  }

  /** Those of which something can be restored. */
  restorable(): VaultVersionId[] {
    const sql = `SELECT version_id FROM vault_versions WHERE state = 'put'
                 AND EXISTS (SELECT 1 FROM vault_segments s WHERE s.version_id = vault_versions.version_id)
                 ORDER BY version_id`;
    return this.#database.all(sql, {}, Id).map(({ version_id }) => version_id);
  }

  /** In the order of their bytes, as all of these. */
  files(versionId: VaultVersionId): FileRow[] {
    const sql = 'SELECT path, bytes, mtime_ms, sha256 FROM vault_files WHERE version_id = :versionId ORDER BY position';
    return this.#database.all(sql, { versionId }, File);
  }

  segments(versionId: VaultVersionId): SegmentRow[] {
    const sql = `SELECT position, salt, bytes, sha256, needed, total FROM vault_segments
                 WHERE version_id = :versionId ORDER BY position`;
    return this.#database.all(sql, { versionId }, Segment);
  }

  /** Of one segment, in the order of their shares. */
  pieces(versionId: VaultVersionId, segment: number): PieceRow[] {
    const sql = `SELECT piece_id, share, bytes, hashes, is_here FROM vault_pieces
                 WHERE version_id = :versionId AND segment = :segment ORDER BY share`;
    return this.#database.all(sql, { versionId, segment }, Piece);
  }

  /** Whether it is to lie on this disk. */
  isHere(pieceId: PieceId): boolean {
    const sql = 'SELECT piece_id FROM vault_pieces WHERE piece_id = :pieceId AND is_here = 1';
    return this.#database.one(sql, { pieceId }, v.object({ piece_id: PieceId })) !== null;
  }
}
