// Those who keep for me, or once said that they would: what they pledged and how they stood by it.
import * as v from 'valibot';
import { PeerId } from '#shared/identity';
import type { Database } from '#main/services/database';

const Flag = v.pipe(
  v.number(),
  v.transform((value) => value !== 0),
);
const KeeperRow = v.object({
  peer_id: PeerId,
  pledged_bytes: v.number(),
  ended_at: v.nullable(v.number()),
  since: v.number(),
  seen_at: v.number(),
  proved_at: v.nullable(v.number()),
  failures: v.number(),
  refused_at: v.nullable(v.number()),
  head_version: v.number(),
  mends: Flag,
  network: v.nullable(v.string()),
  utc_minutes: v.nullable(v.number()),
});

export interface KeeperRecord {
  readonly peerId: PeerId;
  readonly pledgedBytes: number;
  readonly endedAt: number | null;
  readonly since: number;
  readonly seenAt: number;
  readonly provedAt: number | null;
  readonly failures: number;
  readonly refusedAt: number | null;
  /** Of the state of my vault that they hold; 0 for none. */
  readonly headVersion: number;
  /** They make lost pieces of others again. */
  readonly mends: boolean;
  /** Of the network they were seen in last, a hash; their offset from UTC. Null while unknown. */
  readonly network: string | null;
  readonly utcMinutes: number | null;
}

export class KeeperRows {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  all(): KeeperRecord[] {
    return this.#database.all('SELECT * FROM vault_keepers ORDER BY since, peer_id', {}, KeeperRow).map(recordOf);
  }

  get(keeper: PeerId): KeeperRecord | null {
    const row = this.#database.one('SELECT * FROM vault_keepers WHERE peer_id = :keeper', { keeper }, KeeperRow);
    return row && recordOf(row);
  }

  pledge(keeper: PeerId, bytes: number, nowMs: number): void {
    this.#database.run(
      `INSERT INTO vault_keepers (peer_id, pledged_bytes, since, seen_at, failures, head_version)
       VALUES (:keeper, :bytes, :nowMs, :nowMs, 0, 0)
       ON CONFLICT (peer_id) DO UPDATE SET pledged_bytes = :bytes, ended_at = NULL, seen_at = :nowMs, refused_at = NULL`,
      { keeper, bytes, nowMs },
    );
  }

  end(keeper: PeerId, nowMs: number): void {
    this.#database.run('UPDATE vault_keepers SET ended_at = coalesce(ended_at, :nowMs) WHERE peer_id = :keeper', {
      keeper,
      nowMs,
    });
  }

  remove(keeper: PeerId): void {
    this.#database.run('DELETE FROM vault_keepers WHERE peer_id = :keeper', { keeper });
  }

  noteSeen(keeper: PeerId, nowMs: number): void {
    this.#database.run('UPDATE vault_keepers SET seen_at = :nowMs WHERE peer_id = :keeper', { keeper, nowMs });
  }

  noteProved(keeper: PeerId, nowMs: number): void {
    const sql = 'UPDATE vault_keepers SET proved_at = :nowMs, failures = 0 WHERE peer_id = :keeper';
    this.#database.run(sql, { keeper, nowMs });
  }

  noteFailed(keeper: PeerId): void {
    this.#database.run('UPDATE vault_keepers SET failures = failures + 1 WHERE peer_id = :keeper', { keeper });
  }

  noteRefused(keeper: PeerId, nowMs: number): void {
    this.#database.run('UPDATE vault_keepers SET refused_at = :nowMs WHERE peer_id = :keeper', { keeper, nowMs });
  }

  setMends(keeper: PeerId, mends: boolean): void {
    const sql = 'UPDATE vault_keepers SET mends = :mends WHERE peer_id = :keeper';
    this.#database.run(sql, { keeper, mends: Number(mends) });
  }

  /** Null leaves what was known. */
  setPlace(keeper: PeerId, network: string | null, utcMinutes: number | null): void {
    this.#database.run(
      `UPDATE vault_keepers SET network = coalesce(:network, network), utc_minutes = coalesce(:utcMinutes, utc_minutes)
       WHERE peer_id = :keeper`,
      { keeper, network, utcMinutes },
    );
  }

  noteHead(keeper: PeerId, headVersion: number): void {
    this.#database.run('UPDATE vault_keepers SET head_version = :headVersion WHERE peer_id = :keeper', {
      keeper,
      headVersion,
    });
  }
}

const recordOf = (row: v.InferOutput<typeof KeeperRow>): KeeperRecord => ({
  peerId: row.peer_id,
  pledgedBytes: row.pledged_bytes,
  endedAt: row.ended_at,
  since: row.since,
  seenAt: row.seen_at,
  provedAt: row.proved_at,
  failures: row.failures,
  refusedAt: row.refused_at,
  headVersion: row.head_version,
  mends: row.mends,
  network: row.network,
  utcMinutes: row.utc_minutes,
});
