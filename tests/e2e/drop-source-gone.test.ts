// A file for two whose giver dies as soon as one copy of it is out: the two have the rest from each other.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { en } from '#messages/en';
import { readBulkSent } from '#scripts/bench/bulk-readings';
import { makeGroup, openGroup } from '#tests/support/chat-acts';
import { acceptFiles, downloadsIn, openFiles, pick, receives, sha256, someBytes } from '#tests/support/drop-acts';
import type { Person } from '#tests/support/person';
import { limitUpload } from '#tests/support/share-acts';
import { Table } from '#tests/support/table';

const { dropped } = en;
const title = 'Concert.wav';
const MiB = 2 ** 20;
const megabyte = 1_000_000;

describe('a giver who dies when one copy is out', () => {
  const table = new Table();
  const folder = mkdtempSync(join(tmpdir(), 'roundtable-given-'));
  const homes = ['ben', 'cleo'].map((name) => mkdtempSync(join(tmpdir(), `roundtable-home-${name}-`)));
  const [benHome = '', cleoHome = ''] = homes;
  const bytes = someBytes(24 * MiB, 8);
  let ada: Person;
  let ben: Person;
  let cleo: Person;

  beforeAll(async () => {
    // In a browser of her own, so that it can be killed.
    ada = await table.seat('Ada');
    await table.shareBrowser();
    ben = await table.seat('Ben', { home: benHome });
    cleo = await table.seat('Cleo', { home: cleoHome });
    await ada.befriend(ben);
    await ada.befriend(cleo);
    await ben.befriend(cleo);
    await makeGroup(ada, 'Listeners', ['Ben', 'Cleo']);
    writeFileSync(join(folder, title), bytes);
  });

  afterAll(async () => {
    await table.clear();
    for (const each of [folder, ...homes]) rmSync(each, { recursive: true, force: true });
  });

  test('leaves receivers who have a part each', async () => {
    await limitUpload(ada, 4 * megabyte);
    // So slow to each other that neither has all of it when everything is out.
    for (const person of [ben, cleo]) await limitUpload(person, megabyte);
    await openGroup(ada, 'Listeners');
    await pick(ada, [join(folder, title)], async () => {
      await ada.choose(dropped.send, dropped.pickFiles);
    });
    const sent = async (): Promise<number> => await ada.page.evaluate(readBulkSent);
    for (const person of [ben, cleo]) await acceptFiles(person, title);
    for (let before = -1, now = 0; now < bytes.length || now > before;) {
      before = now;
      await ada.page.waitForTimeout(300);
      now = await sent();
      expect(now).toBeLessThan(1.5 * bytes.length);
    }
    await ada.crash();
    // One of them may have it all by then; not both.
    expect(homes.map((home) => Object.keys(downloadsIn(home)).length)).toContain(0);
  }, 90_000);

  test('who finish it among themselves, byte for byte', async () => {
    for (const person of [ben, cleo]) await openFiles(person);
    await Promise.all([ben, cleo].map(async (person) => await receives(person, title)));
    for (const home of homes) expect(downloadsIn(home)).toEqual({ [title]: sha256(bytes) });
  }, 120_000);
});
