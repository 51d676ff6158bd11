// What drop is measured beside: two pages in two browsers that move bytes from memory to memory, verified by nobody. A bare data
// channel with the settings that were fastest here; PeerJS's DataConnection; simple-peer.
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { PeerServer } from 'peer';
import type { Browser, Page } from 'playwright-core';
import { freePort } from '#tests/support/free-port';

export type Baseline = 'raw' | 'peerjs' | 'simple-peer';

interface Mover {
  /** Resolves once the first byte may be sent. */
  ready: Promise<void>;
  send(bytes: number): Promise<void>;
  /** Resolves with the wall clock, ms, when so many bytes have come. */
  received(bytes: number): Promise<number>;
  close(): void;
}

declare global {
  interface Window {
    SimplePeer: new (options: object) => SimplePeerLike;
    mover: Mover;
    signal: (text: string) => Promise<void>;
    heard: (text: string) => void;
  }
}

interface SimplePeerLike {
  on(event: string, listener: (data: never) => void): void;
  signal(data: unknown): void;
  write(chunk: Uint8Array, done: () => void): boolean;
  destroy(): void;
}

interface DataConnectionLike {
  on(event: string, listener: (data: never) => void): void;
  send(data: ArrayBuffer): void;
  close(): void;
  readonly bufferSize: number;
  readonly dataChannel: RTCDataChannel;
}

const scripts: Record<string, string> = {
  '/peerjs.js': 'node_modules/peerjs/dist/peerjs.min.js',
  '/simple-peer.js': 'node_modules/simple-peer/simplepeer.min.js',
};
const page = Object.keys(scripts).reduce(
  (html, path) => `${html}<script src="${path}"></script>`,
  '<!doctype html><meta charset="utf-8">',
);

/** Runs in the page: a bare channel. */
function openRaw(isFirst: boolean): void {
  const [partBytes, high, low] = [64 * 1024, 1024 * 1024, 256 * 1024];
  const connection = new RTCPeerConnection();
  const channel = connection.createDataChannel('raw', { negotiated: true, id: 0 });
  channel.binaryType = 'arraybuffer';
  channel.bufferedAmountLowThreshold = low;
  let [got, wanted] = [0, Infinity];
  let done: (at: number) => void = () => undefined;
  channel.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
    got += data.byteLength;
    if (got >= wanted) done(performance.timeOrigin + performance.now());
  };
  connection.onicecandidate = ({ candidate }) => void window.signal(JSON.stringify({ candidate }));
  const describe = async (): Promise<void> => {
    await connection.setLocalDescription();
    await window.signal(JSON.stringify({ description: connection.localDescription }));
  };
  window.heard = (text) => {
    const { description, candidate } = JSON.parse(text) as {
      description?: RTCSessionDescriptionInit;
      candidate?: RTCIceCandidateInit;
    };
    if (candidate) void connection.addIceCandidate(candidate);
    if (description)
      void connection.setRemoteDescription(description).then(async () => {
        if (description.type === 'offer') await describe();
      });
  };
  window.mover = {
    ready: new Promise((resolve) => (channel.onopen = () => resolve())),
    send: async (bytes) => {
      const part = new Uint8Array(partBytes);
      for (let sent = 0; sent < bytes; sent += partBytes) {
        if (channel.bufferedAmount > high)
          await new Promise<void>((resolve) => (channel.onbufferedamountlow = () => resolve()));
        channel.send(part);
      }
    },
    received: async (bytes) =>
      await new Promise((resolve) => {
        [got, wanted, done] = [0, bytes, resolve];
      }),
    close: () => {
      connection.close();
    },
  };
  if (isFirst) void describe();
}

/** Runs in the page: PeerJS with its binary serialization, fed as long as little waits. */
function openPeerJs([isFirst, port]: [boolean, number]): void {
  const [chunkBytes, high] = [1024 * 1024, 1024 * 1024];
  // Sound: the script of PeerJS put it there.
  const { Peer } = window as unknown as { Peer: new (id: string, options: object) => PeerLike };
  interface PeerLike {
    on(event: string, listener: (connection: DataConnectionLike) => void): void;
    connect(id: string, options: object): DataConnectionLike;
    destroy(): void;
  }
  let [got, wanted] = [0, Infinity];
  let done: (at: number) => void = () => undefined;
  let opened: DataConnectionLike | null = null;
  let isReady = (): void => undefined;
  const peer = new Peer(isFirst ? 'first' : 'second', {
    host: '127.0.0.1',
    port,
    path: '/',
    config: { iceServers: [] },
  });
  const take = (connection: DataConnectionLike): void => {
    opened = connection;
    connection.on('open', () => {
      isReady();
    });
    connection.on('data', (data: { byteLength: number }) => {
      got += data.byteLength;
      if (got >= wanted) done(performance.timeOrigin + performance.now());
    });
  };
  peer.on('connection', take);
  window.heard = () => {
    if (isFirst) take(peer.connect('second', { serialization: 'binary', reliable: true }));
  };
  window.mover = {
    ready: new Promise((resolve) => (isReady = resolve)),
    send: async (bytes) => {
      const chunk = new ArrayBuffer(chunkBytes);
      for (let sent = 0; sent < bytes; sent += chunkBytes) {
        while (opened && (opened.bufferSize > 0 || opened.dataChannel.bufferedAmount > high))
          await new Promise((resolve) => setTimeout(resolve, 1));
        opened?.send(chunk);
      }
    },
    received: async (bytes) =>
      await new Promise((resolve) => {
        [got, wanted, done] = [0, bytes, resolve];
      }),
    close: () => {
      peer.destroy();
    },
  };
  peer.on('open', () => void window.signal(''));
}

