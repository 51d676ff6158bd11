// Brings one scene of the gallery to where it should be looked at, in a page of Chromium.
import type { Page } from 'playwright-core';
import type { Settings } from '#shared/settings';
import { scenes } from './scenes';

export const sceneNames = Object.keys(scenes);

/** The gallery, empty; scenes are shown in it one after another. */
export async function openGallery(page: Page, address: string, locale: string | null): Promise<void> {
  await page.goto(locale === null ? `${address}/` : `${address}/?locale=${locale}`);
  await page.waitForFunction(() => typeof window.showScene === 'function');
  await page.evaluate(async () => await document.fonts.ready);
}

/** `presses`: whether to press the scene's buttons, which are named in English. */
export async function showScene(page: Page, name: string, theme: Settings['theme'], presses: boolean): Promise<void> {
  // Where the buttons of the scene before have left it, a tooltip would come up over this one.
  await page.mouse.move(0, 0);
  await page.evaluate(async ([scene, shade]) => await window.showScene(scene, shade), [name, theme] as const);
  for (const button of presses ? (scenes[name]?.press ?? []) : []) {
    const named = { name: button, exact: button !== 'Bo' };
    await page.getByRole('button', named).or(page.getByRole('menuitem', named)).first().click({ timeout: 5_000 });
  }
  // Dialogs come as chunks of their own, and what moves in takes up to 180 ms, or longer on a busy machine.
  await page.waitForLoadState('networkidle');
  await page.waitForTimeout(200);
  await page.waitForFunction(() =>
    document.getAnimations().every(({ effect }) => effect?.getComputedTiming().endTime === Infinity),
  );
}
