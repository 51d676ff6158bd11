// The mailbox in a real browser at real PeerServers: ours, none, and ones that are not what they seem.
import { createServer, type Server } from 'node:http';
import type { Browser, Page } from 'playwright-core';
import { WebSocketServer } from 'ws';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Rendezvous, RendezvousState } from '#core/ports';
import type { RendezvousServer } from '#shared/ice';
import { startPeerServer, type RunningPeerServer } from '#main/shell/peer-server';
import { serveAdapterPage, type AdapterPage } from '#tests/e2e/adapters/adapter-page';
import { rendezvousCases } from '#tests/suites/rendezvous-suite';
import { launchChromium } from '#tests/support/chromium';
import { freePort } from '#tests/support/free-port';
import { startHostilePeerServer } from '#tests/support/hostile-peer-server';
import { observeConnections } from '#tests/support/observe-calls';

declare global {
  interface Window {
    mailbox: Rendezvous;
    phases: RendezvousState[];
    blobs: number[][];
  }
}

const ada = `${'a'.repeat(51)}q`;
const ben = `${'b'.repeat(51)}q`;
const nobody = `${'c'.repeat(51)}q`;

let browser: Browser;
let port: number;
let adapterPage: AdapterPage;
let server: RunningPeerServer | null = null;

const start = async (): Promise<void> => {
  server = await startPeerServer({ host: '127.0.0.1', port, onTrouble: () => undefined });
};
const stop = async (): Promise<void> => {
  await server?.close();
  server = null;
};

const at = (token: string, changes: Partial<RendezvousServer> = {}): RendezvousServer => ({
  url: `ws://127.0.0.1:${port}/roundtable`,
  key: 'roundtable',
  token,
  scope: 'machine',
  ...changes,
});

beforeAll(async () => {
  port = await freePort();
  adapterPage = await serveAdapterPage([`ws://127.0.0.1:${port}`]);
  browser = await launchChromium();
});

afterAll(async () => {
  await browser.close();
  await adapterPage.close();
});

async function openPage(): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.addInitScript(observeConnections);
  await page.goto(adapterPage.url);
  await page.waitForFunction(() => 'adapters' in window);
  return page;
}

async function openMailbox(page: Page, self: string, config: RendezvousServer): Promise<void> {
  await page.evaluate(
    ([id, serverConfig]) => {
      window.phases = [];
      window.blobs = [];
      window.mailbox = window.adapters.rendezvous.open(id, serverConfig);
      window.mailbox.state.onChange(() => window.phases.push(window.mailbox.state.snapshot));
      window.mailbox.events.on('received', (blob) => window.blobs.push([...blob]));
    },
    [self, config] as const,
  );
}

const phase = async (page: Page): Promise<string> => await page.evaluate(() => window.mailbox.state.snapshot.phase);

async function isOpen(page: Page, timeout = 10_000): Promise<void> {
  await expect.poll(() => phase(page), { timeout }).toBe('open');
}

/** The code of the first trouble. */
async function trouble(page: Page, timeout = 15_000): Promise<string> {
  const handle = await page.waitForFunction(() => window.phases.find((one) => one.phase === 'down')?.code, undefined, {
    timeout,
  });
  return String(await handle.jsonValue());
}

/** What sending came to: 'taken' or a code. */
const send = (page: Page, to: string, bytes: readonly number[]): Promise<string> =>
  page.evaluate(
    async ([id, content]) => {
      try {
        await window.mailbox.send(id as never, Uint8Array.from(content), AbortSignal.timeout(8_000));
        return 'taken';
      } catch (reason) {
        return String((reason as { code?: string }).code);
      }
    },
    [to, bytes] as const,
  );

