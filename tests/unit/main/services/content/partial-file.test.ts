import { open, readdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, onTestFinished, test, vi } from 'vitest';
import { blockBytes, blockCount, hasBit, makeBits, setBit } from '#shared/content';
import { AnchoredFolder } from '#main/services/content/anchored-folder';
import { journalRecords, journalStart, replayJournal } from '#main/services/content/block-journal';
import { PartialFile, type OpenPart, type PartHandle } from '#main/services/content/partial-file';
import { failureCode } from '../failure-code';
import { temporaryFolder } from '../people';
import { someFile, type SomeFile } from './some-bytes';

const folderOfParts = async () => {
  const path = await temporaryFolder();
  const folder = await AnchoredFolder.open(path);
  onTestFinished(() => folder.close());
  return { path, folder };
};

const openPartOf = (folder: AnchoredFolder, file: SomeFile, openPart?: OpenPart) =>
  PartialFile.open({
    folder,
    name: 'part',
    contentId: file.contentId,
    size: file.bytes.length,
    ...(openPart ? { openPart } : {}),
  });

const heldOf = (part: PartialFile, file: SomeFile): number[] =>
  Array.from({ length: blockCount(file.bytes.length) }, (_, index) => index).filter((index) =>
    hasBit(part.held, index),
  );

test('Blocks in any order, some of them twice, become the file', async () => {
  const { path, folder } = await folderOfParts();
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 5 * blockBytes }),
      fc.array(fc.nat(4), { maxLength: 12 }),
      fc.integer(),
      async (size, order, seed) => {
        const file = someFile(size, seed);
        const part = await openPartOf(folder, file);
        const count = blockCount(size);
        const all = [...order.map((index) => index % count), ...Array.from({ length: count }, (_, index) => index)];
        await Promise.all(all.map((index) => part.write(index, file.block(index))));
        expect(part.isComplete).toBe(true);
        await part.seal();
        await part.close();
        expect(Buffer.compare(await readFile(join(path, 'part.part')), file.bytes)).toBe(0);
      },
    ),
    { numRuns: 30 },
  );
});

test('What was closed orderly is held again, and readable', async () => {
  const { folder } = await folderOfParts();
  const file = someFile(4 * blockBytes + 7);
  const part = await openPartOf(folder, file);
  await part.write(4, file.block(4));
  await part.write(1, file.block(1));
  await part.close();
  const again = await openPartOf(folder, file);
  expect(heldOf(again, file)).toEqual([1, 4]);
  expect(await again.read(4)).toEqual(file.block(4));
  expect(again.isComplete).toBe(false);
  await expect(failureCode(again.seal())).resolves.toBe('input-invalid');
  await again.close();
});

test('A program that ends at once keeps what was written until then', async () => {
  const { folder } = await folderOfParts();
  const file = someFile(3 * blockBytes);
  const part = await openPartOf(folder, file);
  await part.write(2, file.block(2));
  part.closeNow();
  const again = await openPartOf(folder, file);
  expect(heldOf(again, file)).toEqual([2]);
  await again.close();
});

test('Blocks of another content in the same place do not count', async () => {
  const { folder } = await folderOfParts();
  const [file, other] = [someFile(3 * blockBytes, 1), someFile(3 * blockBytes, 2)];
  const part = await openPartOf(folder, file);
  await part.write(0, file.block(0));
  await part.close();
  const begun = await openPartOf(folder, other);
  expect(heldOf(begun, other)).toEqual([]);
  await begun.close();
});

test('Blocks that something else cut off are not held', async () => {
  const { path, folder } = await folderOfParts();
  const file = someFile(4 * blockBytes);
  const part = await openPartOf(folder, file);
  for (const index of [0, 1, 2, 3]) await part.write(index, file.block(index));
  await part.close();
  await truncate(join(path, 'part.part'), 2 * blockBytes + 5);
  const again = await openPartOf(folder, file);
  expect(heldOf(again, file)).toEqual([0, 1]);
  await again.close();
});

