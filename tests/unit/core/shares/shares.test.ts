// Folders from person to person through everything the core gives: looking, searching, asking for files, and whoever overdoes it.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DropId } from '#shared/drop';
import { Failure } from '#shared/failure';
import type { ShareEntry, SharePage } from '#shared/share';
import type { MessageSchemas } from '#core/wire/router';
import { sharesMessages } from '#core/shares/messages';
import { encodeEnvelope } from '#core/wire/codec';
import { limits } from '#core/wire/limits';
import { DropNet } from '#tests/support/drop-net';
import { MemoryConnection } from '#tests/support/memory-connection';
import { SharePerson } from '#tests/support/share-person';

const MiB = 1024 * 1024;
const never = new AbortController().signal;
let net: DropNet;
let ada: SharePerson;
let ben: SharePerson;
let cleo: SharePerson;

beforeEach(async () => {
  net = new DropNet(4);
  const people = net.meet(3).map((person) => new SharePerson(net, person));
  const [first, second, third] = people;
  if (!first || !second || !third) throw new Error('three people');
  [ada, ben, cleo] = [first, second, third];
  ada.share(net.file('Music/Jazz/take.flac', 2 * MiB + 3), net.file('Music/Jazz/Live/notes.txt', 900));
  ada.share(net.file('Music/tool.exe', 1_000));
  ada.shownTo.add(ben.person.self);
  await net.link(ada.person, ben.person, cleo.person);
});

afterEach(() => {
  net.end();
});

/** Moves the clock until it is settled. */
async function settled<T>(work: Promise<T>): Promise<T | string> {
  let result: { value: T | string } | null = null;
  work.then(
    (value) => (result = { value }),
    (reason: unknown) => (result = { value: Failure.from(reason).code }),
  );
  await net.until(() => result !== null, 30_000);
  return (result as { value: T | string } | null)?.value ?? 'nothing';
}

const list = async (who: SharePerson, from: SharePerson, ...path: string[]): Promise<SharePage | string> =>
  await settled(who.shares.list(from.person.self, path, 0, never));

const entry = (name: string, kind: ShareEntry['kind'], files: number, bytes: number): ShareEntry => ({
  name,
  kind,
  files,
  bytes,
});
const jazz = entry('Jazz', 'folder', 2, 2 * MiB + 903);
const take = entry('take.flac', 'file', 1, 2 * MiB + 3);

async function found(who: SharePerson, words: string): Promise<string[]> {
  const names: string[] = [];
  await settled(
    who.shares.search({ words, kind: null }, ({ hits }) => names.push(...hits.map(({ name }) => name)), never),
  );
  return names;
}

async function inject(
  from: SharePerson,
  to: SharePerson,
  kind: keyof typeof sharesMessages,
  body: object,
): Promise<void> {
  const { connection } = from.person.session(to.person);
  const envelope = encodeEnvelope(kind, body);
  if (!(connection instanceof MemoryConnection) || !envelope) throw new Error('not of this net');
  connection.sendControl(envelope);
}

describe('looking', () => {
  test('shows what is shared with me, folder by folder', async () => {
    expect(await list(ben, ada)).toEqual({ entries: [entry('Music', 'folder', 3, 2 * MiB + 1_903)], total: 1 });
    expect(await list(ben, ada, 'Music')).toEqual({ entries: [jazz, entry('tool.exe', 'file', 1, 1_000)], total: 2 });
    expect(await list(ben, ada, 'Music', 'Jazz', 'Live')).toMatchObject({ entries: [{ name: 'notes.txt' }] });
  });

  test('shows nothing to whoever has no right, as if nothing were there', async () => {
    expect(await list(cleo, ada)).toEqual({ entries: [], total: 0 });
    expect(await list(cleo, ada, 'Music')).toBe('share-gone');
    expect(await list(ben, ada, 'No such folder')).toBe('share-gone');
  });

  test('asks nobody who is no contact, and answers nobody who is none', async () => {
    ada.strangers.add(ben.person.self);
    const asked = ada.asked.length;
    expect(await list(ben, ada)).toBe('peer-silent');
    expect(ada.asked.length).toBe(asked);
  });

  test('hears when something changed', async () => {
    const before = ben.shares.news.snapshot.get(ada.person.self) ?? 0;
    ada.change();
    await net.run(500);
    expect(ben.shares.news.snapshot.get(ada.person.self)).toBe(before + 1);
  });

  test('of many names fits messages, and goes on where it stopped', async () => {
    const long = 'n'.repeat(200);
    ada.share(...Array.from({ length: 60 }, (_, nth) => net.file(`Long/${long}${nth}.txt`, 1)));
    const seen = new Set<string>();
    for (let from = 0; seen.size < 60;) {
      const page = await settled(ben.shares.list(ada.person.self, ['Long'], from, never));
      if (typeof page === 'string' || page.entries.length === 0) throw new Error(`stopped at ${from}`);
      for (const { name } of page.entries) seen.add(name);
      from += page.entries.length;
    }
    expect(await found(ben, long.slice(0, 80))).toHaveLength(60);
  });
});

