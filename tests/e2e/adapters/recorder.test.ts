// The sound recorder in a real browser, under the app's own Content-Security-Policy; judged by opus-tools.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { serveAdapterPage, type AdapterPage } from '#tests/e2e/adapters/adapter-page';
import type { Taped } from '#tests/e2e/adapters/pages/taped';
import { launchChromium } from '#tests/support/chromium';
import { amplitudeAt, decodeOpus, hasOpusTools, lagOf, opusInfo, steadyAmplitudeAt } from '#tests/support/opus-tools';

declare global {
  interface Window {
    taped: Taped;
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
  await page.goto(server.url);
  await page.waitForFunction(() => 'adapters' in window);
  await page.evaluate(() => {
    window.taped = new window.adapters.Taped();
  });
});

afterEach(async () => {
  expect(complaints).toEqual([]);
  await page.close();
});

async function fileOf(name: string): Promise<Uint8Array> {
  return Uint8Array.from(await page.evaluate((file) => window.taped.read(file), name));
}

/** Samples of the middle, where every tone has begun and none has ended. */
const middleOf = (samples: Float32Array): Float32Array => samples.subarray(48_000, 96_000);

if (!hasOpusTools) process.stderr.write('not run: recordings, because opus-tools (Debian) are not installed\n');

describe.skipIf(!hasOpusTools)('a recording', () => {
  test('of two voices in one file is as long as it lasted and holds both, page by page', async () => {
    const { ranMs, early } = await page.evaluate(async () => {
      const { taped } = window;
      await taped.open(['mix']);
      taped.addTone('a', 'mix', 440);
      taped.addTone('b', 'mix', 1_000);
      await window.adapters.wait(300);
      const startMs = performance.now();
      taped.resume();
      await window.adapters.wait(2_500);
      const before = taped.read('mix');
      await window.adapters.wait(500);
      const ran = performance.now() - startMs;
      await taped.stop();
      return { ranMs: ran, early: before };
    });
    const whole = await fileOf('mix');
    const info = opusInfo(whole);
    expect(info.complaints).toEqual([]);
    expect(Math.abs(info.lengthMs - ranMs)).toBeLessThan(50);
    const middle = middleOf(decodeOpus(whole));
    expect(steadyAmplitudeAt(middle, 440)).toBeGreaterThan(0.15);
    expect(steadyAmplitudeAt(middle, 1_000)).toBeGreaterThan(0.15);
    expect(amplitudeAt(middle, 700)).toBeLessThan(0.01);
    expect(await page.evaluate(() => window.taped.arePagesWhole)).toBe(true);
    // What a crash would have left: less, but playable.
    expect(decodeOpus(Uint8Array.from(early)).length).toBeGreaterThan(48_000);
    expect(await page.evaluate(() => window.taped.failed)).toBe(null);
  });

  // Chromium hands each track over through a buffer of its own, which grows when the machine is held up, and never shrinks
  // again: a run that was held up says nothing about the recorder. A recorder that is wrong is wrong every time.
  const undisturbed = { retry: 4 };

  test(
    'has one file per speaker, and the same moment stands at the same place in all, also of a latecomer',
    undisturbed,
    async () => {
      await page.evaluate(async () => {
        const { taped } = window;
        await taped.open(['ada', 'bob']);
        taped.addBursts('ada', 'ada');
        taped.addTone('bob', 'bob', 500);
        taped.resume();
        await window.adapters.wait(1_230);
        taped.addAgain('cleo', 'ada', 'cleo');
        await window.adapters.wait(2_400);
        await taped.stop();
      });
      const [ada, bob, cleo] = await Promise.all(['ada', 'bob', 'cleo'].map(fileOf));
      if (!ada || !bob || !cleo) throw new Error('a file is missing');
      for (const file of [ada, bob, cleo]) expect(opusInfo(file).complaints).toEqual([]);
      const [first, second, third] = [ada, bob, cleo].map(decodeOpus);
      if (!first || !second || !third) throw new Error('a file is missing');
      expect([second.length, third.length]).toEqual([first.length, first.length]);
      expect(steadyAmplitudeAt(middleOf(second), 500)).toBeGreaterThan(0.15);
      expect(third.subarray(0, 48_000).every((sample) => sample === 0)).toBe(true);
      const late = 72_000;
      expect(Math.max(...third.subarray(late).map(Math.abs))).toBeGreaterThan(0.3);
      // The buffer is some 1-3 ms deep. What the recorder itself adds is nothing: the test of the Ogg stream finds every
      // sample in its place.
      expect(Math.abs(lagOf(first.subarray(late), third.subarray(late), 1_000))).toBeLessThanOrEqual(192);
    },
  );

  test('has its pauses cut out of every file alike', async () => {
    const ranMs = await page.evaluate(async () => {
      const { taped } = window;
      await taped.open(['a', 'b']);
      taped.addTone('a', 'a', 440);
      taped.addTone('b', 'b', 600);
      await window.adapters.wait(300);
      let ran = -performance.now();
      taped.resume();
      await window.adapters.wait(1_000);
      taped.pause();
      ran += performance.now();
      await window.adapters.wait(1_000);
      ran -= performance.now();
      taped.resume();
      await window.adapters.wait(1_000);
      taped.pause();
      ran += performance.now();
      await window.adapters.wait(200);
      await taped.stop();
      return ran;
    });
    const files = await Promise.all(['a', 'b'].map(fileOf));
    const lengths = files.map((file) => decodeOpus(file).length);
    for (const file of files) expect(opusInfo(file).complaints).toEqual([]);
    expect(lengths[0]).toBe(lengths[1]);
    expect(Math.abs((lengths[0] ?? 0) / 48 - ranMs)).toBeLessThan(50);
  });

  test('does not clip when many speak at once', async () => {
    await page.evaluate(async () => {
      const { taped } = window;
      await taped.open(['mix']);
      for (let nth = 0; nth < 6; nth += 1) taped.addTone(`tone-${nth}`, 'mix', 300 + nth * 110, 0.4);
      taped.resume();
      await window.adapters.wait(2_500);
      await taped.stop();
    });
    const samples = middleOf(decodeOpus(await fileOf('mix')));
    expect(samples.filter((sample) => Math.abs(sample) > 0.999).length).toBeLessThan(48);
    expect(steadyAmplitudeAt(samples, 300)).toBeGreaterThan(0.1);
  });
});

test('a recorder that cannot load its encoder says so', async () => {
  await page.route('**/encoderWorker*.js', (route) => route.abort());
  const outcome = await page.evaluate(() =>
    window.taped.open(['mix']).then(
      () => 'opened',
      () => 'failed',
    ),
  );
  expect(outcome).toBe('failed');
});
