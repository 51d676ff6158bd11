// Which keeper has which piece of mine, and what they are still to delete.
import * as v from 'valibot';
import { PeerId } from '#shared/identity';
import { PieceId, VaultVersionId, type PieceHeader } from '#shared/vault';
import type { Database } from '#main/services/database';
import { CopyCounts, type SegmentPlace } from '#main/services/vault/copy-counts';
import type { PieceFacts, SegmentFacts } from '#main/services/vault/placement';

const count = v.number();
const Place = v.object({ version_id: VaultVersionId, position: count });
const Header = v.object({ piece_id: PieceId, bytes: count, hashes: v.instance(Uint8Array) });
const Copy = v.object({
  piece_id: PieceId,
  bytes: count,
  is_here: count,
  keeper: v.nullable(PeerId),
  state: v.nullable(v.picklist(['assigned', 'kept'])),
});
const Scheme = v.object({ needed: count, total: count });
const Piece = v.object({ piece_id: PieceId });

export class CopyRows {
  /** How many there are. */
  readonly counts: CopyCounts;
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
    this.counts = new CopyCounts(database);
  }

  /** Null when it is not in the vault any more. */
  segment({ versionId, position }: SegmentPlace): SegmentFacts | null {
    const where = { versionId, position };
    const scheme = this.#database.one(
      'SELECT needed, total FROM vault_segments WHERE version_id = :versionId AND position = :position',
      where,
      Scheme,
    );
    if (!scheme) return null;
    const sql = `
      SELECT p.piece_id, p.bytes, p.is_here, c.keeper, c.state FROM vault_pieces p
      LEFT JOIN vault_copies c ON c.piece_id = p.piece_id
      WHERE p.version_id = :versionId AND p.segment = :position ORDER BY p.share, c.since`;
    const pieces = new Map<PieceId, PieceFacts & { copies: PieceFacts['copies'][number][] }>();
    for (const { piece_id: pieceId, bytes, is_here, keeper, state } of this.#database.all(sql, where, Copy)) {
      const piece = pieces.get(pieceId) ?? { pieceId, bytes, isHere: is_here === 1, copies: [] };
      pieces.set(pieceId, piece);
      if (keeper !== null && state !== null) piece.copies.push({ keeper, state });
    }
    return { ...scheme, pieces: [...pieces.values()] };
  }

  /** Of the piece, the segment it is of. */
  placeOf(pieceId: PieceId): SegmentPlace | null {
    const sql = 'SELECT version_id, segment AS position FROM vault_pieces WHERE piece_id = :pieceId';
    const row = this.#database.one(sql, { pieceId }, Place);
    return row && { versionId: row.version_id, position: row.position };
  }

  header(pieceId: PieceId): PieceHeader | null {
    const sql = 'SELECT piece_id, bytes, hashes FROM vault_pieces WHERE piece_id = :pieceId';
    const row = this.#database.one(sql, { pieceId }, Header);
    return row && headerOf(row);
  }

  assign(pieceId: PieceId, keeper: PeerId, nowMs: number): void {
    this.#database.run(
      `INSERT OR IGNORE INTO vault_copies (piece_id, keeper, state, since) VALUES (:pieceId, :keeper, 'assigned', :nowMs)`,
      { pieceId, keeper, nowMs },
    );
    this.#database.run('DELETE FROM vault_leavings WHERE keeper = :keeper AND piece_id = :pieceId', {
      keeper,
      pieceId,
    });
  }

  /** False when they were not to keep it, or do so already: saying it again proves nothing. */
  markKept(pieceId: PieceId, keeper: PeerId, nowMs: number): boolean {
    const sql = `UPDATE vault_copies SET state = 'kept', since = :nowMs
                 WHERE piece_id = :pieceId AND keeper = :keeper AND state = 'assigned'`;
    return this.#database.run(sql, { pieceId, keeper, nowMs }) > 0;
  }

  markProved(pieceId: PieceId, keeper: PeerId, nowMs: number): void {
    const sql = 'UPDATE vault_copies SET proved_at = :nowMs WHERE piece_id = :pieceId AND keeper = :keeper';
    this.#database.run(sql, { pieceId, keeper, nowMs });
  }

  /** Whoever keeps it is asked for it before anything else. */
  forgetProofs(pieceId: PieceId): void {
    this.#database.run('UPDATE vault_copies SET proved_at = NULL WHERE piece_id = :pieceId', { pieceId });
  }

  remove(pieceId: PieceId, keeper: PeerId): void {
    this.#database.run('DELETE FROM vault_copies WHERE piece_id = :pieceId AND keeper = :keeper', { pieceId, keeper });
  }

  /** To be left with a keeper, and on this disk; `besides` are on their way. */
  toLeave(keeper: PeerId, besides: readonly PieceId[], most: number): PieceHeader[] {
    const sql = `
      SELECT p.piece_id, p.bytes, p.hashes FROM vault_copies c JOIN vault_pieces p ON p.piece_id = c.piece_id
      WHERE c.keeper = :keeper AND c.state = 'assigned' AND p.is_here = 1
        AND p.piece_id NOT IN (SELECT value FROM json_each(:besides))
      ORDER BY c.since, p.version_id, p.segment LIMIT :most`;
    return this.#database.all(sql, { keeper, besides: JSON.stringify(besides), most }, Header).map(headerOf);
  }

  /** The one that was proved longest ago. */
  toProve(keeper: PeerId): PieceHeader | null {
    const sql = `
      SELECT p.piece_id, p.bytes, p.hashes FROM vault_copies c JOIN vault_pieces p ON p.piece_id = c.piece_id
      WHERE c.keeper = :keeper AND c.state = 'kept' ORDER BY coalesce(c.proved_at, 0), random() LIMIT 1`;
    const row = this.#database.one(sql, { keeper }, Header);
    return row && headerOf(row);
  }

  setHere(pieceId: PieceId, isHere: boolean): void {
    const sql = 'UPDATE vault_pieces SET is_here = :isHere WHERE piece_id = :pieceId';
    this.#database.run(sql, { pieceId, isHere: Number(isHere) });
  }

  // ---- what they are to delete ----------------------------------------------------------------------------------------

  leave(keeper: PeerId, pieceIds: readonly PieceId[]): void {
    this.#database.run(
      'INSERT OR IGNORE INTO vault_leavings (keeper, piece_id) SELECT :keeper, value FROM json_each(:ids)',
      { keeper, ids: JSON.stringify(pieceIds) },
    );
  }

  leavings(keeper: PeerId, most: number): PieceId[] {
    const sql = 'SELECT piece_id FROM vault_leavings WHERE keeper = :keeper ORDER BY piece_id LIMIT :most';
    return this.#database.all(sql, { keeper, most }, Piece).map(({ piece_id }) => piece_id);
  }

  forgetLeavings(keeper: PeerId, pieceIds: readonly PieceId[] | null): void {
    this.#database.run(
      `DELETE FROM vault_leavings WHERE keeper = :keeper
       AND (:ids IS NULL OR piece_id IN (SELECT value FROM json_each(:ids)))`,
      { keeper, ids: pieceIds && JSON.stringify(pieceIds) },
    );
  }
}

const headerOf = ({ piece_id: pieceId, bytes, hashes }: v.InferOutput<typeof Header>): PieceHeader => ({
  pieceId,
  bytes,
  hashes: new Uint8Array(hashes),
});
