// Which pieces of whom lie on this disk, which are still coming, and since when nothing is pledged to an owner any more.
import * as v from 'valibot';
import { PeerId } from '#shared/identity';
import { PieceId, type PieceHeader } from '#shared/vault';
import type { Database } from '#main/services/database';

export interface KeptPiece {
  readonly header: PieceHeader;
  readonly isWhole: boolean;
}

export interface KeptOwner {
  readonly owner: PeerId;
  readonly bytes: number;
  readonly pieces: number;
  /** Null while something is pledged to them. */
  readonly endedAt: number | null;
}

const Flag = v.pipe(
  v.number(),
  v.transform((value) => value !== 0),
);
const Kept = v.object({ piece_id: PieceId, bytes: v.number(), hashes: v.instance(Uint8Array), is_whole: Flag });
const Usage = v.object({ bytes: v.nullable(v.number()), pieces: v.number() });
const Owner = v.object({ owner: PeerId, bytes: v.number(), pieces: v.number(), ended_at: v.nullable(v.number()) });
const Ordered = v.object({ ordered_at: v.number() });
const Part = v.object({ owner: PeerId, piece_id: PieceId });
const Head = v.object({ version: v.number(), head: v.instance(Uint8Array) });

export class KeptRows {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Its room counts as taken from now on. */
  addPart(owner: PeerId, { pieceId, bytes, hashes }: PieceHeader, since: number): void {
    this.#database.transaction(() => {
      this.#addOwner(owner);
      this.#database.run(
        `INSERT INTO vault_kept (owner, piece_id, bytes, hashes, is_whole, since)
         VALUES (:owner, :pieceId, :bytes, :hashes, 0, :since)`,
        { owner, pieceId, bytes, hashes, since },
      );
    });
  }

  piece(owner: PeerId, pieceId: PieceId): KeptPiece | null {
    const sql = 'SELECT * FROM vault_kept WHERE owner = :owner AND piece_id = :pieceId';
    const row = this.#database.one(sql, { owner, pieceId }, Kept);
    if (!row) return null;
    const hashes = new Uint8Array(row.hashes);
    return { header: { pieceId: row.piece_id, bytes: row.bytes, hashes }, isWhole: row.is_whole };
  }

  note(owner: PeerId, pieceId: PieceId, { isWhole, since }: { isWhole: boolean; since: number }): void {
    this.#database.run(
      'UPDATE vault_kept SET is_whole = :isWhole, since = :since WHERE owner = :owner AND piece_id = :pieceId',
      { owner, pieceId, isWhole: Number(isWhole), since },
    );
  }

  remove(owner: PeerId, pieceIds: readonly PieceId[]): number {
    return this.#database.run(
      'DELETE FROM vault_kept WHERE owner = :owner AND piece_id IN (SELECT value FROM json_each(:ids))',
      { owner, ids: JSON.stringify(pieceIds) },
    );
  }

  /** Pieces and the head; what orders counted is still known. */
  removeAll(owner: PeerId): void {
    this.#database.transaction(() => {
      this.#database.run('DELETE FROM vault_kept WHERE owner = :owner', { owner });
      this.#database.run('DELETE FROM vault_kept_heads WHERE owner = :owner', { owner });
      this.setEnded(owner, null);
    });
  }

  /** Parts count as if they were whole. */
  usage(owner: PeerId): { bytes: number; pieces: number } {
    const sql = 'SELECT sum(bytes) AS bytes, count(*) AS pieces FROM vault_kept WHERE owner = :owner';
    const usage = this.#database.one(sql, { owner }, Usage);
    return { bytes: usage?.bytes ?? 0, pieces: usage?.pieces ?? 0 };
  }

  /** What parts of all owners may still take, counted as if nothing of them had come. */
  comingBytes(): number {
    const sql = 'SELECT sum(bytes) AS bytes, count(*) AS pieces FROM vault_kept WHERE is_whole = 0';
    return this.#database.one(sql, {}, Usage)?.bytes ?? 0;
  }

  /** Of whom there is anything. */
  owners(): KeptOwner[] {
    const sql = `SELECT owner, coalesce(sum(vault_kept.bytes), 0) AS bytes, count(vault_kept.piece_id) AS pieces, ended_at
                 FROM vault_owners LEFT JOIN vault_kept USING (owner) GROUP BY owner
                 HAVING pieces > 0 OR owner IN (SELECT owner FROM vault_kept_heads) ORDER BY owner`;
    return this.#database.all(sql, {}, Owner).map(({ ended_at, ...rest }) => ({ ...rest, endedAt: ended_at }));
  }

  setEnded(owner: PeerId, endedAt: number | null): void {
    this.#database.run('UPDATE vault_owners SET ended_at = :endedAt WHERE owner = :owner', { owner, endedAt });
  }

  partsSince(atMost: number): { owner: PeerId; pieceId: PieceId }[] {
    const sql = 'SELECT owner, piece_id FROM vault_kept WHERE is_whole = 0 AND since <= :atMost';
    return this.#database.all(sql, { atMost }, Part).map(({ owner, piece_id }) => ({ owner, pieceId: piece_id }));
  }

  /** When the last order that counted was signed; 0 before the first. */
  orderedAt(owner: PeerId): number {
    const sql = 'SELECT ordered_at FROM vault_owners WHERE owner = :owner';
    return this.#database.one(sql, { owner }, Ordered)?.ordered_at ?? 0;
  }

  noteOrder(owner: PeerId, atMs: number): void {
    this.#database.transaction(() => {
      this.#addOwner(owner);
      this.#database.run('UPDATE vault_owners SET ordered_at = :atMs WHERE owner = :owner', { owner, atMs });
    });
  }

  head(owner: PeerId): v.InferOutput<typeof Head> | null {
    return this.#database.one('SELECT * FROM vault_kept_heads WHERE owner = :owner', { owner }, Head);
  }

  setHead(owner: PeerId, version: number, head: Uint8Array): void {
    this.#database.transaction(() => {
      this.#addOwner(owner);
      this.#database.run('INSERT OR REPLACE INTO vault_kept_heads VALUES (:owner, :version, :head)', {
        owner,
        version,
        head,
      });
    });
  }

  #addOwner(owner: PeerId): void {
    this.#database.run('INSERT OR IGNORE INTO vault_owners VALUES (:owner, 0, NULL)', { owner });
  }
}
