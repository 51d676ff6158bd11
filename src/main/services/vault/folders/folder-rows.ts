// Folders that back themselves up, and which versions in the vault came of that.
import * as v from 'valibot';
import { VaultItemId, VaultVersionId } from '#shared/vault';
import { VaultFolderId } from '#shared/vault-folder';
import type { Database } from '#main/services/database';

const Row = v.pipe(
  v.object({
    folder_id: VaultFolderId,
    path: v.string(),
    name: v.string(),
    keep: v.number(),
    is_paused: v.number(),
    added_at: v.number(),
  }),
  v.transform(({ folder_id, path, name, keep, is_paused }) => ({
    folderId: folder_id,
    path,
    name,
    keep,
    isPaused: is_paused !== 0,
  })),
);
const Version = v.pipe(
  v.object({ version_id: VaultVersionId, added_at: v.number(), bytes: v.number() }),
  v.transform(({ version_id, added_at, bytes }) => ({ versionId: version_id, addedAt: added_at, bytes })),
);
const Item = v.object({ item_id: VaultItemId });
const Name = v.object({ name: v.string() });

export type FolderRow = v.InferOutput<typeof Row>;
export type FolderVersion = v.InferOutput<typeof Version>;

export class FolderRows {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  list(): FolderRow[] {
    return this.#database.all('SELECT * FROM vault_folders ORDER BY name COLLATE NOCASE, folder_id', {}, Row);
  }

  find(folderId: VaultFolderId): FolderRow | null {
    return this.#database.one('SELECT * FROM vault_folders WHERE folder_id = :folderId', { folderId }, Row);
  }

  add({ folderId, path, name, keep }: Omit<FolderRow, 'isPaused'>, nowMs: number): void {
    this.#database.run('INSERT INTO vault_folders VALUES (:folderId, :path, :name, :keep, 0, :nowMs)', {
      folderId,
      path,
      name,
      keep,
      nowMs: Math.round(nowMs),
    });
  }

  change({ folderId, keep, isPaused }: Pick<FolderRow, 'folderId' | 'keep' | 'isPaused'>): void {
    this.#database.run('UPDATE vault_folders SET keep = :keep, is_paused = :isPaused WHERE folder_id = :folderId', {
      folderId,
      keep,
      isPaused: Number(isPaused),
    });
  }

  remove(folderId: VaultFolderId): void {
    this.#database.run('DELETE FROM vault_folders WHERE folder_id = :folderId', { folderId });
  }

  /** Names that a new one cannot have: of other folders, and of single files in the vault. */
  takenNames(): string[] {
    const sql = `SELECT name FROM vault_folders UNION SELECT name FROM vault_items WHERE kind = 'file'`;
    return this.#database.all(sql, {}, Name).map(({ name }) => name);
  }

  /** Null before its first version. */
  itemOf(name: string): VaultItemId | null {
    const sql = `SELECT item_id FROM vault_items WHERE name = :name AND kind = 'folder'`;
    return this.#database.one(sql, { name }, Item)?.item_id ?? null;
  }

  noteVersion(folderId: VaultFolderId, versionId: VaultVersionId): void {
    this.#database.run('INSERT INTO vault_folder_versions VALUES (:versionId, :folderId)', { versionId, folderId });
  }

  /** Those of which all was read, the newest first. */
  versions(folderId: VaultFolderId): FolderVersion[] {
    const sql = `SELECT version_id, added_at, bytes FROM vault_folder_versions JOIN vault_versions USING (version_id)
                 WHERE folder_id = :folderId AND state = 'put' ORDER BY number DESC`;
    return this.#database.all(sql, { folderId }, Version);
  }
}
