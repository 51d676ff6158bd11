// Two pages with one end of a link each; the test carries their signals.
import type { Browser, Page } from 'playwright-core';
import type { AdapterPage } from '#tests/e2e/adapters/adapter-page';
import type { LinkEnd, LinkEndOptions, Signal } from './pages/link-end.ts';

declare global {
  interface Window {
    end: LinkEnd;
    carry(signal: Signal): Promise<void>;
  }
}

async function openPage(browser: Browser, server: AdapterPage): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(server.url);
  await page.waitForFunction(() => 'adapters' in window);
  return page;
}

export async function openPair(
  browser: Browser,
  server: AdapterPage,
  options: LinkEndOptions = {},
): Promise<{ a: Page; b: Page }> {
  const [a, b] = await Promise.all([openPage(browser, server), openPage(browser, server)]);
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    await from.exposeFunction('carry', async (signal: Signal) => {
      await to.evaluate((one) => window.end.receive(one), signal);
    });
  }
  await Promise.all(
    [a, b].map(async (page, at) => {
      await page.evaluate(
        ([isPolite, given]) => {
          window.end = new window.adapters.LinkEnd(isPolite, (signal) => void window.carry(signal), given);
        },
        [at === 0, options] as const,
      );
    }),
  );
  return { a, b };
}

export async function bothConnected(a: Page, b: Page): Promise<void> {
  await Promise.all([a, b].map((page) => page.evaluate(() => window.end.connected())));
}
