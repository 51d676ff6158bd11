// The baseline of rooms: a bare mesh of plain PeerJS pages, in one browser each or all in one. Whoever joins calls everybody inside with
// `peer.call`; pictures stand in a grid that fills the window.
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { PeerServer } from 'peer';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '#tests/support/chromium';
import { freePort } from '#tests/support/free-port';
import { observeConnections } from '#tests/support/observe-calls';
import { awaitHeard } from '#scripts/bench/mesh-readings';

interface MeshCall {
  answer(media: MediaStream): void;
  on(event: 'stream', listener: (media: MediaStream) => void): void;
}

interface MeshPeer {
  on(event: 'call', listener: (call: MeshCall) => void): void;
  on(event: 'open', listener: () => void): void;
  call(id: string, media: MediaStream): MeshCall;
}

interface MeshWindow {
  Peer: new (id: string, options: object) => MeshPeer;
  /** Opens the devices and calls these; answers the wall clock of the press, ms since the epoch. */
  join(others: readonly string[]): Promise<number>;
}

const page = `<!doctype html><style>
  body { margin: 0; height: 100vh; display: grid; grid-template-columns: repeat(auto-fit, minmax(40%, 1fr)); background: #222 }
  video { width: 100%; height: 100%; object-fit: cover }
</style><script src="/peerjs.js"></script>`;

/** Runs inside the page. */
async function openPeer([ownId, port, video]: readonly [string, number, boolean]): Promise<void> {
  const here = window as unknown as MeshWindow; // sound: this page is ours, and its script defines both
  let own: Promise<MediaStream> | null = null;
  const capture = async (): Promise<MediaStream> =>
    await (own ??= navigator.mediaDevices.getUserMedia({
      audio: true,
      video: video ? { width: 1280, height: 720 } : false,
    }));
  const show = (media: MediaStream): void => {
    const known = [...document.querySelectorAll('video')].some((element) => element.srcObject === media);
    if (known) return;
    const element = document.createElement('video');
    element.autoplay = true;
    element.srcObject = media;
    document.body.append(element);
  };
  const peer = new here.Peer(ownId, { host: '127.0.0.1', port, path: '/', config: { iceServers: [] } });
  peer.on('call', (call) => {
    call.on('stream', show);
    void capture().then((media) => {
      call.answer(media);
    });
  });
  here.join = async (others) => {
    const pressedAt = performance.timeOrigin + performance.now();
    const media = await capture();
    for (const id of others) peer.call(id, media).on('stream', show);
    return pressedAt;
  };
  await new Promise<void>((resolve) => {
    peer.on('open', resolve);
  });
}

interface MeshOptions {
  readonly video: boolean;
  readonly browser: Browser | null;
  /** A WAV file that every microphone hears. */
  readonly microphone: string;
}

export interface PeerJsMesh {
  readonly pages: readonly Page[];
  /** One more page joins; from the press until it hears everybody, ms. */
  grow(): Promise<number>;
  /** The page that came last goes. */
  shrink(): Promise<void>;
  close(): Promise<void>;
}

/** A PeerServer and pages of its own, on loopback; in the browser that is given, else each in one of its own. */
export async function openPeerJsMesh({ video, browser: shared, microphone }: MeshOptions): Promise<PeerJsMesh> {
  const script = readFileSync('node_modules/peerjs/dist/peerjs.min.js');
  const web = createServer((request, response) => {
    response.setHeader('content-type', request.url === '/peerjs.js' ? 'text/javascript' : 'text/html');
    response.end(request.url === '/peerjs.js' ? script : page);
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  const peerPort = await freePort();
  await new Promise((resolve) => PeerServer({ host: '127.0.0.1', port: peerPort, path: '/' }, resolve));
  const url = `http://127.0.0.1:${(web.address() as AddressInfo).port}/`;
  const browsers: Browser[] = [];
  const pages: Page[] = [];
  const names = new Map<Page, string>();
  const grow = async (): Promise<number> => {
    const browser = shared ?? (await launchChromium({ microphone }));
    if (!shared) browsers.push(browser);
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      permissions: ['microphone', 'camera'],
    });
    const tab = await context.newPage();
    await tab.addInitScript(observeConnections);
    await tab.goto(url);
    const id = `m${names.size}`;
    names.set(tab, id);
    await tab.evaluate(openPeer, [id, peerPort, video] as const);
    const others = pages.map((other) => names.get(other) ?? '');
    pages.push(tab);
    const pressedAt = await tab.evaluate(
      async (ids) => await (window as unknown as MeshWindow).join(ids), // sound: defined by openPeer above
      others,
    );
    const heardAt = await tab.evaluate(awaitHeard, { others: others.length, timeoutMs: 20_000 });
    return heardAt - pressedAt;
  };
  const shrink = async (): Promise<void> => {
    await pages.pop()?.context().close();
    await browsers.pop()?.close();
  };
  return {
    pages,
    grow,
    shrink,
    close: async () => {
      await Promise.all(pages.map(async (tab) => await tab.context().close()));
      await Promise.all(browsers.map(async (browser) => await browser.close()));
      web.close();
    },
  };
}
