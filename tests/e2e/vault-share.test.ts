// One thing of a vault that a friend may read, between real pages: they see it, restore it from the keepers while its owner is away, and
// see it no more once it is ended.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { en } from '#messages/en';
import { bringAxe, violations } from '#tests/support/accessibility';
import { downloadsIn, sha256, someBytes } from '#tests/support/drop-acts';
import type { Person } from '#tests/support/person';
import { Table } from '#tests/support/table';
import { openVault, pledgeTo, putIn, shareThing, thing } from '#tests/support/vault-acts';

const { vault, vaultShare } = en;

describe('a thing of a vault that is shared', () => {
  const table = new Table();
  const given = mkdtempSync(join(tmpdir(), 'roundtable-vault-share-'));
  const ritasHome = mkdtempSync(join(tmpdir(), 'roundtable-home-rita-'));
  const film = someBytes(3_000_000, 5);
  let ada: Person;
  let rita: Person;
  let keepers: Person[];

  beforeAll(async () => {
    writeFileSync(join(given, 'film.mkv'), film);
    writeFileSync(join(given, 'letter.txt'), 'dear all');
    writeFileSync(join(given, 'diary.txt'), 'for nobody else');
    await table.shareBrowser();
    // The first at the table runs the mailbox of this machine, and stays.
    const ben = await table.seat('Ben');
    ada = await table.seat('Ada');
    rita = await table.seat('Rita', { home: ritasHome });
    const cleo = await table.seat('Cleo');
    keepers = [ben, cleo];
    for (const other of [rita, ...keepers]) await ada.befriend(other);
    for (const keeper of keepers) await rita.befriend(keeper);
    for (const keeper of keepers) await pledgeTo(keeper, 'Ada');
    await putIn(
      ada,
      'files',
      ['film.mkv', 'letter.txt', 'diary.txt'].map((name) => join(given, name)),
    );
    await thing(ada, 'diary.txt').waitFor();
  }, 150_000);

  afterAll(async () => {
    await table.clear();
    for (const each of [given, ritasHome]) rmSync(each, { recursive: true, force: true });
  });

  test('is seen by the friend it is shared with, and by them alone', async () => {
    await shareThing(ada, 'film.mkv', 'Rita');
    await shareThing(ada, 'letter.txt', 'Rita');
    await openVault(rita);
    for (const name of ['film.mkv', 'letter.txt'])
      await thing(rita, name).getByText(vaultShare.ready(2, 2), { exact: true }).waitFor({ timeout: 45_000 });
    expect(await rita.page.getByText('diary.txt').count()).toBe(0);
    await bringAxe(rita.page);
    expect(await violations(rita.page)).toEqual([]);
    for (const keeper of keepers) {
      await openVault(keeper);
      expect(await keeper.page.getByText(vaultShare.heading, { exact: true }).count()).toBe(0);
      const kept = join(keeper.shell.folder, 'vault', 'kept');
      const pieces = readdirSync(kept, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
      expect(pieces.length).toBeGreaterThan(0);
      for (const { parentPath, name } of pieces)
        expect(readFileSync(join(parentPath, name)).includes('dear all')).toBe(false);
    }
  }, 90_000);

  test('is not seen any more once its owner ended it', async () => {
    await ada.page.getByRole('button', { name: vaultShare.withOf(['Rita'], 'letter.txt'), exact: true }).click();
    const dialog = ada.page.getByRole('dialog', { name: vaultShare.dialog.title('letter.txt') });
    await dialog.getByText(vaultShare.dialog.state.held, { exact: true }).waitFor({ timeout: 60_000 });
    await dialog.getByRole('button', { name: vaultShare.dialog.endOf('Rita'), exact: true }).click();
    await thing(rita, 'letter.txt').waitFor({ state: 'hidden', timeout: 45_000 });
    await ada.closeDialog();
    await thing(rita, 'film.mkv').waitFor();
  }, 120_000);

  test('comes from the keepers byte for byte while its owner is away', async () => {
    await ada.page.goto('about:blank');
    await ada.shell.stop();
    await rita.page.getByRole('button', { name: vaultShare.restoreOf('film.mkv', 'Ada'), exact: true }).click();
    await rita.page.getByText(vault.run.done('film.mkv'), { exact: true }).waitFor({ timeout: 45_000 });
    expect(downloadsIn(ritasHome)).toEqual({ 'film.mkv': sha256(film) });
  }, 90_000);
});
