// Everything by keyboard: where the focus goes, what keys do, and what they must never do.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { en } from '#messages/en';
import { launchChromium } from '#tests/support/chromium';
import { openGallery, showScene } from '#tests/support/gallery/open-scene';
import { buildGallery, serveGallery, type GalleryServer } from '#tests/support/gallery/serve';

let folder: string;
let server: GalleryServer;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'roundtable-keyboard-'));
  await buildGallery(folder);
  server = await serveGallery(folder);
  browser = await launchChromium();
  page = await browser.newPage({ viewport: { width: 1200, height: 800 }, reducedMotion: 'reduce' });
  await openGallery(page, server.address, null);
}, 180_000);

afterAll(async () => {
  await browser.close();
  await server.close();
  await rm(folder, { recursive: true });
});

const show = async (name: string): Promise<void> => await showScene(page, name, 'light', false);

/** What has the focus: its label, its placeholder or its text. */
const focused = async (): Promise<string> =>
  await page.evaluate(() => {
    const element = document.activeElement;
    return (element?.getAttribute('aria-label') ?? element?.textContent ?? '').trim().replace(/\s+/gu, ' ');
  });

describe('the window', () => {
  test('begins with the way to be reached, settings, search and people, in this order', async () => {
    await show('home');
    const order: string[] = [];
    for (let step = 0; step < 4; step += 1) {
      await page.keyboard.press('Tab');
      order.push(await focused());
    }
    expect(order[0]).toContain(en.reach.details);
    expect(order.slice(1, 3)).toEqual([en.sidebar.settings, en.shortcuts.search]);
    expect(order[3]).toContain('Eva');
  });

  test('shows where the focus is', async () => {
    await show('home');
    await page.keyboard.press('Tab');
    const width = await page.evaluate(() => getComputedStyle(document.activeElement ?? document.body).outlineWidth);
    expect(Number.parseFloat(width)).toBeGreaterThanOrEqual(2);
  });

  test('finds people with Ctrl K, arrows and Enter', async () => {
    await show('home');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('carmen');
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toContain('Carmen from work');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Carmen from work' }).waitFor();
    await page.keyboard.press('ArrowUp');
    expect(await focused()).toBe(en.shortcuts.search);
  });
});

describe('a dialog', () => {
  test.each([
    ['Control+i', en.invite.title],
    ['Control+,', en.settings.title],
    ['?', en.shortcuts.title],
  ])('opens with %s, closes with Escape and gives the focus back', async (keys, title) => {
    await show('person');
    await page.getByRole('button', { name: en.person.call, exact: true }).focus();
    await page.keyboard.press(keys);
    await page.getByRole('dialog', { name: title }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name: title }).waitFor({ state: 'detached' });
    expect(await focused()).toBe(en.person.call);
  });

  test('keeps the focus inside', async () => {
    await show('rename');
    for (let step = 0; step < 8; step += 1) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.closest('[role=dialog]') !== null)).toBe(true);
    }
  });

  test('does not open with ? while somebody types a question', async () => {
    await show('home');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('?');
    expect(await page.getByRole('dialog').count()).toBe(0);
  });
});

describe('menus', () => {
  test('open, move and choose by keyboard', async () => {
    await show('person');
    await page.getByRole('button', { name: en.person.more, exact: true }).focus();
    await page.keyboard.press('Enter');
    const rename = page.getByRole('menuitem', { name: en.person.rename });
    await rename.waitFor();
    const isReached = async (): Promise<boolean> =>
      await rename.evaluate((element) => element === document.activeElement);
    for (let steps = 0; steps < 4 && !(await isReached()); steps += 1) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: en.person.renameTitle('Ada Lindqvist') }).waitFor();
  });
});

describe('a ringing call', () => {
  test.each(['Enter', 'Space', 'Escape'])('is neither accepted nor declined by a stray %s', async (key) => {
    await show('call-incoming');
    await page.keyboard.press(key);
    await page.keyboard.press(key);
    await page.getByRole('alertdialog').waitFor();
    expect(
      await page.evaluate(() => window.shownWorld.told.filter((told) => /^(?:answer|decline)/u.test(told))),
    ).toEqual([]);
  });

  test('is accepted and declined by its shortcuts', async () => {
    await show('call-incoming');
    await page.keyboard.press('Control+Shift+A');
    await page.keyboard.press('Control+Shift+D');
    const told = await page.evaluate(() => window.shownWorld.told.filter((one) => /^(?:answer|decline)/u.test(one)));
    expect(told).toEqual(['answer {"video":false}', 'decline null']);
  });

  test('can be reached by Tab from accept to the words of a refusal', async () => {
    await show('call-incoming');
    const order: string[] = [];
    for (let step = 0; step < 4; step += 1) {
      await page.keyboard.press('Tab');
      order.push(await focused());
    }
    expect(order).toEqual([en.call.accept, en.call.acceptVideo, en.call.decline, en.call.declineMore]);
  });
});

describe('a running call', () => {
  test('is muted and left by its shortcuts, from wherever the focus is', async () => {
    await show('call-audio');
    await page.keyboard.press('Control+d');
    await page.getByRole('button', { name: en.call.unmute }).waitFor();
    await page.keyboard.press('Control+Shift+H');
    expect(await page.evaluate(() => window.shownWorld.told)).toContain('hang up');
  });
});

describe('a small window', () => {
  test('shows the list, then a person, and goes back', async () => {
    await page.setViewportSize({ width: 420, height: 800 });
    await show('home');
    await page.getByRole('button', { name: /^Ada Lindqvist/u }).click();
    await page.getByRole('button', { name: en.person.call, exact: true }).waitFor();
    await page.getByRole('button', { name: en.common.back }).click();
    await page.getByRole('button', { name: /^Ada Lindqvist/u }).waitFor();
    expect(await page.getByRole('button', { name: en.person.call, exact: true }).isVisible()).toBe(false);
  });
});
