// Opens one scene of the gallery in a page of Chromium and brings it to where it should be looked at.
import type { Page } from 'playwright-core';
import { scenes } from './scenes';

export interface SceneView {
  readonly theme: 'light' | 'dark' | 'contrast';
  readonly locale?: string;
}

export const sceneNames = Object.keys(scenes);

export async function openScene(page: Page, address: string, name: string, view: SceneView): Promise<void> {
  const query = new URLSearchParams({ scene: name, theme: view.theme });
  if (view.locale !== undefined) query.set('locale', view.locale);
  await page.goto(`${address}/?${query.toString()}`);
  await page.waitForSelector('html[data-scene=ready]', { state: 'attached' });
  if (view.locale === undefined) await press(page, scenes[name]?.press ?? []);
  await page.waitForTimeout(350);
}

async function press(page: Page, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await page
      .getByRole('button', { name, exact: name !== 'Bo' })
      .first()
      .click({ timeout: 3_000 });
  }
}
