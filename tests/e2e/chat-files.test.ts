// Files among the words, between real pages: they stand where they were given, are taken and followed there, and go with their
// message when it is taken back.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { en } from '#messages/en';
import { bringAxe, violations } from '#tests/support/accessibility';
import { conversationWith, makeGroup, message, openGroup, pressOn, write } from '#tests/support/chat-acts';
import {
  acceptFiles,
  act,
  card,
  downloadsIn,
  dropOn,
  openFiles,
  paste,
  pick,
  sha256,
  someBytes,
} from '#tests/support/drop-acts';
import { plainPicture } from '#tests/support/plain-picture';
import type { Person } from '#tests/support/person';
import { Table } from '#tests/support/table';

const MiB = 2 ** 20;
const { dropped } = en;

/** The card of a file among the words, with a person or group of this name. */
const inChat = (person: Person, name: string, title: string): Locator =>
  conversationWith(person, name).getByRole('article', { name: title, exact: true });

/** The message that names a file. */
const rowOf = (person: Person, title: string): Locator =>
  person.page.locator('li.message').filter({ has: person.page.getByRole('article', { name: title, exact: true }) });

async function withdraw(person: Person, title: string): Promise<void> {
  await pressOn(rowOf(person, title), en.chat.more);
  await person.page.getByRole('menuitem', { name: en.chat.withdraw }).click();
  await person.page.getByText(en.chat.withdrawFilesText).waitFor();
  await person.press(en.chat.withdrawConfirm);
}

