// Downloads out of shared folders from everybody who has the same: how the work is shared, who leaves, who lies, and who is told what.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DropId } from '#shared/drop';
import type { ShareEntry } from '#shared/share';
import { encodeEnvelope } from '#core/wire/codec';
import { limits } from '#core/wire/limits';
import { DropNet, type DropPerson } from '#tests/support/drop-net';
import { MemoryConnection } from '#tests/support/memory-connection';
import type { MemoryGiven } from '#tests/support/memory-content';
import { SharePerson } from '#tests/support/share-person';

const MiB = 1024 * 1024;
const never = new AbortController().signal;
let net: DropNet;
let ben: SharePerson;
let ada: SharePerson;
let others: readonly SharePerson[];
let film: MemoryGiven;

/** Everybody's uplink carries so much, so that it matters from whom blocks come. */
const uplink = 4 * MiB;

beforeEach(async () => {
  net = new DropNet(7);
  const [first, second, ...rest] = net.meet(4).map((person) => new SharePerson(net, person));
  if (!first || !second) throw new Error('people');
  [ben, ada, others] = [first, second, rest];
  film = net.file('Films/harbour.mkv', 48 * MiB + 5);
  ada.share(film);
  ada.shownTo.add(ben.person.self);
  for (const { person } of [ada, ...others]) person.drops.limitUpload(uplink);
  await net.link(...net.people);
});

afterEach(() => {
  net.end();
});

/** The same bytes under a name of their own. */
function holds(holder: SharePerson, name = 'copy.mkv', isShown = true): void {
  holder.share({ entry: { path: ['Copies', name], size: film.entry.size }, bytes: film.bytes });
  if (isShown) holder.shownTo.add(ben.person.self);
}

const shown = (file: MemoryGiven): ShareEntry => ({
  name: file.entry.path.at(-1) ?? '',
  kind: 'file',
  bytes: file.entry.size,
  files: 1,
});

async function want(entry: ShareEntry, folder: readonly string[] = []): Promise<DropId> {
  const came: DropId[] = [];
  void ben.shares.want(ada.person.self, [...folder], entry, never).then((dropId) => came.push(dropId));
  await net.until(() => came.length > 0, 10_000);
  const [dropId] = came;
  if (dropId === undefined) throw new Error('nothing came');
  return dropId;
}

const download = async (): Promise<DropId> => await want(shown(film), film.entry.path.slice(0, -1));

const gave = (dropId: DropId): ReadonlyMap<string, number> =>
  new Map(ben.person.find(dropId)?.givers.map(({ peerId, bytes }) => [peerId, bytes]));

const share = (dropId: DropId, who: DropPerson): number => (gave(dropId).get(who.self) ?? 0) / film.entry.size;

const isWhole = (dropId: DropId): boolean => ben.person.phase(dropId) === 'finished';

function has(): boolean {
  const mine = ben.person.content.downloads.get('harbour.mkv');
  return mine !== undefined && Buffer.compare(mine, film.bytes) === 0;
}

