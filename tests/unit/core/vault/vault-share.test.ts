// One thing of a vault that a friend may read: told by its owner, restored from the keepers without the owner, ended, and nothing else.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { vaultLimits } from '#main/services/vault/vault-limits';
import type { VaultVersionId } from '#shared/vault';
import type { SharedVersion } from '#shared/vault-share';
import { VaultNet, type VaultPerson } from '#tests/support/vault-net';

const gib = 2 ** 30;
let net: VaultNet;

// Their disks are real.
vi.setConfig({ testTimeout: 60_000 });

afterEach(() => {
  net.end();
});

const some = (length: number, seed: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length }, (_, at) => Math.imul(at + seed, 2_654_435_761) >>> 13);

interface Scene {
  readonly ada: VaultPerson;
  readonly rita: VaultPerson;
  readonly keepers: readonly VaultPerson[];
}

/** Ada's keepers know Rita too. Everybody has a link with everybody. */
async function scene(keepers = 3): Promise<Scene> {
  net = new VaultNet();
  const names = ['Ben', 'Cleo', 'Dora', 'Emil', 'Fay', 'Gus'].slice(0, keepers);
  const [ada, rita, ...others] = await net.friends('Ada', 'Rita', ...names);
  if (!ada || !rita) throw new Error('nobody');
  for (const other of others) await other.pledge(ada, gib);
  await net.link(ada, [rita, ...others]);
  await net.link(rita, others);
  return { ada, rita, keepers: others };
}

const settled = (person: VaultPerson, name: string) => async () => {
  const health = (await person.item(name))?.versions[0]?.health;
  return health !== undefined && health.bytes > 0 && health.keptBytes === health.bytes;
};

async function share(ada: VaultPerson, reader: VaultPerson, name: string, versionId: VaultVersionId | null = null) {
  const item = await ada.item(name);
  const contact = ada.contacts.byPeer(reader.self);
  if (!item || !contact) throw new Error('nothing to share');
  ada.vault.sharing.share({ itemId: item.itemId, versionId, contactId: contact.contactId });
}

const sharedWith = async (reader: VaultPerson): Promise<SharedVersion[]> => (await reader.view()).shared;
const stateOf = async (ada: VaultPerson): Promise<string | undefined> => (await ada.view()).shares[0]?.state;

async function first(reader: VaultPerson): Promise<SharedVersion> {
  expect(await net.until(async () => (await sharedWith(reader)).length > 0)).toBe(true);
  const [one] = await sharedWith(reader);
  if (!one) throw new Error('nothing is shared');
  return one;
}

async function restored(
  reader: VaultPerson,
  versionId: VaultVersionId,
  withinMs = 300_000,
): Promise<string | undefined> {
  const { runId } = await reader.vault.restoring.restore(versionId);
  await net.until(async () => (await reader.run(runId))?.endedAt !== null, withinMs);
  return (await reader.run(runId))?.state;
}

test.each([3, 6])('with %i keepers a friend restores it while its owner is away', async (keepers) => {
  const { ada, rita } = await scene(keepers);
  const bytes = some(2_500_000, 1);
  await ada.put('film.mkv', { path: ['film.mkv'], bytes });
  expect(await net.until(settled(ada, 'film.mkv'))).toBe(true);
  await share(ada, rita, 'film.mkv');
  const one = await first(rita);
  expect(one).toMatchObject({ name: 'film.mkv', kind: 'file', bytes: bytes.length, files: 1, ownerName: 'Ada' });
  expect([one.keepers, one.keepersKnown, one.needed]).toEqual([keepers, keepers, keepers === 3 ? 1 : 3]);
  expect(await net.until(async () => (await stateOf(ada)) === 'held')).toBe(true);
  ada.stop();
  expect(await restored(rita, one.versionId)).toBe('done');
  expect(Buffer.compare(readFileSync(join(rita.downloads, 'film.mkv')), bytes)).toBe(0);
});

test('nobody else gets it, and a friend gets nothing else', async () => {
  const { ada, rita, keepers } = await scene();
  await ada.put('letter.txt', { path: ['letter.txt'], bytes: some(5_000, 2) });
  await ada.put('diary.txt', { path: ['diary.txt'], bytes: some(5_000, 3) });
  expect(await net.until(settled(ada, 'diary.txt'))).toBe(true);
  await share(ada, rita, 'letter.txt');
  await first(rita);
  await net.live(60_000);
  expect((await sharedWith(rita)).map(({ name }) => name)).toEqual(['letter.txt']);
  for (const keeper of keepers) expect(await sharedWith(keeper)).toEqual([]);
});

test('the newest version follows, and one that was chosen stays', async () => {
  const { ada, rita } = await scene();
  const put = async (seed: number): Promise<void> => {
    await ada.put('letter.txt', { path: ['letter.txt'], bytes: some(4_000 + seed, seed) });
    await ada.put('plan.txt', { path: ['plan.txt'], bytes: some(6_000 + seed, seed) });
    expect(await net.until(settled(ada, 'letter.txt'))).toBe(true);
    expect(await net.until(settled(ada, 'plan.txt'))).toBe(true);
  };
  await put(1);
  await share(ada, rita, 'letter.txt');
  await share(ada, rita, 'plan.txt', (await ada.item('plan.txt'))?.versions[0]?.versionId ?? null);
  expect(await net.until(async () => (await sharedWith(rita)).length === 2)).toBe(true);
  await put(2);
  const sizes = async (): Promise<number[]> => (await sharedWith(rita)).map(({ bytes }) => bytes).sort();
  expect(await net.until(async () => (await sizes()).join() === '4002,6001')).toBe(true);
  await net.live(120_000);
  expect(await sizes()).toEqual([4_002, 6_001]);
});

