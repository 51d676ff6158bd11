// As a mender: the orders I hold, who is to have which of their pieces, and what I made again.
import * as v from 'valibot';
import { PeerId } from '#shared/identity';
import { PieceId, type VaultMendOrder } from '#shared/vault';
import type { Database } from '#main/services/database';
import { nameOfOrder, type MendOrder } from '#main/services/vault/mending/mend-order';

const Order = v.object({
  owner: PeerId,
  segment: PieceId,
  at_ms: v.number(),
  until_ms: v.number(),
  signed: v.instance(Uint8Array),
  lost_at: v.nullable(v.number()),
});
const Copy = v.object({ piece_id: PieceId, keeper: PeerId, lost_at: v.nullable(v.number()) });
const Asked = v.object({ owner: PeerId, segment: PieceId, piece_id: PieceId });
const Mended = v.object({ owner: PeerId, piece_id: PieceId });
const Count = v.object({ count: v.number() });

export interface HeldOrder {
  readonly owner: PeerId;
  readonly segment: PieceId;
  readonly atMs: number;
  readonly untilMs: number;
  readonly signed: VaultMendOrder;
  /** Since when one of its pieces is known to be lost. */
  readonly lostAt: number | null;
}

export interface HeldCopy {
  readonly pieceId: PieceId;
  readonly keeper: PeerId;
  readonly isLost: boolean;
}

export class MendRows {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  find(owner: PeerId, segment: PieceId): HeldOrder | null {
    const sql = 'SELECT * FROM vault_mend_orders WHERE owner = :owner AND segment = :segment';
    const row = this.#database.one(sql, { owner, segment }, Order);
    return row && heldOf(row);
  }

  /** Those after a segment of an owner, in their order. */
  after(last: Pick<HeldOrder, 'owner' | 'segment'> | null, most: number): HeldOrder[] {
    const sql = `SELECT * FROM vault_mend_orders WHERE (owner, segment) > (:owner, :segment)
                 ORDER BY owner, segment LIMIT :most`;
    const from = { owner: last?.owner ?? '', segment: last?.segment ?? '' };
    return this.#database.all(sql, { ...from, most }, Order).map(heldOf);
  }

  countOf(owner: PeerId): number {
    const sql = 'SELECT count(*) AS count FROM vault_mend_orders WHERE owner = :owner';
    return this.#database.one(sql, { owner }, Count)?.count ?? 0;
  }

