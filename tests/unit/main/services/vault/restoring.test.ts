import { mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { FailureCode } from '#shared/failure';
import type { VaultRun, VaultRunId, VaultVersionId } from '#shared/vault';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';
import { sampleOf } from '#main/services/vault/drill';
import { segmentMaxBytes } from '#main/services/vault/padding';
import { PieceGroups } from '#main/services/vault/piece-groups';
import { Restoring } from '#main/services/vault/restoring';
import { segmentsHere } from '#main/services/vault/segment-work';
import { failureCode } from '../failure-code';
import { walk } from '../content/receiving';
import { keeperOf, SomeKeepers } from './some-keepers';
import { canMount, mountSmallDisk } from './small-disk';
import { someBytes } from './some-pieces';
import { beginPut, mtimeMs, put, vaultFolder, type SomeFile, type VaultFolder } from './vault-folder';

const file = (path: string[], size: number, seed = 1): SomeFile => ({ path, bytes: someBytes(size, seed) });
const turned = (bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => bytes.map((byte) => byte ^ 1);

interface Scene {
  readonly vault: VaultFolder;
  readonly keepers: SomeKeepers;
  readonly groups: PieceGroups;
  readonly restoring: Restoring;
  readonly downloads: string;
  changes: number;
}

function restoringOf(vault: VaultFolder, keepers: SomeKeepers): Scene {
  const groups = new PieceGroups(vault.clock);
  const downloads = join(vault.folder, 'downloads');
  const { database, store, clock, random } = vault;
  const scene: Scene = {
    vault,
    keepers,
    groups,
    downloads,
    changes: 0,
    restoring: new Restoring({
      database,
      store,
      segments: segmentsHere,
      clock,
      random,
      groups,
      downloadsFolder: downloads,
      copiesOf: keepers.copiesOf,
      shared: null,
      nameOf: (peerId) => `keeper ${peerId.charAt(0)}`,
      onChange: () => (scene.changes += 1),
    }),
  };
  onTestFinished(() => scene.restoring.close());
  return scene;
}

async function opened(scheme = { needed: 2, total: 5 }): Promise<Scene> {
  const vault = await vaultFolder({ scheme: () => scheme });
  return restoringOf(vault, new SomeKeepers(vault));
}

async function kept(scene: Scene, files: readonly SomeFile[]): Promise<VaultVersionId> {
  const versionId = await put(scene.vault.putting, files);
  await scene.keepers.takeOver(versionId);
  return versionId;
}

const runOf = ({ restoring }: Scene, runId: VaultRunId): VaultRun => {
  const run = restoring.runs().find((one) => one.runId === runId);
  if (!run) throw new Error('no such run');
  return run;
};

const soon = async (): Promise<void> => await new Promise((resolve) => setTimeout(resolve, 2));

/** Keepers bring what they are asked for until it is over, or until they did so often. */
async function untilOver(scene: Scene, runId: VaultRunId, rounds = 2_000): Promise<VaultRun> {
  for (let round = 0; round < rounds; round += 1) {
    const run = runOf(scene, runId);
    if (run.endedAt !== null) return run;
    scene.keepers.bring(scene.groups);
    await soon();
  }
  return runOf(scene, runId);
}

const visible = async (folder: string): Promise<string[]> =>
  (await walk(folder)).filter((name) => !name.startsWith('.roundtable-partial'));
const partials = async (folder: string): Promise<string[]> =>
  await readdir(join(folder, '.roundtable-partial')).catch(() => []);

const read = async (folder: string, { path }: SomeFile, name = path[0] ?? ''): Promise<Buffer> =>
  await readFile(join(folder, name, ...path.slice(1)));

describe('A restore', () => {
  test('uses its version until it is over, after a restart of the program from its first moment on', async () => {
    const scene = await opened();
    const version = await kept(scene, [file(['film.webm'], 5_000)]);
    const other = await kept(scene, [file(['song.ogg'], 5_000)]);
    const uses = ({ restoring }: Scene): boolean[] => [version, other].map((one) => restoring.uses(one));
    expect(uses(scene)).toEqual([false, false]);
    const { runId } = await scene.restoring.restore(version);
    expect(uses(scene)).toEqual([true, false]);
    scene.restoring.close();
    const again = restoringOf(scene.vault, scene.keepers);
    expect(uses(again)).toEqual([true, false]);
    await again.restoring.resume();
    expect((await untilOver(again, runId)).state).toBe('done');
    expect(uses(again)).toEqual([false, false]);
  });

  test('does not begin of what is taken out of the vault just then', async () => {
    const scene = await opened();
    const versionId = await kept(scene, [file(['film.webm'], 5_000)]);
    const restored = failureCode(scene.restoring.restore(versionId));
    scene.vault.rows.remove(versionId);
    expect(await restored).toBe('vault-unknown');
    expect(scene.restoring.runs()).toEqual([]);
  });

  test('brings a file back with its bytes and its time, from any two of five keepers', async () => {
    const scene = await opened();
    const film = file(['film.webm'], 2 * segmentMaxBytes(2) + 777);
    const versionId = await kept(scene, [film]);
    for (const at of [0, 1, 3]) scene.keepers.lose(keeperOf(at));
    const { runId } = await scene.restoring.restore(versionId);
    const run = await untilOver(scene, runId);
    expect(run).toMatchObject({ kind: 'restore', name: 'film.webm', state: 'done', failure: null, parts: 3 });
    expect([run.bytes, run.doneBytes]).toEqual([film.bytes.length, film.bytes.length]);
    expect(run.from.map(({ name }) => name).sort()).toEqual(['keeper c', 'keeper e']);
    expect(run.from.every(({ bytes }) => bytes > 8 * 1024 ** 2)).toBe(true);
    expect(Buffer.compare(await read(scene.downloads, film), film.bytes)).toBe(0);
    expect(Math.round((await stat(join(scene.downloads, 'film.webm'))).mtimeMs)).toBe(mtimeMs);
    expect(await walk(scene.downloads)).toEqual(['film.webm']);
    expect(scene.changes).toBeGreaterThan(3);
    expect(await scene.restoring.placeOf(runId)).toEqual({
      folder: scene.downloads,
      item: join(scene.downloads, 'film.webm'),
    });
  });

  test('brings a folder back as one, files without bytes and folders in folders too', async () => {
    const scene = await opened({ needed: 3, total: 6 });
    const files = [
      file(['trip', 'notes.txt'], 0),
      file(['trip', 'pictures', 'a.png'], 300_000, 2),
      file(['trip', 'pictures', 'more', 'b.png'], 5_000_000, 3),
      file(['trip', 'pictures', 'empty'], 0),
      file(['trip', 'z.txt'], 3, 4),
    ];
    const { runId } = await scene.restoring.restore(await kept(scene, files));
    expect((await untilOver(scene, runId)).state).toBe('done');
    for (const one of files) expect(Buffer.compare(await read(scene.downloads, one), one.bytes)).toBe(0);
    expect((await walk(scene.downloads)).length).toBe(files.length + 3);
  });

  test('brings back a folder of files without bytes, and a file without bytes', async () => {
    const scene = await opened();
    for (const one of [file(['nothing'], 0), file(['folder', 'nothing'], 0)]) {
      const { runId } = await scene.restoring.restore(await put(scene.vault.putting, [one]));
      expect((await untilOver(scene, runId)).state).toBe('done');
      expect((await read(scene.downloads, one)).length).toBe(0);
    }
  });

  test('never takes the name of something that is there', async () => {
    const scene = await opened({ needed: 1, total: 3 });
    const letter = file(['letter.txt'], 20);
    const box = file(['box', 'thing'], 20);
    await mkdir(join(scene.downloads, 'box'), { recursive: true });
    await writeFile(join(scene.downloads, 'letter.txt'), 'mine');
    for (const one of [letter, box]) {
      const { runId } = await scene.restoring.restore(await kept(scene, [one]));
      expect((await untilOver(scene, runId)).state).toBe('done');
    }
    expect(await readFile(join(scene.downloads, 'letter.txt'), 'utf8')).toBe('mine');
    expect(await visible(scene.downloads)).toEqual([
      'box (2)/',
      'box (2)/thing',
      'box/',
      'letter (2).txt',
      'letter.txt',
    ]);
    expect(Buffer.compare(await read(scene.downloads, letter, 'letter (2).txt'), letter.bytes)).toBe(0);
  });

  test('takes from this disk what is still here, and asks nobody', async () => {
    const scene = await opened();
    const film = file(['film.webm'], 100_000);
    const { runId } = await scene.restoring.restore(await put(scene.vault.putting, [film]));
    expect(await untilOver(scene, runId)).toMatchObject({ state: 'done', from: [] });
    expect(Buffer.compare(await read(scene.downloads, film), film.bytes)).toBe(0);
  });

  test('takes the rest from keepers when some of it is still here', async () => {
    const scene = await opened();
    const film = file(['film.webm'], 100_000);
    const versionId = await put(scene.vault.putting, [film]);
    const here = scene.vault.rows.pieces(versionId, 0)[4]?.header;
    const bytes = here && (await scene.vault.store.read(here));
    if (!here || !bytes) throw new Error('it was put');
    await scene.keepers.takeOver(versionId);
    await scene.vault.store.writeWhole(here.pieceId, bytes);
    scene.vault.database.run('UPDATE vault_pieces SET is_here = 1 WHERE share = 4', {});
    for (const at of [0, 2, 3, 4]) scene.keepers.lose(keeperOf(at));
    const { runId } = await scene.restoring.restore(versionId);
    const run = await untilOver(scene, runId);
    expect(run.state).toBe('done');
    expect(run.from).toEqual([{ peerId: keeperOf(1), name: 'keeper b', bytes: here.bytes }]);
    expect(Buffer.compare(await read(scene.downloads, film), film.bytes)).toBe(0);
  });

  test('waits while too few keepers are there, and goes on when they come', async () => {
    const scene = await opened();
    const film = file(['film.webm'], segmentMaxBytes(2) + 9);
    const versionId = await kept(scene, [film]);
    const [first, ...others] = [...scene.keepers.online];
    for (const keeper of others) scene.keepers.online.delete(keeper);
    const { runId } = await scene.restoring.restore(versionId);
    expect(runOf(scene, runId).state).toBe('running');
    expect(first).toBeDefined();
    await untilOver(scene, runId, 20);
    scene.vault.clock.pass(limits.vaultSilentMs);
    expect(runOf(scene, runId)).toMatchObject({ state: 'waiting', doneBytes: 0, endedAt: null });
    const before = scene.changes;
    for (const keeper of others) scene.keepers.online.add(keeper);
    scene.keepers.bring(scene.groups, { blocks: 1 });
    expect(runOf(scene, runId).state).toBe('running');
    expect(scene.changes).toBeGreaterThan(before);
    for (const keeper of scene.keepers.online) scene.groups.unlinked(keeper); // the one block was all they brought
    expect((await untilOver(scene, runId)).state).toBe('done');
    expect(Buffer.compare(await read(scene.downloads, film), film.bytes)).toBe(0);
  });

  test('is not misled by keepers who send other bytes', async () => {
    const scene = await opened();
    const film = file(['film.webm'], 700_000);
    const versionId = await kept(scene, [film]);
    const liars = new Set([keeperOf(0), keeperOf(2), keeperOf(4)]);
    scene.keepers.spoil = (keeper, bytes) => (liars.has(keeper) ? turned(bytes) : bytes);
    const { runId } = await scene.restoring.restore(versionId);
    const run = await untilOver(scene, runId);
    expect(run.state).toBe('done');
    expect(run.from.map(({ peerId }) => peerId).sort()).toEqual([keeperOf(1), keeperOf(3)]);
    expect(Buffer.compare(await read(scene.downloads, film), film.bytes)).toBe(0);
  });

  test('gives no file a name that is not the one that was put', async () => {
    const scene = await opened();
    const files = [file(['trip', 'a'], 100, 1), file(['trip', 'b'], 200, 2)];
    const versionId = await kept(scene, files);
    scene.vault.database.run('UPDATE vault_files SET sha256 = zeroblob(32) WHERE position = 1', {});
    const { runId } = await scene.restoring.restore(versionId);
    expect(await untilOver(scene, runId)).toMatchObject({ state: 'failed', failure: 'file-changed' });
    expect(await walk(scene.downloads)).toEqual([]);
    expect(await failureCode(scene.restoring.placeOf(runId))).toBe('file-gone');
  });

  test('of a segment under another key fails, and leaves nothing', async () => {
    const scene = await opened();
    const versionId = await kept(scene, [file(['a'], 100)]);
    scene.vault.database.run('UPDATE vault_versions SET key = zeroblob(32)', {});
    const { runId } = await scene.restoring.restore(versionId);
    expect(await untilOver(scene, runId)).toMatchObject({ state: 'failed', failure: 'file-changed' });
    expect(await walk(scene.downloads)).toEqual([]);
  });

  test.each<[string, string]>([
    ['out of the folder', '["..","b"]'],
    ['into another folder', '["other","b"]'],
    ['as a folder without a name', '["trip",""]'],
    ['in the way of another', '["trip","A"]'],
  ])('writes nothing %s', async (_, path) => {
    const scene = await opened();
    const versionId = await kept(scene, [file(['trip', 'a'], 100, 1), file(['trip', 'b'], 200, 2)]);
    scene.vault.database.run('UPDATE vault_files SET path = :path WHERE position = 1', { path });
    const { runId } = await scene.restoring.restore(versionId);
    expect((await untilOver(scene, runId)).state).toBe('failed');
    expect(await walk(scene.downloads)).toEqual([]);
  });

  test('of what is not whole, not known, or more than the disk holds is refused', async () => {
    const scene = await opened();
    const half = await beginPut(scene.vault.putting, [file(['half'], 10)]);
    expect(await failureCode(scene.restoring.restore(half))).toBe('vault-unknown');
    expect(await failureCode(scene.restoring.restore('ab'.repeat(16) as VaultVersionId))).toBe('vault-unknown'); // sound: hex
    const versionId = await kept(scene, [file(['a'], 10)]);
    scene.vault.database.run('UPDATE vault_versions SET bytes = :bytes', { bytes: 2 ** 52 });
    expect(await failureCode(scene.restoring.restore(versionId))).toBe('disk-full');
    expect(scene.restoring.runs()).toEqual([]);
  });

  test('is one of a few at once', async () => {
    const scene = await opened();
    const versionId = await kept(scene, [file(['a'], 10)]);
    const runs = await Promise.all(
      Array.from({ length: limits.vaultRunsAtOnce }, async () => await scene.restoring.restore(versionId)),
    );
    expect(await failureCode(scene.restoring.restore(versionId))).toBe('vault-busy');
    expect(await failureCode(scene.restoring.drill())).toBe('vault-busy');
    for (const { runId } of runs) expect((await untilOver(scene, runId)).state).toBe('done');
    expect(await walk(scene.downloads)).toHaveLength(limits.vaultRunsAtOnce);
  });

  test('of a version that is removed meanwhile fails', async () => {
    const scene = await opened();
    const versionId = await kept(scene, [file(['a'], 10)]);
    const { runId } = await scene.restoring.restore(versionId);
    scene.vault.rows.remove(versionId);
    scene.restoring.versionRemoved(versionId);
    expect(await untilOver(scene, runId)).toMatchObject({ state: 'failed', failure: 'vault-unknown' });
  });

  test('can be cancelled, and forgotten once it is over', async () => {
    const scene = await opened({ needed: 1, total: 3 });
    const versionId = await kept(scene, [file(['a'], 3 * segmentMaxBytes(1))]);
    const { runId } = await scene.restoring.restore(versionId);
    scene.restoring.forget(runId);
    expect(scene.restoring.runs()).toHaveLength(1);
    for (let round = 0; round < 200 && runOf(scene, runId).parts === 0; round += 1) {
      scene.keepers.bring(scene.groups);
      await soon();
    }
    expect(await partials(scene.downloads)).toHaveLength(1);
    await scene.restoring.cancel(runId);
    expect(runOf(scene, runId)).toMatchObject({ state: 'cancelled', failure: null });
    expect(runOf(scene, runId).endedAt).not.toBeNull();
    expect(await walk(scene.downloads)).toEqual([]);
    expect(scene.keepers.bring(scene.groups)).toBe(0);
    expect(await failureCode(scene.restoring.cancel(runId))).toBe('no failure');
    scene.restoring.forget(runId);
    expect(scene.restoring.runs()).toEqual([]);
    expect(await failureCode(scene.restoring.cancel(runId))).toBe('vault-unknown');
  });
});

describe.runIf(canMount())('On a small disk', () => {
  test('a restore that does not fit is refused, and one that somebody else takes the room of leaves nothing', async () => {
    const scene = await opened();
    await mkdir(scene.downloads);
    mountSmallDisk(scene.downloads, 8);
    const large = await kept(scene, [file(['large'], 8_000_000)]);
    expect(await failureCode(scene.restoring.restore(large))).toBe('disk-full');

    const versionId = await kept(scene, [file(['trip', 'a'], 1_000_000), file(['trip', 'b'], 3_000_000)]);
    const { runId } = await scene.restoring.restore(versionId);
    expect(await failureCode(scene.restoring.restore(versionId))).toBe('disk-full'); // the room of the first is taken
    const other = join(scene.downloads, 'of somebody else');
    await writeFile(other, new Uint8Array(6 * 1024 ** 2));
    expect(await untilOver(scene, runId)).toMatchObject({ state: 'failed', failure: 'disk-full', parts: 0 });
    expect(await walk(scene.downloads)).toEqual(['of somebody else']);
    await rm(other);
    const again = await scene.restoring.restore(versionId);
    expect((await untilOver(scene, again.runId)).state).toBe('done');
  });
});

describe('After a restart', () => {
  /** One of three segments is on the disk when the program ends, and half of the next came. */
  async function interrupted() {
    const scene = await opened({ needed: 1, total: 3 });
    const film = file(['film.webm'], 2 * segmentMaxBytes(1) + 500);
    const { runId } = await scene.restoring.restore(await kept(scene, [film]));
    const all = [...scene.keepers.online];
    for (const keeper of all.slice(1)) scene.keepers.online.delete(keeper);
    await vi.waitFor(() => expect(scene.keepers.bring(scene.groups, { pieces: 1 })).toBe(1), { interval: 2 });
    await vi.waitFor(() => expect(runOf(scene, runId).parts).toBe(1), { timeout: 5_000 });
    scene.keepers.bring(scene.groups, { pieces: 1, blocks: 8 });
    scene.restoring.close();
    await soon();
    expect(runOf(scene, runId)).toMatchObject({ state: 'running', endedAt: null });
    for (const keeper of all) scene.keepers.online.add(keeper);
    return { after: restoringOf(scene.vault, scene.keepers), runId, film };
  }

  test('a restore goes on where it was', async () => {
    const { after, runId, film } = await interrupted();
    expect(await partials(after.downloads)).toEqual([`${runId}.part`]);
    await after.restoring.resume();
    expect(runOf(after, runId)).toMatchObject({ state: 'running', parts: 1 });
    const run = await untilOver(after, runId);
    expect(run).toMatchObject({ state: 'done', parts: 3, doneBytes: film.bytes.length });
    expect(Buffer.compare(await read(after.downloads, film), film.bytes)).toBe(0);
    expect(await walk(after.downloads)).toEqual(['film.webm']);
  });

  test('what the crash took from the disk is fetched again', async () => {
    for (const harm of [async (path: string) => await truncate(path, 5), async (path: string) => await rm(path)]) {
      const { after, runId, film } = await interrupted();
      await harm(join(after.downloads, '.roundtable-partial', `${runId}.part`));
      await after.restoring.resume();
      expect((await untilOver(after, runId)).state).toBe('done');
      expect(Buffer.compare(await read(after.downloads, film), film.bytes)).toBe(0);
    }
  });

  test('what got its name just before is found under it, and not restored twice', async () => {
    const scene = await opened();
    const film = file(['film.webm'], 100);
    const { runId } = await scene.restoring.restore(await kept(scene, [film]));
    await untilOver(scene, runId);
    scene.vault.database.run("UPDATE vault_runs SET state = 'running', placed = NULL, ended_at = NULL", {});
    const after = restoringOf(scene.vault, scene.keepers);
    await after.restoring.resume();
    expect((await untilOver(after, runId)).state).toBe('done');
    expect(await visible(after.downloads)).toEqual(['film.webm']);
  });

  test('a drill is over', async () => {
    const scene = await opened();
    await kept(scene, [file(['a'], 100)]);
    const { runId } = await scene.restoring.drill();
    scene.restoring.close();
    await soon();
    const after = restoringOf(scene.vault, scene.keepers);
    await after.restoring.resume();
    expect(runOf(after, runId)).toMatchObject({ state: 'failed', failure: 'aborted' satisfies FailureCode });
    expect(await walk(after.downloads)).toEqual([]);
  });
});

describe('A drill', () => {
  test('brings a sample from keepers, compares it, and leaves nothing', async () => {
    const scene = await opened({ needed: 1, total: 3 });
    const versionId = await kept(scene, [file(['film.webm'], 6 * segmentMaxBytes(1) + 10)]);
    expect(scene.vault.rows.segments(versionId)).toHaveLength(7);
    const { runId } = await scene.restoring.drill();
    const run = await untilOver(scene, runId);
    expect(run).toMatchObject({ kind: 'drill', name: 'film.webm', state: 'done', parts: limits.vaultDrillSegments });
    expect(run.doneBytes).toBe(run.bytes);
    expect(run.from.length).toBeGreaterThan(1);
    expect(await walk(scene.downloads)).toEqual([]);
  });

  test('takes nothing from this disk that a keeper has', async () => {
    const scene = await opened();
    const versionId = await put(scene.vault.putting, [file(['a'], 100_000)]);
    const pieces = scene.vault.rows.pieces(versionId, 0);
    const bytes = await Promise.all(pieces.map(async ({ header }) => await scene.vault.store.read(header)));
    await scene.keepers.takeOver(versionId);
    // Keepers have all of it, and this disk has it too.
    for (const [at, { header }] of pieces.entries())
      await scene.vault.store.writeWhole(header.pieceId, bytes[at] ?? new Uint8Array());
    scene.vault.database.run('UPDATE vault_pieces SET is_here = 1', {});
    const { runId } = await scene.restoring.drill();
    const run = await untilOver(scene, runId);
    expect(run.state).toBe('done');
    expect(run.from.reduce((sum, one) => sum + one.bytes, 0)).toBeGreaterThanOrEqual(100_000);
  });

  test('says so when what comes back is not what was put', async () => {
    const scene = await opened();
    await kept(scene, [file(['a'], 100_000)]);
    scene.vault.database.run('UPDATE vault_segments SET sha256 = zeroblob(32)', {});
    const { runId } = await scene.restoring.drill();
    expect(await untilOver(scene, runId)).toMatchObject({ state: 'failed', failure: 'file-changed' });
    expect(await walk(scene.downloads)).toEqual([]);
  });

  test('of nothing is refused', async () => {
    const scene = await opened();
    expect(await failureCode(scene.restoring.drill())).toBe('vault-empty');
    await beginPut(scene.vault.putting, [file(['half'], 10)]);
    expect(await failureCode(scene.restoring.drill())).toBe('vault-empty');
  });

  test('looks at all parts of something long', () => {
    const all = Array.from({ length: 100 }, (_, at) => at);
    expect(sampleOf(all, 4, () => 0)).toEqual([0, 25, 50, 75]);
    expect(sampleOf(all, 4, (end) => end - 1)).toEqual([24, 49, 74, 99]);
    expect(sampleOf([7, 8], 4, () => 0)).toEqual([7, 8]);
    expect(sampleOf([], 4, () => 0)).toEqual([]);
  });
});
