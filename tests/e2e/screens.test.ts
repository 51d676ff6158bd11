// Every screen of the gallery in a real Chromium, under the app's own policy: no accessibility violation, nothing the
// policy blocks, no error, and in the pseudo-locale no text that does not come from the message table.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bringAxe, violations } from '#tests/support/accessibility';
import { launchChromium } from '#tests/support/chromium';
import { openGallery, sceneNames, showScene } from '#tests/support/gallery/open-scene';
import { buildGallery, serveGallery, type GalleryServer } from '#tests/support/gallery/serve';
import { textOutsideBrackets } from '#tests/support/gallery/text-outside-brackets';

const desk = { width: 1440, height: 900 };
const phone = { width: 420, height: 800 };

let folder: string;
let server: GalleryServer;
let browser: Browser;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'roundtable-gallery-'));
  await buildGallery(folder);
  server = await serveGallery(folder);
  browser = await launchChromium();
}, 180_000);

afterAll(async () => {
  await browser.close();
  await server.close();
  await rm(folder, { recursive: true });
});

/** A page for one scene after another, and what it complained of since it was last asked. */
async function openPage(size: typeof desk, locale: string | null): Promise<{ page: Page; takeComplaints(): string[] }> {
  const page = await browser.newPage({ viewport: size, reducedMotion: 'reduce', timezoneId: 'UTC' });
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  await openGallery(page, server.address, locale);
  return { page, takeComplaints: () => complaints.splice(0) };
}

describe.each([
  ['light', desk, sceneNames],
  ['dark', phone, sceneNames],
  [
    'contrast',
    desk,
    ['home', 'person', 'person-key-changed', 'call-audio', 'call-incoming', 'settings-network', 'toasts'],
  ],
] as const)('in the %s theme', (theme, size, names) => {
  let page: Page;
  let takeComplaints: () => string[];

  beforeAll(async () => {
    ({ page, takeComplaints } = await openPage(size, null));
    await bringAxe(page);
  });

  test.each(names)('%s has no accessibility violation and nothing blocked', async (name) => {
    await showScene(page, name, theme, true);
    expect(await violations(page)).toEqual([]);
    expect(takeComplaints()).toEqual([]);
  });
});

describe('in the pseudo-locale', () => {
  let page: Page;

  beforeAll(async () => {
    ({ page } = await openPage(desk, 'en-XA'));
  });

  test.each(sceneNames)('%s shows no text of its own', async (name) => {
    await showScene(page, name, 'light', false);
    expect(await page.evaluate(textOutsideBrackets)).toEqual([]);
  });
});
