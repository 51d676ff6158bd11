// What people do with messages, through the real interface.
import type { Locator } from 'playwright-core';
import { en } from '#messages/en';
import type { Person } from '#tests/support/person';

/** The conversation with a person or group of this name that is on the page. */
export function conversationWith(person: Person, name: string): Locator {
  return person.page.getByRole('region', { name: en.chat.region(name) });
}

/** The message that says this, in the conversation on the page. */
export function message(person: Person, text: string): Locator {
  return person.page
    .getByRole('list', { name: en.chat.log })
    .locator('li.message')
    .filter({ has: person.page.locator('.text').filter({ hasText: text }) });
}

/** Writes into the conversation on the page, which is with a person or group of this name. */
export async function write(person: Person, name: string, text: string): Promise<void> {
  const field = person.page.getByRole('textbox', { name: en.chat.field(name) });
  await field.fill(text);
  await field.press('Enter');
}

/** Waits until the message shows that it got so far. */
export async function seeDelivery(
  person: Person,
  text: string,
  state: 'waiting' | 'delivered' | 'read',
): Promise<void> {
  await message(person, text).getByText(en.chat.delivery[state], { exact: true }).waitFor();
}

const glanceMs = 1_500;

/** Presses a button that a message shows under the pointer; comes back to it when the list moved on below the pointer meanwhile. */
export async function pressOn(row: Locator, name: string): Promise<void> {
  const button = row.getByRole('button', { name, exact: true });
  for (let tries = 1; ; tries += 1) {
    await row.hover();
    const isPressed = await button.click({ timeout: glanceMs }).then(
      () => true,
      () => false,
    );
    if (isPressed) return;
    if (tries === 10) throw new Error(`The message showed no button ${name} under the pointer.`);
  }
}

/** An item of the menu of a message. */
export async function chooseFor(person: Person, text: string, item: string): Promise<void> {
  await pressOn(message(person, text), en.chat.more);
  await person.page.getByRole('menuitem', { name: item }).click();
}

/** Opens a group from the sidebar. */
export async function openGroup(person: Person, name: string): Promise<void> {
  await person.sidebar.getByRole('button', { name: new RegExp(`^${name}`) }).click();
  await conversationWith(person, name).waitFor();
}

/** Makes a group of this person and some contacts, and looks at it. */
export async function makeGroup(person: Person, name: string, names: readonly string[]): Promise<void> {
  await person.page.getByRole('button', { name: en.chat.newGroup, exact: true }).click();
  await person.page.getByLabel(en.chat.group.name).fill(name);
  for (const one of names) await person.page.getByRole('dialog').getByText(one, { exact: true }).click();
  await person.page.getByRole('button', { name: en.chat.group.open, exact: true }).click();
  await conversationWith(person, name).waitFor();
}
