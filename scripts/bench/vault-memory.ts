// How much memory a large file takes on its way into the vault and back: made-up bytes, put and restored by the app's own code on the disk,
// with six keepers who take each piece at once and bring it as fast as it is read. The most this process held, sampled, beside what
// the app allows itself, whatever the size: 200 MiB. `--gib N`; it needs twice as much of the disk. No network.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';
import { blockBytes } from '#shared/content';
import { PeerId } from '#shared/identity';
import type { PieceHeader, VaultVersionId } from '#shared/vault';
import { Database } from '#main/services/database';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';
import { ItemRows } from '#main/services/vault/item-rows';
import { PieceGroups } from '#main/services/vault/piece-groups';
import { PieceStore } from '#main/services/vault/piece-store';
import { Putting } from '#main/services/vault/putting';
import { Restoring } from '#main/services/vault/restoring';
import { SegmentThreads } from '#main/services/vault/segment-threads';
import type { WantedPiece } from '#main/services/vault/wanted-pieces';
import { finish, wholeNumber } from '#scripts/bench/report';

const mib = 2 ** 20;
const mostMib = 200;
const gib = wholeNumber('--gib', 20, 1_000);
const size = gib * 1_024 * mib;
const scheme = { needed: 3, total: 6 };
const folder = mkdtempSync(join(tmpdir(), 'roundtable-bench-'));
const clock = { now: () => Date.now() };
const random = (length: number): Uint8Array<ArrayBuffer> => new Uint8Array(randomBytes(length));
const keepers = Array.from({ length: scheme.total }, (_, at) => v.parse(PeerId, `${'abcdef'.charAt(at).repeat(51)}a`));

/** The most that was held since it was asked last, MiB. */
class Held {
  #most = 0;
  readonly #timer = setInterval(() => this.#look(), 20).unref();

  #look(): void {
    this.#most = Math.max(this.#most, process.memoryUsage.rss() / mib);
  }

  most(): number {
    this.#look();
    const most = this.#most;
    this.#most = 0;
    return Math.round(most);
  }

  end(): void {
    clearInterval(this.#timer);
  }
}

const held = new Held();
const database = new Database(join(folder, 'bench.db'));
const store = await PieceStore.open(join(folder, 'own'));
const rows = new ItemRows(database);
const segments = new SegmentThreads({ log: { write: (...said) => console.error(...said) } });
const before = held.most();

/** Spare pieces are not looked at again: a keeper of each that is needed has it. */
async function letGoOfSpare(versionId: VaultVersionId, position: number): Promise<void> {
  const spare = rows.pieces(versionId, position).slice(scheme.needed);
  await store.remove(spare.map(({ header }) => header.pieceId));
}

async function put(): Promise<VaultVersionId> {
  const letGo: Promise<void>[] = [];
  const putting = new Putting({
    database,
    store,
    segments,
    clock,
    random,
    scheme: () => scheme,
    onSegment: (versionId, position) => void letGo.push(letGoOfSpare(versionId, position)),
  });
  const files = [{ path: ['disk.img'], size, mtimeMs: 0 }];
  const { versionId } = await putting.begin({ name: 'disk.img', kind: 'file', files });
  const bytes = random(mib);
  for (let at = 0; at < size; at += mib) {
    new DataView(bytes.buffer).setFloat64(0, at);
    await putting.write({ versionId, bytes });
  }
  await putting.finish({ versionId });
  await Promise.all(letGo);
  return versionId;
}

async function bring(groups: PieceGroups, keeper: PeerId, signal: AbortSignal): Promise<void> {
  const bringOne = async (header: PieceHeader): Promise<void> => {
    for (const index of groups.blocksFor(keeper, header.pieceId)) {
      const [bytes] = (await store.readBlocks(header, [index])) ?? [];
      if (bytes) groups.write(keeper, header.pieceId, [{ index, bytes }]);
      else groups.lacking(keeper, header.pieceId);
      if (!bytes || signal.aborted || header.bytes < blockBytes) return;
    }
  };
  while (!signal.aborted) {
    const most = Math.max(0, limits.vaultWantsAtOnce - groups.askedOf(keeper));
    const headers = groups.next(keeper, keepers, most);
    for (const header of headers) await bringOne(header);
    if (headers.length === 0) await sleep(5);
  }
}

async function restore(versionId: VaultVersionId): Promise<void> {
  database.run('UPDATE vault_pieces SET is_here = 0', {});
  const groups = new PieceGroups(clock);
  const copiesOf = (of: VaultVersionId, position: number): WantedPiece[] =>
    rows.pieces(of, position).map(({ header, share }) => ({
      header,
      share,
      keepers: keepers.filter((_, at) => at === share && share < scheme.needed),
    }));
  const downloadsFolder = join(folder, 'downloads');
  const nothing = () => undefined;
  const restoring = new Restoring({
    database,
    store,
    segments,
    groups,
    clock,
    random,
    shared: null,
    copiesOf,
    downloadsFolder,
    nameOf: () => '',
    onChange: nothing,
  });
  const over = new AbortController();
  const links = keepers.map(async (keeper) => await bring(groups, keeper, over.signal));
  await restoring.restore(versionId);
  while (restoring.runs()[0]?.state === 'running' || restoring.runs()[0]?.state === 'waiting') await sleep(50);
  over.abort();
  await Promise.all(links);
  // What comes back is compared with its hash before it gets its name.
  if (restoring.runs()[0]?.state !== 'done' || statSync(join(downloadsFolder, 'disk.img')).size !== size)
    throw new Error(`it did not come back: ${JSON.stringify(restoring.runs()[0])}`);
  restoring.close();
}

const startedAt = performance.now();
const versionId = await put();
const [putMs, putMost] = [performance.now() - startedAt, held.most()];
await restore(versionId);
const [restoreMs, restoreMost] = [performance.now() - startedAt - putMs, held.most()];
segments.close();
held.end();
database.close();
rmSync(folder, { recursive: true, force: true });
const speed = (ms: number): number => Math.round((size / mib / ms) * 1_000);
const ratio = Math.max(putMost, restoreMost) / mostMib;
finish({
  name: 'vault-memory',
  ok: ratio <= 1,
  ratio,
  ratios: { put: putMost / mostMib, restore: restoreMost / mostMib },
  figures: {
    before: { 'most MiB': before },
    put: { 'most MiB': putMost, 'MiB/s': speed(putMs), GiB: gib },
    restore: { 'most MiB': restoreMost, 'MiB/s': speed(restoreMs), GiB: gib },
  },
});