describe('at a PeerServer of ours', () => {
  let page: Page;

  beforeEach(async () => {
    await start();
    page = await openPage();
  });

  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await stop();
  });

  test('does all that a rendezvous must do', async () => {
    const outcome = await page.evaluate((config) => window.adapters.rendezvous.acceptance(config), at('unused'));
    expect(outcome).toEqual(Object.fromEntries(rendezvousCases.map(({ name }) => [name, 'passed'])));
  }, 60_000);

  test('tells within seconds that somebody is absent', async () => {
    await openMailbox(page, ada, at('token'));
    await isOpen(page);
    const askedAt = Date.now();
    expect(await send(page, nobody, [1])).toBe('peer-unreachable');
    expect(Date.now() - askedAt).toBeLessThan(6_000);
  });

  test('comes back by itself after the server was away, and loses no mailbox', async () => {
    const other = await openPage();
    await Promise.all([openMailbox(page, ada, at('token of ada')), openMailbox(other, ben, at('token&of=ben'))]);
    await Promise.all([isOpen(page), isOpen(other)]);
    await stop();
    expect(await trouble(page)).toBe('rendezvous-down');
    expect(await send(page, ben, [1])).toBe('rendezvous-down');
    await start();
    await Promise.all([isOpen(page, 20_000), isOpen(other, 20_000)]);
    await send(page, ben, [2, 3]);
    expect(await other.evaluate(() => window.blobs)).toEqual([[2, 3]]);
  });

  test('makes no connection for stock PeerJS, whether it offers data or a call', async () => {
    await openMailbox(page, ada, at('token'));
    await isOpen(page);
    const before = await page.evaluate(() => window.observedConnections.length);
    const [stranger, victim] = await Promise.all([openPage(), openPage()]);
    const offer = (to: string): Promise<{ isAnswered: boolean }> =>
      stranger.evaluate(([id, serverPort]) => window.adapters.stock.offer(id, serverPort), [to, port] as const);
    expect(await offer(ada)).toEqual({ isAnswered: false });
    // The same offers make plain PeerJS open a connection and answer.
    await victim.evaluate((serverPort) => window.adapters.stock.listen('a-victim', serverPort), port);
    const ofVictim = await victim.evaluate(() => window.observedConnections.length);
    expect(await offer('a-victim')).toEqual({ isAnswered: true });
    expect(await victim.evaluate(() => window.observedConnections.length)).toBeGreaterThan(ofVictim);
    expect(before).toBeLessThanOrEqual(1); // PeerJS makes one when it is loaded, to see what the browser can
    expect(await page.evaluate(() => window.observedConnections.length)).toBe(before);
    expect(await page.evaluate(() => window.blobs)).toEqual([]);
    expect(await phase(page)).toBe('open');
  });

  test('takes its id over from its own former socket, and is refused the id of somebody else', async () => {
    const again = await openPage();
    const other = await openPage();
    await openMailbox(page, ada, at('the token'));
    await isOpen(page);
    await openMailbox(again, ada, at('the token'));
    await isOpen(again);
    await openMailbox(other, ada, at('another token'));
    expect(await trouble(other)).toBe('rendezvous-id-taken');
    await openMailbox(other, ben, at('token of ben'));
    await isOpen(other);
    await send(other, ada, [9]);
    expect(await again.evaluate(() => window.blobs)).toEqual([[9]]);
  });

  test('says that the address is wrong when the server does not know the key', async () => {
    await openMailbox(page, ada, at('token', { key: 'another key' }));
    expect(await trouble(page)).toBe('rendezvous-address-wrong');
  });

  test('holds back what is too much at once, and sends it in order all the same', async () => {
    const other = await openPage();
    await Promise.all([openMailbox(page, ada, at('a')), openMailbox(other, ben, at('b'))]);
    await Promise.all([isOpen(page), isOpen(other)]);
    const codes = await page.evaluate(async (to) => {
      const signal = AbortSignal.timeout(12_000);
      const sends = Array.from({ length: 400 }, (_, number) =>
        window.mailbox.send(to as never, Uint8Array.of(number >> 8, number & 255), signal),
      );
      const results = await Promise.allSettled(sends);
      return results.map((one) =>
        one.status === 'fulfilled' ? 'taken' : String((one.reason as { code?: string }).code),
      );
    }, ben);
    const taken = codes.filter((code) => code === 'taken').length;
    expect(taken).toBeGreaterThan(200);
    expect(new Set(codes)).toEqual(new Set(['taken', 'rendezvous-rate-limited']));
    const numbers = await other.evaluate(() => window.blobs.map(([high = 0, low = 0]) => high * 256 + low));
    expect(numbers).toHaveLength(taken);
    expect(numbers).toEqual(numbers.toSorted((first, second) => first - second));
    expect(await phase(page)).toBe('open'); // the server cuts whoever floods it
  });
});

