// The baseline of casts: pages that send on the track they receive, as plain WebRTC does it; each of them decodes and encodes anew.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '#tests/support/chromium';
import { showClockAsCamera } from '#scripts/bench/clock-picture';

interface RelayWindow {
  received: MediaStream | null;
  connections: RTCPeerConnection[];
}

/** Runs inside the child's page: waits for the offer of its parent. */
function receive(): void {
  const page = window as unknown as RelayWindow; // sound: as above
  page.received = null;
  page.connections = [];
}

async function offer(isSource: boolean): Promise<string> {
  const page = window as unknown as RelayWindow;
  const connection = new RTCPeerConnection();
  page.connections.push(connection);
  page.received ??= isSource ? await navigator.mediaDevices.getUserMedia({ audio: true, video: true }) : null;
  const stream = page.received;
  if (!stream) throw new Error('Nothing to send on.');
  for (const track of stream.getTracks()) connection.addTrack(track, stream);
  await connection.setLocalDescription();
  while (connection.iceGatheringState !== 'complete') await new Promise((resolve) => setTimeout(resolve, 10));
  return connection.localDescription?.sdp ?? '';
}

async function answer(sdp: string): Promise<string> {
  const page = window as unknown as RelayWindow;
  const connection = new RTCPeerConnection();
  page.connections.push(connection);
  connection.ontrack = ({ streams: [stream] }) => {
    if (!stream) return;
    page.received = stream;
    const video = document.querySelector('video') ?? document.body.appendChild(document.createElement('video'));
    video.style.width = '640px';
    video.autoplay = true;
    video.srcObject = stream;
    void video.play().catch(() => undefined); // superseded by its second track
  };
  await connection.setRemoteDescription({ type: 'offer', sdp });
  await connection.setLocalDescription();
  while (connection.iceGatheringState !== 'complete') await new Promise((resolve) => setTimeout(resolve, 10));
  return connection.localDescription?.sdp ?? '';
}

async function accept(sdp: string): Promise<void> {
  const page = window as unknown as RelayWindow;
  await page.connections.at(-1)?.setRemoteDescription({ type: 'answer', sdp });
}

export interface ResendTree {
  /** By depth below the source, from 1 on. */
  readonly viewers: readonly { readonly page: Page; readonly depth: number }[];
  close(): Promise<void>;
}

/** Viewers in the order of a tree in which each page feeds up to `fanOut` others. */
export async function openResendTree(viewers: number, fanOut: number): Promise<ResendTree> {
  const browser: Browser = await launchChromium({});
  const web = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end('<!doctype html><body style="margin:0">');
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(web.address() as AddressInfo).port}/`;
  const open = async (): Promise<Page> => {
    const context = await browser.newContext({ permissions: ['microphone', 'camera'] });
    await context.addInitScript(showClockAsCamera);
    const page = await context.newPage();
    await page.goto(url);
    await page.evaluate(receive);
    return page;
  };
  const pages = [await open()];
  const depths = [0];
  for (let at = 1; at <= viewers; at += 1) {
    const above = Math.floor((at - 1) / fanOut);
    const parent = pages[above];
    if (!parent) throw new Error('A child without a parent.');
    const child = await open();
    await accepted(parent, child, above === 0);
    pages.push(child);
    depths.push((depths[above] ?? 0) + 1);
  }
  return {
    viewers: pages.slice(1).map((page, at) => ({ page, depth: depths[at + 1] ?? 0 })),
    close: async () => {
      await browser.close();
      web.close();
    },
  };
}

async function accepted(parent: Page, child: Page, isSource: boolean): Promise<void> {
  const sdp = await child.evaluate(answer, await parent.evaluate(offer, isSource));
  await parent.evaluate(accept, sdp);
  await child.waitForFunction(() => (document.querySelector('video')?.videoWidth ?? 0) > 0);
}
