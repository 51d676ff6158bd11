// Runs inside a page: when packets of somebody's voice arrived, over whichever connection, and the gaps between them. The
// voice has to be without pauses.
import '#tests/support/observe-calls';

interface Gap {
  /** Ms since the epoch. */
  readonly from: number;
  readonly to: number;
}

export interface Hearing {
  readonly gaps: readonly Gap[];
  readonly lastAt: number;
  readonly now: number;
}

declare global {
  interface Window {
    hearing: { gaps: Gap[]; lastAt: number };
  }
}

/** Starts to listen until the page goes. For `page.evaluate`. */
export function startListening(): void {
  // Shorter ones come of a busy machine, and of statistics that the browser keeps for a while.
  const shortestGapMs = 400;
  const lookEveryMs = 40;
  const wallClock = (): number => performance.timeOrigin + performance.now();
  const hearing = { gaps: [] as Gap[], lastAt: wallClock() };
  window.hearing = hearing;
  const counts = new Map<RTCPeerConnection, number>();
  const look = async (connection: RTCPeerConnection): Promise<boolean> => {
    let packets = 0;
    for (const entry of (await connection.getStats()).values() as Iterable<RTCInboundRtpStreamStats>) {
      if (entry.type === 'inbound-rtp' && entry.kind === 'audio') packets += entry.packetsReceived ?? 0;
    }
    const hasMore = packets > (counts.get(connection) ?? 0);
    counts.set(connection, packets);
    return hasMore;
  };
  const lookAtAll = async (): Promise<void> => {
    const open = window.observedConnections.filter(({ connectionState }) => connectionState !== 'closed');
    const heard = await Promise.all(open.map(look));
    if (heard.includes(true)) {
      const now = wallClock();
      if (now - hearing.lastAt > shortestGapMs) hearing.gaps.push({ from: hearing.lastAt, to: now });
      hearing.lastAt = now;
    }
    setTimeout(() => void lookAtAll(), lookEveryMs);
  };
  void lookAtAll();
}

/** For `page.evaluate`. */
export function readHearing(): Hearing {
  const { gaps, lastAt } = window.hearing;
  return { gaps, lastAt, now: performance.timeOrigin + performance.now() };
}
