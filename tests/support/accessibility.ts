// What axe finds wrong with a page.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

declare global {
  interface Window {
    axe: { run(context: unknown, options: RunOptions): Promise<AxeResults> };
  }
}

/** Once per page, before `violations`. Playwright evaluates outside the page's policy, which rightly refuses an inline script. */
export async function bringAxe(page: Page): Promise<void> {
  await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
}

export async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await page.evaluate(async () => {
    // What still fades in has no contrast yet.
    const passing = document
      .getAnimations()
      .filter(({ playState, effect }) => playState === 'running' && effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(passing.map(async ({ finished }) => await finished));
    // How long a film is, which that rule goes by, is not known before its first part is there.
    const isKnown = [...document.querySelectorAll<HTMLMediaElement>('audio, video')].every(
      (film) => film.readyState > 0,
    );
    const rules = { 'no-autoplay-audio': { enabled: isKnown } };
    return await window.axe.run(document, { resultTypes: ['violations'], preload: isKnown, rules });
  });
  return found.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map((node) => `${node.html.slice(0, 160)} (${node.any.map(({ message }) => message).join(' ')})`).join(' | ')}`,
  );
}
