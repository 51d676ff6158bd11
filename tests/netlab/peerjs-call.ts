// The baseline: the same call by plain PeerJS in the same network with the same servers. It is registered before the clock
// starts, and opens its devices on pressing Call and on being called, as Roundtable does.
import type { IceServer } from '#shared/ice';
import { readPath } from '#tests/netlab/path';
import { startProgram, type Program } from '#tests/netlab/programs';
import { iceServers, turnCertificate, type ServerChoice } from '#tests/netlab/servers';
import type { Side, Topology } from '#tests/netlab/topology';
import { launchChromium } from '#tests/support/chromium';
import { observeConnections } from '#tests/support/observe-calls';
import { writeVowel } from '#tests/support/tone';
import { watchArrival } from '#scripts/bench/arrival';
import type { Browser, Page } from 'playwright-core';

interface BaselineCall {
  answer(media: MediaStream): void;
  on(event: 'stream', listener: (media: MediaStream) => void): void;
}

interface BaselinePeer {
  on(event: 'call', listener: (call: BaselineCall) => void): void;
  on(event: 'open', listener: () => void): void;
  call(id: string, media: MediaStream): BaselineCall;
}

interface BaselineWindow {
  Peer: new (id: string, options: object) => BaselinePeer;
  peer: BaselinePeer;
  capture: () => Promise<MediaStream>;
}

export interface BaselineResult {
  readonly connected: boolean;
  /** From pressing Call to sound and picture on both sides, ms. */
  readonly callMs: number | null;
  readonly path: string | null;
}

const arrivalMs = 12_000;

/** In the page: registers, and shows whoever calls. */
async function register(given: { id: string; url: string; iceServers: IceServer[] }): Promise<void> {
  const shared = window as unknown as BaselineWindow;
  const { hostname, port } = new URL(given.url.replace(/^ws/, 'http'));
  shared.capture = async () =>
    await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 1280, height: 720 } });
  const options = { host: hostname, port: Number(port || '80'), path: '/', config: { iceServers: given.iceServers } };
  shared.peer = new shared.Peer(given.id, options);
  shared.peer.on('call', (call) => {
    call.on('stream', (media) => {
      const video = document.querySelector('video');
      if (video) video.srcObject = media;
    });
    void shared.capture().then((own) => {
      call.answer(own);
    });
  });
  await new Promise<void>((resolve) => {
    shared.peer.on('open', resolve);
  });
}

/** In the page: calls and shows the other; answers the moment of the call, ms since the epoch. */
async function call(id: string): Promise<number> {
  const shared = window as unknown as BaselineWindow;
  const calledAt = performance.timeOrigin + performance.now();
  shared.peer.call(id, await shared.capture()).on('stream', (media) => {
    const video = document.querySelector('video');
    if (video) video.srcObject = media;
  });
  return calledAt;
}

export class Baseline {
  readonly #browsers: readonly Browser[];
  readonly #pages: readonly [Page, Page];
  readonly #servers: readonly Program[];

  private constructor(browsers: readonly Browser[], pages: readonly [Page, Page], servers: readonly Program[]) {
    this.#browsers = browsers;
    this.#pages = pages;
    this.#servers = servers;
  }

  static async open(network: Topology, url: string, servers: ServerChoice): Promise<Baseline> {
    const seat = async (side: Side): Promise<{ browser: Browser; page: Page; server: Program }> => {
      const { prefix } = network.host(side);
      const args = [`--ignore-certificate-errors-spki-list=${turnCertificate().publicKeyHash}`];
      const [server, browser] = await Promise.all([
        startProgram(network.host(side), [process.execPath, 'tests/netlab/peerjs-page.ts'], /at (\d+)/),
        launchChromium({ prefix, microphone: writeVowel(), args }),
      ]);
      const context = await browser.newContext({ permissions: ['microphone', 'camera'] });
      const page = await context.newPage();
      await page.addInitScript(observeConnections);
      await page.goto(`http://127.0.0.1:${server.said[1] ?? ''}/`);
      await page.evaluate(register, { id: `baseline-${side}`, url, iceServers: iceServers(servers) });
      return { browser, page, server };
    };
    const [a, b] = await Promise.all([seat('a'), seat('b')]);
    return new Baseline([a.browser, b.browser], [a.page, b.page], [a.server, b.server]);
  }

  async measureCall(): Promise<BaselineResult> {
    const [here, there] = this.#pages;
    const arrivals = Promise.all(
      this.#pages.map(async (page) => await page.evaluate(watchArrival, arrivalMs).catch(() => null)),
    );
    const calledAt = await here.evaluate(call, 'baseline-b');
    const moments = (await arrivals).flatMap((arrival) => (arrival ? [arrival.audioAt, arrival.videoAt] : []));
    if (moments.length < 4) return { connected: false, callMs: null, path: null };
    const [mine, theirs] = await Promise.all([here, there].map(async (page) => await page.evaluate(readPath)));
    const path = `${mine?.words ?? 'none'} - ${theirs?.words ?? 'none'}`;
    return { connected: true, callMs: Math.round(Math.max(...moments) - calledAt), path };
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#browsers.map(async (browser) => await browser.close()));
    await Promise.all(this.#servers.map(async (server) => await server.kill()));
  }
}
