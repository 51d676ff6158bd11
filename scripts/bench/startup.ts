// How long from starting the web shell to its address, and from opening the address to a page that takes input; beside
// a bare Node server with an empty page on the same machine. Also the JavaScript that the start loads, gzipped.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '#tests/support/chromium';
import { startWebShell } from '#tests/support/web-shell';
import { freePort } from '#tests/support/free-port';
import { summarize } from '#scripts/bench/figures';
import { finish, parseBenchArguments } from '#scripts/bench/report';

const bareServer = `
  const server = require('node:http').createServer((request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><input autofocus>');
  });
  server.listen(0, '127.0.0.1', () => console.log('http://127.0.0.1:' + server.address().port + '/'));`;

async function startBareServer(): Promise<{ url: string; readyMs: number; stop: () => void }> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, ['-e', bareServer], { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise<string>((resolve) =>
    child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim())),
  );
  return { url, readyMs: performance.now() - startedAt, stop: () => child.kill() };
}

/** From opening the address until an input can be typed into, ms; the page is left open. */
async function openUntilInput(browser: Browser, url: string): Promise<{ page: Page; interactiveMs: number }> {
  const page = await (await browser.newContext()).newPage();
  const startedAt = performance.now();
  await page.goto(url, { waitUntil: 'commit' });
  await page.locator('input').first().focus();
  return { page, interactiveMs: performance.now() - startedAt };
}

/** KiB of gzipped JavaScript that the page has loaded so far. */
async function scriptKiB(page: Page): Promise<number> {
  const names = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map((entry) => new URL(entry.name).pathname)
      .filter((path) => path.endsWith('.js')),
  );
  const bytes = [...new Set(names)].map((name) => gzipSync(readFileSync(join('out/renderer', name))).length);
  return Math.round(bytes.reduce((sum, size) => sum + size, 0) / 102.4) / 10;
}

const { runs } = parseBenchArguments(5);
const browser = await launchChromium();
const readyMs: number[] = [];
const interactiveMs: number[] = [];
const bareReadyMs: number[] = [];
const bareInteractiveMs: number[] = [];
let javaScriptKiB = 0;
for (let run = 0; run < runs; run += 1) {
  const bare = await startBareServer();
  const empty = await openUntilInput(browser, bare.url);
  bareReadyMs.push(bare.readyMs);
  bareInteractiveMs.push(empty.interactiveMs);
  await empty.page.context().close();
  bare.stop();

  const shell = await startWebShell({ peerPort: await freePort() });
  const opened = await openUntilInput(browser, shell.url);
  readyMs.push(shell.readyMs);
  interactiveMs.push(opened.interactiveMs);
  javaScriptKiB = await scriptKiB(opened.page);
  await opened.page.context().close();
  await shell.stop();
}
await browser.close();
const ready = summarize(readyMs);
const interactive = summarize(interactiveMs);
const bareReady = summarize(bareReadyMs);
const bareInteractive = summarize(bareInteractiveMs);
finish({
  name: 'startup',
  ok: ready.median <= 1_000 && interactive.median <= 1_000 && javaScriptKiB <= 250,
  ratio: (ready.median + interactive.median) / (bareReady.median + bareInteractive.median),
  ratios: { ready: ready.median / bareReady.median, interactive: interactive.median / bareInteractive.median },
  figures: {
    readyMs: ready,
    interactiveMs: interactive,
    bareReadyMs: bareReady,
    bareInteractiveMs: bareInteractive,
    javaScriptKiB,
  },
});
