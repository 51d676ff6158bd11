// Vaults of several people in one process: left with friends, proved, repaired, restored, and gone when they should be.
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'valibot';
import { afterEach, expect, test, vi } from 'vitest';
import { pieceHeaderOf } from '#main/services/vault/piece';
import { readHead, signHead } from '#main/services/vault/vault-head';
import { signOrder } from '#main/services/vault/vault-order';
import { PieceId } from '#shared/vault';
import { VaultNet, type VaultPerson } from '#tests/support/vault-net';

const gib = 2 ** 30;
const names = ['Ben', 'Cleo', 'Dora', 'Emil', 'Fay', 'Gus', 'Hana'];
let net: VaultNet;

// Their disks are real.
vi.setConfig({ testTimeout: 60_000 });

afterEach(() => {
  net.end();
});

async function adaWith(keepers: number, seed = 1): Promise<[VaultPerson, ...VaultPerson[]]> {
  net = new VaultNet(seed);
  const [ada, ...others] = await net.friends('Ada', ...names.slice(0, keepers));
  if (!ada) throw new Error('nobody');
  for (const other of others) await other.pledge(ada, gib);
  await net.link(ada, others);
  return [ada, ...others];
}

function someBytes(length: number, seed: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let x = seed | 1;
  for (let at = 0; at < length; at += 1) {
    x = (Math.imul(x, 1_664_525) + 1_013_904_223) | 0;
    bytes[at] = x >>> 24;
  }
  return bytes;
}

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text));

