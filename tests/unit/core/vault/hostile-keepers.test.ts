// Keepers who lie, lose, swap, cut, and go in the middle of things: no wrong byte ever comes back, and nothing that is said to be safe is lost.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { VaultRun } from '#shared/vault';
import { VaultNet, type VaultPerson } from '#tests/support/vault-net';

const gib = 2 ** 30;
let net: VaultNet;

// Their disks are real.
vi.setConfig({ testTimeout: 60_000 });

afterEach(() => {
  net.end();
});

async function adaWith(keepers: number, seed = 1): Promise<[VaultPerson, ...VaultPerson[]]> {
  net = new VaultNet(seed);
  const names = Array.from({ length: keepers }, (_, at) => `Keeper ${at}`);
  const [ada, ...others] = await net.friends('Ada', ...names);
  if (!ada) throw new Error('nobody');
  for (const other of others) await other.pledge(ada, gib);
  await net.link(ada, others);
  return [ada, ...others];
}

const bytesOf = (length: number): Uint8Array<ArrayBuffer> => net.dice.bytes(length);

const isWhole = (ada: VaultPerson, name: string) => async (): Promise<boolean> => {
  const health = (await ada.item(name))?.versions[0]?.health;
  return health !== undefined && health.bytes > 0 && health.keptBytes === health.bytes;
};

const over: readonly VaultRun['state'][] = ['done', 'failed', 'cancelled'];

/** Restores it; answers how that ended, and the bytes if they came. */
async function restored(ada: VaultPerson, name: string): Promise<{ state: string; bytes: Buffer | null }> {
  const version = (await ada.item(name))?.versions[0];
  if (!version) throw new Error(`no ${name}`);
  const before = new Set(readable(ada));
  const { runId } = await ada.vault.restoring.restore(version.versionId);
  await net.until(async () => over.includes((await ada.run(runId))?.state ?? 'running'), 300_000);
  const state = (await ada.run(runId))?.state ?? 'none';
  const [fresh] = readable(ada).filter((each) => !before.has(each));
  return { state, bytes: fresh === undefined ? null : readFileSync(join(ada.downloads, fresh)) };
}

const readable = (ada: VaultPerson): string[] => {
  try {
    return readdirSync(ada.downloads).filter((name) => !name.startsWith('.'));
  } catch {
    return [];
  }
};

type Reading = VaultPerson['vault']['keeping']['read'];

/** Ways in which a keeper can answer otherwise than they should. */
const lies: Record<string, (read: Reading) => Reading> = {
  'alters a bit': (read) => async (input) => {
    const blocks = await read(input);
    for (const block of blocks ?? []) block[block.length >> 1] = (block[block.length >> 1] ?? 0) ^ 1;
    return blocks;
  },
  'sends another block': (read) => async (input) => await read({ ...input, blocks: input.blocks.map(() => 0) }),
  'cuts blocks short': (read) => async (input) => (await read(input))?.map((block) => block.slice(0, -1)) ?? null,
  'sends longer ones': (read) => async (input) =>
    (await read(input))?.map((block) => new Uint8Array([...block.subarray(0, 1), ...block])) ?? null,
  'has lost them': () => async () => await Promise.resolve(null),
  'fails at it': () => async () => await Promise.reject(new Error('disk')),
};

