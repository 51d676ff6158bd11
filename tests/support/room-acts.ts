// What people do in rooms, through the real interface by role and name.
import { en } from '#messages/en';
import type { Person } from '#tests/support/person';

interface Entering {
  camera: boolean;
}

async function passTheDoor(person: Person, button: string, { camera }: Entering): Promise<void> {
  if (camera) await person.page.getByRole('button', { name: en.call.cameraOn, exact: true }).click();
  await person.page.getByRole('button', { name: button, exact: true }).click();
}

/** Opens a room of this name and sits down in it, alone. */
export async function openRoom(person: Person, name: string, entering: Entering = { camera: false }): Promise<void> {
  await person.sidebar.getByRole('button', { name: en.door.openRoom, exact: true }).click();
  await person.page.getByLabel(en.door.name, { exact: true }).fill(name);
  await person.page.getByRole('button', { name: en.door.choose, exact: true }).click();
  await passTheDoor(person, en.door.openIt, entering);
  await seeRoom(person, name);
}

/** A fresh link into the room this person is in. */
export async function makeRoomLink(person: Person): Promise<string> {
  await person.choose(en.room.more, en.room.link);
  const dialog = person.page.getByRole('dialog');
  await dialog.getByRole('button', { name: en.door.makeLink, exact: true }).click();
  const link = await dialog.getByLabel(en.door.roomLink, { exact: true }).inputValue();
  await person.closeDialog();
  return link;
}

/** Pastes the link and goes to the door; nothing is joined yet. */
export async function goToDoor(person: Person, link: string): Promise<void> {
  await person.openInvites('use');
  await person.page.getByLabel(en.invite.paste).fill(link);
  await person.page.getByRole('button', { name: en.door.toTheDoor, exact: true }).click();
}

/** Presses Join at the door; answers the wall clock of the press, ms since the epoch. */
export async function join(person: Person, { camera }: Entering = { camera: false }): Promise<number> {
  if (camera) await person.page.getByRole('button', { name: en.call.cameraOn, exact: true }).click();
  return await person.press(en.door.join);
}

export async function joinByLink(person: Person, link: string, entering: Entering = { camera: false }): Promise<void> {
  await goToDoor(person, link);
  await passTheDoor(person, en.door.join, entering);
}

export async function seeRoom(person: Person, name: string): Promise<void> {
  await person.page.getByRole('region', { name: en.room.region(name), exact: true }).waitFor();
  await person.page.getByRole('toolbar', { name: en.room.bar }).waitFor();
}

/** Waits until exactly these others are inside, as the head of the room says, and all are connected with this person. */
export async function seeInside(
  person: Person,
  others: readonly Person[],
  options: { timeout: number } = { timeout: 15_000 },
): Promise<void> {
  const facts = others.length === 0 ? en.room.alone : en.room.facts.connected(others.length + 1);
  await person.page.getByText(facts, { exact: true }).first().waitFor(options);
}

export async function leaveRoom(person: Person): Promise<void> {
  await person.page.getByRole('button', { name: en.room.leave, exact: true }).click();
}

async function openPanel(person: Person, tab: string): Promise<void> {
  const open = person.page.getByRole('button', { name: en.room.openPanel, exact: true });
  if (await open.isVisible()) await open.click();
  await person.page.getByRole('tab', { name: new RegExp(`^${tab}`) }).click();
}

export async function say(person: Person, text: string): Promise<void> {
  await openPanel(person, en.room.chat);
  await person.page.getByLabel(en.room.chatField, { exact: true }).fill(text);
  await person.page.keyboard.press('Enter');
}

export async function seeLine(person: Person, text: string): Promise<void> {
  await openPanel(person, en.room.chat);
  await person.page.getByRole('region', { name: en.room.chatLog }).getByText(text, { exact: true }).waitFor();
}

export async function openPeople(person: Person): Promise<void> {
  await openPanel(person, en.room.peopleTab);
}

/** Opens the card of this member from the list of people inside. */
export async function openMember(person: Person, name: string): Promise<void> {
  await openPeople(person);
  await person.page
    .getByRole('region', { name: en.room.peopleTab, exact: true })
    .getByRole('listitem')
    .getByRole('button', { name: new RegExp(`^${name}`) })
    .click();
}

/** Gives one's voice for removing this member. */
export async function remove(person: Person, name: string): Promise<void> {
  await openMember(person, name);
  await person.press(en.room.member.remove);
  await person.press(en.room.member.removeConfirm(name));
}

/** Locks or unlocks, as the room is now. */
export async function turnLock(person: Person): Promise<void> {
  await person.choose(en.room.more, en.room.lock);
  await person.page.keyboard.press('Escape');
  await person.page.getByRole('menu').waitFor({ state: 'hidden' });
}

/** Waits for the words that say how this person's stay, or their way in, ended. */
export async function seeRoomEnded(person: Person, words: { title: string; text: string }): Promise<void> {
  await person.page.getByRole('main').getByText(words.title, { exact: true }).waitFor();
  await person.page.getByRole('main').getByText(words.text, { exact: true }).waitFor();
}