describe('at something else', () => {
  let page: Page;
  let other: Server | null = null;

  beforeEach(async () => {
    page = await openPage();
  });

  afterEach(async () => {
    await page.context().close();
    other?.closeAllConnections();
    await new Promise((resolve) => (other ? other.close(resolve) : resolve(undefined)));
    other = null;
  });

  test('says that nobody is there, and how long it waits', async () => {
    await openMailbox(page, ada, at('token'));
    expect(await trouble(page)).toBe('rendezvous-down');
    const retryInMs = await page.evaluate(() =>
      window.phases.flatMap((one) => (one.phase === 'down' ? [one.retryInMs] : [])),
    );
    expect(retryInMs[0]).toBeGreaterThanOrEqual(250);
    expect(retryInMs[0]).toBeLessThanOrEqual(500);
  });

  test('says that the address is wrong when a socket opens and says nothing of a PeerServer', async () => {
    other = createServer();
    const sockets = new WebSocketServer({ server: other });
    sockets.on('connection', (socket) => {
      socket.on('message', (data: Buffer) => socket.send(data.toString())); // an echo service
    });
    await new Promise<void>((resolve) => other?.listen(port, '127.0.0.1', resolve));
    await openMailbox(page, ada, at('token'));
    expect(await trouble(page)).toBe('rendezvous-address-wrong');
  });

  test('says that the address is wrong when the browser will not open it', async () => {
    await openMailbox(page, ada, at('token', { url: 'ws://[::' }));
    expect(await trouble(page)).toBe('rendezvous-address-wrong');
  });

  test('opens anew at once when it is asked and its line is dead, and not when it answers', async () => {
    const server = await startHostilePeerServer(port);
    await openMailbox(page, ada, at('token'));
    await isOpen(page);
    await page.evaluate(() => window.mailbox.check());
    await page.waitForTimeout(1_500);
    expect(await page.evaluate(() => window.phases.map((one) => one.phase))).toEqual(['open']);
    server.tamper = () => [];
    await page.evaluate(() => window.mailbox.check());
    await expect
      .poll(() => page.evaluate(() => window.phases.map((one) => one.phase)), { timeout: 2_500 })
      .toEqual(['open', 'down', 'connecting', 'open']);
    await server.close();
  });

  test('outlives a server that sends anything but the truth', async () => {
    const hostile = await startHostilePeerServer(port);
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await openMailbox(page, ada, at('token'));
    await isOpen(page);
    const connections = await page.evaluate(() => window.observedConnections.length);
    const payload = (roundtable: unknown) => ({ type: 'CANDIDATE', src: ben, dst: ada, payload: { roundtable } });
    for (const message of [
      {
        type: 'OFFER',
        src: ben,
        dst: ada,
        payload: { type: 'data', connectionId: 'dc', serialization: '__proto__', sdp: {} },
      },
      { type: 'ANSWER', src: ben, dst: ada, payload: null },
      { type: 'ERROR', dst: ada },
      { type: 'toString', dst: ada },
      payload('%%%'),
      payload(7),
      payload(''),
      payload('A'.repeat(40_000)),
      { type: 'CANDIDATE', src: ben, dst: ada, payload: { connectionId: 'x'.repeat(60_000) } },
      { ...payload('AQ=='), padding: 'x'.repeat(70_000) },
      payload('AQID'),
    ]) {
      hostile.inject(message);
    }
    await expect.poll(() => page.evaluate(() => window.blobs)).toEqual([[1, 2, 3]]);
    expect(await phase(page)).toBe('open');
    expect(await page.evaluate(() => window.observedConnections.length)).toBe(connections);
    expect(errors).toEqual([]);
    await hostile.close();
  });
});
