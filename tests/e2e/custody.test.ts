// A message to somebody who is away, kept by a friend of both: its author is gone before it arrives, and never meets them.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { en } from '#messages/en';
import { message, seeDelivery, write } from '#tests/support/chat-acts';
import type { Person } from '#tests/support/person';
import { Table } from '#tests/support/table';

const words = 'The key is under the copper kettle';
const table = new Table();
let carol: Person;
let alice: Person;
let bob: Person;

/** Closes the app. */
async function quit(person: Person): Promise<void> {
  await person.page.goto('about:blank');
  await person.shell.stop();
}

async function comeBack(person: Person): Promise<void> {
  await person.startShell();
  await person.page.goto(person.shell.url);
}

beforeAll(async () => {
  await table.shareBrowser();
  // The first at the table runs the mailbox of this machine, and stays.
  carol = await table.seat('Carol');
  alice = await table.seat('Alice');
  bob = await table.seat('Bob');
  await carol.befriend(alice);
  await carol.befriend(bob);
  await alice.befriend(bob);
});

afterAll(async () => {
  await table.clear();
});

test('a message arrives although its author and its reader are never there at once, and so does the receipt', async () => {
  await carol.openSettings('chat');
  await carol.page.getByRole('switch', { name: en.settings.chat.keeps }).click();
  const kept = carol.page.getByText(en.settings.chat.keptLine('Alice', 'Bob'));

  await quit(bob);
  await alice.openPerson('Bob');
  await write(alice, 'Bob', words);
  await message(alice, words)
    .getByText(en.chat.delivery.kept(['Carol']), { exact: true })
    .waitFor();
  await kept.waitFor();
  await quit(alice);

  await comeBack(bob);
  await bob.sidebar.getByText(words).waitFor();
  await kept.waitFor({ state: 'hidden' });
  const receipt = carol.page.getByText(en.settings.chat.keptLine('Bob', 'Alice'));
  await receipt.waitFor();
  await bob.openPerson('Alice');
  await message(bob, words).waitFor();
  await quit(bob);

  await comeBack(alice);
  await alice.openPerson('Bob');
  await seeDelivery(alice, words, 'delivered');
  await receipt.waitFor({ state: 'hidden' });
  expect(await message(alice, words).count()).toBe(1);
});

test('what is kept can be deleted by whoever keeps it, and its author sees that it waits alone', async () => {
  await write(alice, 'Bob', 'And the window is open');
  const mark = message(alice, 'And the window is open');
  await mark.getByText(en.chat.delivery.kept(['Carol']), { exact: true }).waitFor();
  await carol.page.getByRole('switch', { name: en.settings.chat.keeps }).click();
  await carol.page.getByRole('button', { name: en.settings.chat.dropKept }).click();
  await mark.getByText(en.chat.delivery.waiting, { exact: true }).waitFor();
  await carol.page.getByText(en.settings.chat.keptLine('Alice', 'Bob')).waitFor({ state: 'hidden' });
});
