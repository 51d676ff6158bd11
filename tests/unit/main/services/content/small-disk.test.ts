// Receiving onto a disk that is really full: a file system of 2 MiB in memory, which takes the rights to mount one.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { blockBytes } from '#shared/content';
import { failureCode } from '../failure-code';
import { temporaryFolder } from '../people';
import { allOf, begin, fileIdOf, keepDrop, receiver, restarted, walk, writeBlocks } from './receiving';
import { someFile } from './some-bytes';

const mounted: string[] = [];

function mount(folder: string): boolean {
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder]);
  if (status === 0) mounted.push(folder);
  return status === 0;
}

const unmount = (folder: string): void => void spawnSync('umount', ['-l', folder]);

function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'roundtable-mount-'));
  const can = mount(folder);
  for (const one of mounted.splice(0)) unmount(one);
  rmdirSync(folder);
  if (!can) process.stdout.write('a full disk: not run: no right to mount a small file system\n');
  return can;
}

afterEach(() => {
  for (const folder of mounted.splice(0)) unmount(folder);
});

describe.runIf(canMount())('on a disk of 2 MiB', () => {
  test('what does not fit is refused before anything is kept', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'downloads'));
    mount(join(folder, 'downloads'));
    const at = await receiver(folder);
    expect(await failureCode(keepDrop(at, [{ path: ['film.webm'], size: 3 * 1024 ** 2 }]))).toBe('disk-full');
    expect(await at.call('listDrops')).toEqual([]);
    expect((await walk(at.downloads)).filter((name) => !name.endsWith('/'))).toEqual([]);
  });

  test('that somebody else fills meanwhile, nothing half gets a name, and what came goes on once there is room', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'downloads'));
    mount(join(folder, 'downloads'));
    let at = await receiver(folder);
    const file = someFile(5 * blockBytes + 9);
    const drop = await keepDrop(at, [{ path: ['film.webm'], size: file.bytes.length }]);
    const fileId = fileIdOf(drop);
    await begin(at, fileId, file);
    await writeBlocks(at, fileId, file, [0, 1]);
    const other = join(at.downloads, 'of somebody else');
    await writeFile(other, Buffer.alloc(2 * 1024 ** 2)).catch(() => undefined);

    const codes = await Promise.all(
      [2, 3, 4, 5].map(async (index) => await failureCode(writeBlocks(at, fileId, file, [index]))),
    );
    expect(new Set(codes)).toEqual(new Set(['disk-full']));
    expect(await failureCode(at.call('finishFile', { fileId }))).not.toBe('no failure');
    expect((await walk(at.downloads)).filter((name) => !name.startsWith('.'))).toEqual(['of somebody else']);

    // Also over a restart with the disk still full.
    at = await restarted(at);
    await rm(other);
    const { dropId } = drop.record;
    expect((await at.call('readDrop', { dropId })).record.state).toBe('open');
    await begin(at, fileId, file);
    await writeBlocks(at, fileId, file, allOf(file));
    expect(await at.call('finishFile', { fileId })).toEqual({ isPlaced: true });
    expect(Buffer.compare(await readFile(join(at.downloads, 'film.webm')), file.bytes)).toBe(0);
    at.services.close();
  });
});
