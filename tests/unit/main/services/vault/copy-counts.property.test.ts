// What is counted as copies come and go is what counting all of them anew says, whatever happened in between.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import * as v from 'valibot';
import { VaultItemId, VaultVersionId } from '#shared/vault';
import { Database } from '#main/services/database';
import { CopyRows } from '#main/services/vault/copy-rows';
import { ItemRows } from '#main/services/vault/item-rows';
import { keeperOf } from './some-keepers';
import { somePiece } from './some-pieces';

const keepers = [0, 1, 2, 3].map(keeperOf);
const versionIds = ['a', 'b', 'c'].map((letter) => v.parse(VaultVersionId, letter.repeat(32)));
const pieces = Array.from({ length: 36 }, (_, at) => somePiece(10 + at, at + 1).header);
/** The pieces of a segment of a version: two of four, or one that is with three. */
const piecesOf = (version: number, segment: number) =>
  pieces.slice(12 * version + 4 * segment, 12 * version + 4 * segment + 4);

const Row = v.record(v.string(), v.unknown());

/** Over all pieces, as if nothing had been counted before. */
function countedAnew(database: Database, versionId: VaultVersionId, counting: readonly string[]) {
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
    SELECT min(live - needed) AS spare, min(here - needed) AS here, min(reachable - needed) AS reachable,
      max(total - placed) AS missing, max(needed) AS needed, sum(total * bytes) AS bytes,
      sum(min(live, total) * bytes) AS keptBytes,
      (SELECT count(DISTINCT c.keeper) FROM vault_copies c JOIN vault_pieces p ON p.piece_id = c.piece_id
       WHERE p.version_id = :versionId AND c.state = 'kept'
         AND c.keeper IN (SELECT value FROM json_each(:counting))) AS keepers
    FROM segments`;
  return database.one(sql, { versionId, counting: JSON.stringify(counting) }, Row);
}

function unsettledAnew(database: Database, counting: readonly string[]) {
  const sql = `
    SELECT s.version_id AS versionId, s.position FROM vault_segments s
    JOIN vault_pieces p ON p.version_id = s.version_id AND p.segment = s.position
    LEFT JOIN vault_copies c ON c.piece_id = p.piece_id
    LEFT JOIN json_each(:counting) k ON k.value = c.keeper
    GROUP BY s.version_id, s.position
    HAVING count(k.value) <> s.total OR count(c.keeper) <> s.total
      OR max(CASE WHEN c.state = 'assigned' AND p.is_here = 0 THEN 1 ELSE 0 END) = 1
    ORDER BY s.version_id, s.position`;
  return database.all(sql, { counting: JSON.stringify(counting) }, Row);
}

function usedAnew(database: Database) {
  const sql = `
    SELECT c.keeper, sum(p.bytes) AS bytes, sum(CASE WHEN c.state = 'kept' THEN p.bytes ELSE 0 END) AS keptBytes,
      sum(CASE WHEN c.state = 'kept' THEN 1 ELSE 0 END) AS pieces, min(CASE WHEN c.state = 'kept' THEN c.since END) AS since
    FROM vault_copies c JOIN vault_pieces p ON p.piece_id = c.piece_id GROUP BY c.keeper ORDER BY c.keeper`;
  return database.all(sql, {}, Row);
}

const act = fc.record({
  kind: fc.constantFrom('add', 'add', 'assign', 'assign', 'kept', 'kept', 'lost', 'here', 'gone', 'proved', 'look'),
  version: fc.nat(2),
  segment: fc.nat(2),
  share: fc.nat(3),
  keeper: fc.nat(3),
  isUndone: fc.boolean(),
});
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

function vaultOf() {
  const database = new Database(':memory:');
  const items = new ItemRows(database);
  const copies = new CopyRows(database);

  function add(version: number, segment: number): void {
    const versionId = versionIds[version] ?? 'none';
    const itemId = v.parse(VaultItemId, String(version).repeat(32));
    const name = `thing ${version}`;
    const id = v.parse(VaultVersionId, versionId);
    if (!items.version(id))
      items.begin({ itemId, name, kind: 'file', versionId: id, key: new Uint8Array(32), files: [], addedAt: 0 });
    if (items.segments(id).some(({ position }) => position === segment)) return;
    const scheme = segment === 0 ? { needed: 1, total: 3 } : { needed: 2, total: 4 };
    const cut = piecesOf(version, segment).slice(0, scheme.needed === 1 ? 1 : 4);
    const [salt, sha256] = [new Uint8Array(16), new Uint8Array(32)];
    const named = cut.map((header, share) => ({ header, share }));
    items.addSegment(id, segment, { ...scheme, salt, sha256, bytes: 5, pieces: named });
  }

  function does({ kind, version, segment, share, keeper }: Act, nowMs: number): void {
    const id = v.parse(VaultVersionId, versionIds[version]);
    const pieceId = piecesOf(version, segment)[share]?.pieceId;
    const who = keepers[keeper];
    if (!pieceId || !who) return;
    if (kind === 'add') add(version, segment);
    if (kind === 'gone') items.remove(id);
    if (!copies.header(pieceId)) return;
    if (kind === 'assign') copies.assign(pieceId, who, nowMs);
    if (kind === 'kept') {
      copies.assign(pieceId, who, nowMs);
      copies.markKept(pieceId, who, nowMs);
    }
    if (kind === 'lost') copies.remove(pieceId, who);
    if (kind === 'here') copies.setHere(pieceId, keeper > 1);
    if (kind === 'proved') copies.markProved(pieceId, who, nowMs);
  }

  return { database, copies, does };
}

test('Counts are those of all pieces, also after what came to nothing', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), fc.subarray(keepers), (acts, some) => {
      const { database, copies, does } = vaultOf();
      for (const [at, one] of acts.entries()) {
        const counting = at % 7 === 6 ? some : keepers;
        const undone = new Error('comes to nothing');
        try {
          database.transaction(() => {
            does(one, at);
            if (!one.isUndone) return;
            // Whoever looks in between does not keep what never was.
            for (const versionId of versionIds) copies.counts.version(versionId, counting);
            copies.counts.usage();
            throw undone;
          });
        } catch (error) {
          if (error !== undone) throw error;
        }
        if (one.kind !== 'look') continue;
        for (const versionId of versionIds)
          expect(copies.counts.version(versionId, counting)).toEqual(countedAnew(database, versionId, counting));
        const open = unsettledAnew(database, counting);
        expect(copies.counts.unsettled(null, counting, 100)).toEqual(open);
        const [first] = copies.counts.unsettled(null, counting, 1);
        if (first) expect(copies.counts.unsettled(first, counting, 2)).toEqual(open.slice(1, 3));
        const used = [...copies.counts.usage()].map(([keeper, usage]) => ({ keeper, ...usage }));
        expect(used.toSorted((a, b) => (a.keeper < b.keeper ? -1 : 1))).toEqual(usedAnew(database));
        for (const keeper of keepers)
          expect(copies.counts.keptBy(keeper)).toBe(used.find((of) => of.keeper === keeper)?.pieces ?? 0);
      }
      database.close();
    }),
    { numRuns: 100 },
  );
});
