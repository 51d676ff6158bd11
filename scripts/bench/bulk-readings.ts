// Runs inside a page: what went over the bulk channels of its links.
import '#tests/support/observe-calls';

/** RTCDataChannelStats (W3C webrtc-stats), which the types of the platform leave out. */
interface ChannelStats {
  readonly type: string;
  readonly label: string;
  readonly bytesSent: number;
}

/** Bytes sent, of all links, headers of parts included. For `page.evaluate`. */
export async function readBulkSent(): Promise<number> {
  let bytes = 0;
  for (const connection of window.observedConnections) {
    for (const entry of (await connection.getStats()).values() as Iterable<ChannelStats>)
      if (entry.type === 'data-channel' && entry.label === 'bulk') bytes += entry.bytesSent;
  }
  return bytes;
}
