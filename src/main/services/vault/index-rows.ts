// The database as an index, and an index into the database: what is there already stays, what is new is added.
import * as v from 'valibot';
import { PeerId } from '#shared/identity';
import { PieceId, VaultItemId, VaultVersionId } from '#shared/vault';
import type { Clock } from '#main/services/clock';
import type { Contacts } from '#main/services/contacts';
import type { Database } from '#main/services/database';
import type { KeeperRows } from '#main/services/vault/keeper-rows';
import { base64, fromBase64, type IndexVersion, type VaultIndex } from '#main/services/vault/vault-index';

const bytes = v.instance(Uint8Array);
const Item = v.object({ item_id: VaultItemId, name: v.string(), kind: v.picklist(['file', 'folder']) });
const Version = v.object({
  version_id: VaultVersionId,
  item_id: VaultItemId,
  number: v.number(),
  added_at: v.number(),
  bytes: v.number(),
  key: bytes,
});
const File = v.object({ path: v.string(), bytes: v.number(), mtime_ms: v.number(), sha256: v.nullable(bytes) });
const Segment = v.object({
  position: v.number(),
  salt: bytes,
  bytes: v.number(),
  needed: v.number(),
  total: v.number(),
  sha256: bytes,
});
const Piece = v.object({
  segment: v.number(),
  piece_id: PieceId,
  share: v.number(),
  bytes: v.number(),
  hashes: bytes,
  keeper: v.nullable(PeerId),
});
const Names = v.array(v.string());
const Number_ = v.object({ number: v.nullable(v.number()) });

type IndexSegment = IndexVersion['segments'][number];

export interface IndexRowsOptions {
  readonly database: Database;
  readonly contacts: Pick<Contacts, 'list' | 'byPeer' | 'addAccepted' | 'rename' | 'verify'>;
  readonly keepers: KeeperRows;
  readonly clock: Clock;
}

export class IndexRows {
  readonly #options: IndexRowsOptions;

  constructor(options: IndexRowsOptions) {
    this.#options = options;
  }

  read(): VaultIndex {
    const { database, contacts, keepers } = this.#options;
    const known = contacts.list().filter(({ state }) => state === 'accepted');
    const keeping = keepers.all();
    const placeOf = new Map(keeping.map(({ peerId }, at) => [peerId, at]));
    return {
      layout: 1,
      contacts: known.map(({ peerId, name, alias, trust }) => ({
        peerId,
        name,
        alias,
        isVerified: trust === 'verified',
      })),
      keepers: keeping.map(({ peerId, pledgedBytes }) => ({ peerId, pledgedBytes })),
      items: database
        .all('SELECT * FROM vault_items ORDER BY item_id', {}, Item)
        .map(({ item_id: itemId, name, kind }) => ({ itemId, name, kind })),
      versions: database
        .all(`SELECT * FROM vault_versions WHERE state = 'put' ORDER BY version_id`, {}, Version)
        .map((version) => this.#version(version, placeOf)),
    };
  }

  /** Of one version that is whole in the vault; places of keepers are those in `keepers`. */
  version(versionId: VaultVersionId, keepers: readonly PeerId[]): IndexVersion | null {
    const sql = `SELECT * FROM vault_versions WHERE version_id = :versionId AND state = 'put'`;
    const row = this.#options.database.one(sql, { versionId }, Version);
    return row && this.#version(row, new Map(keepers.map((peerId, at) => [peerId, at])));
  }

  /** All or nothing. */
  merge(index: VaultIndex): void {
    const { database } = this.#options;
    database.transaction(() => {
      this.#mergePeople(index);
      for (const { itemId, name, kind } of index.items) {
        const isNew = database.one('SELECT * FROM vault_items WHERE item_id = :itemId', { itemId }, Item) === null;
        if (isNew)
          database.run('INSERT INTO vault_items (item_id, name, kind) VALUES (:itemId, :name, :kind)', {
            itemId,
            name: this.#freeName(name),
            kind,
          });
      }
      for (const version of index.versions) this.#mergeVersion(version, index);
    });
  }

  #version(row: v.InferOutput<typeof Version>, placeOf: ReadonlyMap<PeerId, number>): IndexVersion {
    const { database } = this.#options;
    const versionId = row.version_id;
    const files = database
      .all('SELECT * FROM vault_files WHERE version_id = :versionId ORDER BY position', { versionId }, File)
      .map((file): IndexVersion['files'][number] => [
        v.parse(Names, JSON.parse(file.path)),
        file.bytes,
        file.mtime_ms,
        file.sha256 && base64(file.sha256),
      ]);
    const pieces = new Map<number, IndexSegment['pieces'][number][]>();
    const sql = `SELECT p.*, c.keeper FROM vault_pieces p
                 LEFT JOIN vault_copies c ON c.piece_id = p.piece_id AND c.state = 'kept'
                 WHERE p.version_id = :versionId ORDER BY p.segment, p.share`;
    for (const { segment, piece_id, share, bytes: size, hashes, keeper } of database.all(sql, { versionId }, Piece)) {
      const there = pieces.get(segment) ?? [];
      pieces.set(segment, there);
      const at = keeper === null ? undefined : placeOf.get(keeper);
      const last = there.at(-1);
      if (last?.[0] === piece_id) {
        if (at !== undefined) last[4].push(at);
      } else there.push([piece_id, share, size, base64(hashes), at === undefined ? [] : [at]]);
    }
    const segments = database
      .all('SELECT * FROM vault_segments WHERE version_id = :versionId ORDER BY position', { versionId }, Segment)
      .map(({ position, salt, bytes: length, needed, total, sha256 }) => ({
        salt: base64(salt),
        bytes: length,
        needed,
        total,
        sha256: base64(sha256),
        pieces: pieces.get(position) ?? [],
      }));
    const { item_id: itemId, number, added_at: addedAt, bytes: size, key } = row;
    return { versionId, itemId, number, addedAt, bytes: size, key: base64(key), files, segments };
  }