describe('a download', () => {
  test.each([1, 2])(
    'comes from everybody who shares the same with me, from each about as much: %i besides',
    async (count) => {
      const holders = others.slice(0, count);
      for (const holder of holders) holds(holder);
      const dropId = await download();
      expect(await net.until(() => isWhole(dropId))).toBe(true);
      expect(has()).toBe(true);
      for (const { person } of [ada, ...holders]) {
        expect(share(dropId, person)).toBeGreaterThan(0.6 / (count + 1));
        expect(share(dropId, person)).toBeLessThan(1.6 / (count + 1));
      }
      expect([...gave(dropId).values()].reduce((sum, bytes) => sum + bytes, 0)).toBe(film.entry.size);
    },
  );

  test('shows on both sides who gives, and is over for the others when it is whole', async () => {
    const [cleo] = others;
    if (!cleo) throw new Error('people');
    holds(cleo);
    const dropId = await download();
    expect(await net.until(() => share(dropId, cleo.person) > 0.1)).toBe(true);
    expect(new Set(ben.person.find(dropId)?.feeders)).toEqual(new Set([ada.person.self, cleo.person.self]));
    expect(cleo.person.find(dropId)).toMatchObject({
      isLoan: true,
      direction: 'outgoing',
      files: [{ path: ['copy.mkv'] }],
      receivers: [{ peerId: ben.person.self }],
    });
    expect(await net.until(() => isWhole(dropId))).toBe(true);
    await net.run(1_000);
    expect(cleo.person.phase(dropId)).toBe('none');
    expect(ada.person.phase(dropId)).toBe('finished');
  });

  test('goes on when whoever began it goes away, and when another giver does', async () => {
    const [cleo, dora] = others;
    if (!cleo || !dora) throw new Error('people');
    for (const holder of [cleo, dora]) holds(holder);
    const dropId = await download();
    expect(await net.until(() => share(dropId, dora.person) > 0.05)).toBe(true);
    ada.person.crash();
    await net.run(500);
    dora.person.crash();
    expect(await net.until(() => isWhole(dropId), 120_000)).toBe(true);
    expect(has()).toBe(true);
    expect(share(dropId, cleo.person)).toBeGreaterThan(0.3);
  });

  test('goes on with the others when whoever began it stops it', async () => {
    const [cleo] = others;
    if (!cleo) throw new Error('people');
    holds(cleo);
    const dropId = await download();
    expect(await net.until(() => share(dropId, cleo.person) > 0.05)).toBe(true);
    ada.person.drops.cancel(dropId);
    expect(await net.until(() => isWhole(dropId), 120_000)).toBe(true);
    expect(has()).toBe(true);
  });

  test('takes in somebody who comes later', async () => {
    const [cleo] = others;
    if (!cleo) throw new Error('people');
    holds(cleo);
    cleo.person.session(ben.person).close(null);
    await net.run(1_000);
    const dropId = await download();
    expect(await net.until(() => (gave(dropId).get(ada.person.self) ?? 0) > 4 * MiB)).toBe(true);
    expect(share(dropId, cleo.person)).toBe(0);
    await net.link(cleo.person, ben.person);
    expect(await net.until(() => isWhole(dropId))).toBe(true);
    expect(share(dropId, cleo.person)).toBeGreaterThan(0.1);
  });

  test('goes on after a restart of mine from another holder, while whoever began it is away', async () => {
    const [cleo] = others;
    if (!cleo) throw new Error('people');
    const dropId = await download();
    expect(await net.until(() => (gave(dropId).get(ada.person.self) ?? 0) > 6 * MiB)).toBe(true);
    ben.person.crash();
    ada.person.crash();
    await net.run(1_000);
    holds(cleo);
    ben.person.restart();
    ben = new SharePerson(net, ben.person);
    await net.link(cleo.person, ben.person);
    expect(await net.until(() => isWhole(dropId), 120_000)).toBe(true);
    expect(has()).toBe(true);
    expect(share(dropId, cleo.person)).toBeLessThan(0.9); // what came before the restart is not sent again
  });

  test('of a folder has each file from those who have that file', async () => {
    const [cleo] = others;
    if (!cleo) throw new Error('people');
    const files = [1, 2, 3, 4].map((nth) => net.file(`Tapes/${nth}.wav`, 6 * MiB + nth));
    ada.share(...files);
    const [, second, , fourth] = files;
    if (second) cleo.share(second);
    if (fourth) cleo.share(fourth);
    cleo.shownTo.add(ben.person.self);
    const bytes = files.reduce((sum, { entry }) => sum + entry.size, 0);
    const dropId = await want({ name: 'Tapes', kind: 'folder', bytes, files: 4 });
    expect(await net.until(() => isWhole(dropId))).toBe(true);
    for (const file of files) expect(ben.person.has(file)).toBe(true);
    expect(gave(dropId).get(cleo.person.self) ?? 0).toBeGreaterThan(3 * MiB);
  });

  test('that nobody else has comes from one, as before', async () => {
    const dropId = await download();
    expect(await net.until(() => isWhole(dropId))).toBe(true);
    expect([...gave(dropId).keys()]).toEqual([ada.person.self]);
  });

  test('that somebody gave me as a drop is nobody else’s business', async () => {
    const [cleo] = others;
    if (!cleo) throw new Error('people');
    holds(cleo);
    ben.person.acceptsAtOnce = () => true;
    const dropId = await ada.person.send([film], ben.person);
    expect(await net.until(() => isWhole(dropId))).toBe(true);
    expect(cleo.asked.filter((what) => what.startsWith('seek'))).toEqual([]);
  });
});

