// A vault between real pages: friends offer space, a folder goes to them in pieces nobody can read, is repaired when two of them let go of
// it, comes back, and comes back on a new machine that has nothing but the 24 words.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { en } from '#messages/en';
import { bringAxe, violations } from '#tests/support/accessibility';
import { downloadsIn, sha256, someBytes } from '#tests/support/drop-acts';
import type { Person } from '#tests/support/person';
import { Table } from '#tests/support/table';
import { dropAllOf, openVault, pledgeTo, putIn, seeSafe, thing } from '#tests/support/vault-acts';

const { vault } = en;
const secret = 'the harbour is where the copper kettle is';

/** Whether these bytes stand in any file below a folder. */
function stands(text: string, folder: string): boolean {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .some((entry) => readFileSync(join(entry.parentPath, entry.name)).includes(text));
}

describe('a vault', () => {
  const table = new Table();
  const given = mkdtempSync(join(tmpdir(), 'roundtable-vault-'));
  const homes = ['ada', 'again'].map((name) => mkdtempSync(join(tmpdir(), `roundtable-home-${name}-`)));
  const [adaHome = '', againHome = ''] = homes;
  // 100 MB by `VAULT_MEGABYTES=100 npm test -- --only e2e tests/e2e/vault.test.ts`.
  const megabytes = Number(process.env['VAULT_MEGABYTES'] ?? 9);
  const patienceMs = 45_000 + megabytes * 1_000;
  const film = someBytes(megabytes * 1_000_000, 3);
  const folderOf = (hashes: Record<string, string>): Record<string, string> =>
    Object.fromEntries(Object.entries(hashes).map(([name, hash]) => [name.replace(/^[^/]+\//, ''), hash]));
  const inFolder = {
    'film.mkv': sha256(film),
    'notes/plan.txt': sha256(Buffer.from(secret)),
    'notes/empty.txt': sha256(new Uint8Array()),
  };
  let ada: Person;
  let keepers: Person[];
  /** Keeps nothing at first. */
  let eli: Person;
  let words = '';

  beforeAll(async () => {
    mkdirSync(join(given, 'Harbour', 'notes'), { recursive: true });
    writeFileSync(join(given, 'Harbour', 'film.mkv'), film);
    writeFileSync(join(given, 'Harbour', 'notes', 'plan.txt'), secret);
    writeFileSync(join(given, 'Harbour', 'notes', 'empty.txt'), '');
    await table.shareBrowser();
    // The first at the table runs the mailbox of this machine, and stays.
    const ben = await table.seat('Ben');
    ada = await table.seat('Ada', { home: adaHome });
    const others = [await table.seat('Cleo'), await table.seat('Dora')];
    keepers = [ben, ...others];
    eli = await table.seat('Eli');
    for (const friend of [...keepers, eli]) await ada.befriend(friend);
  }, 120_000);

  afterAll(async () => {
    await table.clear();
    for (const each of [given, ...homes]) rmSync(each, { recursive: true, force: true });
  });

  test('waits for keepers, and is safe once friends offered space', async () => {
    await putIn(ada, 'folder', [join(given, 'Harbour')]);
    await thing(ada, 'Harbour').getByText(vault.health.missing(3), { exact: true }).waitFor();
    for (const keeper of keepers) await pledgeTo(keeper, 'Ada');
    await seeSafe(ada, 'Harbour', 2, 3, patienceMs);
    await bringAxe(ada.page);
    expect(await violations(ada.page)).toEqual([]);
    await openVault(ada, 'keepers');
    for (const { name } of keepers)
      await ada.page.getByRole('region', { name: vault.keepers.mine }).getByText(name, { exact: true }).waitFor();
  }, 240_000);

  test('says nothing to those who keep it', () => {
    for (const { shell } of keepers) {
      const kept = join(shell.folder, 'vault', 'kept');
      expect(readdirSync(kept).length).toBe(1);
      for (const text of [secret, 'plan.txt', 'Harbour']) expect(stands(text, kept)).toBe(false);
    }
  });

  test('was sealed in threads of their own', () => {
    // Where none can be started, the log says so, and the work is done beside everything else.
    expect(stands('vault.thread', join(ada.shell.folder, 'logs'))).toBe(false);
    expect(stands('services.opened', join(ada.shell.folder, 'logs'))).toBe(true);
  });

  test('proves itself by a restore that is only tried', async () => {
    await openVault(ada);
    await ada.press(vault.run.try);
    await ada.page.getByText(vault.run.drillGood, { exact: true }).waitFor({ timeout: 30_000 });
    expect(downloadsIn(adaHome)).toEqual({});
  });

  test('says so when two of three keepers let go of it, and is repaired with another', async () => {
    for (const keeper of keepers.slice(1)) await dropAllOf(keeper, 'Ada');
    await openVault(ada);
    await thing(ada, 'Harbour').getByText(vault.health.risk, { exact: true }).waitFor();
    for (const keeper of keepers.slice(1)) {
      await keeper.page.goto('about:blank');
      await keeper.shell.stop();
    }
    await pledgeTo(eli, 'Ada');
    await seeSafe(ada, 'Harbour', 1, 2, patienceMs);
  }, 180_000);

  test('comes back byte for byte from those who are left', async () => {
    await ada.page.getByRole('button', { name: vault.item.restoreOf('Harbour'), exact: true }).click();
    await ada.page.getByText(vault.run.done('Harbour'), { exact: true }).waitFor({ timeout: patienceMs });
    expect(folderOf(downloadsIn(adaHome))).toEqual(inFolder);
  }, 240_000);

  test('comes back on a new machine from the 24 words and one friend', async () => {
    words = await ada.readRecoveryWords();
    await ada.page.goto('about:blank');
    await ada.shell.stop();
    const [ben] = keepers;
    if (!ben) throw new Error('nobody');
    const again = await table.open('Ada', { home: againHome });
    await again.page.getByRole('button', { name: en.firstRun.name.restore }).click();
    await again.page.getByLabel(en.firstRun.restore.label).fill(words);
    await again.page.getByLabel(en.firstRun.name.label).fill('Ada');
    await again.page.getByRole('button', { name: en.firstRun.restore.next }).click();
    await again.page.getByRole('button', { name: en.firstRun.meet.next }).click();
    await again.page.getByRole('radio', { name: en.firstRun.reach.no }).check();
    await again.page.getByRole('button', { name: en.firstRun.reach.next }).click();
    await again.page.getByRole('dialog', { name: en.invite.title }).waitFor();
    await again.closeDialog();
    await openVault(again);
    await again.page.getByText(vault.index.seeking, { exact: true }).waitFor();
    await again.pasteInvite(await ben.invite(), 'Ben');
    await openVault(again);
    await thing(again, 'Harbour').waitFor({ timeout: 30_000 });
    await again.page.getByText(vault.index.seeking, { exact: true }).waitFor({ state: 'hidden' });
    // Everybody she knew is there again.
    for (const { name } of [...keepers, eli]) await again.sidebar.getByText(name, { exact: true }).first().waitFor();
    await again.page.getByRole('button', { name: vault.item.restoreOf('Harbour'), exact: true }).click();
    await again.page.getByText(vault.run.done('Harbour'), { exact: true }).waitFor({ timeout: patienceMs });
    expect(folderOf(downloadsIn(againHome))).toEqual(inFolder);
  }, 240_000);
});