describe('a keeper who', () => {
  it.each(Object.keys(lies))('%s spoils no restore while enough others are honest', async (lie) => {
    const [ada, ...keepers] = await adaWith(6, 11);
    const bytes = bytesOf(2_500_000);
    await ada.put('film.mkv', { path: ['film.mkv'], bytes });
    expect(await net.until(isWhole(ada, 'film.mkv'))).toBe(true);
    for (const { vault } of keepers.slice(0, 3)) {
      const { keeping } = vault;
      keeping.read = lies[lie]?.(keeping.read.bind(keeping)) ?? keeping.read;
    }
    const { state, bytes: found } = await restored(ada, 'film.mkv');
    expect(state).toBe('done');
    expect(found?.equals(bytes)).toBe(true);
  });

  it.each(['alters a bit', 'sends another block', 'cuts blocks short'])(
    '%s gets nothing wrong into a download even when all do',
    async (lie) => {
      const [ada, ...keepers] = await adaWith(3, 12);
      await ada.put('film.mkv', { path: ['film.mkv'], bytes: bytesOf(900_000) });
      expect(await net.until(isWhole(ada, 'film.mkv'))).toBe(true);
      for (const { vault } of keepers) {
        const { keeping } = vault;
        keeping.read = lies[lie]?.(keeping.read.bind(keeping)) ?? keeping.read;
      }
      const version = (await ada.item('film.mkv'))?.versions[0];
      if (!version) throw new Error('nothing');
      const { runId } = await ada.vault.restoring.restore(version.versionId);
      await net.live(120_000);
      expect(['waiting', 'running', 'failed']).toContain((await ada.run(runId))?.state);
      expect(readable(ada)).toEqual([]);
    },
  );

  it('says that they keep what they never took is found out by being asked for it, and others get it', async () => {
    const [ada, ...keepers] = await adaWith(4, 13);
    // Of equals the first by their id is chosen.
    const liar = keepers.toSorted((a, b) => (a.self < b.self ? -1 : 1))[0];
    if (!liar) throw new Error('nobody');
    const { keeping } = liar.vault;
    keeping.offer = async () => await Promise.resolve({ answer: 'kept', missing: [] });
    keeping.read = async () => await Promise.resolve(null);
    const bytes = bytesOf(300_000);
    await ada.put('a.bin', { path: ['a.bin'], bytes });
    expect(await net.until(isWhole(ada, 'a.bin'))).toBe(true);
    expect((await ada.view()).keepers.find(({ peerId }) => peerId === liar.self)?.keptBytes).toBeGreaterThan(0);
    const isFoundOut = async (): Promise<boolean> => {
      const honest = (await ada.view()).keepers.filter(
        ({ peerId, keptBytes }) => peerId !== liar.self && keptBytes >= bytes.length,
      );
      return honest.length === 3;
    };
    // Once a day each keeper is asked; what is lacking goes to whoever has it not.
    expect(await net.until(isFoundOut, 6 * 86_400_000, 1_800_000)).toBe(true);
    expect((await restored(ada, 'a.bin')).bytes?.equals(bytes)).toBe(true);
  });
});

describe('people who come, go and crash in the middle', () => {
  it.each([1, 2, 3, 4])('lose nothing that was said to be safe, and restore it whole (world %i)', async (seed) => {
    const [ada, ...keepers] = await adaWith(6, seed * 101);
    const put = new Map<string, Uint8Array>();
    const people = [ada, ...keepers];
    const dice = net.dice;
    const down = new Set<VaultPerson>();
    for (let round = 0; round < 14; round += 1) {
      if (!down.has(ada) && put.size < 4 && dice.next() < 0.6) {
        const name = `file ${put.size}`;
        const bytes = bytesOf(200_000 + Math.floor(dice.next() * 3_000_000));
        await ada.put(name, { path: [name], bytes });
        put.set(name, bytes);
      }
      await net.live(200 + dice.next() * 6_000);
      const victim = people[Math.floor(dice.next() * people.length)];
      if (victim && !down.has(victim) && down.size < 4) {
        victim.stop();
        down.add(victim);
      }
      if (dice.next() < 0.7) {
        const [back] = down;
        if (back) {
          down.delete(back);
          await back.start();
          if (!down.has(ada))
            await net.link(
              ada,
              keepers.filter((keeper) => !down.has(keeper)),
            );
        }
      }
    }
    for (const back of down) await back.start();
    await net.link(ada, keepers);
    for (const [name, bytes] of put) {
      expect(await net.until(isWhole(ada, name), 600_000)).toBe(true);
      const found = await restored(ada, name);
      expect(found.state).toBe('done');
      expect(found.bytes?.equals(bytes)).toBe(true);
    }
    expect(put.size).toBeGreaterThan(0);
  });
});