test('once it is ended the friend does not see it any more, also when they come back later', async () => {
  const { ada, rita } = await scene();
  await ada.put('letter.txt', { path: ['letter.txt'], bytes: some(5_000, 4) });
  expect(await net.until(settled(ada, 'letter.txt'))).toBe(true);
  await share(ada, rita, 'letter.txt');
  await first(rita);
  expect(await net.until(async () => (await stateOf(ada)) === 'held')).toBe(true);
  rita.stop();
  const [open] = (await ada.view()).shares;
  if (!open) throw new Error('nothing is shared');
  ada.vault.sharing.end(open);
  expect(await stateOf(ada)).toBe('ending');
  await rita.start();
  expect(await sharedWith(rita)).toHaveLength(1);
  await net.link(ada, [rita]);
  expect(await net.until(async () => (await sharedWith(rita)).length === 0)).toBe(true);
  expect(await net.until(async () => (await ada.view()).shares.length === 0)).toBe(true);
});

test('what is deleted from the vault is not shared any more', async () => {
  const { ada, rita } = await scene();
  await ada.put('letter.txt', { path: ['letter.txt'], bytes: some(5_000, 5) });
  expect(await net.until(settled(ada, 'letter.txt'))).toBe(true);
  await share(ada, rita, 'letter.txt');
  const one = await first(rita);
  const item = await ada.item('letter.txt');
  if (!item) throw new Error('nothing');
  await ada.vault.removeItem(item.itemId);
  expect(await net.until(async () => (await sharedWith(rita)).length === 0)).toBe(true);
  await expect(rita.vault.restoring.restore(one.versionId)).rejects.toMatchObject({ code: 'vault-unknown' });
});

test('the right ends by itself when its owner stays away, and is renewed when they come', async () => {
  const { ada, rita, keepers } = await scene();
  await ada.put('letter.txt', { path: ['letter.txt'], bytes: some(5_000, 6) });
  expect(await net.until(settled(ada, 'letter.txt'))).toBe(true);
  await share(ada, rita, 'letter.txt');
  const { versionId, until } = await first(rita);
  for (const each of [ada, rita, ...keepers]) each.stop();
  await net.clock.advance(vaultLimits.vaultGrantMs);
  for (const each of [rita, ...keepers]) await each.start();
  await net.link(rita, keepers);
  await expect(rita.vault.restoring.restore(versionId)).rejects.toMatchObject({ code: 'vault-share-over' });
  await ada.start();
  await net.link(ada, [rita, ...keepers]);
  expect(await net.until(async () => ((await sharedWith(rita))[0]?.until ?? 0) > until)).toBe(true);
  expect(await restored(rita, versionId)).toBe('done');
});

test('whoever does not want it does not see it again, unless it is shared once more', async () => {
  const { ada, rita } = await scene();
  await ada.put('letter.txt', { path: ['letter.txt'], bytes: some(5_000, 7) });
  expect(await net.until(settled(ada, 'letter.txt'))).toBe(true);
  await share(ada, rita, 'letter.txt');
  const { owner, shareId } = await first(rita);
  rita.vault.shared.decline({ owner, shareId });
  expect(await net.until(async () => (await stateOf(ada)) === 'declined')).toBe(true);
  await ada.put('letter.txt', { path: ['letter.txt'], bytes: some(5_001, 8) });
  await net.live(120_000);
  expect(await sharedWith(rita)).toEqual([]);
  await share(ada, rita, 'letter.txt');
  expect((await first(rita)).bytes).toBe(5_001);
  expect((await ada.view()).shares).toHaveLength(1);
});

test('a keeper who lacks a piece for a reader counts as failing for nobody', async () => {
  const { ada, rita, keepers } = await scene();
  const [ben, ...others] = keepers;
  if (!ben) throw new Error('nobody');
  await ben.pledge(rita, gib);
  await ada.put('letter.txt', { path: ['letter.txt'], bytes: some(5_000, 9) });
  expect(await net.until(settled(ada, 'letter.txt'))).toBe(true);
  await share(ada, rita, 'letter.txt');
  const one = await first(rita);
  for (const other of others) other.stop();
  await ben.vault.keeping.dropPledge({ owner: ada.self });
  const { runId } = await rita.vault.restoring.restore(one.versionId);
  await net.live(60_000);
  expect((await rita.run(runId))?.state).toBe('waiting');
  expect((await rita.view()).keepers.map(({ state }) => state)).toEqual(['good']);
  expect(existsSync(join(rita.downloads, 'letter.txt'))).toBe(false);
});

test('a reader who keeps for the owner takes it from their own disk', async () => {
  const { ada, rita, keepers } = await scene(2);
  await rita.pledge(ada, gib);
  const bytes = some(300_000, 10);
  await ada.put('film.mkv', { path: ['film.mkv'], bytes });
  expect(await net.until(settled(ada, 'film.mkv'))).toBe(true);
  await share(ada, rita, 'film.mkv');
  const one = await first(rita);
  for (const each of [ada, ...keepers]) each.stop();
  expect(await restored(rita, one.versionId)).toBe('done');
  expect(Buffer.compare(readFileSync(join(rita.downloads, 'film.mkv')), bytes)).toBe(0);
});