describe('whoever has no right', () => {
  test('to see it gives nothing of it away: one who does not share it with me is as one who has it not', async () => {
    const [cleo] = others;
    if (!cleo) throw new Error('people');
    holds(cleo, 'copy.mkv', false);
    const dropId = await download();
    expect(await net.until(() => isWhole(dropId))).toBe(true);
    expect([...gave(dropId).keys()]).toEqual([ada.person.self]);
    expect(cleo.person.drops.store.snapshot).toEqual([]);
  });

  test('is not even asked: somebody who shares nothing with me, or is no contact', async () => {
    const [cleo, dora] = others;
    if (!cleo || !dora) throw new Error('people');
    holds(dora);
    ben.strangers.add(dora.person.self);
    await download();
    await net.run(20_000);
    for (const one of [cleo, dora]) expect(one.asked.filter((what) => what.startsWith('seek'))).toEqual([]);
  });

  test('gets nothing of the download from me, though they give to it', async () => {
    const [cleo] = others;
    if (!cleo) throw new Error('people');
    const secret = net.file('Both/secret.pdf', 3 * MiB);
    ada.share(secret, { entry: { path: ['Both', 'known.mkv'], size: film.entry.size }, bytes: film.bytes });
    holds(cleo);
    const bytes = secret.entry.size + film.entry.size;
    const dropId = await want({ name: 'Both', kind: 'folder', bytes, files: 2 });
    expect(await net.until(() => (gave(dropId).get(cleo.person.self) ?? 0) > 0)).toBe(true);
    await inject(cleo, ben, 'drop.ask', { dropId, blocks: [0, 12] });
    await inject(cleo, ben, 'drop.ask-pages', { dropId, blocks: [0, 1] });
    await net.run(5_000);
    expect(ben.person.find(dropId)?.fed).toEqual([]);
    expect(ben.person.find(dropId)?.sentBytes).toBe(0);
  });

  test('cannot join a download they were not asked for', async () => {
    const [cleo] = others;
    if (!cleo) throw new Error('people');
    const dropId = await download();
    await inject(cleo, ben, 'drop.join', { dropId, stream: 1, isAnswer: false, contents: 0 });
    await inject(cleo, ben, 'drop.have', { dropId, isWhole: true, blocks: [] });
    expect(await net.until(() => isWhole(dropId))).toBe(true);
    expect([...gave(dropId).keys()]).toEqual([ada.person.self]);
  });
});

