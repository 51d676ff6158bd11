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

interface SceneView {
  readonly page: Page;
  /** What it complained of since it was last asked. */
  takeComplaints(): string[];
}

async function openView(size: typeof desk, locale: string | null): Promise<SceneView> {
  const page = await browser.newPage({ viewport: size, reducedMotion: 'reduce', timezoneId: 'UTC' });
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  await openGallery(page, server.address, locale);
  return { page, takeComplaints: () => complaints.splice(0) };
}

/** Two pages that show scenes side by side, one after the other each: tests take turns with them. */
class SideBySide {
  readonly #free: SceneView[] = [];
  readonly #waiting: ((view: SceneView) => void)[] = [];

  async open(openOne: () => Promise<SceneView>): Promise<void> {
    for (const view of await Promise.all([openOne(), openOne()])) this.#give(view);
  }

  async use(work: (view: SceneView) => Promise<void>): Promise<void> {
    const view = this.#free.pop() ?? (await new Promise<SceneView>((resolve) => this.#waiting.push(resolve)));
    try {
      await work(view);
    } finally {
      this.#give(view);
    }
  }

  #give(view: SceneView): void {
    const next = this.#waiting.shift();
    if (next) next(view);
    else this.#free.push(view);
  }
}

describe.each([
  ['light', desk, sceneNames],
  ['dark', phone, sceneNames],
  [
    'contrast',
    desk,
    [
      'home',
      'person',
      'person-key-changed',
      'call-audio',
      'call-incoming',
      'settings-network',
      'toasts',
      'vault-trouble',
    ],
  ],
] as const)('in the %s theme', (theme, size, names) => {
  const views = new SideBySide();

  beforeAll(async () => {
    await views.open(async () => {
      const view = await openView(size, null);
      await bringAxe(view.page);
      return view;
    });
  });

  test.concurrent.each(names)('%s has no accessibility violation and nothing blocked', async (name) => {
    await views.use(async ({ page, takeComplaints }) => {
      await showScene(page, name, theme, true);
      expect(await violations(page)).toEqual([]);
      expect(takeComplaints()).toEqual([]);
    });
  });
});

describe('in the pseudo-locale', () => {
  const views = new SideBySide();

  beforeAll(async () => {
    await views.open(async () => await openView(desk, 'en-XA'));
  });

  test.concurrent.each(sceneNames)('%s shows no text of its own', async (name) => {
    await views.use(async ({ page }) => {
      await showScene(page, name, 'light', false);
      expect(await page.evaluate(textOutsideBrackets)).toEqual([]);
    });
  });
});