test('A block of the wrong length or beyond the end is refused and nothing is written', async () => {
  const { path, folder } = await folderOfParts();
  const file = someFile(2 * blockBytes + 10);
  const part = await openPartOf(folder, file);
  const wrong = [
    [0, new Uint8Array(blockBytes - 1)],
    [2, new Uint8Array(11)],
    [2, new Uint8Array(blockBytes)],
    [3, new Uint8Array(10)],
  ] as const;
  for (const [index, bytes] of wrong)
    await expect(failureCode(part.write(index, bytes))).resolves.toBe('input-invalid');
  expect((await stat(join(path, 'part.part'))).size).toBe(0);
  await part.close();
});

test('A part or a journal that is a link is not followed', async () => {
  const { path, folder } = await folderOfParts();
  const file = someFile(2 * blockBytes);
  const outside = join(await temporaryFolder(), 'precious');
  await writeFile(outside, 'precious');
  for (const name of ['part.part', 'part.journal']) {
    await symlink(outside, join(path, name));
    await expect(failureCode(openPartOf(folder, file))).resolves.toBe('downloads-folder');
    expect(await readFile(outside, 'utf8')).toBe('precious');
    await rm(join(path, name));
  }
});

/** A disk that refuses what `refuses` says. */
const failing =
  (refuses: (operation: 'write' | 'datasync', path: string) => string | null): OpenPart =>
  async (path, flags, mode) => {
    const handle = await open(path, flags, mode);
    const refuse = (operation: 'write' | 'datasync'): void => {
      const code = refuses(operation, path);
      if (code !== null) throw Object.assign(new Error(code), { code });
    };
    const made: PartHandle = {
      fd: handle.fd,
      read: (...input) => handle.read(...input),
      write: async (...input) => {
        refuse('write');
        return await handle.write(...input);
      },
      datasync: async () => {
        refuse('datasync');
        await handle.datasync();
      },
      truncate: (length) => handle.truncate(length),
      stat: () => handle.stat(),
      close: () => handle.close(),
    };
    return made;
  };

test.each([
  ['ENOSPC', 'disk-full'],
  ['EDQUOT', 'disk-full'],
  ['EROFS', 'downloads-folder'],
  ['EIO', 'downloads-folder'],
])('%s while writing is %s; the same block can be written once that is over', async (code, failure) => {
  const { folder } = await folderOfParts();
  const file = someFile(2 * blockBytes);
  let isBroken = true;
  const part = await openPartOf(
    folder,
    file,
    failing((operation, path) => (isBroken && operation === 'write' && path.endsWith('.part') ? code : null)),
  );
  await expect(failureCode(part.write(0, file.block(0)))).resolves.toBe(failure);
  expect(heldOf(part, file)).toEqual([]);
  isBroken = false;
  await part.write(0, file.block(0));
  expect(heldOf(part, file)).toEqual([0]);
  await part.close();
});

test.each([
  ['EMFILE', 'too-many-open'],
  ['ENFILE', 'too-many-open'],
  ['EROFS', 'downloads-folder'],
])('%s while opening is %s, leaves nothing half begun, and is over once it can be opened', async (code, failure) => {
  const { folder, path } = await folderOfParts();
  const file = someFile(2 * blockBytes);
  let isBroken = true;
  const opening: OpenPart = async (place, flags, mode) => {
    if (isBroken && place.endsWith('.journal')) throw Object.assign(new Error(code), { code });
    return await open(place, flags, mode);
  };
  await expect(failureCode(openPartOf(folder, file, opening))).resolves.toBe(failure);
  isBroken = false;
  const part = await openPartOf(folder, file, opening);
  expect(heldOf(part, file)).toEqual([]);
  for (const index of [0, 1]) await part.write(index, file.block(index));
  await part.seal();
  await part.close();
  expect((await readdir(path)).toSorted()).toEqual(['part.journal', 'part.part']);
});

