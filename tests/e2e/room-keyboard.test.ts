// A room by keyboard alone, from the way in to the way out; and what axe says of the screens on the way, as they are in
// a real room.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { en } from '#messages/en';
import { bringAxe, violations } from '#tests/support/accessibility';
import type { Person } from '#tests/support/person';
import { makeRoomLink, say, seeInside, seeRoom } from '#tests/support/room-acts';
import { Table } from '#tests/support/table';

const roomName = 'By keyboard';
/** More stops than any screen has. */
const mostStops = 60;

/** What has the focus: its label, or its text. */
async function focused(person: Person): Promise<string> {
  return await person.page.evaluate(() => {
    const element = document.activeElement;
    const labels =
      element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement ? element.labels : null;
    const words = element?.getAttribute('aria-label') ?? labels?.[0]?.textContent ?? element?.textContent ?? '';
    return words.trim().replace(/\s+/gu, ' ');
  });
}

async function tabTo(person: Person, name: string): Promise<void> {
  const seen: string[] = [];
  while (seen.length < mostStops) {
    const now = await focused(person);
    if (now === name) return;
    seen.push(now);
    await person.page.keyboard.press('Tab');
  }
  throw new Error(`No “${name}” by Tab, but: ${[...new Set(seen)].join(', ')}`);
}

async function tabAndPress(person: Person, name: string, key = 'Enter'): Promise<void> {
  await tabTo(person, name);
  await person.page.keyboard.press(key);
}