  #mergePeople({ contacts: people, keepers }: VaultIndex): void {
    const { contacts, keepers: rows, clock } = this.#options;
    for (const { peerId, name, alias, isVerified } of people) {
      if (contacts.byPeer(peerId)?.state === 'accepted') continue;
      const { contactId } = contacts.addAccepted(peerId, name);
      if (alias !== null) contacts.rename(contactId, alias);
      if (isVerified) contacts.verify(contactId, peerId);
    }
    for (const { peerId, pledgedBytes } of keepers)
      if (!rows.get(peerId)) rows.pledge(peerId, pledgedBytes, clock.now());
  }

  #mergeVersion(version: IndexVersion, { keepers }: VaultIndex): void {
    const { database, clock } = this.#options;
    const { versionId, itemId, addedAt, bytes: size, key, files, segments } = version;
    if (database.one('SELECT * FROM vault_versions WHERE version_id = :versionId', { versionId }, Version)) return;
    const number = this.#freeNumber(itemId, version.number);
    database.run(
      `INSERT INTO vault_versions (version_id, item_id, number, added_at, state, files, bytes, key)
       VALUES (:versionId, :itemId, :number, :addedAt, 'put', :files, :size, :key)`,
      { versionId, itemId, number, addedAt, files: files.length, size, key: fromBase64(key) },
    );
    for (const [position, [path, length, mtimeMs, sha256]] of files.entries())
      database.run(
        `INSERT INTO vault_files (version_id, position, path, bytes, mtime_ms, sha256)
         VALUES (:versionId, :position, :path, :length, :mtimeMs, :sha256)`,
        {
          versionId,
          position,
          path: JSON.stringify(path),
          length,
          mtimeMs,
          sha256: sha256 === null ? null : fromBase64(sha256),
        },
      );
    for (const [position, segment] of segments.entries()) {
      const { salt, bytes: length, needed, total, sha256, pieces } = segment;
      database.run(
        `INSERT INTO vault_segments (version_id, position, salt, bytes, needed, total, sha256)
         VALUES (:versionId, :position, :salt, :length, :needed, :total, :sha256)`,
        { versionId, position, salt: fromBase64(salt), length, needed, total, sha256: fromBase64(sha256) },
      );
      for (const [pieceId, share, pieceBytes, hashes, holders] of pieces) {
        database.run(
          `INSERT INTO vault_pieces (piece_id, version_id, segment, share, bytes, hashes, is_here)
           VALUES (:pieceId, :versionId, :position, :share, :pieceBytes, :hashes, 0)`,
          { pieceId, versionId, position, share, pieceBytes, hashes: fromBase64(hashes) },
        );
        for (const at of holders) {
          const keeper = keepers[at]?.peerId;
          if (keeper === undefined) continue;
          database.run(
            `INSERT OR IGNORE INTO vault_copies (piece_id, keeper, state, since) VALUES (:pieceId, :keeper, 'kept', :nowMs)`,
            { pieceId, keeper, nowMs: clock.now() },
          );
        }
      }
    }
  }

  /** Two machines of one person may have used the same number for different things. */
  #freeNumber(itemId: VaultItemId, wanted: number): number {
    const { database } = this.#options;
    const taken = database.one(
      'SELECT number FROM vault_versions WHERE item_id = :itemId AND number = :wanted',
      { itemId, wanted },
      Number_,
    );
    if (!taken) return wanted;
    const sql = 'SELECT max(number) AS number FROM vault_versions WHERE item_id = :itemId';
    return (database.one(sql, { itemId }, Number_)?.number ?? 0) + 1;
  }

  #freeName(name: string): string {
    for (let at = 1; ; at += 1) {
      const free = at === 1 ? name : `${name} (${at})`;
      if (!this.#options.database.one('SELECT * FROM vault_items WHERE name = :free', { free }, Item)) return free;
    }
  }
}
