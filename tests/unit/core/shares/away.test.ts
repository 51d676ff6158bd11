// Folders of people who are away: what is kept of them, and what is asked for while they are not there.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Failure, type FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { ShareEntry } from '#shared/share';
import type { Obtained } from '#core/shares/shares';
import { paces } from '#core/wire/paces';
import { DropNet } from '#tests/support/drop-net';
import type { MemoryGiven } from '#tests/support/memory-content';
import { SharePerson } from '#tests/support/share-person';

const MiB = 1024 * 1024;
const never = new AbortController().signal;
let net: DropNet;
let ada: SharePerson;
let ben: SharePerson;
let cleo: SharePerson;
let take: MemoryGiven;

beforeEach(async () => {
  net = new DropNet(9);
  const [first, second, third] = net.meet(3).map((person) => new SharePerson(net, person));
  if (!first || !second || !third) throw new Error('three people');
  [ada, ben, cleo] = [first, second, third];
  take = net.file('Music/take.flac', 2 * MiB + 3);
  ada.share(take);
  ada.shownTo.add(ben.person.self);
  await net.link(cleo.person, ben.person);
});

afterEach(() => {
  net.end();
});

const entry = ({ entry: { path, size } }: MemoryGiven): ShareEntry => ({
  name: path.at(-1) ?? '',
  kind: 'file',
  bytes: size,
  files: 1,
});

async function obtain(file = take): Promise<Obtained | FailureCode> {
  const came: (Obtained | FailureCode)[] = [];
  ben.shares.obtain(ada.person.self, file.entry.path.slice(0, -1), entry(file), never).then(
    (obtained) => came.push(obtained),
    (reason: unknown) => came.push(Failure.from(reason).code),
  );
  await net.until(() => came.length > 0, 20_000);
  return came[0] ?? 'internal';
}

const has = (): boolean => ben.person.content.downloads.has('take.flac');
const waiting = (): string[] => ben.shares.waiting.store.snapshot.map(({ entry: { name } }) => name);

describe('a download of somebody who is away', () => {
  test('waits for them, and begins when they come, without a question', async () => {
    expect(await obtain()).toBe('waits');
    expect(waiting()).toEqual(['take.flac']);
    await net.run(10_000);
    expect(has()).toBe(false);
    const began: string[] = [];
    ben.shares.waiting.events.on('began', (want) => began.push(want.entry.name));
    await net.link(ada.person, ben.person);
    expect(await net.until(has)).toBe(true);
    expect(waiting()).toEqual([]);
    expect(ben.wants.size).toBe(0);
    expect(began).toEqual(['take.flac']);
    expect(ben.person.told).toEqual(['finished']);
  });

  test('waits over a restart too', async () => {
    expect(await obtain()).toBe('waits');
    ben.person.crash();
    await net.run(1_000);
    ben.person.restart();
    ben = new SharePerson(net, ben.person, ben.wants);
    await net.run(500);
    expect(waiting()).toEqual(['take.flac']);
    await net.link(ada.person, ben.person);
    expect(await net.until(has)).toBe(true);
  });

  test('comes from another who is here and shares a file of that name and size', async () => {
    cleo.share({ entry: { path: ['Copies', 'take.flac'], size: take.entry.size }, bytes: take.bytes });
    cleo.shownTo.add(ben.person.self);
    expect(await obtain()).toEqual({ from: cleo.person.self });
    expect(await net.until(has)).toBe(true);
    expect(waiting()).toEqual([]);
  });

  test('does not come from one whose file of that name has another size', async () => {
    cleo.share(net.file('Copies/take.flac', 5));
    cleo.shownTo.add(ben.person.self);
    expect(await obtain()).toBe('waits');
  });

  test('is asked for once, however often it is pressed, and not at all once it is not wanted', async () => {
    expect(await obtain()).toBe('waits');
    expect(await obtain()).toBe('waits');
    expect(waiting()).toEqual(['take.flac']);
    const [want] = ben.shares.waiting.store.snapshot;
    if (want) await ben.shares.waiting.remove(want.dropId);
    await net.link(ada.person, ben.person);
    await net.run(10_000);
    expect(has()).toBe(false);
  });

  test('is given up when it is not shared any more, and that is said', async () => {
    expect(await obtain()).toBe('waits');
    ada.shownTo.clear();
    const gone: string[] = [];
    ben.shares.waiting.events.on('gone', (want) => gone.push(want.entry.name));
    await net.link(ada.person, ben.person);
    expect(await net.until(() => gone.length > 0)).toBe(true);
    expect(waiting()).toEqual([]);
  });

  test('is asked about like any offer when more comes than was shown', async () => {
    const more = net.file('Music/take.flac', 3 * MiB);
    ada.gives = () => [{ ...more, entry: { path: ['take.flac'], size: more.entry.size } }];
    expect(await obtain()).toBe('waits');
    await net.link(ada.person, ben.person);
    expect(await net.until(() => ben.person.told.includes('asked'))).toBe(true);
    expect(has()).toBe(false);
  });

  test('waits with others of the same person, and they begin one after the other, all of them', async () => {
    const files = Array.from({ length: 14 }, (_, nth) => net.file(`Music/${nth}.flac`, 1_000 + nth));
    ada.share(...files);
    for (const file of files) expect(await obtain(file)).toBe('waits');
    await net.link(ada.person, ben.person);
    const all = (): boolean =>
      files.every(({ entry: { path } }) => ben.person.content.downloads.has(path.at(-1) ?? ''));
    expect(await net.until(all, 14 * paces.sharesWaitingPaceMs + 90_000)).toBe(true);
  });
});

describe('what somebody showed', () => {
  test('is kept, and not any more once it is gone for me', async () => {
    await net.link(ada.person, ben.person);
    const listing = ben.shares.list(ada.person.self, ['Music'], 0, never);
    await net.run(500);
    await listing;
    const key = `${ada.person.self}/Music`;
    expect(ben.seen.get(key)).toEqual([entry(take)]);
    ada.shownTo.clear();
    const again = ben.shares.list(ada.person.self, ['Music'], 0, never).catch(() => undefined);
    await net.run(500);
    await again;
    expect(ben.seen.has(key)).toBe(false);
  });

  test('is searched while they are away, and they answer for themselves while they are here', async () => {
    const seenAt = 5;
    const ofAda = { peerId: ada.person.self, hit: { ...entry(take), folder: ['Music'] }, seenAt };
    ben.seenHits = [ofAda, { ...ofAda, peerId: cleo.person.self }];
    const heard: [PeerId, number | null][] = [];
    const searching = ben.shares.search(
      { words: 'take', kind: null },
      ({ peerId, hits, seenAt: at }) => {
        if (hits.length > 0) heard.push([peerId, at]);
      },
      never,
    );
    await net.run(2_000);
    await searching;
    expect(heard).toEqual([[ada.person.self, seenAt]]);
  });
});
