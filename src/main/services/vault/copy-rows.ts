// Which keeper has which piece of mine, and what they are still to delete.
import * as v from 'valibot';
import { PeerId } from '#shared/identity';
import { PieceId, VaultVersionId, type PieceHeader } from '#shared/vault';
import type { Database } from '#main/services/database';
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
const Usage = v.object({ keeper: PeerId, bytes: count, kept_bytes: count, pieces: count, since: v.nullable(count) });
const Pieces = v.object({ pieces: count });
const Health = v.object({
  spare: v.nullable(count),
  here: v.nullable(count),
  reachable: v.nullable(count),
  missing: v.nullable(count),
  needed: v.nullable(count),
  bytes: v.nullable(count),
  kept_bytes: v.nullable(count),
});

export interface SegmentPlace {
  readonly versionId: VaultVersionId;
  readonly position: number;
}

export interface KeeperUsage {
  /** Kept or promised, and kept. */
  readonly bytes: number;
  readonly keptBytes: number;
  readonly pieces: number;
  /** When they said of the oldest that they keep it; null when they keep none. */
  readonly since: number | null;
}

export class CopyRows {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Segments after a place whose pieces are not all with keepers that count, as often as they should be. */
  unsettled(after: SegmentPlace | null, counting: readonly PeerId[], most: number): SegmentPlace[] {
    const sql = `
      SELECT s.version_id, s.position FROM vault_segments s
      JOIN vault_pieces p ON p.version_id = s.version_id AND p.segment = s.position
      LEFT JOIN vault_copies c ON c.piece_id = p.piece_id
      LEFT JOIN json_each(:counting) k ON k.value = c.keeper
      WHERE (s.version_id, s.position) > (:versionId, :position)
      GROUP BY s.version_id, s.position
      HAVING count(k.value) <> s.total OR count(c.keeper) <> s.total
        OR max(CASE WHEN c.state = 'assigned' AND p.is_here = 0 THEN 1 ELSE 0 END) = 1
      ORDER BY s.version_id, s.position LIMIT :most`;
    const place = { versionId: after?.versionId ?? '', position: after?.position ?? -1 };
    return this.#database
      .all(sql, { ...place, counting: JSON.stringify(counting), most }, Place)
      .map(({ version_id: versionId, position }) => ({ versionId, position }));
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

  /** False when they were not to keep it. */
  markKept(pieceId: PieceId, keeper: PeerId, nowMs: number): boolean {
    const sql = `UPDATE vault_copies SET state = 'kept', since = :nowMs WHERE piece_id = :pieceId AND keeper = :keeper`;
    return this.#database.run(sql, { pieceId, keeper, nowMs }) > 0;
  }

  markProved(pieceId: PieceId, keeper: PeerId, nowMs: number): void {
    const sql = 'UPDATE vault_copies SET proved_at = :nowMs WHERE piece_id = :pieceId AND keeper = :keeper';
    this.#database.run(sql, { pieceId, keeper, nowMs });
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

  // ---- what the person sees -------------------------------------------------------------------------------------------

  usage(): Map<PeerId, KeeperUsage> {
    const sql = `
      SELECT c.keeper, sum(p.bytes) AS bytes, sum(CASE WHEN c.state = 'kept' THEN p.bytes ELSE 0 END) AS kept_bytes,
        sum(CASE WHEN c.state = 'kept' THEN 1 ELSE 0 END) AS pieces,
        min(CASE WHEN c.state = 'kept' THEN c.since END) AS since
      FROM vault_copies c JOIN vault_pieces p ON p.piece_id = c.piece_id GROUP BY c.keeper`;
    return new Map(
      this.#database
        .all(sql, {}, Usage)
        .map(({ keeper, bytes, kept_bytes: keptBytes, pieces, since }) => [
          keeper,
          { bytes, keptBytes, pieces, since },
        ]),
    );
  }

  /** How many pieces they said that they keep. */
  keptBy(keeper: PeerId): number {
    const sql = `SELECT count(*) AS pieces FROM vault_copies WHERE keeper = :keeper AND state = 'kept'`;
    return this.#database.one(sql, { keeper }, Pieces)?.pieces ?? 0;
  }

  /** Over all segments of a version: see `health.ts`. */
  health(versionId: VaultVersionId, counting: readonly PeerId[]): v.InferOutput<typeof Health> {
    const sql = `
      WITH segments AS (
        SELECT s.needed, s.total, max(p.bytes) AS bytes,
          count(DISTINCT CASE WHEN c.state = 'kept' THEN iif(s.needed = 1, c.keeper, p.share) END) AS live,
          count(DISTINCT CASE WHEN p.is_here = 1 THEN p.share END) AS here,
          count(DISTINCT CASE WHEN c.state = 'kept' OR p.is_here = 1 THEN p.share END) AS reachable,
          count(DISTINCT iif(s.needed = 1, c.keeper, iif(c.keeper IS NULL, NULL, p.share))) AS placed
        FROM vault_segments s JOIN vault_pieces p ON p.version_id = s.version_id AND p.segment = s.position
        LEFT JOIN vault_copies c ON c.piece_id = p.piece_id AND c.keeper IN (SELECT value FROM json_each(:counting))
        WHERE s.version_id = :versionId GROUP BY s.position)
      SELECT min(live - needed) AS spare, min(here - needed) AS here, min(reachable - needed) AS reachable, max(total - placed) AS missing,
        max(needed) AS needed, sum(total * bytes) AS bytes, sum(min(live, total) * bytes) AS kept_bytes FROM segments`;
    const row = this.#database.one(sql, { versionId, counting: JSON.stringify(counting) }, Health);
    return (
      row ?? { spare: null, here: null, reachable: null, missing: null, needed: null, bytes: null, kept_bytes: null }
    );
  }

  /** How many people keep anything of a version. */
  keepersOf(versionId: VaultVersionId, counting: readonly PeerId[]): number {
    const sql = `
      SELECT count(DISTINCT c.keeper) AS pieces
      FROM vault_copies c JOIN vault_pieces p ON p.piece_id = c.piece_id
      WHERE p.version_id = :versionId AND c.state = 'kept' AND c.keeper IN (SELECT value FROM json_each(:counting))`;
    return this.#database.one(sql, { versionId, counting: JSON.stringify(counting) }, Pieces)?.pieces ?? 0;
  }
}

const headerOf = ({ piece_id: pieceId, bytes, hashes }: v.InferOutput<typeof Header>): PieceHeader => ({
  pieceId,
  bytes,
  hashes: new Uint8Array(hashes),
});
