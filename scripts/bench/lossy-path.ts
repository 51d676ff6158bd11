// A page on a long path that loses packets, by the browser's own means (DevTools protocol, Network.emulateNetworkConditionsByRule): it delays and drops
// what RTCPeerConnections send and receive that were made afterwards.
import type { Page } from 'playwright-core';

export interface LossyPath {
  readonly roundTripMs: number;
  /** Each way, of packets. */
  readonly lostPercent: number;
}

export async function loseOn(page: Page, { roundTripMs, lostPercent }: LossyPath): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.enable');
  const conditions = {
    urlPattern: '',
    latency: roundTripMs / 2,
    downloadThroughput: -1,
    uploadThroughput: -1,
    packetLoss: lostPercent,
    packetQueueLength: 0,
    packetReordering: false,
  };
  // Newer than the types.
  const rules = { offline: false, matchedNetworkConditions: [conditions] };
  await devtools.send('Network.emulateNetworkConditionsByRule' as never, rules as never);
}
