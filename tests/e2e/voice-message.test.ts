// Spoken messages between real pages: what one says into a microphone, the other hears from the conversation.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { en } from '#messages/en';
import { bringAxe, violations } from '#tests/support/accessibility';
import { conversationWith, pressOn } from '#tests/support/chat-acts';
import type { Person } from '#tests/support/person';
import { Table } from '#tests/support/table';
import { writeTone } from '#tests/support/tone';
import { listenToAll } from '#tests/support/tone-heard';

const hertz = 440;
const { voice } = en.chat;
const anyVoice = /^Play the voice message/;

const button = (person: Person, name: string | RegExp) => person.page.getByRole('button', { name });

async function speak(person: Person, forMs: number): Promise<void> {
  await person.press(voice.record);
  await person.page.getByRole('timer').getByText('0:00').waitFor();
  await person.page.waitForTimeout(forMs);
}

describe('somebody who speaks a message', () => {
  const table = new Table();
  let ada: Person;
  let ben: Person;

  beforeAll(async () => {
    await table.shareBrowser({ microphone: writeTone(hertz) });
    ada = await table.seat('Ada');
    ben = await table.seat('Ben');
    await ada.switchNoiseSuppressionOff(); // a steady tone is just what it takes away
    await ada.befriend(ben);
    await ada.openPerson('Ben');
    await ben.openPerson('Ada');
  });

  afterAll(async () => {
    await table.clear();
  });

  test('sees that it records, and throws it away without a trace', async () => {
    await speak(ada, 600);
    await bringAxe(ada.page);
    expect(await violations(ada.page)).toEqual([]);
    await ada.press(voice.discard);
    await ada.page.getByRole('textbox', { name: en.chat.field('Ben') }).waitFor();
    expect(await button(ada, anyVoice).count()).toBe(0);
  });

  test('finds it waiting after looking at something else and after loading the page again, and sends it', async () => {
    await speak(ada, 4_000);
    await ada.sidebar.getByRole('button', { name: /^Echo/ }).click();
    await ada.openPerson('Ben');
    await button(ada, anyVoice).waitFor();
    await ada.page.reload();
    await ada.openPerson('Ben');
    await button(ada, anyVoice).waitFor();
    await ada.press(voice.send);
    await conversationWith(ben, 'Ada').getByRole('button', { name: anyVoice }).waitFor();
    await ada.page.getByRole('textbox', { name: en.chat.field('Ben') }).waitFor();
  });

  test('is heard by the other, who can go back in it', async () => {
    const length = await button(ben, anyVoice).first().getAttribute('aria-label');
    expect(length).toMatch(/ 0:(?:0[4-9]|1\d)$/);
    await button(ben, anyVoice).first().click();
    // The sound is read from disk first: it is listened to once it has begun.
    await ben.page.waitForFunction(() =>
      [...window.observedPlayers].some(
        ({ src, paused, currentTime }) => src.startsWith('blob:') && !paused && currentTime > 0,
      ),
    );
    const [heard, ...more] = await ben.page.evaluate(listenToAll, 700);
    expect(more).toEqual([]);
    expect(Math.abs((heard?.frequency ?? 0) - hertz)).toBeLessThan(15);
    expect(heard?.levelDb).toBeGreaterThan(-45);
    await button(ben, anyVoice).first().waitFor(); // it has come to its end
    await bringAxe(ben.page);
    expect(await violations(ben.page)).toEqual([]);
  });

  test('takes it back from both', async () => {
    const row = ada.page.locator('li.message').filter({ has: button(ada, anyVoice) });
    await pressOn(row, en.chat.more);
    await ada.page.getByRole('menuitem', { name: en.chat.withdraw }).click();
    await ada.press(en.chat.withdrawConfirm);
    await conversationWith(ben, 'Ada').getByText(en.chat.withdrawn, { exact: true }).waitFor();
    expect(await button(ben, anyVoice).count()).toBe(0);
  });

  test('is asked not to while a call has the microphone', async () => {
    await ada.ring('Ben', { video: false });
    await ben.accept({ video: false });
    await ada.openPerson('Ben');
    await expect.poll(async () => await button(ada, voice.record).isDisabled()).toBe(true);
  });
});
