// What people do with files, through the real interface.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Locator } from 'playwright-core';
import { en } from '#messages/en';
import type { Person } from '#tests/support/person';

export interface LooseFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Bytes that compress to nothing less and differ in every block; the same for the same seed. */
export function someBytes(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length);
  const words = new Uint32Array(bytes.buffer, 0, Math.floor(length / 4));
  let state = seed >>> 0 || 1;
  for (let at = 0; at < words.length; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    words[at] = state;
  }
  return bytes;
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** SHA-256 of every file below the folder of downloads, by its path there with `/`; hidden ones are under way. */
export function downloadsIn(home: string): Record<string, string> {
  const folder = join(home, 'Downloads');
  if (!existsSync(folder)) return {};
  const found: Record<string, string> = {};
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path).replaceAll('\\', '/');
    if (entry.isFile() && !name.startsWith('.')) found[name] = sha256(readFileSync(path));
  }
  return found;
}

/** Lets go of files over the place that the words over it name. */
export async function dropOn(person: Person, words: string, files: readonly LooseFile[]): Promise<void> {
  const given = files.map(({ name, bytes }) => ({ name, text: Buffer.from(bytes).toString('base64') }));
  const transfer = await person.page.evaluateHandle((list) => {
    const data = new DataTransfer();
    for (const { name, text } of list)
      data.items.add(new File([Uint8Array.from(atob(text), (char) => char.charCodeAt(0))], name));
    return data;
  }, given);
  await person.page.dispatchEvent('body', 'dragenter', { dataTransfer: transfer });
  const place = person.page.getByText(words, { exact: true }).first();
  await place.waitFor();
  await place.evaluate((element, dataTransfer) => {
    const zone = element.parentElement?.parentElement ?? element;
    zone.dispatchEvent(new DragEvent('dragover', { dataTransfer, bubbles: true, cancelable: true }));
    zone.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
  }, transfer);
}

/** Chooses files, or one folder, with the system's picker, which `open` brings up. */
export async function pick(person: Person, paths: readonly string[], open: () => Promise<void>): Promise<void> {
  const [chooser] = await Promise.all([person.page.waitForEvent('filechooser'), open()]);
  await chooser.setFiles([...paths]);
}

/** Pastes a file into a field. */
export async function paste(field: Locator, { name, bytes }: LooseFile, type: string): Promise<void> {
  const text = Buffer.from(bytes).toString('base64');
  await field.evaluate(
    (element, given) => {
      const clipboardData = new DataTransfer();
      const content = Uint8Array.from(atob(given.text), (char) => char.charCodeAt(0));
      clipboardData.items.add(new File([content], given.name, { type: given.type }));
      element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    },
    { name, text, type },
  );
}

/** The card of what is called so. */
export function card(person: Person, title: string): Locator {
  return person.page.getByRole('article', { name: title, exact: true });
}

export async function acceptFiles(person: Person, title: string): Promise<void> {
  await person.page.getByRole('button', { name: en.dropped.ask.acceptOf(title), exact: true }).click();
}

export async function act(person: Person, title: string, action: string): Promise<void> {
  await person.page.getByRole('button', { name: en.dropped.actionOf(action, title), exact: true }).click();
}

/** Opens the list of all files. */
export async function openFiles(person: Person): Promise<void> {
  await person.sidebar.getByRole('button', { name: new RegExp(`^${en.dropped.title}`) }).click();
  await person.page.getByRole('heading', { name: en.dropped.title, level: 1 }).waitFor();
}

const stalledMs = 10_000;
const wholePercent = 100;

/**
 * With the list of files open: waits until it is in their downloads, and fails when nothing more of it comes for ten seconds. How long it takes in all depends on
 * what the machine has to do besides; `npm run bench -- drop` measures that.
 */
export async function receives(person: Person, title: string): Promise<void> {
  const received = card(person, title).getByText(en.dropped.stage.received);
  const bar = person.page.getByRole('progressbar', { name: en.dropped.progress(title), exact: true }).first();
  for (let before = -1; ;) {
    const isHere = await received.waitFor({ timeout: stalledMs }).then(
      () => true,
      () => false,
    );
    if (isHere) return;
    const share = (await bar.count()) === 0 ? wholePercent : Number(await bar.getAttribute('aria-valuenow'));
    if (share <= before)
      throw new Error(`${person.name} got nothing more of ${title} for ${stalledMs / 1_000} s, at ${share}`);
    before = share;
  }
}