/** Runs in the page: simple-peer, with its own back pressure. */
function openSimplePeer(isFirst: boolean): void {
  const chunkBytes = 64 * 1024;
  const peer = new window.SimplePeer({ initiator: isFirst, config: { iceServers: [] } });
  let [got, wanted] = [0, Infinity];
  let done: (at: number) => void = () => undefined;
  peer.on('signal', (data) => void window.signal(JSON.stringify(data)));
  peer.on('data', (data: Uint8Array) => {
    got += data.length;
    if (got >= wanted) done(performance.timeOrigin + performance.now());
  });
  window.heard = (text) => {
    peer.signal(JSON.parse(text));
  };
  window.mover = {
    ready: new Promise((resolve) => {
      peer.on('connect', () => resolve());
    }),
    send: async (bytes) => {
      const chunk = new Uint8Array(chunkBytes);
      for (let sent = 0; sent < bytes; sent += chunkBytes)
        await new Promise<void>((resolve) => {
          peer.write(chunk, resolve);
        });
    },
    received: async (bytes) =>
      await new Promise((resolve) => {
        [got, wanted, done] = [0, bytes, resolve];
      }),
    close: () => {
      peer.destroy();
    },
  };
}

export interface DataBaselines {
  /** How long so many bytes took from page to page, ms. */
  measure(baseline: Baseline, bytes: number): Promise<number>;
  close(): Promise<void>;
}

/** A page in each of the browsers; signals go through this process. `prepareGiver` runs before the page of whoever sends has a connection. */
export async function openDataBaselines(
  browsers: readonly [Browser, Browser],
  prepareGiver: (page: Page) => Promise<void> = async () => await Promise.resolve(),
): Promise<DataBaselines> {
  const web = createServer((request, response) => {
    const script = scripts[request.url ?? ''];
    response.setHeader('content-type', script ? 'text/javascript' : 'text/html');
    response.end(script ? readFileSync(script) : page);
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(web.address() as AddressInfo).port}/`;
  const peerPort = await freePort();
  await new Promise((resolve) => PeerServer({ host: '127.0.0.1', port: peerPort, path: '/' }, resolve));

  const openPair = async (): Promise<[Page, Page]> => {
    const [first, second] = await Promise.all(browsers.map(async (browser) => await browser.newPage()));
    if (!first || !second) throw new Error('no pages');
    await prepareGiver(first);
    for (const [from, to] of [
      [first, second],
      [second, first],
    ] as const) {
      await from.exposeFunction('signal', async (text: string) => {
        await to.evaluate((heard) => {
          window.heard(heard);
        }, text);
      });
      await from.goto(url);
    }
    return [first, second];
  };

  const measure = async (baseline: Baseline, bytes: number): Promise<number> => {
    const pair = await openPair();
    for (const [tab, isFirst] of [
      [pair[1], false],
      [pair[0], true],
    ] as const) {
      if (baseline === 'raw') await tab.evaluate(openRaw, isFirst);
      else if (baseline === 'simple-peer') await tab.evaluate(openSimplePeer, isFirst);
      else await tab.evaluate(openPeerJs, [isFirst, peerPort] as [boolean, number]);
    }
    await Promise.all(pair.map(async (tab) => await tab.evaluate(async () => await window.mover.ready)));
    const arrived = pair[1].evaluate(async (count) => await window.mover.received(count), bytes);
    const startedAt = await pair[0].evaluate((count) => {
      const at = performance.timeOrigin + performance.now();
      void window.mover.send(count);
      return at;
    }, bytes);
    const ms = (await arrived) - startedAt;
    for (const tab of pair) {
      await tab.evaluate(() => {
        window.mover.close();
      });
      await tab.close();
    }
    return ms;
  };
  const close = async (): Promise<void> => {
    await new Promise((resolve) => web.close(resolve));
  };
  return { measure, close };
}
