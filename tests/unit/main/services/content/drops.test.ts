import { mkdir, readFile, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { blockBytes, hasBit, maxFileBytes } from '#shared/content';
import { maxDropFiles, type FileEntry } from '#shared/drop';
import { serviceLimits } from '#main/services/service-limits';
import { failureCode } from '../failure-code';
import { noShell } from '../no-shell';
import { befriend, temporaryFolder } from '../people';
import { allOf, begin, fileIdOf, keepDrop, receive, receiver, restarted, walk, writeBlocks } from './receiving';
import { someDrop, someFile } from './some-bytes';

const partial = '.roundtable-partial';
const entry = (size: number, ...path: string[]): FileEntry => ({ path, size });

describe('A file that is received', () => {
  test('gets its name when it is whole, not before, and nothing else is left', async () => {
    const at = await receiver();
    const file = someFile(2 * blockBytes + 100);
    const drop = await keepDrop(at, [entry(file.bytes.length, 'notes.txt')]);
    const fileId = fileIdOf(drop);
    await begin(at, fileId, file);
    await writeBlocks(at, fileId, file, [2, 0]);
    expect((await walk(at.downloads)).filter((name) => !name.startsWith(partial))).toEqual([]);
    expect(await failureCode(at.call('finishFile', { fileId }))).toBe('input-invalid');
    await writeBlocks(at, fileId, file, [1]);
    expect(await at.call('finishFile', { fileId })).toEqual({ isPlaced: true });
    expect(await walk(at.downloads)).toEqual(['notes.txt']);
    expect(Buffer.compare(await readFile(join(at.downloads, 'notes.txt')), file.bytes)).toBe(0);
    expect((await stat(join(at.downloads, 'notes.txt'))).mode & 0o777).toBe(0o600);
    await at.call('noteDrop', {
      dropId: drop.record.dropId,
      progress: { state: 'finished', failure: null, sentBytes: 7 },
    });
    const [record] = await at.call('listDrops');
    expect(record).toMatchObject({ state: 'finished', heldBytes: file.bytes.length, sentBytes: 7, fileCount: 1 });
  });

  test('may have no bytes at all', async () => {
    const at = await receiver();
    const file = someFile(0);
    const drop = await keepDrop(at, [entry(0, 'empty.txt')]);
    expect(await receive(at, fileIdOf(drop), file)).toBe(true);
    expect((await stat(join(at.downloads, 'empty.txt'))).size).toBe(0);
  });

  test('never replaces another, nor is written through a link: it gets a number', async () => {
    const at = await receiver();
    await mkdir(at.downloads, { recursive: true });
    const outside = join(await temporaryFolder(), 'precious');
    await writeFile(outside, 'precious');
    await writeFile(join(at.downloads, 'a.txt'), 'mine');
    await symlink(outside, join(at.downloads, 'a (2).txt'));
    await symlink('/nowhere', join(at.downloads, 'a (3).txt'));
    const file = someFile(10);
    await receive(at, fileIdOf(await keepDrop(at, [entry(10, 'a.txt')])), file);
    expect(await readFile(join(at.downloads, 'a.txt'), 'utf8')).toBe('mine');
    expect(await readFile(outside, 'utf8')).toBe('precious');
    expect(Buffer.compare(await readFile(join(at.downloads, 'a (4).txt')), file.bytes)).toBe(0);
  });

  test('can be read while it comes, when it is whole, and no more once it was changed or removed', async () => {
    const at = await receiver();
    const file = someFile(3 * blockBytes + 1);
    const drop = await keepDrop(at, [entry(file.bytes.length, 'a.bin')]);
    const fileId = fileIdOf(drop);
    await begin(at, fileId, file);
    await writeBlocks(at, fileId, file, [3, 1]);
    expect(await at.call('readBlocks', { fileId, indices: [1, 3] })).toEqual([file.block(1), file.block(3)]);
    expect(await failureCode(at.call('readBlocks', { fileId, indices: [0] }))).toBe('input-invalid');
    expect(await at.call('readHashes', { fileId, page: 0 })).toEqual(file.pages[0]);
    await writeBlocks(at, fileId, file, [0, 2]);
    await at.call('finishFile', { fileId });
    expect(await at.call('readBlocks', { fileId, indices: [0, 3] })).toEqual([file.block(0), file.block(3)]);
    expect(await failureCode(at.call('readBlocks', { fileId, indices: [4] }))).toBe('input-invalid');
    await utimes(join(at.downloads, 'a.bin'), 1, 1);
    expect(await failureCode(at.call('readBlocks', { fileId, indices: [0] }))).toBe('file-changed');
    expect((await at.call('readDrop', { dropId: drop.record.dropId })).files[0]?.place).toBe('changed');
    await rm(join(at.downloads, 'a.bin'));
    expect(await failureCode(at.call('readBlocks', { fileId, indices: [0] }))).toBe('file-gone');
    expect((await at.call('readDrop', { dropId: drop.record.dropId })).files[0]?.place).toBe('gone');
  });

  test('goes on after a restart from the blocks it has', async () => {
    const before = await receiver();
    const file = someFile(5 * blockBytes);
    const drop = await keepDrop(before, [entry(file.bytes.length, 'a.bin')]);
    const fileId = fileIdOf(drop);
    await begin(before, fileId, file);
    await writeBlocks(before, fileId, file, [4, 2]);
    const after = await restarted(before);
    const kept = await after.call('readDrop', { dropId: drop.record.dropId });
    expect(kept.files[0]).toMatchObject({ fileId, contentId: file.contentId, place: 'coming' });
    const { header, blocks, pages } = await after.call('readHoldings', { fileId });
    expect(header).toEqual(file.header);
    expect([0, 1, 2, 3, 4].filter((index) => hasBit(blocks, index))).toEqual([2, 4]);
    expect(hasBit(pages, 0)).toBe(true);
    await writeBlocks(after, fileId, file, [0, 1, 3]);
    await after.call('finishFile', { fileId });
    expect(Buffer.compare(await readFile(join(after.downloads, 'a.bin')), file.bytes)).toBe(0);
  });

  test('keeps more than one page of hashes, over a restart too', async () => {
    const before = await receiver();
    // Of a file nobody has to write: two pages of hashes are of more than 2 GiB.
    const size = 8_193 * blockBytes;
    const pages = [new Uint8Array(blockBytes).fill(7), new Uint8Array(32).fill(9)];
    const { createHash } = await import('node:crypto');
    const { encodeHeader } = await import('#shared/content');
    const header = encodeHeader(size, Buffer.concat(pages.map((page) => createHash('sha256').update(page).digest())));
    const drop = await keepDrop(before, [entry(size, 'large.bin')]);
    const fileId = fileIdOf(drop);
    await before.call('describeFile', { fileId, header });
    for (const [page, hashes] of pages.entries()) {
      const wrong = hashes.map((byte) => byte ^ 1);
      expect(await failureCode(before.call('writeHashes', { fileId, page, hashes: wrong }))).toBe('input-invalid');
      await before.call('writeHashes', { fileId, page, hashes });
    }
    const after = await restarted(before);
    expect((await after.call('readHoldings', { fileId })).pages).toEqual(new Uint8Array([0b1100_0000]));
    expect(await after.call('readHashes', { fileId, page: 1 })).toEqual(pages[1]);
  });
});

describe('Only what was offered arrives', () => {
  test('a header of another size, a second header and blocks beyond the end are refused', async () => {
    const at = await receiver();
    const [file, other, larger] = [someFile(300_000, 1), someFile(300_000, 2), someFile(300_001)];
    const fileId = fileIdOf(await keepDrop(at, [entry(300_000, 'a.bin')]));
    const describe = (header: Uint8Array<ArrayBuffer>) => failureCode(at.call('describeFile', { fileId, header }));
    expect(await describe(larger.header)).toBe('file-refused');
    expect(await describe(new Uint8Array(61))).toBe('file-refused');
    await begin(at, fileId, file);
    await begin(at, fileId, file);
    expect(await describe(other.header)).toBe('file-refused');
    const write = (index: number, bytes: Uint8Array<ArrayBuffer>) =>
      failureCode(at.call('writeBlocks', { fileId, blocks: [{ index, bytes }] }));
    expect(await write(2, new Uint8Array(1))).toBe('input-invalid');
    expect(await write(1, new Uint8Array(blockBytes))).toBe('input-invalid');
    expect(await write(0, new Uint8Array(1))).toBe('input-invalid');
    await writeBlocks(at, fileId, file, allOf(file));
    await at.call('finishFile', { fileId });
    expect((await stat(join(at.downloads, 'a.bin'))).size).toBe(300_000);
  });

  test('a drop is known once', async () => {
    const at = await receiver();
    const facts = someDrop();
    await keepDrop(at, [entry(1, 'a')], facts);
    expect(await failureCode(keepDrop(at, [entry(2, 'b')], facts))).toBe('input-invalid');
  });

  test.each([
    ['two names alike', [entry(1, 'a.txt'), entry(1, 'a.txt')]],
    ['two names alike on some systems', [entry(1, 'Photos', 'A.txt'), entry(1, 'photos', 'a.TXT')]],
    ['a file inside a file', [entry(1, 'a'), entry(1, 'a', 'b')]],
    ['a path too long in all', [entry(1, ...Array.from({ length: 6 }, () => 'x'.repeat(200)))]],
  ])('%s are refused, and nothing is kept', async (_what, files) => {
    const at = await receiver();
    expect(await failureCode(keepDrop(at, files))).toBe('file-refused');
    expect(await at.call('listDrops')).toEqual([]);
  });

  test.each([
    ['too deep', [entry(1, ...Array.from({ length: 17 }, () => 'a'))]],
    ['more than 1 TiB', [entry(1024 ** 4 + 1, 'a')]],
    ['no files', []],
    ['too many files', Array.from({ length: maxDropFiles + 1 }, (_, at) => entry(1, `f${at}`))],
    ['no name', [entry(1)]],
  ])('%s: no such offer can be kept', async (_what, files) => {
    const at = await receiver();
    expect(await failureCode(keepDrop(at, files))).toBe('input-invalid');
  });
});

describe('A folder that is received', () => {
  const files = [
    entry(300_000, 'Photos', 'a.jpg'),
    entry(0, 'Photos', 'empty', 'none.txt'),
    entry(20, 'Photos', 'sub', 'deep', 'b.jpg'),
    entry(5, 'notes.txt'),
  ];

  test('appears as a whole, as new, beside a folder of the same name', async () => {
    const at = await receiver();
    await mkdir(join(at.downloads, 'Photos'), { recursive: true });
    await writeFile(join(at.downloads, 'Photos', 'a.jpg'), 'mine');
    const drop = await keepDrop(at, files);
    for (const [position, { size }] of files.entries()) {
      const isPlaced = await receive(at, fileIdOf(drop, position), someFile(size, position));
      expect(isPlaced).toBe(position >= 2);
      const shown = (await walk(at.downloads)).filter((name) => !name.startsWith(partial));
      if (position < 2) expect(shown).toEqual(['Photos/', 'Photos/a.jpg']);
    }
    expect(await walk(at.downloads)).toEqual(
      [
        'Photos/',
        'Photos/a.jpg',
        'Photos (2)/',
        'Photos (2)/a.jpg',
        'Photos (2)/empty/',
        'Photos (2)/empty/none.txt',
        'Photos (2)/sub/',
        'Photos (2)/sub/deep/',
        'Photos (2)/sub/deep/b.jpg',
        'notes.txt',
      ].sort(),
    );
    expect(await readFile(join(at.downloads, 'Photos', 'a.jpg'), 'utf8')).toBe('mine');
    const fileId = fileIdOf(drop, 2);
    expect(await at.call('readBlocks', { fileId, indices: [0] })).toEqual([someFile(20, 2).block(0)]);
  });

  test('goes on after a restart between two of its files', async () => {
    const before = await receiver();
    const drop = await keepDrop(before, files);
    await receive(before, fileIdOf(drop, 0), someFile(300_000, 0));
    await receive(before, fileIdOf(drop, 1), someFile(0, 1));
    const after = await restarted(before);
    const kept = await after.call('readDrop', { dropId: drop.record.dropId });
    expect(kept.files.map(({ place }) => place)).toEqual(['here', 'here', 'coming', 'coming']);
    expect(await receive(after, fileIdOf(drop, 2), someFile(20, 2))).toBe(true);
    expect(await walk(join(after.downloads, 'Photos'))).toContain('sub/deep/b.jpg');
  });

  test('of which a whole file was lost before the folder was, asks for that file again', async () => {
    const before = await receiver();
    const drop = await keepDrop(before, files);
    await receive(before, fileIdOf(drop, 0), someFile(300_000, 0));
    await rm(join(before.downloads, partial, `${fileIdOf(drop, 0)}.part`));
    const after = await restarted(before);
    const kept = await after.call('readDrop', { dropId: drop.record.dropId });
    expect(kept.files[0]?.place).toBe('coming');
    expect((await after.call('readHoldings', { fileId: fileIdOf(drop, 0) })).blocks).toEqual(new Uint8Array([0]));
  });
});

describe('Names stay inside', () => {
  const hostileName = fc.oneof(
    fc.constantFrom(
      '..',
      '.',
      '',
      '/',
      'a/b',
      '..\\x',
      'C:',
      'con',
      'NUL.txt',
      '.ssh',
      'x\0',
      '\u202egpj.exe',
      ' a',
      'a.',
    ),
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.constantFrom('a', 'b', 'A', 'file.txt'),
    fc.constant('x'.repeat(256)),
  );

  test('whatever an offer says, files lie under the names it gave, below the downloads, or nowhere', async () => {
    const at = await receiver();
    const offers = fc.array(fc.array(hostileName, { maxLength: 4 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(offers, async (paths) => {
        const files = paths.map((path) => ({ path, size: 0 }));
        const kept = await keepDrop(at, files).catch(() => null);
        if (!kept) return;
        for (const { fileId } of kept.files) await receive(at, fileId, someFile(0));
        const { dropId } = kept.record;
        await at.call('noteDrop', { dropId, progress: { state: 'finished', failure: null, sentBytes: 0 } });
        const listed = new Set(paths.flatMap((path) => path.map((_, depth) => path.slice(0, depth + 1).join('/'))));
        for (const name of (await walk(at.downloads)).filter((found) => !found.startsWith(partial)))
          expect(listed).toContain(name.replace(/\/$/, ''));
        await rm(at.downloads, { recursive: true, force: true });
        const beside = (await walk(at.folder)).filter(
          (name) => !/^(logs\/|roundtable\.sqlite|\.lock|lock|hashes\/|profile|vault\/(own\/|index\/)?$)/.test(name),
        );
        expect(beside).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('a partial folder that is a link is not used', async () => {
    const at = await receiver();
    const outside = await temporaryFolder();
    await mkdir(at.downloads, { recursive: true });
    await symlink(outside, join(at.downloads, partial));
    expect(await failureCode(keepDrop(at, [entry(1, 'a')]))).toBe('downloads-folder');
    expect(await walk(outside)).toEqual([]);
  });

  test('a download folder that was replaced by a link to elsewhere, at any moment, gets nothing', async () => {
    const outside = await temporaryFolder();
    for (let round = 0; round < 100; round += 1) {
      const at = await receiver();
      const file = someFile(3 * blockBytes, round);
      const drop = await keepDrop(at, [entry(file.bytes.length, 'a.bin'), entry(4, 'f', 'b')]);
      const steps = [
        () => begin(at, fileIdOf(drop), file),
        () => writeBlocks(at, fileIdOf(drop), file, [0, 1, 2]),
        () => at.call('finishFile', { fileId: fileIdOf(drop) }),
        () => receive(at, fileIdOf(drop, 1), someFile(4)),
      ];
      const moment = round % steps.length;
      for (const [step, run] of steps.entries()) {
        const running = run().catch(() => undefined);
        if (step === moment) {
          await new Promise((resolve) => setTimeout(resolve, (round % 7) / 3));
          await rename(at.downloads, `${at.downloads}-moved`).catch(() => undefined);
          await symlink(outside, at.downloads).catch(() => undefined);
        }
        await running;
      }
      at.services.close();
      expect(await walk(outside)).toEqual([]);
    }
  }, 60_000);
});

describe('A drop of mine', () => {
  const outgoing = async (names: readonly string[], sizes: readonly number[]) => {
    const at = await receiver();
    const home = await temporaryFolder();
    const files = sizes.map((size, index) => someFile(size, index));
    const sources = [];
    for (const [index, name] of names.entries()) {
      await writeFile(join(home, name), files[index]?.bytes ?? '');
      sources.push(await at.services.drops.sources.remember(join(home, name)));
    }
    const entries = names.map((name, index) => entry(sizes[index] ?? 0, name));
    const drop = await at.call('keepDrop', { facts: someDrop('outgoing'), files: entries, state: 'open', sources });
    return { at, home, files, drop };
  };

  test('is read from where its files lie, after a restart too', async () => {
    const { at, files, drop } = await outgoing(['a.bin', 'b.bin'], [2 * blockBytes + 3, 10]);
    const fileId = fileIdOf(drop);
    expect(drop.files.map(({ place }) => place)).toEqual(['here', 'here']);
    const [file] = files;
    if (!file) return;
    await begin(at, fileId, file);
    const after = await restarted(at);
    expect(await after.call('readBlocks', { fileId, indices: [2, 0] })).toEqual([file.block(2), file.block(0)]);
    expect(await after.call('readHashes', { fileId, page: 0 })).toEqual(file.pages[0]);
    expect((await after.call('readHoldings', { fileId })).header).toEqual(file.header);
    expect(await failureCode(after.call('writeBlocks', { fileId, blocks: [{ index: 0, bytes: file.block(0) }] }))).toBe(
      'input-invalid',
    );
  });

  test('says that a file was changed, or is gone', async () => {
    const { at, home, drop } = await outgoing(['a.bin', 'b.bin'], [100, 100]);
    await at.call('readBlocks', { fileId: fileIdOf(drop), indices: [0] });
    await writeFile(join(home, 'a.bin'), 'other');
    await rm(join(home, 'b.bin'));
    expect(await failureCode(at.call('readBlocks', { fileId: fileIdOf(drop), indices: [0] }))).toBe('file-changed');
    expect(await failureCode(at.call('readBlocks', { fileId: fileIdOf(drop, 1), indices: [0] }))).toBe('file-gone');
    const kept = await at.call('readDrop', { dropId: drop.record.dropId });
    expect(kept.files.map(({ place }) => place)).toEqual(['changed', 'gone']);
  });

  test('of files only the page can read is kept, with the hashes of its blocks', async () => {
    const at = await receiver();
    const file = someFile(blockBytes + 1);
    const drop = await keepDrop(at, [entry(file.bytes.length, 'a.bin')], someDrop('outgoing'));
    await begin(at, fileIdOf(drop), file);
    const after = await restarted(at);
    const kept = await after.call('readDrop', { dropId: drop.record.dropId });
    expect(kept.files[0]).toMatchObject({ place: 'elsewhere', contentId: file.contentId });
    expect((await after.call('readHoldings', { fileId: fileIdOf(drop) })).blocks).toEqual(new Uint8Array([0]));
    expect(await failureCode(after.call('readBlocks', { fileId: fileIdOf(drop), indices: [0] }))).toBe('input-invalid');
    expect(
      await failureCode(
        after.call('describeFile', { fileId: fileIdOf(drop), header: someFile(blockBytes + 1, 9).header }),
      ),
    ).toBe('file-changed');
  });

  test('takes no folder and nothing that is not there for a file', async () => {
    const at = await receiver();
    const { sources } = at.services.drops;
    expect(await failureCode(sources.remember(at.folder))).toBe('file-unreadable');
    expect(await failureCode(sources.remember(join(at.folder, 'none')))).toBe('file-gone');
    const unknown = {
      facts: someDrop('outgoing'),
      files: [entry(1, 'a')],
      state: 'open' as const,
      sources: ['0'.repeat(32) as never],
    };
    expect(await failureCode(at.call('keepDrop', unknown))).toBe('file-gone');
  });
});

describe('A drop that was declined', () => {
  test('is kept over a restart, takes no room, and can leave the list', async () => {
    const before = await receiver();
    const facts = someDrop();
    const files = [entry(maxFileBytes, 'larger than any disk')];
    const declined = { facts, files, state: 'declined' as const, sources: [] };
    const { record } = await before.call('keepDrop', declined);
    expect(record).toMatchObject({ dropId: facts.dropId, state: 'declined', bytes: maxFileBytes, heldBytes: 0 });
    expect(await walk(before.downloads)).toEqual([]);
    const { freeBytes } = await before.call('readFreeBytes');
    const after = await restarted(before);
    expect((await after.call('listDrops')).map(({ state }) => state)).toEqual(['declined']);
    expect((await after.call('readFreeBytes')).freeBytes).toBeGreaterThan(freeBytes / 2);
    await after.call('forgetDrops', { dropIds: [facts.dropId] });
    expect(await after.call('listDrops')).toEqual([]);
  });
});

describe('The list of drops', () => {
  test('survives a restart, newest first; what is over can leave it, and its files stay', async () => {
    const before = await receiver();
    const first = await keepDrop(before, [entry(10, 'a.txt')]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const second = await keepDrop(before, [entry(10, 'b.txt')]);
    await receive(before, fileIdOf(first), someFile(10));
    const [a, b] = [first.record.dropId, second.record.dropId];
    await before.call('noteDrop', { dropId: a, progress: { state: 'finished', failure: null, sentBytes: 0 } });
    await before.call('noteDrop', { dropId: b, progress: { state: 'paused', failure: 'disk-full', sentBytes: 3 } });
    const after = await restarted(before);
    expect((await after.call('listDrops')).map(({ dropId, state, failure }) => [dropId, state, failure])).toEqual([
      [b, 'paused', 'disk-full'],
      [a, 'finished', null],
    ]);
    await after.call('forgetDrops', { dropIds: [a, b] });
    expect((await after.call('listDrops')).map(({ dropId }) => dropId)).toEqual([b]);
    expect(await walk(after.downloads)).toContain('a.txt');
    expect(await failureCode(after.call('readDrop', { dropId: a }))).toBe('drop-unknown');
  });

  test('forgets the oldest that are over', async () => {
    const at = await receiver();
    for (let count = 0; count < serviceLimits.dropsKept + 3; count += 1) {
      const { record } = await keepDrop(at, [entry(1, 'a')], someDrop('outgoing'));
      await at.call('noteDrop', {
        dropId: record.dropId,
        progress: { state: 'declined', failure: null, sentBytes: 0 },
      });
    }
    expect((await at.call('listDrops')).length).toBeLessThanOrEqual(serviceLimits.dropsKept + 1);
  });

  test('a drop that is given up leaves nothing half behind, and what was whole stays', async () => {
    const at = await receiver();
    const drop = await keepDrop(at, [
      entry(10, 'a.txt'),
      entry(300_000, 'b.bin'),
      entry(10, 'f', 'c'),
      entry(10, 'f', 'd'),
    ]);
    await receive(at, fileIdOf(drop, 0), someFile(10));
    await begin(at, fileIdOf(drop, 1), someFile(300_000));
    await writeBlocks(at, fileIdOf(drop, 1), someFile(300_000), [0]);
    await receive(at, fileIdOf(drop, 2), someFile(10));
    const { dropId } = drop.record;
    await at.call('noteDrop', { dropId, progress: { state: 'cancelled', failure: null, sentBytes: 0 } });
    await at.call('discardDrop', { dropId });
    expect(await walk(at.downloads)).toEqual(['a.txt']);
  });

  test('shows the files in the folder they are in, never the files themselves in a browser', async () => {
    const showFolder = vi.fn(async () => true);
    const at = await receiver(undefined, { ...noShell, showFolder });
    const drop = await keepDrop(at, [entry(10, 'a.exe')]);
    const { dropId } = drop.record;
    expect(await failureCode(at.call('showDrop', { dropId }))).toBe('file-gone');
    await receive(at, fileIdOf(drop), someFile(10));
    await at.call('showDrop', { dropId });
    expect(showFolder).toHaveBeenCalledExactlyOnceWith(at.downloads, join(at.downloads, 'a.exe'));
    showFolder.mockResolvedValue(false);
    expect(await failureCode(at.call('showDrop', { dropId }))).toBe('files-unshown');
  });
});

describe('Space', () => {
  test('that running drops will need is not promised twice', async () => {
    const at = await receiver();
    const { freeBytes } = await at.call('readFreeBytes');
    expect(freeBytes).toBeGreaterThan(0);
    const most = Math.min(freeBytes - 50 * 1024 ** 2, 1024 ** 4);
    const drop = await keepDrop(at, [entry(most, 'large.bin')]);
    expect(await failureCode(keepDrop(at, [entry(Math.min(2 * most, 1024 ** 4), 'b.bin')]))).toBe('disk-full');
    expect((await at.call('readFreeBytes')).freeBytes).toBeLessThan(freeBytes - most + 50 * 1024 ** 2);
    const { dropId } = drop.record;
    await at.call('noteDrop', { dropId, progress: { state: 'cancelled', failure: null, sentBytes: 0 } });
    await keepDrop(at, [entry(most, 'c.bin')]);
  });
});

test('What a person is taken from without asking is kept with the contact, and goes with them', async () => {
  const [host, guest] = [await receiver(), await receiver()];
  await host.services.identity.create('Host');
  await guest.services.identity.create('Guest');
  const people = [host, guest].map(({ services }) => ({ services, peerId: services.identity.keys.peerId }));
  const [a, b] = people;
  if (!a || !b) return;
  const { contactId } = (await befriend(a, b)).atHost;
  await host.call('setDropAllowance', { contactId, maxBytes: 1_000 });
  await host.call('setDropAllowance', { contactId, maxBytes: 2_000 });
  expect(await host.call('listDropAllowances')).toEqual([{ contactId, maxBytes: 2_000 }]);
  await host.call('setDropAllowance', { contactId, maxBytes: null });
  expect(await host.call('listDropAllowances')).toEqual([]);
  await host.call('setDropAllowance', { contactId, maxBytes: 5 });
  await host.call('removeContact', { contactId });
  expect(await host.call('listDropAllowances')).toEqual([]);
  expect(await failureCode(host.call('setDropAllowance', { contactId, maxBytes: 5 }))).toBe('contact-unknown');
});
