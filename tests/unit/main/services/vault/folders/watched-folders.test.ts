import { appendFile, mkdir, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Failure } from '#shared/failure';
import type { VaultFolderKeep } from '#shared/vault-folder';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';
import { failureCode } from '../../failure-code';
import { watching, type Watching } from './watching';

const quietMs = limits.vaultFolderQuietMs;
const restMs = limits.vaultFolderRestMs + 60_000;

async function watched(keep: VaultFolderKeep = 5): Promise<Watching> {
  const one = await watching();
  await one.write('notes/plan.txt', 'a kettle');
  await one.write('list.txt', 'bread');
  await one.folders.add({ path: one.place, keep });
  return one;
}

const versionsOf = ({ rows, view }: Watching): number => rows.versions(view().folderId).length;

describe('a folder that backs itself up', () => {
  test('is one thing in the vault, once its files lie still', async () => {
    const one = await watched();
    await one.folders.tend();
    expect(one.view()).toMatchObject({ state: 'settling', changed: 2, itemId: null, lastAt: null });
    await one.pass(3 * quietMs);
    expect(one.newest()).toEqual(['list.txt', 'notes/plan.txt']);
    await one.pass(2 * quietMs);
    expect(one.view()).toMatchObject({ state: 'watching', changed: 0, unreadable: { count: 0, example: null } });
    expect(one.view().itemId).not.toBeNull();
  });

  test('is not put in again while nothing changes', async () => {
    const one = await watched();
    await one.pass(3 * restMs);
    expect(versionsOf(one)).toBe(1);
  });

  test('gets a new version with what is new and what changed, once its turn has come', async () => {
    const one = await watched();
    await one.pass(60_000);
    const [first] = one.rows.versions(one.view().folderId);
    if (first) one.left.add(first.versionId);
    await one.write('list.txt', 'bread and salt');
    await one.write('new.txt', 'x');
    await one.pass(120_000);
    expect(one.view()).toMatchObject({ state: 'resting', changed: 2 });
    expect(one.view().nextAt).toBeGreaterThan(one.vault.clock.now());
    expect(versionsOf(one)).toBe(1);
    await one.pass(restMs);
    expect(versionsOf(one)).toBe(2);
    expect(one.newest()).toEqual(['list.txt', 'new.txt', 'notes/plan.txt']);
  });

  test('goes in at once when the person says so, but nothing half-written does', async () => {
    const one = await watched();
    await one.pass(60_000);
    await one.write('growing.bin', 'a');
    one.folders.backUp(one.view().folderId);
    for (let more = 0; more < 6; more += 1) {
      await one.pass(quietMs / 2);
      await appendFile(join(one.place, 'growing.bin'), 'more');
      one.folders.backUp(one.view().folderId);
      await one.folders.tend();
      expect(one.view().state).toBe('settling');
    }
    expect(versionsOf(one)).toBe(1);
    await one.pass(3 * quietMs);
    expect(versionsOf(one)).toBe(2);
    expect(one.newest()).toContain('growing.bin');
  });

  test('goes without a file that never lies still, and says which', async () => {
    const one = await watching();
    await one.write('plan.txt', 'a kettle');
    await one.write('busy.log', '.');
    await one.folders.add({ path: one.place, keep: 5 });
    for (let passed = 0; passed < limits.vaultFolderPatienceMs + 60_000; passed += quietMs) {
      await appendFile(join(one.place, 'busy.log'), '.');
      await one.pass(quietMs);
    }
    expect(one.newest()).toEqual(['plan.txt']);
    expect(one.view().restless).toEqual({ count: 1, example: 'busy.log' });
    await one.pass(restMs + limits.vaultFolderUnderWayMs);
    expect(one.newest()).toEqual(['busy.log', 'plan.txt']);
    expect(one.view().restless.count).toBe(0);
  });

  test('keeps in the vault what goes away on the disk', async () => {
    const one = await watched();
    await one.pass(60_000);
    await rm(join(one.place, 'notes'), { recursive: true });
    await one.pass(2 * limits.vaultFolderUnderWayMs);
    expect(versionsOf(one)).toBe(1);
    expect(one.newest()).toContain('notes/plan.txt');
    await rm(join(one.place, 'list.txt'));
    await one.pass(120_000);
    expect(one.view().state).toBe('empty');
    expect(one.newest()).toContain('list.txt');
  });

  test('says that the folder is gone, and goes on when it is back', async () => {
    const one = await watched();
    await one.pass(60_000);
    await rename(one.place, `${one.place}-away`);
    await one.pass(120_000);
    expect(one.view().state).toBe('gone');
    expect(versionsOf(one)).toBe(1);
    await rename(`${one.place}-away`, one.place);
    await one.pass(120_000);
    expect(one.view().state).toBe('watching');
  });

  test('leaves out links, hidden files and what programs put there for a while', async () => {
    const one = await watched();
    await writeFile(join(one.vault.folder, 'secret.txt'), 'not in the folder');
    await symlink(join(one.vault.folder, 'secret.txt'), join(one.place, 'link.txt'));
    await symlink(one.vault.folder, join(one.place, 'linked'));
    for (const name of ['.hidden', 'film.mkv.part', '~$letter.docx', 'letter.txt~', 'Thumbs.db'])
      await one.write(name, 'x');
    await one.pass(60_000);
    expect(one.newest()).toEqual(['list.txt', 'notes/plan.txt']);
  });

  test('names what cannot be put in', async () => {
    const one = await watched();
    let deep = one.place;
    for (let depth = 0; depth < 17; depth += 1) deep = join(deep, `f${depth}`);
    await mkdir(deep, { recursive: true });
    await writeFile(join(deep, 'deep.txt'), 'x');
    await one.pass(60_000);
    expect(one.view().unreadable.count).toBe(1);
    expect(one.view().unreadable.example).toMatch(/^f0\/f1\//);
    expect(one.newest()).toEqual(['list.txt', 'notes/plan.txt']);
  });

  test('has a thing of its own where a file in the vault is called the same', async () => {
    const one = await watching();
    const inside = join(one.place, 'Notes');
    await one.write('Notes/plan.txt', 'x');
    const { putting } = one.vault;
    const { versionId } = await putting.begin({
      name: 'notes',
      kind: 'file',
      files: [{ path: ['notes'], size: 0, mtimeMs: 0 }],
    });
    await putting.finish({ versionId });
    await one.folders.add({ path: inside, keep: 5 });
    expect(one.view().name).toBe('Notes (2)');
    await one.pass(60_000);
    expect(one.newest()).toEqual(['plan.txt']);
  });
});

describe('versions of a watched folder', () => {
  const change = async (one: Watching, times: number): Promise<void> => {
    for (let time = 0; time < times; time += 1) {
      await one.write('list.txt', `bread ${time}`);
      await one.pass(restMs + 60_000);
      for (const { versionId } of one.rows.versions(one.view().folderId)) one.left.add(versionId);
    }
  };

  test('are as many as the person wants, the oldest among them; fewer at once when they want fewer', async () => {
    const one = await watched(5);
    await one.pass(60_000);
    const [first] = one.rows.versions(one.view().folderId);
    if (!first) throw new Error('nothing was put in');
    one.left.add(first.versionId);
    await change(one, 7);
    expect(versionsOf(one)).toBe(5);
    expect(one.rows.versions(one.view().folderId).at(-1)).toEqual(first);
    await one.folders.set({ folderId: one.view().folderId, keep: 2, isPaused: false });
    expect(versionsOf(one)).toBe(2);
  });

  test('stay while they are being restored, and go once that is over', async () => {
    const one = await watched(2);
    await one.pass(60_000);
    await change(one, 1);
    const older = one.rows.versions(one.view().folderId).at(-1)?.versionId;
    if (!older) throw new Error('nothing was put in');
    one.used.add(older);
    await change(one, 2);
    const versions = (): string[] => one.rows.versions(one.view().folderId).map(({ versionId }) => versionId);
    expect(versions()).toContain(older);
    expect(versions()).toHaveLength(3);
    one.used.delete(older);
    await one.folders.tend();
    expect(versions()).toHaveLength(2);
  });

  test('are not made while the one before is on its way, for a day', async () => {
    const one = await watched();
    await one.pass(60_000);
    await one.write('list.txt', 'bread and salt');
    await one.pass(limits.vaultFolderUnderWayMs - 120_000);
    expect(one.view()).toMatchObject({ state: 'resting', nextAt: null });
    expect(versionsOf(one)).toBe(1);
    await one.pass(240_000);
    expect(versionsOf(one)).toBe(2);
  });

  test('that a person put by hand are never taken away', async () => {
    const one = await watched(2);
    await one.pass(60_000);
    const { putting, rows: items } = one.vault;
    const { name, itemId } = one.view();
    const { versionId } = await putting.begin({
      name,
      kind: 'folder',
      files: [{ path: [name, 'mine.txt'], size: 0, mtimeMs: 0 }],
    });
    await putting.finish({ versionId });
    for (const { versionId: known } of one.rows.versions(one.view().folderId)) one.left.add(known);
    await change(one, 5);
    expect(versionsOf(one)).toBe(2);
    if (itemId === null) throw new Error('nothing was put in');
    expect(items.versionsOf(itemId)).toContain(versionId);
    expect(items.versionsOf(itemId)).toHaveLength(3);
  });
});

describe('watching', () => {
  test('reads a small folder while a large one is being read, and a second large one after that', async () => {
    const begun: string[] = [];
    const one = await watching({
      putting: (putting) => ({
        begin: async (input) => {
          begun.push(input.name);
          return await putting.begin(input);
        },
        write: async (input) => {
          if (input.bytes.length === 1024 ** 2) await letGo;
          await putting.write(input);
        },
        finish: async (input) => await putting.finish(input),
        abort: async (input) => await putting.abort(input),
      }),
    });
    let release = (): void => undefined;
    const letGo = new Promise<void>((resolve) => (release = resolve));
    for (const name of ['films', 'photos']) {
      await one.write(`${name}/large.bin`, '');
      await truncate(join(one.place, name, 'large.bin'), limits.vaultFolderSmallBytes);
    }
    await one.write('notes/plan.txt', 'a kettle');
    for (const name of ['films', 'photos', 'notes']) await one.folders.add({ path: join(one.place, name), keep: 5 });
    await one.folders.tend();
    one.vault.clock.pass(2 * quietMs);
    void one.folders.tend();
    const stateOf = (name: string) => one.folders.list().find((folder) => folder.name === name)?.state;
    await expect.poll(() => stateOf('notes')).toBe('watching');
    expect([stateOf('films'), stateOf('photos')].sort()).toEqual(['queued', 'reading']);
    expect(begun).toHaveLength(2);
    for (const { folderId, state } of one.folders.list()) if (state === 'reading') one.folders.remove(folderId);
    release();
    await expect.poll(() => begun).toHaveLength(3);
    for (const { folderId } of one.folders.list()) one.folders.remove(folderId);
    await one.folders.tend();
  });

  test('goes on after a restart, and reads again what the end of the program cut off', async () => {
    let isCut = true;
    const one = await watching({
      putting: (putting) => ({
        begin: async (input) => await putting.begin(input),
        write: async (input) => {
          if (isCut) await new Promise(() => undefined); // the program ends here
          await putting.write(input);
        },
        finish: async (input) => await putting.finish(input),
        abort: async (input) => await putting.abort(input),
      }),
    });
    await one.write('plan.txt', 'a kettle');
    await one.folders.add({ path: one.place, keep: 5 });
    await one.folders.tend();
    one.vault.clock.pass(2 * quietMs);
    void one.folders.tend();
    await expect.poll(() => one.view().state).toBe('reading');
    isCut = false;
    for (const versionId of one.vault.rows.unfinished()) one.vault.rows.remove(versionId);
    const again = await watching({ vault: one.vault, place: one.place });
    again.folders.start();
    await again.pass(60_000);
    expect(again.newest()).toEqual(['plan.txt']);
    expect(again.vault.rows.unfinished()).toEqual([]);
  });

  test('does nothing while somebody talks, and holds what is being read', async () => {
    const one = await watched();
    one.folders.noteCall(true);
    await one.pass(120_000);
    expect(one.newest()).toEqual([]);
    one.folders.noteCall(false);
    await one.pass(60_000);
    expect(one.newest()).toHaveLength(2);
  });

  test('rests while it is paused', async () => {
    const one = await watched();
    const { folderId } = one.view();
    await one.folders.set({ folderId, keep: 5, isPaused: true });
    await one.pass(120_000);
    expect(one.view().state).toBe('paused');
    expect(one.newest()).toEqual([]);
    await one.folders.set({ folderId, keep: 5, isPaused: false });
    await one.pass(60_000);
    expect(one.newest()).toHaveLength(2);
  });

  test('begins nothing once it was paused while it was being looked through', async () => {
    const one = await watched();
    await one.folders.tend();
    one.vault.clock.pass(120_000);
    const looking = one.folders.tend();
    await one.folders.set({ folderId: one.view().folderId, keep: 5, isPaused: true });
    await looking;
    expect(one.newest()).toEqual([]);
  });

  test('ends without taking anything from the vault', async () => {
    const one = await watched();
    await one.pass(60_000);
    const { folderId, itemId } = one.view();
    one.folders.remove(folderId);
    expect(one.folders.list()).toEqual([]);
    if (itemId === null) throw new Error('nothing was put in');
    expect(one.vault.rows.versionsOf(itemId)).toHaveLength(1);
    expect(await failureCode(() => one.folders.backUp(folderId))).toBe('vault-unknown');
  });

  test('ends when the person deletes the thing: it does not come back by itself', async () => {
    const one = await watched();
    await one.pass(60_000);
    const { itemId } = one.view();
    if (itemId === null) throw new Error('nothing was put in');
    one.folders.forgetItem(itemId);
    expect(one.folders.list()).toEqual([]);
  });

  test('says what is in the way, and tries again later', async () => {
    let isFull = true;
    const one = await watching({
      putting: (putting) => ({
        begin: async (input) => {
          if (isFull) throw new Failure('disk-full');
          return await putting.begin(input);
        },
        write: async (input) => await putting.write(input),
        finish: async (input) => await putting.finish(input),
        abort: async (input) => await putting.abort(input),
      }),
    });
    await one.write('plan.txt', 'a kettle');
    await one.folders.add({ path: one.place, keep: 5 });
    await one.pass(60_000);
    expect(one.view()).toMatchObject({ state: 'failed', failure: 'disk-full' });
    isFull = false;
    await one.pass(restMs + 60_000);
    expect(one.newest()).toEqual(['plan.txt']);
  });

  test('keeps nothing of a version one file of which changed while it was read', async () => {
    const one = await watching({
      putting: (putting) => ({
        begin: async (input) => await putting.begin(input),
        write: async (input) => {
          await putting.write(input);
          if (!isTouched) await appendFile(join(one.place, 'plan.txt'), '!');
          isTouched = true;
        },
        finish: async (input) => await putting.finish(input),
        abort: async (input) => await putting.abort(input),
      }),
    });
    let isTouched = false;
    await one.write('plan.txt', 'a kettle');
    await one.folders.add({ path: one.place, keep: 5 });
    await one.pass(2 * quietMs);
    expect(isTouched).toBe(true);
    expect(one.newest()).toEqual([]);
    expect(one.vault.rows.unfinished()).toEqual([]);
    await one.pass(60_000);
    expect(one.newest()).toEqual(['plan.txt']);
    const [version] = one.rows.versions(one.view().folderId);
    expect(version?.bytes).toBe('a kettle!'.length);
  });

  test('takes no folder that is not there, that is hidden, or that holds its own data', async () => {
    const one = await watching();
    await mkdir(join(one.place, '.git'));
    const add = async (path: string): Promise<string> => await failureCode(one.folders.add({ path, keep: 5 }));
    expect(await add(join(one.place, 'nowhere'))).toBe('vault-folder-missing');
    expect(await add(join(one.place, '.git'))).toBe('vault-folder-refused');
    expect(await add(one.vault.folder)).toBe('vault-folder-refused');
    expect(one.folders.list()).toEqual([]);
  });

  test('takes the same folder once, with the number of versions that was said last', async () => {
    const one = await watched(5);
    await one.folders.add({ path: one.place, keep: 10 });
    expect(one.folders.list()).toHaveLength(1);
    expect(one.view().keep).toBe(10);
  });

  test('takes so many folders and no more', async () => {
    const one = await watching();
    for (let at = 0; at <= limits.vaultFoldersMost; at += 1) await mkdir(join(one.place, `folder ${at}`));
    for (let at = 0; at < limits.vaultFoldersMost; at += 1)
      await one.folders.add({ path: join(one.place, `folder ${at}`), keep: 5 });
    const last = one.folders.add({ path: join(one.place, `folder ${limits.vaultFoldersMost}`), keep: 5 });
    expect(await failureCode(last)).toBe('vault-folders-too-many');
  });
});
