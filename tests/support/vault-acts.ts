// What people do with the vault, through the real interface.
import type { Locator } from 'playwright-core';
import { en } from '#messages/en';
import { pick } from '#tests/support/drop-acts';
import type { Person } from '#tests/support/person';

const { vault } = en;

export async function openVault(person: Person, tab: keyof typeof vault.tabs = 'things'): Promise<void> {
  await person.sidebar.getByRole('button', { name: new RegExp(`^${vault.title}`) }).click();
  await person.page.getByRole('tab', { name: vault.tabs[tab], exact: true }).click();
}

/** Offers a friend space, in whole gigabytes. */
export async function pledgeTo(person: Person, name: string, gigabytes = 1): Promise<void> {
  await openVault(person, 'keepers');
  await person.press(vault.pledge.offer);
  const dialog = person.page.getByRole('dialog', { name: vault.pledge.title });
  await dialog.getByText(name, { exact: true }).click();
  await dialog.getByLabel(vault.pledge.amount, { exact: true }).fill(String(gigabytes));
  await dialog.getByRole('button', { name: vault.pledge.give, exact: true }).click();
  await dialog.waitFor({ state: 'hidden' });
}

/** Chooses files, or one folder, for the vault. */
export async function putIn(person: Person, what: 'files' | 'folder', paths: readonly string[]): Promise<void> {
  await openVault(person);
  await pick(person, paths, async () => {
    await person.page.getByRole('button', { name: vault.put[what], exact: true }).first().click();
  });
}

export const thing = (person: Person, name: string): Locator => person.page.getByRole('article', { name, exact: true });

/** Deletes at once all that is kept for somebody. */
export async function dropAllOf(person: Person, name: string): Promise<void> {
  await openVault(person, 'keepers');
  await person.choose(vault.pledge.more(name), vault.pledge.drop);
  const dialog = person.page.getByRole('dialog', { name: vault.pledge.dropTitle(name) });
  await dialog.getByRole('button', { name: vault.pledge.dropConfirm, exact: true }).click();
  await dialog.waitFor({ state: 'hidden' });
}

export async function seeSafe(
  person: Person,
  name: string,
  spare: number,
  keepers: number,
  timeout = 30_000,
): Promise<void> {
  await thing(person, name).getByText(vault.health.safe(spare, keepers), { exact: true }).waitFor({ timeout });
}

/** Lets a contact restore the newest version of something, and each after it. */
export async function shareThing(person: Person, name: string, reader: string): Promise<void> {
  await openVault(person);
  const { dialog: words, shareOf } = en.vaultShare;
  await person.page.getByRole('button', { name: shareOf(name), exact: true }).click();
  const dialog = person.page.getByRole('dialog', { name: words.title(name) });
  await dialog.getByText(reader, { exact: true }).click();
  await dialog.getByRole('button', { name: words.confirm, exact: true }).click();
  await dialog.waitFor({ state: 'hidden' });
}
