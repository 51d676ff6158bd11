import { readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Downloads } from '#main/services/downloads';
import { isSafeFileName, numberedName } from '#shared/file-names';
import { createHandlers } from '#main/handlers';
import { failureCode } from './failure-code';
import { noShell } from './no-shell';
import { openProfile, temporaryFolder } from './people';

const hostile = [
  '',
  '.',
  '..',
  '../x',
  'a/b',
  'a\\b',
  'C:x',
  'a:b',
  'x\0y',
  'x\ny',
  'a*b',
  'what?',
  'a"b',
  '<x>',
  'a|b',
  '.bashrc',
  '-rf',
  ' x',
  'x ',
  'x.',
  'con',
  'CON',
  'con.txt',
  'aux.tar.gz',
  'nul ',
  'NUL .txt',
  'com1',
  'COM\u00b9.txt',
  'lpt0',
  'LPT9.x',
  'clock$',
  'CONIN$',
  'prn',
  'invoice\u202efdp.exe',
  'a\u200bb',
  'a\u2066b',
  '\ufeffx',
  'x\ud800',
  'e\u0301',
  'x'.repeat(256),
  'ü'.repeat(128),
];

describe('a file name', () => {
  test.each(hostile)('%j is refused', (name) => {
    expect(isSafeFileName(name)).toBe(false);
  });

  test.each([
    'report.txt',
    'Größe 1.pdf',
    '日本語.txt',
    'a.b.c',
    'control.txt',
    'company1',
    'x'.repeat(255),
    'Ada’s notes (2).md',
  ])('%j is taken', (name) => {
    expect(isSafeFileName(name)).toBe(true);
  });

  test('with a number stays safe and within 255 bytes', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 255 }),
        fc.integer({ min: 1, max: 1_000 }),
        (text, count) => {
          const name = text.normalize('NFC');
          fc.pre(isSafeFileName(name));
          const numbered = numberedName(name, count);
          expect(Buffer.byteLength(numbered)).toBeLessThanOrEqual(255);
          expect(count === 1 || numbered.includes(`(${count})`)).toBe(true);
        },
      ),
      { numRuns: 1_000 },
    );
    expect(numberedName('notes.tar.gz', 2)).toBe('notes.tar (2).gz');
    expect(numberedName('x'.repeat(251) + '.txt', 12)).toHaveLength(255);
  });
});

describe('downloads', () => {
  test('never overwrite: a taken name gets a number', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'notes.txt'), 'mine');
    const downloads = new Downloads(folder);
    const names = await Promise.all(
      [1, 2, 3].map(async (index) => await downloads.write('notes.txt', [Buffer.from(`${index}`)])),
    );
    expect(names.sort()).toEqual(['notes (2).txt', 'notes (3).txt', 'notes (4).txt']);
    expect(await readFile(join(folder, 'notes.txt'), 'utf8')).toBe('mine');
  });

  test('never follow a link that stands where the file would', async () => {
    const [folder, outside] = [await temporaryFolder(), await temporaryFolder()];
    await symlink(join(outside, 'target'), join(folder, 'notes.txt'));
    expect(await new Downloads(folder).write('notes.txt', [Buffer.from('x')])).toBe('notes (2).txt');
    expect(await readdir(outside)).toEqual([]);
  });

  test('refuse a hostile name and leave nothing behind', async () => {
    const folder = await temporaryFolder();
    for (const name of hostile)
      expect(await failureCode(new Downloads(folder).write(name, [Buffer.from('x')]))).toBe('file-refused');
    expect(await readdir(folder)).toEqual([]);
  });

  test('leave nothing behind when a part fails', async () => {
    const folder = await temporaryFolder();
    const parts = function* (): Generator<Uint8Array> {
      yield Buffer.from('first');
      throw new Error('gone');
    };
    expect(await failureCode(new Downloads(folder).write('notes.txt', parts()))).toBe('internal');
    expect(await readdir(folder)).toEqual([]);
  });
});

test('a report of one connection is written there too, as it was given', async () => {
  const folder = await temporaryFolder();
  const handlers = createHandlers(await openProfile({ folder }), noShell);
  const { name, folder: where } = await handlers.saveConnectionReport({ text: '{"some":"report"}' });
  expect(name).toMatch(/^roundtable-connection-\d{4}-\d\d-\d\d\.json$/);
  expect(await readFile(join(where, name), 'utf8')).toBe('{"some":"report"}');
});

test('the report holds the log and the versions, and is written into the downloads folder', async () => {
  const folder = await temporaryFolder();
  const services = await openProfile({ folder });
  services.log.write('info', 'test.event', { detail: 'something happened' });
  const { name, folder: where } = await createHandlers(services, noShell).saveReport(undefined);
  expect(where).toBe(join(folder, 'downloads'));
  expect(name).toMatch(/^roundtable-report-\d{4}-\d\d-\d\d\.txt$/);
  const report = await readFile(join(where, name), 'utf8');
  expect(report).toContain('Roundtable 0.0.0-test, web, linux, Node 24.');
  expect(report).toContain('something happened');
  expect((await stat(join(where, name))).mode & 0o111).toBe(0);
});
