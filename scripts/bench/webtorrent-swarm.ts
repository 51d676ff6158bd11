// The baseline of swarms: pages of WebTorrent, a browser each, everybody linked with everybody; signals go through this process.
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import type { Page } from 'playwright-core';
import { launchChromium } from '#tests/support/chromium';
import { openTorrentPeer } from '#scripts/bench/webtorrent-page';

export interface TorrentSwarm {
  /** From the moment they may ask each other until the last of the receivers has all of it, verified. */
  spread(bytes: number): Promise<{ readonly ms: number; readonly sourceCopies: number }>;
  close(): Promise<void>;
}

export interface TorrentSwarmOptions {
  readonly receivers: number;
  /** Of each peer; null for none. */
  readonly uploadBytesPerSecond: number | null;
}

/** Null where WebTorrent could not be fetched; who starts the bench has said why. */
export async function openTorrentSwarm(options: TorrentSwarmOptions): Promise<TorrentSwarm | null> {
  const script = process.env['WEBTORRENT'];
  if (script === undefined) return null;
  const web = createServer((request, response) => {
    const isScript = request.url === '/webtorrent.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? readFileSync(script) : '<!doctype html><meta charset="utf-8">');
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(web.address() as AddressInfo).port}/`;
  const names = Array.from({ length: options.receivers + 1 }, (_, at) => `peer ${at}`);
  const browsers = await Promise.all(names.map(async () => await launchChromium()));

  const openPeer = async (name: string, pages: ReadonlyMap<string, Page>, at: number): Promise<Page> => {
    const page = await browsers[at]?.newPage();
    if (!page) throw new Error('A peer without a browser.');
    await page.exposeFunction('signalTo', async (other: string, text: string) => {
      await pages.get(other)?.evaluate(([from, said]) => window.torrentPeer.hear(from, said), [name, text] as const);
    });
    await page.goto(url);
    await page.evaluate(openTorrentPeer, options.uploadBytesPerSecond ?? -1);
    return page;
  };

  const link = async (pages: ReadonlyMap<string, Page>): Promise<void> => {
    const all = [...pages];
    for (const [at, [one, onePage]] of all.entries())
      for (const [other, otherPage] of all.slice(at + 1)) {
        const answering = otherPage.evaluate(async (name) => await window.torrentPeer.link(name, false), one);
        await Promise.all([
          answering,
          onePage.evaluate(async (name) => await window.torrentPeer.link(name, true), other),
        ]);
      }
  };

  const spread = async (bytes: number): Promise<{ ms: number; sourceCopies: number }> => {
    const pages = new Map<string, Page>();
    for (const [at, name] of names.entries()) pages.set(name, await openPeer(name, pages, at));
    await link(pages);
    const [source, ...receivers] = [...pages.values()];
    if (!source) throw new Error('A swarm without a source.');
    const file = await source.evaluate(async (count) => await window.torrentPeer.seed(count), bytes);
    for (const page of receivers) await page.evaluate(async (torrent) => await window.torrentPeer.add(torrent), file);
    const done = receivers.map(async (page) => await page.evaluate(async () => await window.torrentPeer.done()));
    const started = [...pages.values()].map(async (page) => await page.evaluate(() => window.torrentPeer.start()));
    const startedAt = Math.min(...(await Promise.all(started)));
    const ms = Math.max(...(await Promise.all(done))) - startedAt;
    const sourceCopies = (await source.evaluate(() => window.torrentPeer.uploaded())) / bytes;
    await Promise.all([...pages.values()].map(async (page) => await page.close()));
    return { ms, sourceCopies };
  };

  return {
    spread,
    close: async () => {
      await Promise.all(browsers.map(async (browser) => await browser.close()));
      await new Promise((resolve) => web.close(resolve));
    },
  };
}