  /** Takes the place of one for the same segment; what is known of its pieces is kept. */
  set(order: MendOrder, signed: VaultMendOrder, nowMs: number): void {
    const segment = nameOfOrder(order);
    if (segment === null) return;
    const { owner, atMs, untilMs, pieces } = order;
    this.#database.transaction(() => {
      this.#database.run(
        `INSERT INTO vault_mend_orders (owner, segment, at_ms, until_ms, signed) VALUES (:owner, :segment, :atMs, :untilMs, :signed)
         ON CONFLICT (owner, segment) DO UPDATE SET at_ms = :atMs, until_ms = :untilMs, signed = :signed, lost_at = NULL`,
        { owner, segment, atMs, untilMs, signed },
      );
      const held = pieces.flatMap(({ header, keepers }) => keepers.map((keeper) => [header.pieceId, keeper]));
      this.#database.run(
        `DELETE FROM vault_mend_copies WHERE owner = :owner AND segment = :segment AND piece_id || keeper NOT IN
         (SELECT (value ->> 0) || (value ->> 1) FROM json_each(:held))`,
        { owner, segment, held: JSON.stringify(held) },
      );
      this.#database.run(
        `INSERT OR IGNORE INTO vault_mend_copies (owner, segment, piece_id, keeper, asked_at)
         SELECT :owner, :segment, value ->> 0, value ->> 1, :nowMs FROM json_each(:held)`,
        { owner, segment, held: JSON.stringify(held), nowMs },
      );
    });
  }

  /** Orders that are over. */
  sweep(nowMs: number): void {
    this.#database.run('DELETE FROM vault_mend_orders WHERE until_ms <= :nowMs', { nowMs });
  }

  removeOf(owner: PeerId): void {
    this.#database.run('DELETE FROM vault_mend_orders WHERE owner = :owner', { owner });
  }

  setLost({ owner, segment }: Pick<HeldOrder, 'owner' | 'segment'>, lostAt: number | null): void {
    const sql = 'UPDATE vault_mend_orders SET lost_at = :lostAt WHERE owner = :owner AND segment = :segment';
    this.#database.run(sql, { owner, segment, lostAt });
  }

  // ---- who has what ---------------------------------------------------------------------------------------------------

  /** Who is to have what of a segment; `isLost`: it is known not to be there. */
  copiesOf({ owner, segment }: Pick<HeldOrder, 'owner' | 'segment'>): HeldCopy[] {
    const sql = 'SELECT piece_id, keeper, lost_at FROM vault_mend_copies WHERE owner = :owner AND segment = :segment';
    return this.#database
      .all(sql, { owner, segment }, Copy)
      .map(({ piece_id, keeper, lost_at }) => ({ pieceId: piece_id, keeper, isLost: lost_at !== null }));
  }

  /** What a keeper was asked about longest ago, unless that is later than this. */
  toProve(keeper: PeerId, before: number): { owner: PeerId; segment: PieceId; pieceId: PieceId } | null {
    const sql = `SELECT owner, segment, piece_id FROM vault_mend_copies
                 WHERE keeper = :keeper AND asked_at <= :before ORDER BY asked_at, piece_id LIMIT 1`;
    const row = this.#database.one(sql, { keeper, before }, Asked);
    return row && { owner: row.owner, segment: row.segment, pieceId: row.piece_id };
  }

  /** An order by which a piece may be had. */
  withPiece(pieceId: PieceId): HeldOrder | null {
    const sql = `SELECT o.* FROM vault_mend_copies c JOIN vault_mend_orders o ON o.owner = c.owner AND o.segment = c.segment
                 WHERE c.piece_id = :pieceId LIMIT 1`;
    const row = this.#database.one(sql, { pieceId }, Order);
    return row && heldOf(row);
  }

  noteAsked(pieceId: PieceId, keeper: PeerId, nowMs: number): void {
    const sql = 'UPDATE vault_mend_copies SET asked_at = :nowMs WHERE piece_id = :pieceId AND keeper = :keeper';
    this.#database.run(sql, { pieceId, keeper, nowMs });
  }

  noteProof(pieceId: PieceId, keeper: PeerId, lostAt: number | null): void {
    const sql = 'UPDATE vault_mend_copies SET lost_at = :lostAt WHERE piece_id = :pieceId AND keeper = :keeper';
    this.#database.run(sql, { pieceId, keeper, lostAt });
  }

  // ---- what I made again ----------------------------------------------------------------------------------------------

  addMended(owner: PeerId, pieceId: PieceId): void {
    this.#database.run('INSERT OR IGNORE INTO vault_mended (owner, piece_id) VALUES (:owner, :pieceId)', {
      owner,
      pieceId,
    });
  }

  /** What this owner is to be told of. */
  mendedFor(owner: PeerId, most: number): PieceId[] {
    const sql = 'SELECT owner, piece_id FROM vault_mended WHERE owner = :owner ORDER BY piece_id LIMIT :most';
    return this.#database.all(sql, { owner, most }, Mended).map(({ piece_id }) => piece_id);
  }

  noteTold(owner: PeerId, nowMs: number): void {
    const sql = 'UPDATE vault_mended SET told_at = coalesce(told_at, :nowMs) WHERE owner = :owner';
    this.#database.run(sql, { owner, nowMs });
  }

  forgetMended(owner: PeerId, pieceIds: readonly PieceId[]): void {
    this.#database.run(
      'DELETE FROM vault_mended WHERE owner = :owner AND piece_id IN (SELECT value FROM json_each(:ids))',
      { owner, ids: JSON.stringify(pieceIds) },
    );
  }

  /** Told so long ago, and not taken. */
  unwanted(toldBefore: number): { owner: PeerId; pieceId: PieceId }[] {
    const sql = 'SELECT owner, piece_id FROM vault_mended WHERE told_at <= :toldBefore';
    return this.#database.all(sql, { toldBefore }, Mended).map(({ owner, piece_id }) => ({ owner, pieceId: piece_id }));
  }
}

const heldOf = ({ owner, segment, at_ms, until_ms, signed, lost_at }: v.InferOutput<typeof Order>): HeldOrder => ({
  owner,
  segment,
  atMs: at_ms,
  untilMs: until_ms,
  signed: new Uint8Array(signed),
  lostAt: lost_at,
});
