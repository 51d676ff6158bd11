// A room's media over real connections in a real page: who speaks, carried voices, pictures that nobody looks at.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { serveAdapterPage, type AdapterPage } from '#tests/e2e/adapters/adapter-page';
import { launchChromium } from '#tests/support/chromium';
import type { MediaPeople } from './pages/media-people.ts';

declare global {
  interface Window {
    people: MediaPeople;
  }
}

let server: AdapterPage;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  server = await serveAdapterPage();
  browser = await launchChromium({ args: ['--autoplay-policy=no-user-gesture-required'] });
});

afterAll(async () => {
  await browser.close();
  await server.close();
});

beforeEach(async () => {
  page = await (await browser.newContext()).newPage();
  await page.goto(server.url);
  await page.waitForFunction(() => 'adapters' in window);
});

afterEach(async () => {
  await page.context().close();
});

async function gather(tones: readonly number[], apart: readonly (readonly number[])[] = []): Promise<void> {
  await page.evaluate(
    async (given) => {
      window.people = new window.adapters.MediaPeople(given.tones);
      await window.people.gather(given.apart);
    },
    { tones, apart },
  );
}

const speak = async (...gains: readonly number[]): Promise<void> => {
  await page.evaluate((all) => {
    all.forEach((gain, at) => {
      window.people.person(at).speak(gain);
    });
  }, gains);
};

const speakersBecome = async (name: string, count: number): Promise<void> => {
  await page.waitForFunction(
    (wanted) => window.people.speakers.join() === wanted,
    Array<string>(count).fill(name).join(),
    { polling: 50, timeout: 15_000 },
  );
};

const height = async (viewer: number): Promise<number> =>
  await page.evaluate(
    async (at) =>
      (await window.people.seen(at, 0).until(({ frames, height: lines }) => frames > 5 && lines > 0)).height,
    viewer,
  );

const isBetween =
  (above: number, most: number) =>
  (lines: number): boolean =>
    lines > above && lines <= most;

describe('three people', () => {
  test('name the same speaker, the one of now, and nobody is taken for a liar', async () => {
    await gather([400, 700, 1_000]);
    await speak(0.5, 0, 0);
    await speakersBecome('a', 3);
    await speak(0, 0.4, 0.05);
    await speakersBecome('b', 3);
    await speak(0.02, 0.1, 0.6);
    await speakersBecome('c', 3);
    await page.evaluate(async () => {
      await window.adapters.wait(7_000);
    });
    expect(await page.evaluate(() => [window.people.speakers, window.people.refused])).toEqual([['c', 'c', 'c'], []]);
  });

  test('hear each other through the third where two cannot connect', async () => {
    await gather([400, 700, 1_000], [[0, 1]]);
    await speak(0.5, 0.5, 0.1);
    const isSilent = await page.evaluate(() =>
      window.people.person(0).room.tracks.snapshot.has(window.people.person(1).self),
    );
    expect(isSilent).toBe(false);
    await page.evaluate(() => {
      window.people.carry(2, 0, 1);
    });
    const [atFirst, atSecond] = await page.evaluate(async () => {
      const hears = async (by: number, whom: number, hertz: number): Promise<number> => {
        const isTheirs = ({ levelDb, frequency }: { levelDb: number; frequency: number }): boolean =>
          levelDb > -15 && Math.abs(frequency - hertz) < 8;
        return (await window.people.heard(by, whom).until(isTheirs)).frequency;
      };
      return await Promise.all([hears(0, 1, 700), hears(1, 0, 400)]);
    });
    expect(Math.abs(atFirst - 700)).toBeLessThan(8);
    expect(Math.abs(atSecond - 400)).toBeLessThan(8);
  });

  test('send pictures as tall as they are looked at, and none that nobody sees', async () => {
    await gather([400, 700, 1_000]);
    await page.evaluate(() => {
      const [a, b, c] = [window.people.person(0), window.people.person(1), window.people.person(2)];
      a.room.setWatched(b.self, { video: 1_000, screen: 0 });
      a.room.setWatched(c.self, { video: 150, screen: 0 });
      a.openCamera(120);
      window.people.seen(1, 0);
    });
    // Less is allowed: a busy machine takes a quarter off by itself.
    await expect.poll(async () => await height(1), { timeout: 15_000 }).toSatisfy(isBetween(180, 360));
    await expect.poll(async () => await height(2), { timeout: 15_000 }).toSatisfy(isBetween(90, 180));

    const frames = await page.evaluate(async () => {
      const [a, b] = [window.people.person(0), window.people.person(1)];
      const viewer = window.people.seen(1, 0);
      await viewer.until(({ frames: count }) => count > 5);
      a.room.setWatched(b.self, { video: 0, screen: 0 });
      await window.adapters.wait(1_500);
      const before = viewer.read().frames;
      await window.adapters.wait(1_500);
      return viewer.read().frames - before;
    });
    expect(frames).toBe(0);
  });
});
