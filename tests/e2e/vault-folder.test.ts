// A folder that backs itself up, between real pages: watched, kept by a friend, backed up again after a change, restored, let go.
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { en } from '#messages/en';
import { bringAxe, violations } from '#tests/support/accessibility';
import { downloadsIn, sha256 } from '#tests/support/drop-acts';
import type { Person } from '#tests/support/person';
import { Table } from '#tests/support/table';
import { openVault, pledgeTo, thing } from '#tests/support/vault-acts';

const { vault, vaultFolder } = en;
const first = Buffer.from('the copper kettle');
const second = Buffer.from('the copper kettle, and a spoon');

describe('a folder that backs itself up', () => {
  const table = new Table();
  const parent = realpathSync(mkdtempSync(join(tmpdir(), 'roundtable-watched-')));
  const home = mkdtempSync(join(tmpdir(), 'roundtable-home-ada-'));
  let ada: Person;
  let ben: Person;
  const row = () => ada.page.getByRole('listitem').filter({ hasText: parent });

  beforeAll(async () => {
    writeFileSync(join(parent, 'plan.txt'), first);
    await table.shareBrowser();
    ben = await table.seat('Ben');
    ada = await table.seat('Ada', { home });
    await ada.befriend(ben);
    await pledgeTo(ben, 'Ada');
  }, 120_000);

  afterAll(async () => {
    await table.clear();
    for (const each of [parent, home]) rmSync(each, { recursive: true, force: true });
  });

  test('goes to a friend by itself, once its files lie still', async () => {
    await openVault(ada);
    await ada.press(vaultFolder.add);
    const dialog = ada.page.getByRole('dialog', { name: vaultFolder.dialog.title });
    await dialog.getByLabel(vaultFolder.dialog.path, { exact: true }).fill(parent);
    await bringAxe(ada.page);
    expect(await violations(ada.page)).toEqual([]);
    await dialog.getByLabel(vaultFolder.dialog.path, { exact: true }).focus();
    await ada.page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'hidden' });
    await row().getByText(vaultFolder.keeps(5)).waitFor();
    await row().getByText(vaultFolder.state.waiting(2)).waitFor({ timeout: 45_000 });
    expect(await violations(ada.page)).toEqual([]);
  }, 90_000);

  test('has what changed as a new version, at once when asked for, and comes back as it is now', async () => {
    writeFileSync(join(parent, 'plan.txt'), second);
    const name = await row().getByRole('heading').innerText();
    await row()
      .getByRole('button', { name: vaultFolder.nowOf(name) })
      .click();
    await ada.page
      .getByRole('button', { name: vault.item.versionsOf(2, name), exact: true })
      .waitFor({ timeout: 45_000 });
    // What is restored is the newest that has been read to its end.
    await thing(ada, name)
      .getByText(vault.item.facts(second.length, 1, true))
      .waitFor({ timeout: 30_000 });
    await ada.page.getByRole('button', { name: vault.item.restoreOf(name), exact: true }).click();
    await ada.page.getByText(vault.run.done(name), { exact: true }).waitFor({ timeout: 30_000 });
    expect(Object.values(downloadsIn(home))).toEqual([sha256(second)]);
  }, 120_000);

  test('is let go, and what is in the vault stays', async () => {
    const name = await row().getByRole('heading').innerText();
    await row()
      .getByRole('button', { name: vaultFolder.more(name) })
      .click();
    await ada.page.getByRole('menuitem', { name: vaultFolder.stop }).click();
    const dialog = ada.page.getByRole('dialog', { name: vaultFolder.unwatch.title(name) });
    await dialog.getByRole('button', { name: vaultFolder.unwatch.confirm, exact: true }).click();
    await row().waitFor({ state: 'detached' });
    await ada.page.getByRole('button', { name: vault.item.restoreOf(name), exact: true }).waitFor();
  });
});
