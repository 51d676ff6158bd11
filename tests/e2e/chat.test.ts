// Messages between real pages: how far they get, what can be done with them, people who are away, groups, and words that
// would be more than text if they could.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { en } from '#messages/en';
import {
  chooseFor,
  conversationWith,
  makeGroup,
  message,
  openGroup,
  pressOn,
  seeDelivery,
  write,
} from '#tests/support/chat-acts';
import type { Person } from '#tests/support/person';
import { leaveRoom, seeInside, seeRoom } from '#tests/support/room-acts';
import { Table } from '#tests/support/table';

const group = 'Garden plans';

describe('people who write', () => {
  const table = new Table();
  let ada: Person;
  let ben: Person;
  let cleo: Person;

  beforeAll(async () => {
    await table.shareBrowser();
    ada = await table.seat('Ada');
    ben = await table.seat('Ben');
    cleo = await table.seat('Cleo');
    await ada.befriend(ben);
    await ada.befriend(cleo);
    await ada.openPerson('Ben');
    await ben.sidebar.getByRole('button', { name: /^Echo/ }).click();
  });

  afterAll(async () => {
    await table.clear();
  });

  test('see when a message was delivered, counted where it was not read yet, and when it was read', async () => {
    await write(ada, 'Ben', 'Shall we meet at six?');
    await message(ada, 'Shall we meet at six?').waitFor();
    await seeDelivery(ada, 'Shall we meet at six?', 'delivered');
    await ben.sidebar.getByRole('button', { name: new RegExp(`^Ada.*${en.chat.unread(1)}`) }).waitFor();
    await ben.openPerson('Ada');
    await message(ben, 'Shall we meet at six?').waitFor();
    await seeDelivery(ada, 'Shall we meet at six?', 'read');
    await ben.sidebar.getByText(en.chat.unread(1)).waitFor({ state: 'hidden' });
  });

  test('see that the other is writing', async () => {
    const field = ben.page.getByRole('textbox', { name: en.chat.field('Ada') });
    await field.pressSequentially('At sev');
    await ada.page
      .getByRole('status')
      .getByText(en.chat.typing(['Ben']))
      .waitFor();
    await field.fill('At seven, please');
    await field.press('Enter');
    await message(ada, 'At seven, please').waitFor();
  });

  test('answer one message, react to it, change it and withdraw it', async () => {
    await pressOn(message(ada, 'At seven, please'), en.chat.reply);
    await write(ada, 'Ben', 'Fine by mee');
    const answer = message(ben, 'Fine by mee');
    await answer.getByRole('button', { name: /At seven, please/ }).waitFor();

    await pressOn(answer, en.chat.react);
    await ben.page
      .getByRole('button', { name: /^thumbs up/ })
      .first()
      .click();
    await message(ada, 'Fine by mee')
      .getByRole('button', { name: en.chat.reacted('👍', ['Ben']) })
      .waitFor();

    await chooseFor(ada, 'Fine by mee', en.chat.edit);
    await write(ada, 'Ben', 'Fine by me');
    await message(ben, 'Fine by me').getByText(en.chat.edited, { exact: true }).waitFor();
    expect(await message(ben, 'Fine by mee').count()).toBe(0);

    await chooseFor(ada, 'Fine by me', en.chat.withdraw);
    await ada.page.getByRole('button', { name: en.chat.withdrawConfirm, exact: true }).click();
    await conversationWith(ben, 'Ada').getByText(en.chat.withdrawn, { exact: true }).waitFor();
    expect(await conversationWith(ben, 'Ada').getByText('Fine by me').count()).toBe(0);
  });

  test('write while the other is away; it waits through a restart of both and then arrives once', async () => {
    await ben.page.goto('about:blank');
    await ben.shell.stop();
    await write(ada, 'Ben', 'I bring the copper kettle');
    await seeDelivery(ada, 'I bring the copper kettle', 'waiting');
    await ada.restart();
    await ada.openPerson('Ben');
    await seeDelivery(ada, 'I bring the copper kettle', 'waiting');
    await ben.startShell();
    await ben.page.goto(ben.shell.url);
    await ben.openPerson('Ada');
    await message(ben, 'I bring the copper kettle').waitFor();
    await seeDelivery(ada, 'I bring the copper kettle', 'read');
    expect(await message(ben, 'I bring the copper kettle').count()).toBe(1);
  });

  test('find a message by its words and go to it', async () => {
    for (let line = 1; line <= 30; line += 1) await write(ben, 'Ada', `Line ${line} of a long list`);
    await message(ada, 'Line 30 of').waitFor();
    await ben.page.getByLabel(en.sidebar.search).fill('kettle');
    const hit = ben.sidebar.getByRole('button', { name: /copper kettle/ }).last();
    await hit.waitFor();
    await hit.click();
    await expect
      .poll(
        async () =>
          await message(ben, 'copper kettle').evaluate((row) => {
            const { top, bottom } = row.getBoundingClientRect();
            return top >= 0 && bottom <= window.innerHeight;
          }),
      )
      .toBe(true);
    await ben.page.getByLabel(en.sidebar.search).fill('');
  });

  test('are three in a group, of whom one who is removed gets nothing more', async () => {
    await makeGroup(ada, group, ['Ben', 'Cleo']);
    await write(ada, group, 'Who has a spade?');
    await openGroup(ben, group);
    await openGroup(cleo, group);
    await message(ben, 'Who has a spade?').waitFor();
    await message(cleo, 'Who has a spade?').waitFor();
    // Ben and Cleo do not know one another: what Cleo writes comes to Ben by way of Ada.
    await write(cleo, group, 'I have two');
    await message(ben, 'I have two').waitFor();

    await ada.page.getByRole('button', { name: en.chat.details, exact: true }).click();
    await ada.choose(en.chat.group.moreOf('Cleo'), en.chat.group.removeIt);
    await ada.page.getByRole('dialog').getByRole('button', { name: en.chat.group.removeConfirm, exact: true }).click();
    await cleo.page.getByText(en.failure['group-removed'].happened).waitFor();
    await write(ada, group, 'Just the two of us');
    await message(ben, 'Just the two of us').waitFor();
    expect(await message(cleo, 'Just the two of us').count()).toBe(0);
    await cleo.page.reload();
    await openGroup(cleo, group);
    await message(cleo, 'I have two').waitFor();
    expect(await message(cleo, 'Just the two of us').count()).toBe(0);
  });

  test('meet in a room that one of them opens for the group', async () => {
    await openGroup(ada, group);
    await ada.press(en.chat.group.openRoom);
    const dialog = ada.page.getByRole('dialog');
    const name = dialog.getByLabel(en.door.name, { exact: true });
    expect(await name.inputValue()).toBe(group);
    await name.fill('By the pond');
    await dialog.getByRole('button', { name: en.door.chooseWith(1), exact: true }).click();
    await ada.press(en.door.openIt);
    await seeRoom(ada, 'By the pond');
    await ben.press(en.door.accept);
    await Promise.all([seeInside(ada, [ben]), seeInside(ben, [ada])]);
    await leaveRoom(ada);
    await leaveRoom(ben);
  });

  test('see what comes also after they went from a group straight to a person', async () => {
    await openGroup(ada, group);
    await ada.openPerson('Ben');
    await ben.openPerson('Ada');
    await write(ben, 'Ada', 'Just between us');
    await message(ada, 'Just between us').waitFor();
  });

  test('see hostile words as words: nothing runs, nothing is fetched, nothing leaves its row', async () => {
    const stray: string[] = [];
    ben.page.on('request', (request) => {
      if (!request.url().startsWith(new URL(ben.shell.url).origin)) stray.push(request.url());
    });
    await ben.openPerson('Ada');
    await ada.openPerson('Ben');
    for (const words of [
      '<img src=//evil.example/x onerror=window.pwned=1><script>window.pwned=1</script>',
      '`<svg onload=window.pwned=1>` > quoted <b>bold</b> {@html pwned}',
      `\u202eevil \u2066turned ${'W'.repeat(400)} https://evil.example/${'a'.repeat(200)}`,
    ])
      await write(ada, 'Ben', words);
    await message(ben, 'turned').waitFor();
    expect(await ben.page.evaluate(() => 'pwned' in window)).toBe(false);
    expect(stray).toEqual([]);
    expect(await ben.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(
      0,
    );
    const log = ben.page.getByRole('list', { name: en.chat.log });
    expect(await log.evaluate((list) => list.scrollWidth - list.clientWidth)).toBeLessThanOrEqual(0);
    expect(await log.locator('img, script, svg[onload], iframe, b').count()).toBe(0);
  });
});
