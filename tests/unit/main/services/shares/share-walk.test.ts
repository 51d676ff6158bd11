// What is left out of a folder that holds too much.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { AnchoredFolder } from '#main/services/content/anchored-folder';
import { ShareWalk, type WalkedEntry } from '#main/services/shares/share-walk';
import { temporaryFolder } from '../people';

vi.mock('#main/services/service-limits', async (original) => {
  const { serviceLimits } = await original<{ serviceLimits: object }>();
  return { serviceLimits: { ...serviceLimits, shareEntries: 30, shareDepth: 4 } };
});

async function walk(folder: string): Promise<{ found: WalkedEntry[]; isCut: boolean }> {
  const root = await AnchoredFolder.openExisting(folder);
  const found: WalkedEntry[] = [];
  const options = { root, name: 'Music', firstId: 1, signal: new AbortController().signal };
  const { isCut } = await new ShareWalk({ ...options, found: (entry) => found.push(entry) }).run();
  await root.close();
  return { found, isCut };
}

test('a folder is read up to a number of files, and no further', async () => {
  const folder = await temporaryFolder();
  for (let nth = 0; nth < 100; nth += 1) await writeFile(join(folder, `${nth}.txt`), '');
  const { found, isCut } = await walk(folder);
  expect(found).toHaveLength(30);
  expect(isCut).toBe(true);
});

test('folders in folders are read down to a depth, and no further', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'a/b/c/d/e/f'), { recursive: true });
  await writeFile(join(folder, 'a/b/c/deep.txt'), '');
  await writeFile(join(folder, 'a/b/c/d/too-deep.txt'), '');
  const { found, isCut } = await walk(folder);
  expect(found.map(({ name }) => name)).toEqual(['deep.txt', 'c', 'b', 'a']);
  expect(isCut).toBe(true);
});
