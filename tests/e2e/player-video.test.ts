// A video that is seen before all of it has come, between real pages. The page of its giver records it: WebM, as browsers write it, without an index.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { en } from '#messages/en';
import { acceptFiles, act, card, downloadsIn, openFiles, pick, receives, sha256 } from '#tests/support/drop-acts';
import type { Person } from '#tests/support/person';
import { limitUpload } from '#tests/support/share-acts';
import { Table } from '#tests/support/table';

const { dropped } = en;
const title = 'Rain on the window.webm';
const recordedMs = 18_000;
/** Chromium looks at a megabyte of a file without an index before it shows the first picture. */
const enoughPercent = 24;

/** Runs in the page: pictures that compress badly, recorded as they are drawn. Answers the file in base64. */
async function recordNoise(forMs: number): Promise<string> {
  const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 240 });
  const context = canvas.getContext('2d');
  if (!context) throw new Error('nothing to draw on');
  const picture = context.createImageData(canvas.width, canvas.height);
  const words = new Uint32Array(picture.data.buffer);
  const drawing = setInterval(() => {
    for (let at = 0; at < words.length; at += 1) words[at] = Math.floor(Math.random() * 0xffffff) | 0xff000000;
    context.putImageData(picture, 0, 0);
  }, 50);
  const options = { mimeType: 'video/webm;codecs=vp8', videoBitsPerSecond: 4_000_000 };
  const recorder = new MediaRecorder(canvas.captureStream(20), options);
  const parts: Blob[] = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const stopped = new Promise((resolve) => (recorder.onstop = resolve));
  recorder.start(500);
  await new Promise((resolve) => setTimeout(resolve, forMs));
  recorder.stop();
  await stopped;
  clearInterval(drawing);
  const reader = new FileReader();
  const read = new Promise((resolve) => (reader.onload = resolve));
  reader.readAsDataURL(new Blob(parts));
  await read;
  if (typeof reader.result !== 'string') throw new Error('not read');
  return reader.result.replace(/^.*base64,/, '');
}

describe('a video that still comes', () => {
  const table = new Table();
  const folder = mkdtempSync(join(tmpdir(), 'roundtable-given-'));
  const homes = ['ada', 'ben'].map((name) => mkdtempSync(join(tmpdir(), `roundtable-home-${name}-`)));
  const [adaHome = '', benHome = ''] = homes;
  let ada: Person;
  let ben: Person;
  let bytes: Buffer;

  beforeAll(async () => {
    await table.shareBrowser();
    ada = await table.seat('Ada', { home: adaHome });
    ben = await table.seat('Ben', { home: benHome });
    await ada.befriend(ben);
    bytes = Buffer.from(await ada.page.evaluate(recordNoise, recordedMs), 'base64');
    writeFileSync(join(folder, title), bytes);
  }, 120_000);

  afterAll(async () => {
    await table.clear();
    for (const each of [folder, ...homes]) rmSync(each, { recursive: true, force: true });
  });

  /** How far it was played, s, and how many pictures of it were shown. */
  const seen = async (): Promise<{ at: number; pictures: number; width: number }> =>
    await ben.page.locator('video[controls]').evaluate((video: HTMLVideoElement) => ({
      at: video.currentTime,
      pictures: video.getVideoPlaybackQuality().totalVideoFrames,
      width: video.videoWidth,
    }));

  /** How much of it is here, as its card says; nothing before it shows. */
  async function share(): Promise<number> {
    const bar = ben.page.getByRole('progressbar', { name: dropped.progress(title), exact: true, includeHidden: true });
    return (await bar.count()) === 0 ? 0 : Number(await bar.first().getAttribute('aria-valuenow'));
  }

  test('is seen from its beginning while less than half of it is here', async () => {
    await limitUpload(ada, 500_000);
    await ada.openPerson('Ben');
    await pick(ada, [join(folder, title)], async () => {
      await ada.choose(dropped.send, dropped.pickFiles);
    });
    await openFiles(ada);
    await acceptFiles(ben, title);
    await openFiles(ben);
    await expect.poll(share, { timeout: 30_000, interval: 50 }).toBeGreaterThan(enoughPercent);
    await act(ada, title, dropped.pause);
    await card(ben, title)
      .getByRole('button', { name: dropped.player.play(title) })
      .click();
    await ben.page.getByRole('dialog', { name: title }).waitFor();
    await expect.poll(async () => (await seen()).at, { timeout: 15_000 }).toBeGreaterThan(0.5);
    expect(await share()).toBeLessThan(50);
    const { pictures, width } = await seen();
    expect(pictures).toBeGreaterThan(3);
    expect(width).toBe(320);
    await act(ada, title, dropped.resume);
  }, 90_000);

  test('is seen on once more comes, and becomes whole, byte for byte', async () => {
    const { at } = await seen();
    await expect.poll(async () => (await seen()).at, { timeout: 60_000 }).toBeGreaterThan(at + 5);
    await ben.page.keyboard.press('Escape');
    await ben.page.getByRole('dialog', { name: title }).waitFor({ state: 'hidden' });
    await receives(ben, title);
    expect(downloadsIn(benHome)).toEqual({ [title]: sha256(bytes) });
  }, 120_000);
});
