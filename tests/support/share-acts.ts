// What people do with shared folders, through the real interface.
import { en } from '#messages/en';
import { openFiles } from '#tests/support/drop-acts';
import type { Person } from '#tests/support/person';

const { shares } = en;

export async function showTab(person: Person, tab: keyof typeof shares.tabs): Promise<void> {
  await openFiles(person);
  await person.page.getByRole('tab', { name: shares.tabs[tab], exact: true }).click();
}

/** Shares a folder with everybody they know. */
export async function shareFolder(person: Person, path: string, name: string): Promise<void> {
  await showTab(person, 'shares');
  await person.page.getByRole('button', { name: shares.add, exact: true }).click();
  await person.page.getByLabel(shares.dialog.path, { exact: true }).fill(path);
  await person.page.getByRole('radio', { name: shares.dialog.all }).check();
  await person.page.getByRole('button', { name: shares.dialog.share, exact: true }).click();
  await person.page.getByRole('article', { name, exact: true }).getByText(shares.card.forAll).waitFor();
}

/** Looks into what somebody shares. */
export async function look(person: Person, at: string): Promise<void> {
  await showTab(person, 'shares');
  const theirs = person.page.getByRole('region', { name: shares.theirs, exact: true });
  await theirs.getByRole('button', { name: at }).click();
  await person.page.getByRole('heading', { name: shares.browseOf(at), level: 1 }).waitFor();
}

export async function openFolder(person: Person, name: string): Promise<void> {
  const found = person.page.getByRole('list', { name: shares.list, exact: true });
  await found.getByRole('button', { name: new RegExp(`^${name}`) }).click();
}

export async function download(person: Person, name: string): Promise<void> {
  await person.page.getByRole('button', { name: shares.download(name), exact: true }).click();
}

/** What files may take of their line, as the settings offer it. */
export async function limitUpload(person: Person, bytesPerSecond: number): Promise<void> {
  await person.openSettings('files');
  const words = en.settings.files;
  await person.page.getByLabel(words.limit, { exact: true }).selectOption(words.perSecond(bytesPerSecond));
  await person.closeDialog();
}
