// Takes pictures of scenes; shoot.mjs runs it.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchChromium } from '../chromium';
import type { Settings } from '#shared/settings';
import { openGallery, sceneNames, showScene } from './open-scene';
import { buildGallery, serveGallery } from './serve';

const words = process.argv.slice(2);
const option = (name: string, usual: string): string[] =>
  (words.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3) ?? usual).split(',');
const [out = 'out/gallery', ...asked] = words.filter((word) => !word.startsWith('--'));
const themes = option('themes', 'light,dark') as Settings['theme'][]; // sound: a wrong one shows the light theme
const sizes = option('sizes', '1440x900').map((size) => size.split('x').map(Number));
const locale = option('locale', '')[0];

const built = await mkdtemp(join(tmpdir(), 'gallery-'));
await buildGallery(built);
await mkdir(out, { recursive: true });
const server = await serveGallery(built);
const browser = await launchChromium();
try {
  for (const [width = 1440, height = 900] of sizes) {
    const page = await browser.newPage({ viewport: { width, height }, timezoneId: 'UTC', reducedMotion: 'reduce' });
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') process.stderr.write(`${message.text()}\n`);
    });
    page.on('pageerror', (error) => process.stderr.write(`${error.stack ?? error.message}\n`));
    const isEnglish = locale === undefined || locale === '';
    await openGallery(page, server.address, isEnglish ? null : locale);
    for (const name of asked.length > 0 ? asked : sceneNames) {
      for (const theme of themes) {
        await showScene(page, name, theme, isEnglish);
        await page.screenshot({ path: join(out, `${name}-${theme}-${width}.png`) });
      }
    }
    await page.close();
  }
} finally {
  await browser.close();
  await server.close();
  await rm(built, { recursive: true });
}
