// A tab chosen in the browser's own picker, shared, shown and ended. The picker is answered by a switch of the browser.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { serveAdapterPage, type AdapterPage } from '#tests/e2e/adapters/adapter-page';
import { launchChromium } from '#tests/support/chromium';

let server: AdapterPage;
let browser: Browser;
let page: Page;
let shown: Page;

beforeAll(async () => {
  server = await serveAdapterPage();
  browser = await launchChromium({
    hasFakeDevices: false,
    args: ['--autoplay-policy=no-user-gesture-required', '--auto-select-tab-capture-source-by-title=Shown'],
  });
});

afterAll(async () => {
  await browser.close();
  await server.close();
});

beforeEach(async () => {
  const context = await browser.newContext();
  shown = await context.newPage();
  await shown.setContent('<title>Shown</title><body style="background: rgb(0, 0, 200)"><h1>Shown</h1>');
  page = await context.newPage();
  await page.goto(server.url);
  await page.waitForFunction(() => 'adapters' in window);
  await page.evaluate(() => {
    window.room = new window.adapters.Sounds();
  });
});

afterEach(async () => {
  await page.context().close();
});

describe('a shared screen', () => {
  test('is the tab that was chosen, with letters kept sharp, until it is closed here', async () => {
    const told = await page.evaluate(async () => {
      const { screen, view } = window.room;
      await screen.open();
      const shared = screen.store.snapshot;
      if (!(shared?.video instanceof MediaStreamTrack)) throw new Error('nothing shared');
      const { video } = shared;
      const element = document.body.appendChild(document.createElement('video'));
      const off = view.showOwnScreen(element);
      const { hue } = await new window.adapters.Viewer(video).until(({ frames, hue: seen }) => frames > 0 && seen > 0);
      const isShown = element.srcObject !== null;
      const settings = video.getSettings();
      screen.close();
      const afterwards = { state: video.readyState, isShown: element.srcObject !== null, store: screen.store.snapshot };
      off();
      return { hint: video.contentHint, settings, hue, isShown, afterwards };
    });
    expect(told).toMatchObject({ hint: 'detail', isShown: true });
    expect(Math.abs(told.hue - 240)).toBeLessThan(20);
    expect(told.settings.height).toBeLessThanOrEqual(1080);
    expect(told.afterwards).toEqual({ state: 'ended', isShown: false, store: null });
  });

  test('ends by itself when what it shows ends', async () => {
    await page.evaluate(() => window.room.screen.open());
    expect(await page.evaluate(() => window.room.screen.store.snapshot !== null)).toBe(true);
    await shown.close();
    await expect.poll(() => page.evaluate(() => window.room.screen.store.snapshot), { timeout: 10_000 }).toBeNull();
  });

  test('gives way to the next one that is chosen, whose end is the end', async () => {
    const told = await page.evaluate(async () => {
      const { screen } = window.room;
      await screen.open();
      const first = screen.store.snapshot?.video;
      await screen.open();
      const second = screen.store.snapshot?.video;
      if (!(first instanceof MediaStreamTrack && second instanceof MediaStreamTrack)) throw new Error('nothing shared');
      first.dispatchEvent(new Event('ended')); // as the browser says it, late
      return { first: first.readyState, second: second.readyState, isStillShared: screen.store.snapshot !== null };
    });
    expect(told).toEqual({ first: 'ended', second: 'live', isStillShared: true });
  });

  test('that was closed while the picker was open comes to nothing', async () => {
    const told = await page.evaluate(async () => {
      const { screen } = window.room;
      const opened = screen.open().then(
        () => 'opened',
        (reason: unknown) => (reason as { code?: string }).code,
      );
      screen.close();
      return { outcome: await opened, store: screen.store.snapshot };
    });
    expect(told).toEqual({ outcome: 'aborted', store: null });
  });

  test('goes without its sound when only that ends', async () => {
    const told = await page.evaluate(async () => {
      const { screen } = window.room;
      await screen.open();
      const audio = screen.store.snapshot?.audio;
      if (!(audio instanceof MediaStreamTrack)) return 'no sound here';
      const { contentHint } = audio;
      audio.dispatchEvent(new Event('ended'));
      const { snapshot } = screen.store;
      return { contentHint, hasPicture: snapshot !== null, audio: snapshot?.audio ?? null };
    });
    expect(told).toEqual({ contentHint: 'music', hasPicture: true, audio: null });
  });

  test('that the person did not choose leaves the one before as it is', async () => {
    const told = await page.evaluate(async () => {
      const { screen } = window.room;
      await screen.open();
      const before = screen.store.snapshot;
      // What Chromium says when the picker is closed; the switch that answers it cannot close it.
      navigator.mediaDevices.getDisplayMedia = async () => {
        throw new DOMException('Permission denied by user', 'NotAllowedError');
      };
      const outcome = await screen.open().then(
        () => 'opened',
        (reason: unknown) => (reason as { code?: string }).code,
      );
      return { outcome, isSame: screen.store.snapshot === before };
    });
    expect(told).toEqual({ outcome: 'aborted', isSame: true });
  });
});
