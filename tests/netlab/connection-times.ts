// Runs inside a page before its own scripts: when each RTCPeerConnection was made and when it first connected.
import '#tests/support/observe-calls';

interface ConnectionTimes {
  /** Ms since the page's time origin. */
  readonly madeAt: number;
  connectedAt: number | null;
}

declare global {
  interface Window {
    connectionTimes: ConnectionTimes[];
  }
}

/** For `page.addInitScript`. */
export function timeConnections(): void {
  const times: ConnectionTimes[] = [];
  window.connectionTimes = times;
  window.RTCPeerConnection = new Proxy(window.RTCPeerConnection, {
    construct(target, args: [RTCConfiguration?]) {
      const connection = new target(...args);
      const time: ConnectionTimes = { madeAt: performance.now(), connectedAt: null };
      times.push(time);
      connection.addEventListener('connectionstatechange', () => {
        if (connection.connectionState === 'connected') time.connectedAt ??= performance.now();
      });
      return connection;
    },
  });
}

/** Of the first connection that came about, ms; null when none did. For `page.evaluate`. */
export function firstConnectMs(): number | null {
  const connected = window.connectionTimes.find(({ connectedAt }) => connectedAt !== null);
  return connected?.connectedAt ? Math.round(connected.connectedAt - connected.madeAt) : null;
}
