// A cast from capture to screen in one real browser, under the app's own Content-Security-Policy: the source says in its
// pictures when they were made, and the frames travel as each test wants.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { serveAdapterPage, type AdapterPage } from '#tests/e2e/adapters/adapter-page';
import type { LiveStage } from '#tests/e2e/adapters/pages/live-stage';
import { launchChromium } from '#tests/support/chromium';

declare global {
  interface Window {
    stage: LiveStage;
  }
}

let server: AdapterPage;
let browser: Browser;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  server = await serveAdapterPage();
  browser = await launchChromium({ args: ['--autoplay-policy=no-user-gesture-required'] });
});

afterAll(async () => {
  await browser.close();
  await server.close();
});

beforeEach(async () => {
  page = await browser.newPage();
  complaints = [];
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(server.url);
  await page.waitForFunction(() => 'adapters' in window);
});

afterEach(async () => {
  await page.evaluate(() => window.stage.close());
  expect(complaints).toEqual([]);
  await page.close();
});

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

describe('a cast', () => {
  test.each([1_000, 250])('is shown and heard %i ms after its capture, picture and sound together', async (delayMs) => {
    const told = await page.evaluate(async (delay) => {
      const stage = (window.stage = new window.adapters.LiveStage());
      await stage.encode();
      stage.play(delay);
      await stage.until(({ phase, framesShown }) => phase === 'playing' && framesShown > 10);
      const watch = await stage.look();
      const source = new window.adapters.TrackWatch(stage.source);
      await window.adapters.wait(300);
      await stage.source.flash(6, 400);
      await window.adapters.wait(delay + 300);
      source.close();
      const { delays, flashes, beeps, longestStill, pictures } = watch;
      const { state } = stage.output;
      return {
        delays,
        flashes,
        beeps,
        longestStill,
        state: state.snapshot,
        seen: pictures.length,
        atSource: { flashes: source.flashes, beeps: source.beeps, delays: source.delays },
      };
    }, delayMs);
    const skewOf = ({ flashes, beeps }: { flashes: number[]; beeps: number[] }): number =>
      median(flashes.map((at, nth) => (beeps[nth] ?? NaN) - at));
    expect(told.flashes).toHaveLength(6);
    expect(told.beeps).toHaveLength(6);
    expect(Math.abs(median(told.delays) - delayMs)).toBeLessThan(100);
    expect(Math.abs(skewOf(told) - skewOf(told.atSource))).toBeLessThanOrEqual(40);
  });
});
