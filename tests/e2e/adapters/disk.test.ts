// Giving and taking files between a real page, the real web shell and a real disk.
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { blockBytes, encodeHeader } from '#shared/content';
import { openWebShell, type WebShell } from '#main/web/web-shell';
import { bundleAdapters } from '#tests/e2e/adapters/adapter-page';
import { launchChromium } from '#tests/support/chromium';
import { freePort } from '#tests/support/free-port';

let folder: string;
let shell: WebShell;
let browser: Browser;
let page: Page;
const home = process.env['HOME'];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'roundtable-disk-'));
  process.env['HOME'] = folder; // where the shell looks for the downloads
  const pageFolder = join(folder, 'page');
  await mkdir(pageFolder);
  for (const [path, content] of await bundleAdapters()) {
    const name = path === '/' ? 'index.html' : path.slice(1);
    await mkdir(join(pageFolder, name, '..'), { recursive: true });
    await writeFile(join(pageFolder, name), content);
  }
  shell = await openWebShell({
    profile: 'disk',
    folder: join(folder, 'profile'),
    port: 0,
    peerPort: await freePort(),
    isOnLan: false,
    opensBrowser: false,
    wantsHelp: false,
    pageFolder,
    version: '0.0.0-test',
  });
  browser = await launchChromium();
  page = await (await browser.newContext()).newPage();
  await page.goto(shell.address);
  await openDisk();
});

afterAll(async () => {
  await browser.close();
  await shell.close();
  process.env['HOME'] = home;
  await rm(folder, { recursive: true, force: true });
});

async function openDisk(): Promise<void> {
  await page.waitForFunction(() => 'adapters' in window);
  await page.evaluate(async () => {
    window.disk = await window.adapters.Disk.open();
    window.disk.showInput();
  });
}

const choose = async (...names: string[]): Promise<void> =>
  await page.locator('input').setInputFiles(names.map((name) => join(folder, name)));

/** As docs/protocol/content.md says, for a file with one page of hashes. */
function contentId(bytes: Buffer): string {
  const sha256 = (part: Uint8Array): Buffer => createHash('sha256').update(part).digest();
  const blocks = Array.from({ length: Math.ceil(bytes.length / blockBytes) }, (_, index) =>
    sha256(bytes.subarray(index * blockBytes, (index + 1) * blockBytes)),
  );
  const pages = blocks.length === 0 ? Buffer.alloc(0) : sha256(Buffer.concat(blocks));
  return sha256(encodeHeader(bytes.length, pages)).toString('hex');
}

test('a file that was chosen is hashed block by block, copied through main and is the same on disk', async () => {
  const bytes = Buffer.alloc(20 * 1024 * 1024 + 77, 0);
  for (let at = 0; at < bytes.length; at += 997) bytes[at] = at % 251;
  await writeFile(join(folder, 'a.bin'), bytes);
  await writeFile(join(folder, '.hidden'), '');
  await choose('a.bin', '.hidden');
  expect((await page.evaluate(async () => await window.disk.give())).names).toEqual(['a.bin', '_hidden']);
  expect(await page.evaluate(async () => await window.disk.prepare(0))).toBe(contentId(bytes));
  expect(await page.evaluate(async () => await window.disk.prepare(1))).toBe(contentId(Buffer.alloc(0)));
  await page.evaluate(async () => {
    await window.disk.take(1, 'nothing.txt');
    await window.disk.take(0, 'copy.bin');
  });
  expect((await readdir(join(folder, 'Downloads'))).sort()).toEqual(['copy.bin', 'nothing.txt']);
  expect(Buffer.compare(await readFile(join(folder, 'Downloads', 'copy.bin')), bytes)).toBe(0);
  expect(await page.evaluate(async () => await window.disk.readBack())).toBe(contentId(bytes));
});

test('after the page was loaded again the browser has let go of it; chosen again, it goes on if it is the same', async () => {
  await writeFile(join(folder, 'b.txt'), 'the same');
  await choose('b.txt');
  const { dropId } = await page.evaluate(async () => await window.disk.give());
  const before = await page.evaluate(async () => await window.disk.prepare());
  await page.reload();
  await openDisk();
  const reopen = async () => await page.evaluate(async (id) => await window.disk.reopen(id), dropId);
  expect(await reopen()).toEqual(['elsewhere']);
  expect(await page.evaluate(async () => await window.disk.prepare())).toBe('file-unreadable');
  await choose('b.txt');
  await page.evaluate(async (id) => await window.disk.giveAgain(id), dropId);
  expect(await reopen()).toEqual(['here']);
  expect(await page.evaluate(async () => await window.disk.prepare())).toBe(before);

  await page.reload();
  await openDisk();
  await writeFile(join(folder, 'b.txt'), 'the sane');
  await choose('b.txt');
  await page.evaluate(async (id) => await window.disk.giveAgain(id), dropId);
  expect(await reopen()).toEqual(['here']);
  expect(await page.evaluate(async () => await window.disk.prepare())).toBe('file-changed');
});

test('a file that is changed or deleted while it is given is noticed', async () => {
  await writeFile(join(folder, 'c.txt'), 'one');
  await writeFile(join(folder, 'd.txt'), 'two');
  await choose('c.txt', 'd.txt');
  await page.evaluate(async () => await window.disk.give());
  const read = async (position: number) =>
    await page.evaluate(async (at) => await window.disk.readCode(at, 0), position);
  expect([await read(0), await read(1)]).toEqual(['true', 'true']);
  await writeFile(join(folder, 'c.txt'), 'other');
  await utimes(join(folder, 'c.txt'), 1, 1);
  await rm(join(folder, 'd.txt'));
  expect(await read(0)).toBe('file-changed');
  expect(['file-gone', 'file-changed']).toContain(await read(1));
});

test('files of a drag get names that every system takes', async () => {
  const names = await page.evaluate(
    async () =>
      await window.disk.nameDropped([
        { name: 'a.txt', text: '1' },
        { name: 'A.TXT', text: '2' },
        { name: 'con', text: '3' },
        { name: 'what?', text: '4' },
      ]),
  );
  expect(names).toEqual(['a.txt', 'A (2).TXT', '_con', 'what_']);
});
