// How fast something comes back from the vault from 1, 3 and 6 keepers who bring 5 MiB a second each: put and restored by the app's own
// code, on the disk, with the pieces in memory and keepers who ask what to bring as links do. The headline is what is missing to as many
// times one keeper: the lesser of what three and six bring, over so many times what one brings. No network.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';
import { blockBytes } from '#shared/content';
import { PeerId } from '#shared/identity';
import type { PieceId, VaultVersionId } from '#shared/vault';
import { Database } from '#main/services/database';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';
import { ItemRows } from '#main/services/vault/item-rows';
import { PieceGroups } from '#main/services/vault/piece-groups';
import { PieceStore } from '#main/services/vault/piece-store';
import { schemeFor } from '#main/services/vault/placement';
import { Putting } from '#main/services/vault/putting';
import { Restoring } from '#main/services/vault/restoring';
import { SegmentThreads } from '#main/services/vault/segment-threads';
import type { WantedPiece } from '#main/services/vault/wanted-pieces';
import { summarize } from '#scripts/bench/figures';
import { finish, parseBenchArguments } from '#scripts/bench/report';

const mib = 2 ** 20;
const keeperBytesPerSecond = 5 * mib;
const target = 0.85;
/** Of a link: from the question to the first bytes, until it hears of news, and how far its pace makes up for a timer that was late. */
const askMs = 50;
const newsMs = 450;
const lateMostMs = 50;
const counts = [1, 3, 6] as const;
const file = new Uint8Array(randomBytes(180 * mib));
const { runs } = parseBenchArguments(3);
const segments = new SegmentThreads({ log: { write: (...said) => console.error(...said) } });
const clock = { now: () => Date.now() };
const random = (length: number): Uint8Array<ArrayBuffer> => new Uint8Array(randomBytes(length));
const keeperOf = (at: number): PeerId => v.parse(PeerId, `${'abcdef'.charAt(at).repeat(51)}a`);

type Held = ReadonlyMap<PieceId, Uint8Array<ArrayBuffer>>;

interface Kept {
  readonly versionId: VaultVersionId;
  readonly held: ReadonlyMap<PeerId, Held>;
}

/** With one piece needed each keeper has all of them, else each one share of every segment. */
async function keep(folder: string, database: Database, store: PieceStore, keepers: number): Promise<Kept> {
  const scheme = schemeFor(keepers);
  const putting = new Putting({
    database,
    store,
    segments,
    clock,
    random,
    scheme: () => scheme,
    onSegment: () => undefined,
  });
  const files = [{ path: ['film.mkv'], size: file.length, mtimeMs: 0 }];
  const { versionId } = await putting.begin({ name: 'film.mkv', kind: 'file', files });
  for (let at = 0; at < file.length; at += mib) await putting.write({ versionId, bytes: file.slice(at, at + mib) });
  await putting.finish({ versionId });
  const rows = new ItemRows(database);
  const held = new Map(
    Array.from({ length: keepers }, (_, at) => [keeperOf(at), new Map<PieceId, Uint8Array<ArrayBuffer>>()]),
  );
  for (const { position } of rows.segments(versionId))
    for (const { header, share } of rows.pieces(versionId, position)) {
      const bytes = await store.read(header);
      if (!bytes) throw new Error(`a piece is not in ${folder}`);
      for (const [at, of] of [...held.values()].entries())
        if (scheme.needed === 1 || at === share) of.set(header.pieceId, bytes);
    }
  database.run('UPDATE vault_pieces SET is_here = 0', {});
  rmSync(join(folder, 'own'), { recursive: true });
  return { versionId, held };
}

/**
 * As a link does: asks what to bring when it is done with a piece and when it hears of news, and brings it in the order in which it was
 * asked, at its pace. What it was asked for is on its way a moment later.
 */
async function bring(groups: PieceGroups, keeper: PeerId, { held }: Kept, signal: AbortSignal): Promise<void> {
  const online = [...held.keys()];
  const queue: { readonly pieceId: PieceId; readonly index: number; readonly fromMs: number }[] = [];
  const look = (): void => {
    const most = Math.max(0, limits.vaultWantsAtOnce - groups.askedOf(keeper));
    const fromMs = performance.now() + askMs;
    for (const { pieceId } of groups.next(keeper, online, most))
      for (const index of groups.blocksFor(keeper, pieceId)) queue.push({ pieceId, index, fromMs });
  };
  const news = setInterval(look, newsMs);
  let dueMs = 0;
  look();
  while (!signal.aborted) {
    const next = queue.shift();
    if (!next) {
      await sleep(2);
      continue;
    }
    if (groups.isWanted(next.pieceId)) {
      const piece = held.get(keeper)?.get(next.pieceId) ?? new Uint8Array();
      const block = piece.slice(next.index * blockBytes, (next.index + 1) * blockBytes);
      const fromMs = Math.max(dueMs, performance.now() - lateMostMs, next.fromMs);
      dueMs = fromMs + (block.length * 1_000) / keeperBytesPerSecond;
      await sleep(Math.max(0, dueMs - performance.now()));
      groups.write(keeper, next.pieceId, [{ index: next.index, bytes: block }]);
    }
    if (queue[0]?.pieceId !== next.pieceId) look();
  }
  clearInterval(news);
}

/** MiB a second, from the press to the file that lies there. */
async function speedFrom(keepers: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'roundtable-bench-'));
  const database = new Database(join(folder, 'bench.db'));
  const store = await PieceStore.open(join(folder, 'own'));
  const kept = await keep(folder, database, store, keepers);
  const rows = new ItemRows(database);
  const groups = new PieceGroups(clock);
  const copiesOf = (versionId: VaultVersionId, position: number): WantedPiece[] =>
    rows.pieces(versionId, position).map(({ header, share }) => ({
      header,
      share,
      keepers: [...kept.held].filter(([, held]) => held.has(header.pieceId)).map(([keeper]) => keeper),
    }));
  const over = new AbortController();
  const restoring = new Restoring({
    database,
    store,
    groups,
    segments,
    clock,
    random,
    shared: null,
    copiesOf,
    downloadsFolder: join(folder, 'downloads'),
    nameOf: () => '',
    onChange: () => undefined,
  });
  const links = [...kept.held.keys()].map(async (keeper) => await bring(groups, keeper, kept, over.signal));
  const startedAt = performance.now();
  await restoring.restore(kept.versionId);
  while (restoring.runs()[0]?.state === 'running') await sleep(2);
  const seconds = (performance.now() - startedAt) / 1_000;
  over.abort();
  await Promise.all(links);
  const isSame = Buffer.from(file).equals(readFileSync(join(folder, 'downloads', 'film.mkv')));
  restoring.close();
  database.close();
  rmSync(folder, { recursive: true, force: true });
  if (!isSame) throw new Error('another file came back');
  return file.length / mib / seconds;
}

const speeds = new Map<number, number[]>(counts.map((count) => [count, []]));
for (let run = 0; run < runs; run += 1) for (const count of counts) speeds.get(count)?.push(await speedFrom(count));
segments.close();

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
const medianOf = (count: number): number => median(speeds.get(count) ?? []);
const linear = (count: number): number => medianOf(count) / (count * medianOf(1));
const ratio = Math.min(linear(3), linear(6));
finish({
  name: 'vault-restore',
  ok: ratio >= target,
  ratio,
  ratios: { three: linear(3), six: linear(6) },
  figures: Object.fromEntries(
    counts.map((count) => [`${count} keepers of 5 MiB/s, MiB/s`, summarize(speeds.get(count) ?? [])]),
  ),
});
