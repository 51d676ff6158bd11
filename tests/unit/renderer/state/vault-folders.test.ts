import { beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '#shared/failure';
import type { VaultFolder } from '#shared/vault-folder';
import { m } from '#messages/messages';
import type { TableState } from '#state/table.svelte';
import { folderWords } from '#state/vault-folder-words';
import { settle } from '#tests/support/fake-clock';
import { fakeFolder, fakeHealth, fakeItem, fakeVersion } from '#tests/support/fake-vault';
import { FakeWorld } from '#tests/support/gallery/fake-world';
import { openTable } from '#tests/support/open-table';

let world: FakeWorld;
let table: TableState;
let list: VaultFolder[];

const toasts = (): string[] => table.toasts.list.map(({ title }) => title);

beforeEach(async () => {
  world = new FakeWorld();
  list = [fakeFolder(1, 'Notes')];
  world.answers.listVaultFolders = async () => list;
  ({ table } = await openTable(world));
  await settle();
  world.asked.length = 0;
});

describe('folders that back themselves up', () => {
  it('are read at the start and after every change of the vault', async () => {
    expect(table.vaultFolders.list).toEqual(list);
    list = [...list, fakeFolder(2, 'Letters')];
    world.hostEvents.emit('vaultChanged', undefined);
    await settle();
    expect(table.vaultFolders.list.map(({ name }) => name)).toEqual(['Notes', 'Letters']);
  });

  it('stay as they were known when they cannot be read', async () => {
    world.answers.listVaultFolders = async () => {
      throw new Failure('database-busy');
    };
    await table.vaultFolders.load();
    expect(table.vaultFolders.list.map(({ name }) => name)).toEqual(['Notes']);
  });

  it('are paused and go on with the number of versions they have', async () => {
    const [folder] = list;
    if (!folder) throw new Error('no folder');
    await table.vaultFolders.setPaused(folder, true);
    expect(world.asked).toContainEqual({
      call: 'setVaultFolder',
      input: { folderId: folder.folderId, keep: 5, isPaused: true },
    });
  });

  it('stay paused when the number of versions changes', async () => {
    const folder = fakeFolder(1, 'Notes', { state: 'paused' });
    await table.vaultFolders.setKeep(folder, 10);
    expect(world.asked).toContainEqual({
      call: 'setVaultFolder',
      input: { folderId: folder.folderId, keep: 10, isPaused: true },
    });
  });

  it('say why one cannot be watched, and nothing when none was chosen', async () => {
    world.answers.watchVaultFolder = async () => {
      throw new Failure('aborted');
    };
    expect(await table.vaultFolders.add('', 5)).toBe(false);
    expect(toasts()).toEqual([]);
    world.answers.watchVaultFolder = async () => {
      throw new Failure('vault-folder-refused');
    };
    expect(await table.vaultFolders.add('/', 5)).toBe(false);
    expect(toasts()).toEqual(['This folder cannot be backed up by itself']);
  });

  it('are let go with a word', async () => {
    expect(await table.vaultFolders.unwatch(fakeFolder(1, 'Notes'))).toBe(true);
    expect(toasts()).toEqual([m.vaultFolder.unwatch.done('Notes')]);
  });
});

describe('the words about a folder', () => {
  const words = m.vaultFolder.state;
  const said = (more: Partial<VaultFolder>, health = fakeHealth()): string =>
    folderWords(fakeFolder(1, 'Notes', more), fakeItem(1, 'Notes', { versions: [fakeVersion(1, { health })] }), 1_000)
      .text;

  it('say that it waits for keepers, that it is on its way, and that all is well', () => {
    expect(said({}, fakeHealth({ state: 'waiting', keepersMissing: 2 }))).toBe(words.waiting(2));
    expect(said({}, fakeHealth({ state: 'waiting', keptBytes: 1 }))).toBe(words.moving);
    expect(said({})).toBe(words.watching);
    expect(folderWords(fakeFolder(1, 'Notes'), null, 0).text).toBe(words.watching);
  });

  it('say how many files changed and when they have their turn', () => {
    expect(said({ state: 'resting', changed: 3, nextAt: null })).toBe(words.restingForKeepers(3));
    expect(said({ state: 'resting', changed: 3, nextAt: 61_000 })).toBe(words.resting(3, 61_000, 1_000));
    expect(said({ state: 'settling', changed: 1 })).toContain('1 file changed');
  });

  it('say what is wrong in the words that are used for it elsewhere', () => {
    expect(said({ state: 'failed', failure: 'disk-full' })).toContain('It is tried again later.');
    expect(said({ state: 'gone' })).toBe(words.gone);
  });
});