describe('a holder who lies', () => {
  test('is cut off after three bad blocks, and the others finish', async () => {
    const [cleo, dora] = others;
    if (!cleo || !dora) throw new Error('people');
    for (const holder of [cleo, dora]) holds(holder);
    cleo.lends = (bytes) => bytes.map((byte) => byte ^ 1);
    const dropId = await download();
    expect(await net.until(() => isWhole(dropId), 120_000)).toBe(true);
    expect(has()).toBe(true);
    expect(share(dropId, cleo.person)).toBe(0);
    expect(share(dropId, dora.person)).toBeGreaterThan(0.2);
    // What was on its way when it was cut comes still.
    const wasted = cleo.person.find(dropId)?.sentBytes ?? 0;
    expect(wasted).toBeLessThan(12 * MiB);
  });

  test('about what is in their file is told by the hashes: another file of that size brings nothing in', async () => {
    const [cleo] = others;
    if (!cleo) throw new Error('people');
    const other = net.file('Copies/other.mkv', film.entry.size);
    cleo.share(other);
    cleo.shownTo.add(ben.person.self);
    cleo.claimsAll = true;
    const dropId = await download();
    expect(await net.until(() => isWhole(dropId), 120_000)).toBe(true);
    expect(has()).toBe(true);
    expect(share(dropId, cleo.person)).toBe(0);
  });

  test('by saying yes and sending nothing holds nobody up for long', async () => {
    const [cleo] = others;
    if (!cleo) throw new Error('people');
    holds(cleo);
    cleo.person.drops.limitUpload(1);
    const dropId = await download();
    expect(await net.until(() => isWhole(dropId), 120_000)).toBe(true);
    expect(has()).toBe(true);
  });
});

describe('somebody who asks too much', () => {
  test('is looked into a few times, and the link lives', async () => {
    const before = ada.asked.length;
    for (let nth = 0; nth < 40; nth += 1) {
      const dropId = nth.toString(16).padStart(32, 'a');
      await inject(ben, ada, 'shares.seek', { dropId, files: [{ first: 0, size: 5, proof: new Uint8Array(16) }] });
    }
    await net.run(3_000);
    const seeks = ada.asked.slice(before).filter((what) => what.startsWith('seek'));
    expect(seeks.length).toBeGreaterThan(0);
    expect(seeks.length).toBeLessThanOrEqual(limits.sharesSeeksBurst + 3);
    expect(ada.person.session(ben.person).state.snapshot.phase).toBe('open');
  });

  test('is lent to a few downloads at a time', async () => {
    ada.claimsAll = true;
    for (let nth = 0; nth < 20; nth += 1) {
      const dropId = nth.toString(16).padStart(32, 'b');
      const files = [{ first: 0, size: film.entry.size, proof: new Uint8Array(16) }];
      await inject(ben, ada, 'shares.seek', { dropId, files });
      await net.run(2_500);
    }
    const loans = ada.person.drops.store.snapshot.filter(({ isLoan }) => isLoan);
    expect(loans).toHaveLength(limits.dropLoansOfOne);
  });

  test('gets nothing under the name of a drop that is somebody else’s', async () => {
    const [cleo] = others;
    if (!cleo) throw new Error('people');
    ada.shownTo.add(cleo.person.self);
    const dropId = await download();
    ada.claimsAll = true;
    const files = [{ first: 0, size: film.entry.size, proof: new Uint8Array(16) }];
    await inject(cleo, ada, 'shares.seek', { dropId, files });
    await net.run(1_000);
    expect(ada.person.drops.store.snapshot.filter(({ isLoan }) => isLoan)).toEqual([]);
    expect(await net.until(() => isWhole(dropId))).toBe(true);
  });
});

test('what I stop giving to somebody’s download I am not asked for again', async () => {
  const [cleo] = others;
  if (!cleo) throw new Error('people');
  holds(cleo);
  const dropId = await download();
  expect(await net.until(() => share(dropId, cleo.person) > 0.02)).toBe(true);
  cleo.person.drops.cancel(dropId);
  await net.run(3_000);
  const sofar = share(dropId, cleo.person);
  expect(await net.until(() => isWhole(dropId), 120_000)).toBe(true);
  expect(share(dropId, cleo.person)).toBeLessThan(sofar + 0.05);
  expect(cleo.person.phase(dropId)).toBe('none');
});

async function inject(from: SharePerson, to: SharePerson, kind: string, body: object): Promise<void> {
  const { connection } = from.person.session(to.person);
  const envelope = encodeEnvelope(kind, body);
  if (!(connection instanceof MemoryConnection) || !envelope) throw new Error('not of this net');
  connection.sendControl(envelope);
  await net.run(50);
}
