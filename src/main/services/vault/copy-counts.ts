// How many copies there are of what, and with whom. Only what changed is looked at again (copy-notes.ts), so that hundreds of gigabytes
// cost no more to look at than a few.
import * as v from 'valibot';
import { PeerId } from '#shared/identity';
import { VaultVersionId } from '#shared/vault';
import type { Database } from '#main/services/database';
import { copyNotes } from '#main/services/vault/copy-notes';
import { SegmentCounts, type VersionCount } from '#main/services/vault/segment-counts';

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

const count = v.number();
const Version = v.object({ version_id: VaultVersionId });
const Changed = v.object({ version_id: VaultVersionId, segment: count });
const Usage = v.object({ keeper: PeerId, bytes: count, kept_bytes: count, pieces: count, since: v.nullable(count) });
const Pieces = v.object({ pieces: count });
const Segment = v.object({
  position: count,
  needed: count,
  total: count,
  bytes: count,
  live: count,
  here: count,
  reachable: count,
  placed: count,
  keepers: v.pipe(v.string(), v.parseJson(), v.array(v.nullable(PeerId))),
  settled: count,
});

export class CopyCounts {
  readonly #database: Database;
  readonly #versions = new Map<VaultVersionId, SegmentCounts>();
  #counting = '';

  constructor(database: Database) {
    this.#database = database;
  }

  /** Over all segments of a version, with the copies of those who count. */
  version(versionId: VaultVersionId, counting: readonly PeerId[]): VersionCount & { readonly keepers: number } {
    const { sum, keepers } = this.#version(versionId, JSON.stringify(counting));
    return { ...sum, keepers };
  }

  /** Segments after a place whose pieces are not all with keepers that count, as often as they should be. */
  unsettled(after: SegmentPlace | null, counting: readonly PeerId[], most: number): SegmentPlace[] {
    const sql = 'SELECT version_id FROM vault_versions WHERE version_id >= :from ORDER BY version_id';
    const found: SegmentPlace[] = [];
    for (const { version_id: versionId } of this.#database.all(sql, { from: after?.versionId ?? '' }, Version)) {
      const from = versionId === after?.versionId ? after.position : -1;
      const { unsettled } = this.#version(versionId, JSON.stringify(counting));
      for (const position of unsettled) if (position > from) found.push({ versionId, position });
      if (found.length >= most) break;
    }
    return found.slice(0, most);
  }

  usage(): Map<PeerId, KeeperUsage> {
    this.#makeNotes();
    const sql = `SELECT keeper, bytes, kept_bytes, pieces,
                   (SELECT min(since) FROM vault_copies c WHERE c.keeper = vault_usage.keeper AND state = 'kept') AS since
                 FROM vault_usage WHERE copies > 0`;
    const rows = this.#database.all(sql, {}, Usage);
    return new Map(
      rows.map(({ keeper, bytes, kept_bytes: keptBytes, pieces, since }) => [
        keeper,
        { bytes, keptBytes, pieces, since },
      ]),
    );
  }

  /** How many pieces they said that they keep. */
  keptBy(keeper: PeerId): number {
    this.#makeNotes();
    return this.#database.one('SELECT pieces FROM vault_usage WHERE keeper = :keeper', { keeper }, Pieces)?.pieces ?? 0;
  }

  #version(versionId: VaultVersionId, counting: string): SegmentCounts {
    this.#makeNotes();
    if (this.#database.isInTransaction) return this.#lookAtAll(versionId, counting);
    if (counting !== this.#counting) this.#versions.clear();
    this.#counting = counting;
    this.#lookAtChanged();
    const known = this.#versions.get(versionId) ?? this.#lookAtAll(versionId, counting);
    this.#versions.set(versionId, known);
    return known;
  }

  #lookAtChanged(): void {
    const changed = this.#database.all('SELECT version_id, segment FROM vault_changed', {}, Changed);
    if (changed.length === 0) return;
    this.#database.run('DELETE FROM vault_changed', {});
    for (const [versionId, of] of Map.groupBy(changed, ({ version_id }) => version_id)) {
      const known = this.#versions.get(versionId);
      if (!known) continue;
      const positions = of.map(({ segment }) => segment);
      for (const position of positions) known.set(position, null);
      this.#look(known, versionId, this.#counting, positions);
    }
  }

  #lookAtAll(versionId: VaultVersionId, counting: string): SegmentCounts {
    const counts = new SegmentCounts();
    this.#look(counts, versionId, counting, null);
    return counts;
  }

  /** At some segments; null for all. */
  #look(into: SegmentCounts, versionId: VaultVersionId, counting: string, positions: readonly number[] | null): void {
    const which = positions ? 'AND s.position IN (SELECT value FROM json_each(:positions))' : '';
    const counts = 'c.keeper IN (SELECT value FROM json_each(:counting))';
    const sql = `
      SELECT s.position, s.needed, s.total, max(p.bytes) AS bytes,
        count(DISTINCT CASE WHEN c.state = 'kept' AND ${counts} THEN iif(s.needed = 1, c.keeper, p.share) END) AS live,
        count(DISTINCT CASE WHEN p.is_here = 1 THEN p.share END) AS here,
        count(DISTINCT CASE WHEN p.is_here = 1 OR (c.state = 'kept' AND ${counts}) THEN p.share END) AS reachable,
        count(DISTINCT CASE WHEN ${counts} THEN iif(s.needed = 1, c.keeper, p.share) END) AS placed,
        json_group_array(DISTINCT CASE WHEN c.state = 'kept' AND ${counts} THEN c.keeper END) AS keepers,
        count(CASE WHEN ${counts} THEN 1 END) = s.total AND count(c.keeper) = s.total
          AND max(iif(c.state = 'assigned' AND p.is_here = 0, 1, 0)) = 0 AS settled
      FROM vault_segments s JOIN vault_pieces p ON p.version_id = s.version_id AND p.segment = s.position
      LEFT JOIN vault_copies c ON c.piece_id = p.piece_id
      WHERE s.version_id = :versionId ${which} GROUP BY s.position`;
    const where = { versionId, counting, ...(positions && { positions: JSON.stringify(positions) }) };
    for (const { position, keepers, settled, ...segment } of this.#database.all(sql, where, Segment)) {
      const known = keepers.filter((keeper) => keeper !== null);
      into.set(position, { ...segment, keepers: known, isSettled: settled !== 0 });
    }
  }

  /** Once; and again where they went with a transaction that came to nothing. */
  #makeNotes(): void {
    if (this.#database.one("SELECT 1 AS pieces FROM temp.sqlite_master WHERE name = 'vault_usage'", {}, Pieces)) return;
    this.#versions.clear();
    this.#database.transaction(() => {
      for (const sql of copyNotes) this.#database.run(sql, {});
    });
  }
}
