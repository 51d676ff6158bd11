// Shared folders between real pages: chosen for one contact, looked into, searched, downloaded, and not there for anybody else.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { en } from '#messages/en';
import { downloadsIn, openFiles, receives, sha256, someBytes } from '#tests/support/drop-acts';
import type { Person } from '#tests/support/person';
import { download, look, openFolder, showTab } from '#tests/support/share-acts';
import { Table } from '#tests/support/table';

const { shares } = en;

describe('shared folders', () => {
  const table = new Table();
  const folder = mkdtempSync(join(tmpdir(), 'roundtable-shared-'));
  const homes = ['ada', 'ben', 'cleo'].map((name) => mkdtempSync(join(tmpdir(), `roundtable-home-${name}-`)));
  const [adaHome = '', benHome = '', cleoHome = ''] = homes;
  const [take, notes, cover] = [someBytes(3_000_017, 1), someBytes(900, 2), someBytes(300_000, 3)];
  const music = join(folder, 'Music');
  let ada: Person;
  let ben: Person;
  let cleo: Person;

  beforeAll(async () => {
    mkdirSync(join(music, 'Jazz', 'Live'), { recursive: true });
    writeFileSync(join(music, 'Jazz', 'first take.flac'), take);
    writeFileSync(join(music, 'Jazz', 'Live', 'notes.txt'), notes);
    writeFileSync(join(music, 'cover.png'), cover);
    await table.shareBrowser();
    ada = await table.seat('Ada', { home: adaHome });
    ben = await table.seat('Ben', { home: benHome });
    cleo = await table.seat('Cleo', { home: cleoHome });
    await ada.befriend(ben);
    await ada.befriend(cleo);
  });

  afterAll(async () => {
    await table.clear();
    for (const each of [folder, ...homes]) rmSync(each, { recursive: true, force: true });
  });

  test('are chosen by their place, with who may see them, and a wrong place is said', async () => {
    await showTab(ada, 'shares');
    await ada.page.getByRole('button', { name: shares.add, exact: true }).click();
    await ada.page.getByLabel(shares.dialog.path, { exact: true }).fill(join(folder, 'No such folder'));
    await ada.page.getByRole('dialog').getByText('Ben', { exact: true }).click();
    expect(await ada.page.getByRole('checkbox', { name: /Ben/ }).isChecked()).toBe(true);
    await ada.page.getByRole('button', { name: shares.dialog.share, exact: true }).click();
    await ada.page.getByText(en.failure['share-missing'].title).first().waitFor();
    await ada.page.getByLabel(shares.dialog.path, { exact: true }).fill(music);
    await ada.page.getByRole('button', { name: shares.dialog.share, exact: true }).click();
    const card = ada.page.getByRole('article', { name: 'Music', exact: true });
    await card.getByText(shares.card.forSome(['Ben']), { exact: true }).waitFor();
    await card.getByText(shares.card.facts(3, 3_300_917), { exact: true }).waitFor();
  });

  test('can be looked into by the chosen contact, who downloads a file and a folder, byte for byte', async () => {
    await look(ben, 'Ada');
    await openFolder(ben, 'Music');
    await download(ben, 'cover.png');
    await ben.page.getByText(shares.coming('cover.png', 'Ada')).first().waitFor();
    await download(ben, 'Jazz');
    await ben.page.getByText(shares.coming('Jazz', 'Ada')).first().waitFor();
    await openFiles(ben);
    await receives(ben, 'cover.png');
    await receives(ben, 'Jazz');
    expect(downloadsIn(benHome)).toEqual({
      'cover.png': sha256(cover),
      'Jazz/first take.flac': sha256(take),
      'Jazz/Live/notes.txt': sha256(notes),
    });
  });

  test('are searched by name and by kind, and what is found is downloaded from there', async () => {
    await showTab(ben, 'find');
    const found = ben.page.getByRole('list', { name: shares.list });
    await ben.page.getByRole('searchbox', { name: shares.find }).fill('NOTES');
    await found.getByText(shares.foundAt('Ada', ['Music', 'Jazz', 'Live']), { exact: true }).waitFor();
    await download(ben, 'notes.txt');
    await openFiles(ben);
    await receives(ben, 'notes.txt');
    expect(downloadsIn(benHome)).toMatchObject({ 'notes.txt': sha256(notes) });
    await showTab(ben, 'find');
    await ben.page.getByRole('searchbox', { name: shares.find }).fill('');
    await ben.page.getByText(en.dropped.kind.audio, { exact: true }).click();
    await found.getByText('first take.flac', { exact: true }).waitFor();
    expect(await found.getByRole('listitem').count()).toBe(1);
  });

  test('are not there for another contact, neither to look into nor to be found', async () => {
    await look(cleo, 'Ada');
    await cleo.page.getByText(shares.nothing('Ada'), { exact: true }).waitFor();
    await showTab(cleo, 'find');
    await cleo.page.getByRole('searchbox', { name: shares.find }).fill('take');
    await cleo.page.getByText(shares.foundNone, { exact: true }).waitFor();
  });

  test('are gone for whoever looks once they are not shared any more', async () => {
    await look(ben, 'Ada');
    await openFolder(ben, 'Music');
    await ben.page.getByRole('button', { name: shares.download('cover.png'), exact: true }).waitFor();
    await showTab(ada, 'shares');
    await ada.choose(shares.card.more('Music'), shares.card.stop);
    await ada.page.getByText(shares.stopped('Music')).first().waitFor();
    await ben.page.getByText(en.failure['share-gone'].title, { exact: true }).waitFor();
    await ben.page.getByRole('button', { name: shares.backToAll, exact: true }).click();
    await ben.page.getByText(shares.nothing('Ada'), { exact: true }).waitFor();
  });
});
