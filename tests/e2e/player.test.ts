// A sound that is heard before all of it has come, between real pages: from its beginning, at its end, and when it is whole.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { en } from '#messages/en';
import { bringAxe, violations } from '#tests/support/accessibility';
import { acceptFiles, act, card, downloadsIn, openFiles, pick, receives, sha256 } from '#tests/support/drop-acts';
import type { Person } from '#tests/support/person';
import { limitUpload } from '#tests/support/share-acts';
import { Table } from '#tests/support/table';
import { waveFile } from '#tests/support/wave-file';

const { dropped } = en;
const title = 'Harbour at night.wav';
const seconds = 150;
const megabyte = 1_000_000;

describe('a sound that still comes', () => {
  const table = new Table();
  const folder = mkdtempSync(join(tmpdir(), 'roundtable-given-'));
  const homes = ['ada', 'ben'].map((name) => mkdtempSync(join(tmpdir(), `roundtable-home-${name}-`)));
  const [adaHome = '', benHome = ''] = homes;
  const bytes = waveFile({ seconds, hertz: 220 });
  let ada: Person;
  let ben: Person;

  beforeAll(async () => {
    await table.shareBrowser();
    ada = await table.seat('Ada', { home: adaHome });
    ben = await table.seat('Ben', { home: benHome });
    await ada.befriend(ben);
    writeFileSync(join(folder, title), bytes);
  });

  afterAll(async () => {
    await table.clear();
    for (const each of [folder, ...homes]) rmSync(each, { recursive: true, force: true });
  });

  /** How far it is played, s. */
  const position = async (): Promise<number> =>
    await ben.page.locator('audio[controls]').evaluate((audio: HTMLAudioElement) => audio.currentTime);

  async function seek(to: number): Promise<void> {
    await ben.page.locator('audio[controls]').evaluate((audio: HTMLAudioElement, at) => (audio.currentTime = at), to);
  }

  /** How much of the drop is here, as its card says. */
  async function share(): Promise<number> {
    const bar = ben.page.getByRole('progressbar', { name: dropped.progress(title), exact: true, includeHidden: true });
    return (await bar.count()) === 0 ? 100 : Number(await bar.first().getAttribute('aria-valuenow'));
  }

  test('is slow to come, as whoever gives it allows little', async () => {
    await limitUpload(ada, megabyte);
    await ada.openPerson('Ben');
    await pick(ada, [join(folder, title)], async () => {
      await ada.choose(dropped.send, dropped.pickFiles);
    });
    await acceptFiles(ben, title);
    await openFiles(ben);
    await card(ben, title)
      .getByRole('button', { name: dropped.player.play(title) })
      .waitFor();
  });

  test('is heard from its beginning while less than half of it is here', async () => {
    await card(ben, title)
      .getByRole('button', { name: dropped.player.play(title) })
      .click();
    await ben.page.getByRole('dialog', { name: title }).waitFor();
    await expect.poll(position, { timeout: 15_000 }).toBeGreaterThan(1);
    expect(await share()).toBeLessThan(50);
    await bringAxe(ben.page);
    expect(await violations(ben.page)).toEqual([]);
  });

  test('is heard at its end before what lies between has come', async () => {
    const near = seconds - 12;
    await seek(near);
    await expect.poll(position, { timeout: 15_000 }).toBeGreaterThan(near + 1);
    expect(await share()).toBeLessThan(70);
  });

  test('says that it waits where nothing more comes, and goes on once it does', async () => {
    await openFiles(ada);
    await act(ada, title, dropped.pause);
    const middle = seconds / 2;
    await seek(middle);
    const viewer = ben.page.getByRole('dialog', { name: title });
    await viewer.getByText(dropped.player.pausedBy('Ada')).waitFor();
    await act(ada, title, dropped.resume);
    await expect.poll(position, { timeout: 15_000 }).toBeGreaterThan(middle + 1);
    await viewer.getByText(dropped.player.pausedBy('Ada')).waitFor({ state: 'hidden' });
  });

  test('becomes whole meanwhile, byte for byte', async () => {
    await ben.page.keyboard.press('Escape');
    await ben.page.getByRole('dialog', { name: title }).waitFor({ state: 'hidden' });
    await receives(ben, title);
    expect(downloadsIn(benHome)).toEqual({ [title]: sha256(bytes) });
  }, 90_000);

  test('is heard from the downloads then, and nobody without the key of the page gets it', async () => {
    await card(ben, title)
      .getByRole('button', { name: dropped.player.play(title) })
      .click();
    await expect.poll(position, { timeout: 15_000 }).toBeGreaterThan(1);
    const address = await ben.page.locator('audio[controls]').evaluate((audio: HTMLAudioElement) => audio.src);
    expect((await fetch(address)).status).toBe(401);
    await ben.page.keyboard.press('Escape');
  });
});
