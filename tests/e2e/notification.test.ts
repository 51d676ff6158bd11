// A page out of sight shows an incoming call as a notification of the browser, and takes it back when the ringing ends.
import { afterAll, expect, test } from 'vitest';
import { en } from '#messages/en';
import { Table } from '#tests/support/table';

declare global {
  interface Window {
    shownNotices: { title: string; isClosed: boolean }[];
  }
}

/** Headless Chromium shows no notifications: a stand-in notes what the page asks for. */
function noteNotices(): void {
  window.shownNotices = [];
  document.hasFocus = () => false;
  class Noted extends EventTarget {
    static readonly permission = 'granted';
    readonly #entry: { title: string; isClosed: boolean };
    onclick: (() => void) | null = null;
    constructor(title: string) {
      super();
      this.#entry = { title, isClosed: false };
      window.shownNotices.push(this.#entry);
    }
    close(): void {
      this.#entry.isClosed = true;
    }
  }
  Object.defineProperty(window, 'Notification', { value: Noted });
}

const table = new Table();
afterAll(async () => {
  await table.clear();
});

test('an incoming call is announced outside the page and withdrawn when it is cancelled', async () => {
  const ada = await table.seat('Ada');
  const ben = await table.seat('Ben');
  await ada.befriend(ben);
  await ben.page.addInitScript(noteNotices);
  await ben.page.reload();
  await ben.seeOnline('Ada');
  await ada.seeOnline('Ben');
  await ada.ring('Ben', { video: false });
  const shown = async (): Promise<unknown> => await ben.page.evaluate(() => window.shownNotices);
  await expect.poll(shown, { timeout: 5_000 }).toEqual([{ title: en.call.incoming('Ada'), isClosed: false }]);
  await ada.page.getByRole('button', { name: en.call.cancel, exact: true }).click();
  await expect.poll(shown, { timeout: 5_000 }).toEqual([{ title: en.call.incoming('Ada'), isClosed: true }]);
});