test('When flushing fails, nothing of that batch counts after opening anew, and what was flushed before does', async () => {
  const { folder } = await folderOfParts();
  const file = someFile(4 * blockBytes);
  let isBroken = false;
  const disk = failing((operation) => (isBroken && operation === 'datasync' ? 'EIO' : null));
  const part = await openPartOf(folder, file, disk);
  await part.write(0, file.block(0));
  await part.flush();
  isBroken = true;
  await part.write(1, file.block(1));
  await expect(failureCode(part.flush())).resolves.toBe('downloads-folder');
  await expect(failureCode(part.write(2, file.block(2)))).resolves.toBe('downloads-folder');
  await part.close();
  isBroken = false;
  const again = await openPartOf(folder, file, disk);
  expect(heldOf(again, file)).toEqual([0]);
  await again.close();
});

test('Writers wait while 8 MiB and more are not flushed', async () => {
  const { folder } = await folderOfParts();
  const size = 160 * blockBytes;
  const file = someFile(size);
  const flushed: PromiseWithResolvers<void> = Promise.withResolvers();
  const openPart: OpenPart = async (path, flags, mode) => {
    const handle = await open(path, flags, mode);
    return {
      fd: handle.fd,
      read: (...input) => handle.read(...input),
      write: (...input) => handle.write(...input),
      datasync: async () => {
        await flushed.promise;
      },
      truncate: (length) => handle.truncate(length),
      stat: () => handle.stat(),
      close: () => handle.close(),
    };
  };
  const part = await openPartOf(folder, file, openPart);
  let written = 0;
  const all = Promise.all(
    Array.from({ length: 160 }, async (_, index) => {
      await part.write(index, file.block(index));
      written += 1;
    }),
  );
  await vi.waitFor(() => expect(heldOf(part, file)).toHaveLength(160));
  expect(written).toBeLessThan(66); // two batches of 32 and no more
  flushed.resolve();
  await all;
  await part.seal();
  await part.close();
});

test('A file of one block leaves no journal', async () => {
  const { path, folder } = await folderOfParts();
  const file = someFile(100);
  const part = await openPartOf(folder, file);
  await part.write(0, file.block(0));
  await part.seal();
  await part.close();
  expect(await readdir(path)).toEqual(['part.part']);
});

test('A journal tells of exactly the blocks that were written into it, up to where it is torn or garbled', () => {
  const id = 'ab'.repeat(32);
  const batches = fc.array(fc.array(fc.nat(499), { maxLength: 40 }), { maxLength: 8 });
  fc.assert(
    fc.property(batches, fc.nat(), fc.option(fc.nat()), (blocks, cut, flip) => {
      const records = blocks.map((batch) => journalRecords([...new Set(batch)]));
      const whole = Buffer.concat([journalStart(id), ...records]);
      const torn = Buffer.from(whole.subarray(0, Math.max(journalStart(id).length, cut % (whole.length + 1))));
      if (flip !== null && torn.length > journalStart(id).length) {
        const at = journalStart(id).length + (flip % (torn.length - journalStart(id).length));
        torn.writeUInt8(torn.readUInt8(at) ^ 0x40, at);
      }
      const [told, real] = [makeBits(500), makeBits(500)];
      const sound = replayJournal(torn, id, told, 500);
      expect(sound).toBeLessThanOrEqual(torn.length);
      for (const index of blocks.flat()) setBit(real, index);
      for (let index = 0; index < 500; index += 1) if (hasBit(told, index)) expect(hasBit(real, index)).toBe(true);
      if (torn.length === whole.length && flip === null) expect(told).toEqual(real);
    }),
    { numRuns: 300 },
  );
});

test('A journal of anything else tells of nothing, whatever its bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      const told = makeBits(100);
      const sound = replayJournal(Buffer.from(bytes), 'cd'.repeat(32), told, 100);
      expect(sound).toBe(0);
      expect(told.every((byte) => byte === 0)).toBe(true);
    }),
  );
});