describe('a room', () => {
  const table = new Table();
  let ada: Person;
  let ben: Person;

  const seatOf = (person: Person, name: string) =>
    person.page.getByRole('list', { name: en.room.seats }).getByRole('listitem').filter({ hasText: name });

  beforeAll(async () => {
    ada = await table.seat('Ada');
    ben = await table.seat('Ben');
    // As in the gallery: colours are judged where they stand, not on their way.
    for (const { page } of [ada, ben]) await page.emulateMedia({ reducedMotion: 'reduce' });
    await Promise.all([bringAxe(ada.page), bringAxe(ben.page)]);
  }, 120_000);

  afterAll(async () => {
    await table.clear();
  });

  describe('by keyboard alone', () => {
    test('is opened', async () => {
      const { keyboard } = ada.page;
      await keyboard.press('Control+o');
      await ada.page.getByRole('dialog', { name: en.door.openRoom }).waitFor();
      await tabTo(ada, en.door.name);
      await keyboard.press('Control+a');
      await keyboard.insertText(roomName);
      expect(await violations(ada.page)).toEqual([]);
      await keyboard.press('Enter');
      await ada.page.getByText(en.door.sayHello).waitFor();
      expect(await violations(ada.page)).toEqual([]);
      await tabAndPress(ada, en.door.openIt);
      await seeRoom(ada, roomName);
    });

    test('is joined by a link', async () => {
      const link = await makeRoomLink(ada);
      const { keyboard } = ben.page;
      await keyboard.press('Control+i');
      await tabTo(ben, en.invite.tabs.give);
      await keyboard.press('ArrowRight');
      await tabTo(ben, en.invite.paste);
      await keyboard.insertText(link);
      await ben.page.getByRole('button', { name: en.door.toTheDoor, exact: true }).waitFor();
      expect(await violations(ben.page)).toEqual([]);
      await tabAndPress(ben, en.door.toTheDoor);
      await tabAndPress(ben, en.door.join);
      await seeRoom(ben, roomName);
      await Promise.all([seeInside(ada, [ben]), seeInside(ben, [ada])]);
    });

    test('is muted by the bar and unmuted by the shortcut, and the other sees it', async () => {
      await tabAndPress(ben, en.room.mute, 'Space');
      await seatOf(ada, 'Ben').getByText(en.room.state.muted).first().waitFor();
      await ben.page.keyboard.press('Control+d');
      await seatOf(ada, 'Ben').getByText(en.room.state.connected, { exact: true }).waitFor();
    });

    test('has a hand raised and taken down', async () => {
      await tabAndPress(ben, en.room.handUp);
      await seatOf(ada, 'Ben').getByText(en.room.hand(1)).waitFor({ state: 'attached' });
      expect(await focused(ben)).toBe(en.room.handDown);
      await ben.page.keyboard.press('Control+Shift+K');
      await seatOf(ada, 'Ben').getByText(en.room.hand(1)).waitFor({ state: 'detached' });
    });

    test('sends a reaction from the menu', async () => {
      await tabAndPress(ben, en.room.reactionMenu);
      await ben.page.getByRole('menuitem', { name: en.room.reactionNames['👍'] }).waitFor();
      expect(await focused(ben)).toBe(en.room.reactionNames['👍']);
      await ben.page.keyboard.press('ArrowDown');
      await ben.page.keyboard.press('Enter');
      const said = ada.page.getByRole('log', { name: en.door.said.region });
      await said.getByText(en.door.said.reacted('Ben', '👏'), { exact: true }).waitFor({ state: 'attached' });
      expect(await focused(ben)).toBe(en.room.reactionMenu);
    });

    test('is left, and the other is told', async () => {
      await tabAndPress(ben, en.room.leave);
      await ben.page.getByRole('toolbar', { name: en.room.bar }).waitFor({ state: 'detached' });
      await seeInside(ada, []);
    });
  });

  describe('has no accessibility violation', () => {
    const shows = async (person: Person): Promise<void> => {
      expect(await violations(person.page)).toEqual([]);
    };

    test('with its table and its panel', async () => {
      const link = await makeRoomLink(ada);
      await ben.openInvites('use');
      await ben.page.getByLabel(en.invite.paste).fill(link);
      await ben.press(en.door.toTheDoor);
      await ben.press(en.door.join);
      await Promise.all([seeInside(ada, [ben]), seeInside(ben, [ada])]);
      await say(ben, 'Hello');
      await shows(ada);
      await ada.press(en.room.closePanel);
      await shows(ada);
    });

    test.each([
      ['record', en.room.recordMenu],
      ['more', en.room.more],
      ['reaction', en.room.reactionMenu],
    ])('with its %s menu open', async (_, name) => {
      await ada.page.getByRole('button', { name, exact: true }).click();
      await ada.page.getByRole('menu').waitFor();
      await shows(ada);
      await ada.page.keyboard.press('Escape');
      await ada.page.getByRole('menu').waitFor({ state: 'hidden' });
    });

    test('with its dialogs', async () => {
      await ada.press(en.room.meshOpen(1));
      await ada.page.getByRole('dialog', { name: en.room.map.title }).waitFor();
      await shows(ada);
      await ada.closeDialog();
      await ada.choose(en.room.more, en.room.link);
      await ada.page.getByRole('dialog', { name: en.room.link }).waitFor();
      await shows(ada);
      await ada.closeDialog();
    });

    test('when a recording is asked for', async () => {
      await ada.choose(en.room.recordMenu, en.room.record.mixed);
      await ben.page
        .getByRole('alert')
        .filter({ hasText: en.room.record.ask('Ada') })
        .waitFor();
      await Promise.all([shows(ada), shows(ben)]);
      await ben.press(en.room.record.refuse);
      await ada.press(en.common.dismiss);
    });

    test('with pictures on its stage', async () => {
      await ben.press(en.call.cameraOn);
      const picture = ada.page.getByLabel(en.room.pictureOf('Ben'), { exact: true });
      await picture.waitFor();
      await ada.page.waitForFunction((label) => {
        const video = document.querySelector<HTMLVideoElement>(`video[aria-label="${label}"]`);
        return video !== null && video.videoWidth > 0;
      }, en.room.pictureOf('Ben'));
      await Promise.all([shows(ada), shows(ben)]);
    });
  });
});
