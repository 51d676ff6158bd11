// What contacts may see and have of shared folders, on a real disk with real profiles.
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { maxDropFiles } from '#shared/drop';
import type { Contact } from '#shared/contact';
import type { PeerId } from '#shared/identity';
import type { Services } from '#main/services/services';
import type { ShareAudience, ShareId, SharePage, SharePath, ShareQuery } from '#shared/share';
import { failureCode } from '../failure-code';
import { befriend, friends, person, temporaryFolder, testClock } from '../people';

interface Shared {
  readonly services: Services;
  readonly folder: string;
  readonly bob: Contact;
  readonly shareId: ShareId;
}

async function fill(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

const music = {
  'Readme.txt': 'read me',
  'Jazz/Blue in Green.flac': 'blue',
  'Jazz/Ballads/Náima.flac': 'naima!',
  'Jazz/Cover.png': 'png',
  'setup.exe': 'mz',
};

/** Alice shares a folder called Music, with Bob unless it is said otherwise. */
async function shared(files: Readonly<Record<string, string>> = music, audience?: ShareAudience): Promise<Shared> {
  const { alice, bobAtAlice } = await friends({ clock: testClock() });
  const folder = join(await temporaryFolder(), 'Music');
  await mkdir(folder);
  await fill(folder, files);
  const { services } = alice;
  const { shareId } = await services.shares.add({
    path: folder,
    audience: audience === undefined ? [bobAtAlice.contactId] : audience,
  });
  await services.shares.reread(shareId);
  return { services, folder, bob: bobAtAlice, shareId };
}

const at = (...path: string[]): SharePath => path;
const names = (page: SharePage | null): string[] | null => page?.entries.map(({ name }) => name) ?? null;
const look = ({ services, bob }: Pick<Shared, 'services' | 'bob'>, ...path: string[]): string[] | null =>
  names(services.shares.page({ peerId: bob.peerId, path: at(...path), from: 0 }));
const seek = ({ services, bob }: Shared, query: Partial<ShareQuery>): string[] =>
  services.shares
    .search({ peerId: bob.peerId, query: { words: '', kind: null, ...query } })
    .map(({ folder, name }) => [...folder, name].join('/'));

describe('a chosen contact', () => {
  test('sees the folder, what is in it, and how much that is', async () => {
    const share = await shared();
    const { services, bob } = share;
    expect(services.shares.page({ peerId: bob.peerId, path: [], from: 0 })).toEqual({
      entries: [{ name: 'Music', kind: 'folder', files: 5, bytes: 22 }],
      total: 1,
    });
    expect(services.shares.page({ peerId: bob.peerId, path: at('Music'), from: 0 })).toEqual({
      entries: [
        { name: 'Jazz', kind: 'folder', files: 3, bytes: 13 },
        { name: 'Readme.txt', kind: 'file', files: 1, bytes: 7 },
        { name: 'setup.exe', kind: 'file', files: 1, bytes: 2 },
      ],
      total: 3,
    });
    expect(look(share, 'Music', 'Jazz', 'Ballads')).toEqual(['Náima.flac']);
  });

  test('finds by name, without case and accents, and by kind', async () => {
    const share = await shared();
    expect(seek(share, { words: 'naima' })).toEqual(['Music/Jazz/Ballads/Náima.flac']);
    expect(seek(share, { words: 'green BLUE' })).toEqual(['Music/Jazz/Blue in Green.flac']);
    expect(seek(share, { kind: 'audio' })).toEqual(['Music/Jazz/Ballads/Náima.flac', 'Music/Jazz/Blue in Green.flac']);
    expect(seek(share, { words: 'jazz', kind: 'folder' })).toEqual(['Music/Jazz']);
    for (const words of ['%', '_', '\\', "' OR 1=1 --", '   ']) expect(seek(share, { words })).toEqual([]);
  });

  test('gets a file, or all of a folder below its name, as they are now', async () => {
    const share = await shared();
    const { services, bob, folder } = share;
    await fill(folder, { 'Jazz/Cover.png': 'a larger picture' });
    const file = await services.shares.open({ peerId: bob.peerId, path: at('Music', 'Jazz', 'Cover.png') });
    expect(file.map(({ entry }) => entry)).toEqual([{ path: ['Cover.png'], size: 16 }]);
    const all = await services.shares.open({ peerId: bob.peerId, path: at('Music', 'Jazz') });
    expect(all.map(({ entry }) => entry.path.join('/')).sort()).toEqual([
      'Jazz/Ballads/Náima.flac',
      'Jazz/Blue in Green.flac',
      'Jazz/Cover.png',
    ]);
    const source = file[0] && services.drops.sources.find(file[0].sourceId);
    expect(source).toMatchObject({ path: join(folder, 'Jazz', 'Cover.png'), size: 16 });
  });

  test('gets nothing that is gone, and hears so', async () => {
    const { services, bob, folder } = await shared();
    await rm(join(folder, 'Readme.txt'));
    const open = services.shares.open({ peerId: bob.peerId, path: at('Music', 'Readme.txt') });
    expect(await failureCode(open)).toBe('share-gone');
  });
});

describe('whoever has no right', () => {
  async function nothingFor(services: Services, peerId: PeerId): Promise<void> {
    expect(services.shares.page({ peerId, path: [], from: 0 })).toEqual({ entries: [], total: 0 });
    for (const path of [at('Music'), at('Music', 'Jazz'), at('No such folder')]) {
      expect(services.shares.page({ peerId, path, from: 0 })).toBeNull();
      expect(await failureCode(services.shares.open({ peerId, path }))).toBe('share-gone');
    }
    expect(services.shares.search({ peerId, query: { words: 'blue', kind: null } })).toEqual([]);
  }

  test('learns nothing: another contact, a stranger, a blocked one', async () => {
    const { services, bob } = await shared();
    const carol = await person('Carol', { clock: testClock() });
    const { atHost } = await befriend({ services, peerId: services.identity.keys.peerId }, carol);
    const stranger = await person('Stranger');
    await nothingFor(services, atHost.peerId);
    await nothingFor(services, stranger.peerId);
    services.contacts.setBlocked(bob.contactId, true);
    await nothingFor(services, bob.peerId);
  });

  test('any more learns nothing more', async () => {
    const { services, bob, shareId } = await shared();
    services.shares.setAudience({ shareId, audience: [] });
    await nothingFor(services, bob.peerId);
    services.shares.setAudience({ shareId, audience: null });
    expect(look({ services, bob })).toEqual(['Music']);
    services.shares.remove(shareId);
    await nothingFor(services, bob.peerId);
    expect(services.shares.list()).toEqual([]);
  });
});

describe('nothing leads out', () => {
  test('by names that are no names', async () => {
    const share = await shared();
    for (const name of ['..', '.', '', '/', '../Music', 'Jazz/Ballads', 'C:\\'])
      expect(look(share, 'Music', name)).toBeNull();
  });

  test('by links, which are not shown, nor followed when they come later', async () => {
    const share = await shared();
    const { services, folder, bob, shareId } = share;
    const outside = await temporaryFolder();
    await fill(outside, { 'secret.txt': 'secret!', 'Ballads/Náima.flac': 'secret' });
    await symlink(outside, join(folder, 'way out'));
    await symlink(join(outside, 'secret.txt'), join(folder, 'secret.txt'));
    await services.shares.reread(shareId);
    expect(look(share, 'Music')).toEqual(['Jazz', 'Readme.txt', 'setup.exe']);
    await rename(join(folder, 'Jazz', 'Ballads'), join(folder, 'before'));
    await symlink(join(outside, 'Ballads'), join(folder, 'Jazz', 'Ballads'));
    await rm(join(folder, 'Readme.txt'));
    await symlink(join(outside, 'secret.txt'), join(folder, 'Readme.txt'));
    for (const path of [at('Music', 'Jazz', 'Ballads'), at('Music', 'Readme.txt')])
      expect(await failureCode(services.shares.open({ peerId: bob.peerId, path }))).toBe('share-gone');
  });

  test('by a link in place of the shared folder', async () => {
    const share = await shared();
    const { services, folder, bob, shareId } = share;
    const outside = await temporaryFolder();
    await fill(outside, music);
    await rename(folder, `${folder} before`);
    await symlink(outside, folder);
    const open = services.shares.open({ peerId: bob.peerId, path: at('Music', 'Readme.txt') });
    expect(await failureCode(open)).toBe('share-gone');
    await services.shares.reread(shareId);
    expect(look(share)).toEqual([]);
    expect(services.shares.list()).toMatchObject([{ state: 'gone' }]);
  });

  test('and what is hidden stays so', async () => {
    expect(look(await shared({ 'a.txt': 'a', '.env': 'key', '.git/config': 'x' }), 'Music')).toEqual(['a.txt']);
  });
});

describe('names of this disk', () => {
  test('that others could not take are made fit, told apart, and still lead to their files', async () => {
    const share = await shared({ 'what?.txt': 'one', 'what*.txt': 'second', con: 'third one', 'tab\there.txt': '4' });
    expect(look(share, 'Music')).toEqual(['_con', 'tab_here.txt', 'what_ (2).txt', 'what_.txt']);
    const { services, bob } = share;
    const [file] = await services.shares.open({ peerId: bob.peerId, path: at('Music', 'what_ (2).txt') });
    expect(file?.entry).toEqual({ path: ['what_ (2).txt'], size: 3 });
  });
});

describe('a folder to share', () => {
  test('is one that is there, and no disk, home, hidden place, or place of keys', async () => {
    const folder = await temporaryFolder();
    const { services } = await person('Alice', { folder: join(folder, 'profile') });
    await mkdir(join(folder, '.hidden'));
    await writeFile(join(folder, 'file.txt'), '');
    const code = async (path: string): Promise<string> =>
      await failureCode(services.shares.add({ path, audience: null }));
    for (const path of ['', 'Music', './Music', join(folder, 'nothing'), join(folder, 'file.txt')])
      expect(await code(path), path).toBe('share-missing');
    for (const path of [
      '/',
      homedir(),
      '~',
      folder,
      join(folder, 'profile'),
      join(folder, 'profile', 'logs'),
      join(folder, '.hidden'),
    ])
      expect(await code(path), path).toBe('share-refused');
  });

  test('is shared once, and called apart from others of its name', async () => {
    const { services, folder, bob } = await shared();
    const again = join(await temporaryFolder(), 'music');
    await fill(again, { 'b.txt': 'b' });
    const { shareId } = await services.shares.add({ path: again, audience: null });
    await services.shares.reread(shareId);
    await services.shares.add({ path: folder, audience: null });
    expect(look({ services, bob })).toEqual(['Music', 'music (2)']);
    expect(services.shares.list()).toMatchObject([{ audience: null }, { audience: null }]);
  });

  test('with ten thousand files is shown in pages, and not given at once', async () => {
    const { services, folder, bob, shareId } = await shared({});
    const count = 10_000;
    for (let from = 0; from < count; from += 500)
      await Promise.all(
        Array.from({ length: 500 }, async (_, nth) => await writeFile(join(folder, `${from + nth}.txt`), '')),
      );
    await services.shares.reread(shareId);
    const seen = new Set<string>();
    for (let from = 0; from < count; from += 100) {
      const page = services.shares.page({ peerId: bob.peerId, path: at('Music'), from });
      expect(page?.entries.length).toBe(100);
      expect(page?.total).toBe(count);
      for (const { name } of page?.entries ?? []) seen.add(name);
    }
    expect(seen.size).toBe(count);
    expect(count).toBeGreaterThan(maxDropFiles);
    const open = services.shares.open({ peerId: bob.peerId, path: at('Music') });
    expect(await failureCode(open)).toBe('share-too-much');
  });

  test('is looked through again when somebody looks a minute later, and stays as it was until that is done', async () => {
    const clock = testClock();
    const { alice, bobAtAlice } = await friends({ clock });
    const folder = join(await temporaryFolder(), 'Music');
    await fill(folder, { 'a.txt': 'a' });
    const { services } = alice;
    const { shareId } = await services.shares.add({ path: folder, audience: null });
    await services.shares.reread(shareId);
    await fill(folder, { 'b.txt': 'b' });
    const share = { services, bob: bobAtAlice };
    expect(look(share, 'Music')).toEqual(['a.txt']);
    clock.pass(61_000);
    expect(look(share, 'Music')).toEqual(['a.txt']);
    await services.shares.reread(shareId);
    expect(look(share, 'Music')).toEqual(['a.txt', 'b.txt']);
  });
});