describe('files in a conversation', () => {
  const table = new Table();
  const folder = mkdtempSync(join(tmpdir(), 'roundtable-given-'));
  const homes = ['ada', 'ben'].map((name) => mkdtempSync(join(tmpdir(), `roundtable-home-${name}-`)));
  const [adaHome = '', benHome = ''] = homes;
  let ada: Person;
  let ben: Person;
  let cleo: Person;

  beforeAll(async () => {
    await table.shareBrowser();
    ada = await table.seat('Ada', { home: adaHome });
    ben = await table.seat('Ben', { home: benHome });
    cleo = await table.seat('Cleo');
    await ada.befriend(ben);
    await ada.befriend(cleo);
    await ada.openPerson('Ben');
    await ben.openPerson('Ada');
  });

  afterAll(async () => {
    await table.clear();
    for (const each of [folder, ...homes]) rmSync(each, { recursive: true, force: true });
  });

  test('stand at their place among the words, are taken there, and arrive byte for byte', async () => {
    const bytes = someBytes(3 * MiB + 17, 1);
    await write(ada, 'Ben', 'Here it comes');
    await dropOn(ada, dropped.drop.person('Ben'), [{ name: 'take one.flac', bytes }]);
    await inChat(ada, 'Ben', 'take one.flac').getByText(dropped.stage.offered('Ben')).waitFor();
    await write(ada, 'Ben', 'What do you think?');
    await message(ben, 'What do you think?').waitFor();
    await inChat(ben, 'Ada', 'take one.flac').waitFor();
    const said = await ben.page.locator('li.message').allInnerTexts();
    const placeOf = (words: string): number => said.findIndex((text) => text.includes(words));
    expect([placeOf('Here it comes'), placeOf('take one.flac'), placeOf('What do you think?')]).toEqual([0, 1, 2]);
    expect(downloadsIn(benHome)).toEqual({});
    await bringAxe(ben.page);
    expect(await violations(ben.page)).toEqual([]);
    await acceptFiles(ben, 'take one.flac');
    await inChat(ben, 'Ada', 'take one.flac').getByText(dropped.stage.received).waitFor();
    await inChat(ada, 'Ben', 'take one.flac').getByText(dropped.stage.sent('Ben')).waitFor();
    expect(downloadsIn(benHome)).toEqual({ 'take one.flac': sha256(bytes) });
  });

  test('say the same after both pages were loaded again', async () => {
    await Promise.all([ada, ben].map(async (person) => await person.page.reload()));
    await ada.openPerson('Ben');
    await ben.openPerson('Ada');
    await inChat(ben, 'Ada', 'take one.flac').getByText(dropped.stage.received).waitFor();
    await inChat(ada, 'Ben', 'take one.flac').getByText(dropped.stage.sent('Ben')).waitFor();
    expect(await ben.page.getByRole('button', { name: dropped.ask.acceptOf('take one.flac') }).count()).toBe(0);
  });

  test('pasted as a picture are seen by both once they are there', async () => {
    await ada.seeOnline('Ben');
    const field = ada.page.getByRole('textbox', { name: en.chat.field('Ben') });
    const bytes = plainPicture(320, 200, [180, 90, 60]);
    await paste(field, { name: 'image.png', bytes }, 'image/png');
    await ada.page.getByRole('dialog', { name: dropped.paste.title('Ben') }).waitFor();
    await ada.press(dropped.paste.send);
    await inChat(ada, 'Ben', 'image.png')
      .getByRole('img', { name: dropped.preview('image.png') })
      .waitFor();
    await acceptFiles(ben, 'image.png');
    const picture = inChat(ben, 'Ada', 'image.png').getByRole('img', { name: dropped.preview('image.png') });
    await picture.waitFor();
    const width = await picture.evaluate((image) => (image instanceof HTMLImageElement ? image.naturalWidth : 0));
    expect(width).toBe(320);
    expect(downloadsIn(benHome)['image.png']).toBe(sha256(bytes));
  });

  test('are looked at as large as the window when they are pictures', async () => {
    await ben.page.getByRole('button', { name: dropped.picture.open('image.png') }).click();
    const viewer = ben.page.getByRole('dialog', { name: 'image.png' });
    await viewer.getByRole('img', { name: 'image.png' }).waitFor();
    await viewer.getByRole('button', { name: dropped.picture.actual }).click();
    await viewer.getByRole('button', { name: dropped.picture.fit }).click();
    await ben.page.keyboard.press('Escape');
    await viewer.waitFor({ state: 'hidden' });
  });

  test('are answered, reacted to and found by their name', async () => {
    await pressOn(rowOf(ben, 'image.png'), en.chat.reply);
    await write(ben, 'Ada', 'Warm');
    await message(ada, 'Warm')
      .getByRole('button', { name: /image\.png/ })
      .waitFor();
    await pressOn(rowOf(ada, 'take one.flac'), en.chat.react);
    await ada.page
      .getByRole('button', { name: /^thumbs up/ })
      .first()
      .click();
    await rowOf(ben, 'take one.flac')
      .getByRole('button', { name: en.chat.reacted('👍', ['Ada']) })
      .waitFor();
    await ben.page.getByLabel(en.sidebar.search).fill('flac');
    await ben.sidebar
      .getByRole('button', { name: /take one\.flac/ })
      .last()
      .waitFor();
    await ben.page.getByLabel(en.sidebar.search).fill('');
  });

  test('are taken, held up and gone on with by the keyboard alone', async () => {
    writeFileSync(join(folder, 'concert.wav'), someBytes(48 * MiB, 5));
    await pick(ada, [join(folder, 'concert.wav')], async () => {
      await ada.choose(dropped.send, dropped.pickFiles);
    });
    await inChat(ben, 'Ada', 'concert.wav').waitFor();
    await rowOf(ben, 'concert.wav').focus();
    await ben.page.keyboard.press('Tab');
    await expect
      .poll(async () => await ben.page.evaluate(() => document.activeElement?.getAttribute('aria-label')))
      .toBe(dropped.ask.acceptOf('concert.wav'));
    await ben.page.keyboard.press('Enter');
    await act(ben, 'concert.wav', dropped.pause);
    await inChat(ben, 'Ada', 'concert.wav')
      .getByText(/^Paused at/)
      .waitFor();
    await inChat(ada, 'Ben', 'concert.wav').waitFor();
  });

  test('stop on both sides when their message is taken back', async () => {
    await withdraw(ada, 'concert.wav');
    await inChat(ben, 'Ada', 'concert.wav').waitFor({ state: 'hidden' });
    await conversationWith(ben, 'Ada').getByText(en.chat.withdrawn, { exact: true }).waitFor();
    await openFiles(ben);
    await card(ben, 'concert.wav').getByText(dropped.stage.cancelledBy('Ada')).waitFor();
    await openFiles(ada);
    await card(ada, 'concert.wav').getByText(dropped.stage.cancelled, { exact: true }).waitFor();
    expect(Object.keys(downloadsIn(benHome))).not.toContain('concert.wav');
    await ada.openPerson('Ben');
    await ben.openPerson('Ada');
  });

  test('are no question any more when they were taken back before the answer', async () => {
    await dropOn(ada, dropped.drop.person('Ben'), [{ name: 'secret.txt', bytes: someBytes(2_000, 6) }]);
    await ben.page.getByRole('button', { name: dropped.ask.acceptOf('secret.txt'), exact: true }).waitFor();
    await withdraw(ada, 'secret.txt');
    await ben.page.getByRole('button', { name: dropped.ask.acceptOf('secret.txt') }).waitFor({ state: 'hidden' });
    await inChat(ben, 'Ada', 'secret.txt').waitFor({ state: 'hidden' });
  });

  test('wait for who is away, as words do, and are asked about when they are back', async () => {
    await ben.page.goto('about:blank');
    await ben.shell.stop();
    // A page that ends cannot wait until its goodbye is on its way: where it got lost, the link is looked for 35 s long.
    await ada.sidebar
      .getByText(/Last seen|Offline/)
      .first()
      .waitFor({ timeout: 45_000 });
    const bytes = someBytes(90_000, 7);
    await dropOn(ada, dropped.drop.person('Ben'), [{ name: 'for later.txt', bytes }]);
    await rowOf(ada, 'for later.txt').getByText(en.chat.delivery.waiting, { exact: true }).waitFor();
    await ben.startShell();
    await ben.page.goto(ben.shell.url);
    await ben.openPerson('Ada');
    await inChat(ben, 'Ada', 'for later.txt').waitFor();
    await acceptFiles(ben, 'for later.txt');
    await inChat(ben, 'Ada', 'for later.txt').getByText(dropped.stage.received).waitFor();
    expect(downloadsIn(benHome)['for later.txt']).toBe(sha256(bytes));
  }, 90_000);

  test('of a group stand in the group, and are offered to its people', async () => {
    const group = 'Garden plans';
    await makeGroup(ada, group, ['Ben', 'Cleo']);
    await write(ada, group, 'The beds, as drawn');
    await openGroup(ben, group);
    await openGroup(cleo, group);
    const bytes = someBytes(400_000, 8);
    await dropOn(ada, dropped.drop.group(group, 2), [{ name: 'beds.pdf', bytes }]);
    for (const person of [ben, cleo]) await acceptFiles(person, 'beds.pdf');
    for (const person of [ben, cleo])
      await inChat(person, group, 'beds.pdf').getByText(dropped.stage.received).waitFor();
    await inChat(ada, group, 'beds.pdf').getByText(dropped.stage.sentAll).waitFor();
    expect(downloadsIn(benHome)['beds.pdf']).toBe(sha256(bytes));
  });
});