describe('searching', () => {
  test('asks everybody who is here, and hears from those who share something with me', async () => {
    cleo.share(net.file('Papers/take two.pdf', 5));
    cleo.shownTo.add(ben.person.self);
    expect((await found(ben, 'take')).sort()).toEqual(['take two.pdf', 'take.flac']);
    expect(await found(cleo, 'take')).toEqual([]);
  });

  test('takes no more of one person than fits', async () => {
    const hits = Array.from({ length: 60 }, (_, nth) => ({ ...take, name: `${nth}.txt`, folder: [] }));
    const names: string[] = [];
    const searching = ben.shares.search(
      { words: 'x', kind: null },
      (some) => names.push(...some.hits.map(({ name }) => name)),
      never,
    );
    for (let part = 0; part < 5; part += 1) await inject(ada, ben, 'shares.found', { ask: 1, hits, isLast: false });
    await settled(searching);
    expect(names.length).toBeLessThanOrEqual(limits.sharesHits);
  });
});

describe('asking for something', () => {
  test('brings a file without a further question', async () => {
    const dropId = (await settled(ben.shares.want(ada.person.self, ['Music', 'Jazz'], take, never))) as DropId;
    expect(await net.until(() => ben.person.phase(dropId) === 'finished')).toBe(true);
    expect(ben.person.content.downloads.get('take.flac')?.length).toBe(2 * MiB + 3);
    expect(ben.person.told).toEqual(['finished']);
  });

  test('brings all that is in a folder', async () => {
    const dropId = (await settled(ben.shares.want(ada.person.self, ['Music'], jazz, never))) as DropId;
    expect(await net.until(() => ben.person.phase(dropId) === 'finished')).toBe(true);
    expect([...ben.person.content.downloads.keys()].sort()).toEqual(['Jazz/Live/notes.txt', 'Jazz/take.flac']);
  });

  test('of what is not shared with me brings nothing', async () => {
    expect(await settled(cleo.shares.want(ada.person.self, ['Music'], jazz, never))).toBe('share-gone');
    expect(cleo.person.drops.store.snapshot).toEqual([]);
    expect(ada.person.drops.store.snapshot).toEqual([]);
  });

  test.each([
    ['more bytes than were shown', entry('Jazz', 'folder', 2, 1_000), null],
    ['more files than were shown', entry('Jazz', 'folder', 1, 9 * MiB), null],
    ['something that can run programs', entry('tool.exe', 'file', 1, 1_000), null],
    ['another name', jazz, 'Else/take.flac'],
  ])('is asked about like any offer when it is %s', async (_what, shown, other) => {
    if (other !== null) ada.gives = () => [net.file(other, 10)];
    const dropId = (await settled(ben.shares.want(ada.person.self, ['Music'], shown, never))) as DropId;
    await net.run(2_000);
    expect(ben.person.phase(dropId)).toBe('asked');
    expect(ben.person.content.drops.size).toBe(0);
  });

  test('is asked about when it goes to others, too: I gave nobody leave to have it from me', async () => {
    ada.givesAlsoTo = [cleo.person.self];
    const dropId = (await settled(ben.shares.want(ada.person.self, ['Music', 'Jazz'], take, never))) as DropId;
    await net.run(2_000);
    expect(ben.person.phase(dropId)).toBe('asked');
  });

  test('lets nobody else give under its name, and nothing unasked for come in', async () => {
    const [offer] = await Promise.all([cleo.person.send([net.file('Jazz/take.flac', 5)], ben.person), net.run(500)]);
    await net.run(500);
    expect(ben.person.phase(offer)).toBe('asked');
  });
});

describe('whoever overdoes it', () => {
  test('is answered so much, then refused, and the link lives', async () => {
    const results: string[] = [];
    for (let nth = 0; nth < 20; nth += 1)
      void ben.shares
        .search({ words: `take${nth}`, kind: null }, () => undefined, never)
        .then(
          () => results.push('done'),
          () => results.push('failed'),
        );
    await net.run(2_000);
    const searches = ada.asked.filter((what) => what.startsWith('search'));
    expect(searches.length).toBeGreaterThan(0);
    expect(searches.length).toBeLessThanOrEqual(limits.sharesSearchesBurst + 3);
    await net.run(15_000);
    expect(results).toHaveLength(20);
    expect(await list(ben, ada)).toMatchObject({ total: 1 });
  });

  test('with downloads has so many of them at a time', async () => {
    const wanted: string[] = [];
    for (let nth = 0; nth < 14; nth += 1) {
      ben.person.acceptsAtOnce = () => false; // left unanswered
      const answer = await settled(ben.shares.want(ada.person.self, ['Music', 'Jazz'], take, never));
      wanted.push(answer.length === 32 ? 'given' : answer);
      await net.run(2_500);
    }
    expect(wanted.filter((one) => one === 'given')).toHaveLength(limits.sharesGivenAtOnce);
    expect(wanted.at(-1)).toBe('shares-busy');
  });
});

test('every message of shares has one schema', () => {
  const schemas: MessageSchemas = sharesMessages;
  expect(Object.keys(schemas).every((kind) => kind.startsWith('shares.'))).toBe(true);
});
