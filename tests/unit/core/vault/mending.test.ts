// Keepers who make lost pieces again while their owner is away: without a key, by the owner's word, and by nobody else's.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { PeerId } from '#shared/identity';
import type { PieceId } from '#shared/vault';
import { VaultNet, type VaultPerson } from '#tests/support/vault-net';

const gib = 2 ** 30;
const dayMs = 86_400_000;
let net: VaultNet;

// Their disks are real.
vi.setConfig({ testTimeout: 120_000 });

afterEach(() => {
  net.end();
});

interface Scene {
  readonly ada: VaultPerson;
  readonly keepers: readonly VaultPerson[];
  /** Has none of it, and room. */
  readonly mender: VaultPerson;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Who keeps which piece. */
  readonly pieces: readonly { readonly pieceId: PieceId; readonly keepers: readonly PeerId[] }[];
}

const isWhole = (ada: VaultPerson) => async (): Promise<boolean> => {
  const health = (await ada.item('film.mkv'))?.versions[0]?.health;
  return health !== undefined && health.bytes > 0 && health.keptBytes === health.bytes;
};

/** Ada's film is with so many keepers; one more came after it, who mends. */
async function scene(keeping: number, { mends = true, isMended = true } = {}): Promise<Scene> {
  net = new VaultNet(keeping);
  const names = Array.from({ length: keeping }, (_, at) => `Keeper ${at}`);
  const [ada, mender, ...keepers] = await net.friends('Ada', 'Mender', ...names);
  if (!ada || !mender) throw new Error('nobody');
  for (const each of keepers) await each.pledge(ada, gib);
  ada.settings = { ...ada.settings, isMended };
  mender.settings = { ...mender.settings, mends };
  await net.link(ada, keepers);
  const bytes = net.dice.bytes(700_000);
  await ada.put('film.mkv', { path: ['film.mkv'], bytes });
  expect(await net.until(isWhole(ada))).toBe(true);
  await mender.pledge(ada, gib);
  await net.link(ada, [mender]);
  const version = (await ada.item('film.mkv'))?.versions[0];
  if (!version) throw new Error('nothing was put');
  const pieces = ada.vault.copies
    .of(version.versionId, 0)
    .map(({ header, keepers: held }) => ({ pieceId: header.pieceId, keepers: held }));
  return { ada, keepers, mender, bytes, pieces };
}

const holdsOrder = ({ mender, pieces }: Scene): boolean =>
  pieces.every(({ pieceId }) => mender.vault.mending.rightTo(pieceId) !== null);

/** Everybody is away for so many days; then these meet for a while, the first of them with all others. `loser` has an empty disk by then. */
async function meetAfter(days: number, [first, ...others]: readonly VaultPerson[], loser?: VaultPerson): Promise<void> {
  for (const each of net.people) each.stop();
  await net.run(days * dayMs);
  for (const each of [first, ...others]) await each?.start();
  if (loser) loser.vault.keeping.read = async () => await Promise.resolve(null);
  if (first) await net.link(first, others);
}

const pieceOf = ({ pieces }: Scene, person: VaultPerson): PieceId => {
  const found = pieces.find(({ keepers }) => keepers.includes(person.self));
  if (!found) throw new Error(`${person.name} keeps nothing`);
  return found.pieceId;
};

describe('a piece that is lost while its owner is away', () => {
  it('is made again from others without a key, and counts once the owner is back', async () => {
    const here = await scene(5);
    const { ada, keepers, mender, bytes } = here;
    expect(await net.until(() => holdsOrder(here))).toBe(true);
    const [loser, liar] = keepers;
    if (!loser || !liar) throw new Error('nobody');
    const lost = pieceOf(here, loser);
    const isMade = (): boolean => mender.vault.keeping.keeps(ada.self, lost);
    await meetAfter(3, [mender, ...keepers], loser);
    await net.live(120_000);
    expect(isMade()).toBe(false); // whoever said so may have been wrong
    await meetAfter(1.1, [mender, ...keepers], loser);
    // One who sends other bytes is noticed by the hashes that the owner signed.
    const honest = liar.vault.keeping.read.bind(liar.vault.keeping);
    liar.vault.keeping.read = async (input) => (await honest(input))?.map((block) => block.fill(7)) ?? null;
    expect(await net.until(isMade)).toBe(true);
    expect((await mender.view()).items).toEqual([]);

    await meetAfter(1, [ada, mender, ...keepers], loser);
    const counts = async (): Promise<boolean> =>
      (await ada.view()).keepers.some(({ peerId, pieces }) => peerId === mender.self && pieces === 1);
    expect(await net.until(counts)).toBe(true);
    for (const each of keepers.slice(0, 4)) each.stop();
    const version = (await ada.item('film.mkv'))?.versions[0];
    if (!version) throw new Error('nothing');
    const { runId } = await ada.vault.restoring.restore(version.versionId);
    expect(await net.until(async () => (await ada.run(runId))?.state === 'done')).toBe(true);
    const [name = ''] = readdirSync(ada.downloads).filter((each) => !each.startsWith('.'));
    expect(readFileSync(join(ada.downloads, name)).equals(bytes)).toBe(true);
  });

  it('is copied from another where keepers have whole copies', async () => {
    const here = await scene(3);
    const { ada, keepers, mender, pieces } = here;
    expect(await net.until(() => holdsOrder(here))).toBe(true);
    const [loser] = keepers;
    await meetAfter(3, [mender, ...keepers], loser);
    await net.live(60_000);
    await meetAfter(1.1, [mender, ...keepers], loser);
    const isMade = (): boolean => pieces.every(({ pieceId }) => mender.vault.keeping.keeps(ada.self, pieceId));
    expect(await net.until(isMade)).toBe(true);
  });

  it('stays as it is as long as the owner may be back in a moment, and sees to it', async () => {
    const here = await scene(3);
    const { ada, keepers, mender, pieces } = here;
    expect(await net.until(() => holdsOrder(here))).toBe(true);
    const [loser] = keepers;
    for (const days of [1, 1.1]) {
      await meetAfter(days, [mender, ...keepers], loser);
      await net.live(120_000);
    }
    expect(pieces.some(({ pieceId }) => mender.vault.keeping.keeps(ada.self, pieceId))).toBe(false);
  });
});

describe('nobody is given an order', () => {
  it.each([
    ['whom nobody allowed to mend', { isMended: false }],
    ['who does not mend for others', { mends: false }],
  ])('%s', async (_, wishes) => {
    const here = await scene(3, wishes);
    await net.live(180_000);
    expect(holdsOrder(here)).toBe(false);
  });
});