/** Bytes that lie in a folder, all the way down. */
function bytesIn(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

const isSafe = (person: VaultPerson, name: string) => async () => (await person.health(name)) === 'safe';
const settled = (person: VaultPerson, name: string) => async () => {
  const health = (await person.item(name))?.versions[0]?.health;
  return health !== undefined && health.bytes > 0 && health.keptBytes === health.bytes;
};

test('with three keepers each has a whole copy, and none of it stays on the owner’s disk', async () => {
  const [ada, ...keepers] = await adaWith(3);
  await ada.put('letter.txt', { path: ['letter.txt'], bytes: someBytes(700_000, 1) });
  expect(await net.until(settled(ada, 'letter.txt'))).toBe(true);
  expect((await ada.item('letter.txt'))?.versions[0]?.health).toMatchObject({
    state: 'safe',
    spare: 2,
    keepers: 3,
    needed: 1,
  });
  for (const { folder } of keepers) expect(bytesIn(join(folder, 'vault', 'kept'))).toBeGreaterThan(700_000);
  expect(bytesIn(join(ada.folder, 'vault', 'own'))).toBe(0);
});

test('also what has no bytes', async () => {
  const [ada] = await adaWith(3);
  await ada.put('empty.txt', { path: ['empty.txt'], bytes: new Uint8Array() });
  expect(await net.until(settled(ada, 'empty.txt'))).toBe(true);
  const version = (await ada.item('empty.txt'))?.versions[0];
  if (!version) throw new Error('nothing');
  expect(version.health).toMatchObject({ state: 'safe', spare: 2 });
  const { runId } = await ada.vault.restoring.restore(version.versionId);
  expect(await net.until(async () => (await ada.run(runId))?.state === 'done')).toBe(true);
  expect(statSync(join(ada.downloads, 'empty.txt')).size).toBe(0);
});

test('with six any three of six pieces, so that it takes twice the room and bears the loss of three', async () => {
  const [ada, ...keepers] = await adaWith(6);
  const bytes = someBytes(5_000_000, 2);
  await ada.put('film.mkv', { path: ['film.mkv'], bytes });
  expect(await net.until(settled(ada, 'film.mkv'))).toBe(true);
  expect((await ada.item('film.mkv'))?.versions[0]?.health).toMatchObject({
    state: 'safe',
    spare: 3,
    keepers: 6,
    needed: 3,
  });
  const kept = keepers.map(({ folder }) => bytesIn(join(folder, 'vault', 'kept')));
  expect(Math.max(...kept)).toBeLessThan((bytes.length / 3) * 1.2);
});

test('without a keeper it waits on this disk, and goes as soon as somebody pledges room', async () => {
  net = new VaultNet();
  const [ada, ben] = await net.friends('Ada', 'Ben');
  if (!ada || !ben) throw new Error('nobody');
  await ada.put('letter.txt', { path: ['letter.txt'], bytes: someBytes(10_000, 3) });
  expect((await ada.item('letter.txt'))?.versions[0]?.health).toMatchObject({ state: 'waiting', keepersMissing: 3 });
  await net.link(ada, [ben]);
  await ben.pledge(ada, gib);
  const hasCopy = async (): Promise<boolean> =>
    ((await ada.item('letter.txt'))?.versions[0]?.health.keptBytes ?? 0) > 0;
  expect(await net.until(hasCopy)).toBe(true);
  expect((await ada.item('letter.txt'))?.versions[0]?.health).toMatchObject({ state: 'waiting', keepersMissing: 2 });
});

test('a keeper who lost what they keep is found out, and another gets it', async () => {
  const [ada, ben, , , emil] = await adaWith(4);
  if (!ben || !emil) throw new Error('nobody');
  await ada.put('letter.txt', { path: ['letter.txt'], bytes: someBytes(600_000, 4) });
  expect(await net.until(settled(ada, 'letter.txt'))).toBe(true);
  const holders = (await ada.view()).keepers.filter(({ keptBytes }) => keptBytes > 0);
  expect(holders).toHaveLength(3);
  const loser = net.people.find(({ self }) => self === holders[0]?.peerId);
  const lost = (await loser?.vault.keeping.dropPledge({ owner: ada.self })) === undefined;
  expect(lost).toBe(true);
  await loser?.pledge(ada, gib);
  const isProved = async (): Promise<boolean> => {
    const { keepers } = await ada.view();
    return keepers.filter(({ keptBytes, provedAt }) => keptBytes > 0 && provedAt !== null).length === 3;
  };
  expect(await net.until(isProved, 4 * 86_400_000, 600_000)).toBe(true);
  expect(await ada.health('letter.txt')).toBe('safe');
});

test('the piece of a keeper who ended their pledge is made again from the others and left with somebody else', async () => {
  const [ada, ...keepers] = await adaWith(7);
  await ada.put('film.mkv', { path: ['film.mkv'], bytes: someBytes(3_000_000, 5) });
  expect(await net.until(settled(ada, 'film.mkv'))).toBe(true);
  const without = keepers.at(-1);
  const leaving = keepers[0];
  if (!without || !leaving) throw new Error('nobody');
  await leaving.pledge(ada, null);
  const hasMoved = async (): Promise<boolean> => {
    const { keepers: all } = await ada.view();
    const health = (await ada.item('film.mkv'))?.versions[0]?.health;
    return all.every(({ peerId }) => peerId !== leaving.self) && health?.keptBytes === health?.bytes;
  };
  // Seven keepers have all of seven pieces: one less, and a piece waits for somebody.
  const isNoted = async (): Promise<boolean> =>
    (await ada.view()).keepers.some(({ peerId, state }) => peerId === leaving.self && state === 'leaving');
  expect(await net.until(isNoted)).toBe(true);
  const iris = await net.person('Iris');
  iris.knows(ada);
  ada.knows(iris);
  await iris.pledge(ada, gib);
  await net.link(ada, [iris]);
  expect(await net.until(hasMoved, 600_000)).toBe(true);
  expect(await isSafe(ada, 'film.mkv')()).toBe(true);
  // The index of the vault stays with them until their notice is over.
  expect(await net.until(() => bytesIn(join(leaving.folder, 'vault', 'kept')) < 100_000)).toBe(true);
});

test('what is deleted goes from every keeper, also from one who was away', async () => {
  const [ada, ben, cleo, dora] = await adaWith(3);
  if (!ben || !cleo || !dora) throw new Error('nobody');
  await ada.put('letter.txt', { path: ['letter.txt'], bytes: someBytes(600_000, 6) });
  expect(await net.until(settled(ada, 'letter.txt'))).toBe(true);
  await net.live(60_000);
  dora.stop();
  await net.live(60_000);
  const item = await ada.item('letter.txt');
  if (!item) throw new Error('nothing');
  await ada.vault.removeItem(item.itemId);
  const holds = (person: VaultPerson): number => bytesIn(join(person.folder, 'vault', 'kept'));
  // The index of the vault is all that is left.
  expect(await net.until(() => holds(ben) < 100_000 && holds(cleo) < 100_000)).toBe(true);
  await dora.start();
  await net.link(ada, [dora]);
  expect(await net.until(() => holds(dora) < 100_000)).toBe(true);
  expect((await ada.view()).items).toEqual([]);
});

test('what is deleted goes although the clock once ran ahead by a year', async () => {
  const [ada, ben] = await adaWith(1);
  if (!ben) throw new Error('nobody');
  await ada.put('letter.txt', { path: ['letter.txt'], bytes: someBytes(600_000, 8) });
  const holds = (): number => bytesIn(join(ben.folder, 'vault', 'kept'));
  expect(await net.until(() => holds() > 600_000)).toBe(true);
  const pieceIds = [parse(PieceId, 'ab'.repeat(32))];
  const order = signOrder(ada.keys, { keeper: ben.self, atMs: net.clock.now() + 365 * 86_400_000, pieceIds });
  await ben.vault.keeping.takeOrder({ owner: ada.self, order });
  const item = await ada.item('letter.txt');
  if (!item) throw new Error('nothing');
  await ada.vault.removeItem(item.itemId);
  expect(await net.until(() => holds() < 100_000)).toBe(true);
});

const plan = 'the harbour is where the copper kettle is';

test('it comes back byte for byte with half of the keepers gone, and from all who are there at once', async () => {
  const [ada, ...keepers] = await adaWith(6);
  const film = someBytes(30_000_000, 7);
  await ada.put(
    'Harbour',
    { path: ['Harbour', 'film.mkv'], bytes: film },
    { path: ['Harbour', 'notes', 'plan.txt'], bytes: bytesOf(plan) },
  );
  expect(await net.until(settled(ada, 'Harbour'))).toBe(true);
  const version = (await ada.item('Harbour'))?.versions[0];
  if (!version) throw new Error('nothing');
  const all = await ada.vault.restoring.restore(version.versionId);
  expect(await net.until(async () => (await ada.run(all.runId))?.state === 'done')).toBe(true);
  expect((await ada.run(all.runId))?.from.length).toBeGreaterThan(3);
  for (const keeper of keepers.slice(0, 3)) keeper.stop();
  await net.live(60_000);
  const some = await ada.vault.restoring.restore(version.versionId);
  expect(await net.until(async () => (await ada.run(some.runId))?.state === 'done')).toBe(true);
  const restored = readdirSync(ada.downloads).filter((name) => !name.startsWith('.'));
  expect(restored).toHaveLength(2);
  for (const name of restored) {
    expect(readFileSync(join(ada.downloads, name, 'film.mkv')).equals(film)).toBe(true);
    expect(readFileSync(join(ada.downloads, name, 'notes', 'plan.txt'), 'utf8')).toBe(plan);
  }
});

test('a new machine with the same keys gets everything back from one friend: people, things, and their bytes', async () => {
  const [ada, ben, cleo] = await adaWith(3);
  if (!ben || !cleo) throw new Error('nobody');
  await ada.put('plan.txt', { path: ['plan.txt'], bytes: bytesOf(plan) });
  expect(await net.until(settled(ada, 'plan.txt'))).toBe(true);
  await net.live(60_000); // the index goes to them
  ada.stop();
  const again = await net.person('Ada', ada.keys);
  again.vault.seek();
  expect((await again.view()).index.state).toBe('seeking');
  again.knows(ben);
  await net.link(again, [ben]);
  expect(await net.until(async () => (await again.view()).index.state === 'found')).toBe(true);
  expect(
    again.contacts
      .list()
      .map(({ name }) => name)
      .sort(),
  ).toEqual(['Ben', 'Cleo', 'Dora']);
  const version = (await again.item('plan.txt'))?.versions[0];
  if (!version) throw new Error('nothing');
  expect(version.health.state).toBe('safe');
  const { runId } = await again.vault.restoring.restore(version.versionId);
  expect(await net.until(async () => (await again.run(runId))?.state === 'done')).toBe(true);
  expect(readFileSync(join(again.downloads, 'plan.txt'), 'utf8')).toBe(plan);
});

test('a keeper who hands an older state of the vault than they had is named, and the newest counts', async () => {
  const [ada, ben, cleo] = await adaWith(3);
  if (!ben || !cleo) throw new Error('nobody');
  await ada.put('one.txt', { path: ['one.txt'], bytes: bytesOf('one') });
  expect(await net.until(settled(ada, 'one.txt'))).toBe(true);
  await net.live(60_000);
  const old = ben.vault.keeping.readHead(ada.self);
  await ada.put('two.txt', { path: ['two.txt'], bytes: bytesOf('two') });
  expect(await net.until(settled(ada, 'two.txt'))).toBe(true);
  await net.live(90_000);
  expect(ben.vault.keeping.readHead(ada.self)).not.toEqual(old);
  ada.stop();
  await ada.start();
  ben.vault.keeping.readHead = () => old; // a liar's disk was set back
  await net.link(ada, [ben, cleo]);
  const named = async (): Promise<string[]> =>
    (await ada.view()).index.doubts.map(({ name, kind }) => `${name} ${kind}`);
  expect(await net.until(async () => (await named()).length > 0)).toBe(true);
  expect(await named()).toEqual(['Ben older']);
  expect((await ada.view()).items.map(({ name }) => name)).toEqual(['one.txt', 'two.txt']);
});

test('a state of the vault that never comes is given up, and one that cannot be read is said to be so', async () => {
  const [ada, ben, cleo] = await adaWith(2);
  if (!ben || !cleo) throw new Error('nobody');
  await ada.put('one.txt', { path: ['one.txt'], bytes: bytesOf('one') });
  await net.live(60_000);
  const latest = readHead(ben.vault.keeping.readHead(ada.self) ?? new Uint8Array());
  if (!latest) throw new Error('no head');
  const header = pieceHeaderOf(someBytes(5_000, 9));
  const later = signHead(ada.keys, {
    version: latest.version + 5,
    previous: null,
    atMs: net.clock.now(),
    pieces: [header],
  });
  const readHeadOf = ben.vault.keeping.readHead.bind(ben.vault.keeping);
  ben.vault.keeping.readHead = () => later; // of another machine of hers, say, and its pieces are gone
  ada.stop();
  await ada.start();
  await net.link(ada, [ben, cleo]);
  await ada.put('two.txt', { path: ['two.txt'], bytes: bytesOf('two') });
  const isAbove = (): boolean => (ada.vault.heads.rows.latest()?.version ?? 0) > latest.version + 5;
  await net.live(120_000);
  expect(isAbove()).toBe(false); // it is waited for
  expect(await net.until(isAbove, 900_000)).toBe(true);
  ben.vault.keeping.readHead = readHeadOf;

  // The same with pieces that come, and are no index.
  const answer = await ben.vault.keeping.offer({ owner: ada.self, header });
  expect(answer.answer).toBe('send');
  await ben.vault.keeping.write({
    owner: ada.self,
    pieceId: header.pieceId,
    blocks: [{ index: 0, bytes: someBytes(5_000, 9) }],
  });
  const garbled = signHead(ada.keys, {
    version: latest.version + 50,
    previous: null,
    atMs: net.clock.now(),
    pieces: [header],
  });
  ben.vault.keeping.takeHead({ owner: ada.self, head: garbled });
  ada.stop();
  await ada.start();
  await net.link(ada, [ben, cleo]);
  const said = async (): Promise<boolean> => (await ada.view()).index.doubts.some(({ kind }) => kind === 'unreadable');
  expect(await net.until(said)).toBe(true);
  expect((await ada.view()).items.map(({ name }) => name)).toEqual(['one.txt', 'two.txt']);
});

test('somebody who is no contact keeps nothing, whatever they say', async () => {
  const [ada, ben] = await adaWith(1);
  if (!ben) throw new Error('nobody');
  const stranger = await net.person('Stranger');
  ada.vault.notePledge(stranger.self, gib);
  expect((await ada.view()).keepers.map(({ name }) => name)).toEqual(['Ben']);
});

test('a restore keeps to what may be downloaded in a second', async () => {
  const [ada] = await adaWith(3);
  await ada.put('film.mkv', { path: ['film.mkv'], bytes: someBytes(6_000_000, 9) });
  expect(await net.until(settled(ada, 'film.mkv'))).toBe(true);
  const version = (await ada.item('film.mkv'))?.versions[0];
  if (!version) throw new Error('nothing');
  ada.lanes.asking.limitTo(200_000);
  const startedAt = net.clock.now();
  const { runId } = await ada.vault.restoring.restore(version.versionId);
  expect(await net.until(async () => (await ada.run(runId))?.state === 'done')).toBe(true);
  // The first piece is asked for at once, the second when the first will have come.
  expect(net.clock.now() - startedAt).toBeGreaterThan(18_000);
});

test('an index that could not be written is written once it can, also when nothing changes meanwhile', async () => {
  const [ada, ben] = await adaWith(3);
  if (!ben) throw new Error('nobody');
  await ada.put('letter.txt', { path: ['letter.txt'], bytes: someBytes(500_000, 10) });
  expect(await net.until(settled(ada, 'letter.txt'))).toBe(true);
  await net.live(60_000);
  const folder = join(ada.folder, 'vault', 'index');
  rmSync(folder, { recursive: true });
  await net.live(60_000);
  const atBen = (): Buffer => Buffer.from(ben.vault.keeping.readHead(ada.self) ?? []);
  expect(await net.until(() => atBen().equals(ada.vault.heads.rows.latest()?.head ?? new Uint8Array(1)))).toBe(true);
  const before = atBen();
  const isNewer = (): boolean => !atBen().equals(before);
  const item = await ada.item('letter.txt');
  if (!item) throw new Error('nothing');
  await ada.vault.removeItem(item.itemId);
  await net.live(90_000);
  expect(isNewer()).toBe(false);
  mkdirSync(folder);
  expect(await net.until(isNewer)).toBe(true);
});

test('where a keeper is, is known roughly, and of their address nothing but a hash', async () => {
  net = new VaultNet(1);
  const [ada, ben] = await net.friends('Ada', 'Ben');
  if (!ada || !ben) throw new Error('nobody');
  ben.utcMinutes = -210;
  await ben.pledge(ada, gib);
  await net.link(ada, [ben]);
  expect(await net.until(async () => (await ada.view()).keepers[0]?.utcMinutes === -210)).toBe(true);
  expect((await ada.view()).keepers[0]?.network).toMatch(/^[0-9a-f]{16}$/);
});
