// A download out of a shared folder from two people who share the same, and from the second alone once the first has left; and one of
// somebody who is away, which begins when they are back.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { en } from '#messages/en';
import { card, downloadsIn, openFiles, receives, sha256, someBytes } from '#tests/support/drop-acts';
import type { Person } from '#tests/support/person';
import { download, limitUpload, look, openFolder, shareFolder, showTab } from '#tests/support/share-acts';
import { Table } from '#tests/support/table';

const { shares } = en;
const table = new Table();
const folder = mkdtempSync(join(tmpdir(), 'roundtable-several-'));
const benHome = mkdtempSync(join(tmpdir(), 'roundtable-home-ben-'));
const film = someBytes(14_000_017, 4);
const notes = someBytes(900, 5);
let ada: Person;
let ben: Person;
let cleo: Person;

beforeAll(async () => {
  for (const [where, name] of [
    ['Films', 'harbour.mkv'],
    ['Copies', 'harbour (1).mkv'],
  ] as const) {
    mkdirSync(join(folder, where));
    writeFileSync(join(folder, where, name), film);
  }
  writeFileSync(join(folder, 'Films', 'notes.txt'), notes);
  await table.shareBrowser();
  ben = await table.seat('Ben', { home: benHome });
  ada = await table.seat('Ada');
  cleo = await table.seat('Cleo');
  await ben.befriend(ada);
  await ben.befriend(cleo);
  for (const person of [ada, cleo]) await limitUpload(person, 1_000_000);
  await shareFolder(ada, join(folder, 'Films'), 'Films');
  await shareFolder(cleo, join(folder, 'Copies'), 'Copies');
});

afterAll(async () => {
  await table.clear();
  for (const each of [folder, benHome]) rmSync(each, { recursive: true, force: true });
});

test('a file comes from both who share it, says so, and goes on from one when the other leaves', async () => {
  await look(ben, 'Ada');
  await openFolder(ben, 'Films');
  await download(ben, 'harbour.mkv');
  await openFiles(ben);
  const coming = card(ben, 'harbour.mkv');
  await coming.getByText(new RegExp(`^From (Ada and Cleo|Cleo and Ada)\\.$`)).waitFor();
  await openFiles(cleo);
  await card(cleo, 'harbour (1).mkv')
    .getByText(/^Ben gets it from several people/)
    .waitFor();
  await ada.page.goto('about:blank');
  await receives(ben, 'harbour.mkv');
  expect(downloadsIn(benHome)).toEqual({ 'harbour.mkv': sha256(film) });
  await ben.page.getByRole('button', { name: en.dropped.details('harbour.mkv'), exact: true }).click();
  const givers = coming.getByRole('list', { name: en.dropped.givers, exact: true });
  expect(await givers.getByRole('listitem').count()).toBe(2);
  await card(cleo, 'harbour (1).mkv').waitFor({ state: 'detached' });
});

test('what somebody shares is there while they are away, and what is asked for begins when they are back', async () => {
  const { page } = ben;
  await showTab(ben, 'find');
  await page.getByRole('searchbox', { name: shares.find }).fill('notes');
  await page.getByText(shares.foundAt('Ada', ['Films']), { exact: true }).waitFor();
  await page.getByText(/^Away, as of today/).waitFor();
  await look(ben, 'Ada');
  await page.getByText(/^Ada is away\. This is what they shared today/).waitFor();
  await openFolder(ben, 'Films');
  await page.getByRole('button', { name: shares.downloadLater('notes.txt', 'Ada'), exact: true }).click();
  await page.getByText(shares.waits('notes.txt', 'Ada')).first().waitFor();
  await openFiles(ben);
  const waiting = page.getByRole('list', { name: shares.waiting, exact: true });
  await waiting.getByText(shares.beginsWith('Ada'), { exact: true }).waitFor();
  await ada.page.goto(ada.shell.url);
  await receives(ben, 'notes.txt');
  await waiting.waitFor({ state: 'detached' });
  expect(downloadsIn(benHome)).toMatchObject({ 'notes.txt': sha256(notes) });
});

test('what was got is counted per person, and kept over a restart', async () => {
  const { giving } = en;
  const seeCounted = async (): Promise<void> => {
    await showTab(ben, 'meter');
    const people = ben.page.getByRole('list', { name: giving.people, exact: true });
    await people.getByText('Ada', { exact: true }).waitFor();
    await people.getByText('Cleo', { exact: true }).waitFor();
    await ben.page.getByText(giving.size(film.length + notes.length), { exact: true }).waitFor();
  };
  await seeCounted();
  await ben.restart();
  await seeCounted();
  await ben.page.getByRole('button', { name: giving.change, exact: true }).click();
  await ben.page.getByLabel(en.settings.files.downloadLimit, { exact: true }).selectOption('1000000');
  await ben.page.getByText(en.settings.files.meteredText.unknown, { exact: true }).waitFor();
  await ben.closeDialog();
  await ben.page.getByText(giving.limited([giving.downTo(1_000_000)]), { exact: true }).waitFor();
});
