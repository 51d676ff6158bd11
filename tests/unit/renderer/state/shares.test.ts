import { beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '#shared/failure';
import type { Share, ShareId } from '#shared/share';
import { m } from '#messages/messages';
import { foundKey } from '#state/share-search.svelte';
import type { TableState } from '#state/table.svelte';
import { FakeClock, settle } from '#tests/support/fake-clock';
import { fakeDropId } from '#tests/support/fake-drops';
import { sharedFile, sharedFolder } from '#tests/support/fake-shares';
import { FakeWorld } from '#tests/support/gallery/fake-world';
import { ada, bo } from '#tests/support/gallery/people';
import { openTable } from '#tests/support/open-table';

let world: FakeWorld;
let clock: FakeClock;
let table: TableState;

const music: Share = {
  shareId: '1'.repeat(32) as ShareId, // sound: 32 hex digits
  name: 'Music',
  path: '/home/noor/Music',
  audience: [ada.contactId],
  state: 'ready',
  files: 2,
  bytes: 10,
  isCut: false,
};
const toasts = (): string[] => table.toasts.list.map(({ title }) => title);
const lists = (): number => world.asked.filter(({ call }) => call === 'listShares').length;

beforeEach(async () => {
  world = new FakeWorld();
  clock = new FakeClock();
  world.clock = clock;
  world.answers.listShares = async () => [music];
  ({ table } = await openTable(world));
  world.told.length = 0;
});

describe('my shared folders', () => {
  it('are read when they are looked at, and again when they changed', async () => {
    expect(table.shares.mine).toBeNull();
    await table.shares.load();
    await table.shares.load();
    expect(table.shares.mine).toEqual([music]);
    expect(lists()).toBe(1);
    world.hostEvents.emit('sharesChanged', undefined);
    await settle();
    expect(lists()).toBe(2);
  });

  it('that cannot be shared say why, and a picker that was closed says nothing', async () => {
    world.answers.addShare = async () => {
      throw new Failure('share-refused');
    };
    expect(await table.shares.add('/', null)).toBe(false);
    expect(toasts()).toEqual([m.failure['share-refused'].title]);
    world.answers.addShare = async () => {
      throw new Failure('aborted');
    };
    expect(await table.shares.add('', null)).toBe(false);
    expect(toasts()).toHaveLength(1);
  });

  it('are not shared any more at a press', async () => {
    await table.shares.stop(music);
    expect(world.asked).toContainEqual({ call: 'removeShare', input: { shareId: music.shareId } });
    expect(toasts()).toEqual([m.shares.stopped('Music')]);
  });
});

describe('looking into folders of somebody', () => {
  const many = Array.from({ length: 250 }, (_, nth) => sharedFile(`${nth}.txt`, 1));

  it('goes from folder to folder, page by page', async () => {
    world.shares.share(ada.peerId, '', [sharedFolder('Many', 250, 250)]);
    world.shares.share(ada.peerId, 'Many', many);
    const browse = table.shares.browse(ada.peerId, []);
    await settle();
    expect(browse.entries).toEqual([sharedFolder('Many', 250, 250)]);
    await browse.go(['Many']);
    expect(browse.entries).toHaveLength(100);
    await browse.more();
    await browse.more();
    await browse.more();
    expect(browse.entries).toEqual(many);
    expect(browse.hasMore).toBe(false);
    browse.end();
  });

  it('shows what comes twice once, and asks for no more where none comes', async () => {
    const twice = [sharedFile('a.txt', 1), sharedFile('a.txt', 2), sharedFile('b.txt', 1)];
    world.shares.share(ada.peerId, '', twice);
    const browse = table.shares.browse(ada.peerId, []);
    await settle();
    expect(browse.entries).toEqual([sharedFile('a.txt', 2), sharedFile('b.txt', 1)]);
    expect(browse.hasMore).toBe(false);
    browse.end();
  });

  it('says that they are away, and shows what is there once they are back', async () => {
    const browse = table.shares.browse(bo.peerId, []);
    await settle();
    expect(browse.stage).toEqual({ phase: 'failed', code: 'peer-unreachable' });
    world.shares.share(bo.peerId, '', [sharedFile('a.txt', 1)]);
    await settle();
    expect(browse.entries).toEqual([sharedFile('a.txt', 1)]);
    browse.end();
  });

  it('follows what changes there, however often they say so', async () => {
    world.shares.share(ada.peerId, '', []);
    const browse = table.shares.browse(ada.peerId, []);
    await settle();
    for (let nth = 0; nth < 50; nth += 1) world.shares.share(ada.peerId, '', [sharedFile(`${nth}.txt`, 1)]);
    expect(browse.entries).toEqual([]);
    await clock.advance(2_000);
    expect(browse.entries).toEqual([sharedFile('49.txt', 1)]);
    browse.end();
    world.shares.share(ada.peerId, '', []);
    await clock.advance(2_000);
    expect(browse.entries).toEqual([sharedFile('49.txt', 1)]);
  });

  it('asks for what is pressed, and says when it cannot be had', async () => {
    world.shares.share(ada.peerId, '', []);
    expect(await table.shares.download(ada.peerId, ['Music'], sharedFile('a.txt', 1))).toEqual({ from: ada.peerId });
    expect(world.told).toContain(`want ${ada.peerId}/Music/a.txt`);
    world.shares.fails = new Failure('share-gone');
    expect(await table.shares.download(ada.peerId, ['Music'], sharedFile('a.txt', 1))).toBeNull();
    expect(toasts()).toEqual([m.failure['share-gone'].title]);
  });

  it('shows what was seen while they are away, with its time, and what is there when they are back', async () => {
    const seenAt = 1_000;
    world.answers.readSeen = async ({ path }) =>
      path.length === 0 ? { page: { entries: [sharedFolder('Music', 2, 10)], total: 1 }, seenAt } : null;
    const browse = table.shares.browse(ada.peerId, []);
    await settle();
    expect(browse.entries).toEqual([sharedFolder('Music', 2, 10)]);
    expect(browse.seenAt).toBe(seenAt);
    await browse.go(['Music']);
    expect(browse.stage).toEqual({ phase: 'failed', code: 'peer-unreachable' });
    await browse.go([]);
    world.shares.share(ada.peerId, '', [sharedFolder('Films', 1, 1)]);
    await settle();
    expect(browse.entries).toEqual([sharedFolder('Films', 1, 1)]);
    expect(browse.seenAt).toBeNull();
    browse.end();
  });

  it('waits for somebody who is away, and says when it begins or is gone', async () => {
    const entry = sharedFile('take.flac', 7);
    expect(await table.shares.download(bo.peerId, [], entry)).toBe('waits');
    const want = { dropId: fakeDropId(1), peerId: bo.peerId, folder: [], entry, askedAt: 0 };
    world.shares.waitingStore.set([want]);
    expect(table.shares.waiting).toEqual([want]);
    world.shares.waitingEvents.emit('began', want);
    world.shares.waitingEvents.emit('gone', want);
    expect(toasts()).toEqual([m.shares.coming('take.flac', bo.name), m.shares.waitedInVain('take.flac', bo.name)]);
    await table.shares.stopWaiting(want);
    expect(table.shares.waiting).toEqual([]);
  });
});

describe('finding', () => {
  const searches = (): string[] => world.told.filter((what) => what.startsWith('search'));

  it('asks once the person pauses, for two letters or a kind', async () => {
    const { search } = table.shares;
    const take = { ...sharedFile('take.flac', 1), folder: ['Music'] };
    world.shares.hits = [{ peerId: ada.peerId, hits: [take, take] }];
    for (const words of ['t', 'ta', 'tak']) {
      search.words = words;
      search.ask();
      await clock.advance(50);
    }
    expect(searches()).toEqual([]);
    expect(search.phase).toBe('searching');
    await clock.advance(500);
    expect(searches()).toEqual(['search tak anything']);
    expect(search.phase).toBe('done');
    expect(search.found).toHaveLength(1);
    expect(new Set(search.found.map(foundKey)).size).toBe(1);
    search.words = '';
    search.ask();
    expect(search.phase).toBe('idle');
    expect(search.found).toEqual([]);
    search.kind = 'audio';
    search.ask();
    await clock.advance(500);
    expect(searches()).toEqual(['search tak anything', 'search  audio']);
  });
});
