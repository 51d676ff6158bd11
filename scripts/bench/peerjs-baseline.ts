// The baseline of call set-up: plain `peer.call` of PeerJS between two browsers, its sockets open before the clock starts.
// Its devices are opened on pressing Call and on being called, as Roundtable's are; or, as the stricter measure, before.
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { PeerServer } from 'peer';
import type { Browser, Page } from 'playwright-core';
import { freePort } from '#tests/support/free-port';
import { observeConnections } from '#tests/support/observe-calls';
import { watchArrival } from '#scripts/bench/arrival';

declare global {
  interface Window {
    Peer: new (id: string, options: object) => BaselinePeer;
    peer: BaselinePeer;
    capture: () => Promise<MediaStream>;
  }
}

/** When the pages of the baseline open microphone and camera. */
export type Capture = 'on-call' | 'before';

interface BaselinePeer {
  on(
    event: string,
    listener: (call: {
      answer(media: MediaStream): void;
      on(event: string, listener: (media: MediaStream) => void): void;
      close(): void;
    }) => void,
  ): void;
  call(
    id: string,
    media: MediaStream,
  ): { on(event: string, listener: (media: MediaStream) => void): void; close(): void };
}

const page = '<!doctype html><video autoplay playsinline></video><script src="/peerjs.js"></script>';

interface PeerPage {
  browser: Browser;
  url: string;
  id: string;
  peerPort: number;
  capture: Capture;
}

async function openPeer({ browser, url, id, peerPort, capture }: PeerPage): Promise<Page> {
  const context = await browser.newContext({ permissions: ['microphone', 'camera'] });
  const tab = await context.newPage();
  await tab.addInitScript(observeConnections);
  await tab.goto(url);
  await tab.evaluate(
    async ([ownId, port, isBefore]) => {
      const show = (media: MediaStream): void => {
        const video = document.querySelector('video');
        if (video) video.srcObject = media;
      };
      const capture = async (): Promise<MediaStream> =>
        await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 1280, height: 720 } });
      const media = isBefore ? capture() : null;
      window.capture = async () => await (media ?? capture());
      await media;
      window.peer = new window.Peer(ownId, { host: '127.0.0.1', port, path: '/', config: { iceServers: [] } });
      window.peer.on('call', (call) => {
        call.on('stream', show);
        void window.capture().then((own) => {
          call.answer(own);
        });
      });
      await new Promise<void>((resolve) => window.peer.on('open', () => resolve()));
    },
    [id, peerPort, capture === 'before'] as const,
  );
  return tab;
}

async function closePeer(tab: Page): Promise<void> {
  await tab.context().close();
}

export interface PeerJsBaseline {
  /** From pressing Call until both sides decoded audio and video, ms. */
  measure(capture: Capture): Promise<number>;
  close(): void;
}

/** A PeerServer and two pages on loopback, each in a browser of its own, as two people have. */
export async function openPeerJsBaseline(caller: Browser, callee: Browser): Promise<PeerJsBaseline> {
  const script = readFileSync('node_modules/peerjs/dist/peerjs.min.js');
  const web = createServer((request, response) => {
    response.setHeader('content-type', request.url === '/peerjs.js' ? 'text/javascript' : 'text/html');
    response.end(request.url === '/peerjs.js' ? script : page);
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  const peerPort = await freePort();
  await new Promise((resolve) => PeerServer({ host: '127.0.0.1', port: peerPort, path: '/' }, resolve));
  const url = `http://127.0.0.1:${(web.address() as AddressInfo).port}/`;
  let run = 0;
  const measure = async (capture: Capture): Promise<number> => {
    run += 1;
    const here = await openPeer({ browser: caller, url, id: `a${run}`, peerPort, capture });
    const there = await openPeer({ browser: callee, url, id: `b${run}`, peerPort, capture });
    const arrivals = Promise.all([here, there].map(async (tab) => await tab.evaluate(watchArrival, 10_000)));
    const calledAt = await here.evaluate(async (id) => {
      const at = performance.timeOrigin + performance.now();
      window.peer.call(id, await window.capture()).on('stream', (media) => {
        const video = document.querySelector('video');
        if (video) video.srcObject = media;
      });
      return at;
    }, `b${run}`);
    const moments = (await arrivals).flatMap(({ audioAt, videoAt }) => [audioAt, videoAt]);
    await Promise.all([here, there].map(closePeer));
    return Math.max(...moments) - calledAt;
  };
  return { measure, close: () => web.close() };
}
