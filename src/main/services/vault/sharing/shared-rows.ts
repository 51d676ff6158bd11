// What contacts let this person read, as it was told last.
import * as v from 'valibot';
import { PeerId } from '#shared/identity';
import { PieceId, VaultVersionId } from '#shared/vault';
import { SharedVersion, type VaultShareId } from '#shared/vault-share';
import type { Database } from '#main/services/database';

/** Without what is looked up anew whenever it is shown. */
const Summary = v.omit(v.object({ ...SharedVersion.entries, keepers: v.array(PeerId) }), ['ownerName', 'keepersKnown']);
export type SharedSummary = v.InferOutput<typeof Summary>;

const Row = v.pipe(
  v.object({
    piece_id: v.nullable(PieceId),
    version_id: v.nullable(VaultVersionId),
    summary: v.nullable(v.pipe(v.string(), v.parseJson(), Summary)),
  }),
  v.transform(({ piece_id: pieceId, version_id: versionId, summary }) => ({ pieceId, versionId, summary })),
);
const Manifest = v.object({ manifest: v.instance(Uint8Array) });
const Count = v.object({ count: v.number() });

export class SharedRows {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** What this person did not decline. */
  list(): SharedSummary[] {
    return this.#database
      .all('SELECT piece_id, version_id, summary FROM vault_shared ORDER BY rowid', {}, Row)
      .flatMap(({ summary }) => summary ?? []);
  }

  find(owner: PeerId, shareId: VaultShareId): v.InferOutput<typeof Row> | null {
    const sql = 'SELECT piece_id, version_id, summary FROM vault_shared WHERE owner = :owner AND share_id = :shareId';
    return this.#database.one(sql, { owner, shareId }, Row);
  }

  countOf(owner: PeerId): number {
    const sql = 'SELECT count(*) AS count FROM vault_shared WHERE owner = :owner';
    return this.#database.one(sql, { owner }, Count)?.count ?? 0;
  }

  byVersion(versionId: VaultVersionId): { readonly summary: SharedSummary; readonly manifest: Uint8Array } | null {
    const where = { versionId };
    const sql = 'SELECT piece_id, version_id, summary FROM vault_shared WHERE version_id = :versionId';
    const summary = this.#database.one(sql, where, Row)?.summary;
    const held = this.#database.one('SELECT manifest FROM vault_shared WHERE version_id = :versionId', where, Manifest);
    return summary && held ? { summary, manifest: held.manifest } : null;
  }

  set(summary: SharedSummary, pieceId: PieceId, manifest: Uint8Array): void {
    const { owner, shareId, versionId } = summary;
    this.#database.run(
      `INSERT OR REPLACE INTO vault_shared (owner, share_id, piece_id, version_id, summary, manifest)
       VALUES (:owner, :shareId, :pieceId, :versionId, :summary, :manifest)`,
      { owner, shareId, pieceId, versionId, summary: JSON.stringify(summary), manifest },
    );
  }

  decline(owner: PeerId, shareId: VaultShareId): void {
    this.#database.run('INSERT OR REPLACE INTO vault_shared (owner, share_id) VALUES (:owner, :shareId)', {
      owner,
      shareId,
    });
  }

  remove(owner: PeerId, shareId: VaultShareId): void {
    this.#database.run('DELETE FROM vault_shared WHERE owner = :owner AND share_id = :shareId', { owner, shareId });
  }
}
