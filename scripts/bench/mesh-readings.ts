// Runs inside a page of a mesh, Roundtable's or the baseline's: what it hears, sees and has sent.
import '#tests/support/observe-calls';

export interface MeshReading {
  /** Connections on which sound of the other side has left the jitter buffer. */
  heard: number;
  /** Connections on which a picture was decoded, and the tallest of them, px. */
  seen: number;
  tallest: number;
  /** Of all connections, whatever they carried. */
  bytesSent: number;
  bytesReceived: number;
}

export async function readMesh(): Promise<MeshReading> {
  const reading: MeshReading = { heard: 0, seen: 0, tallest: 0, bytesSent: 0, bytesReceived: 0 };
  for (const connection of window.observedConnections) {
    if (connection.connectionState === 'closed') continue;
    let hasSound = false;
    let hasPicture = false;
    for (const entry of (await connection.getStats()).values() as Iterable<
      RTCInboundRtpStreamStats & RTCTransportStats
    >) {
      if (entry.type === 'inbound-rtp' && entry.kind === 'audio')
        hasSound ||= (entry.jitterBufferEmittedCount ?? 0) > 0;
      if (entry.type === 'inbound-rtp' && entry.kind === 'video') {
        hasPicture ||= (entry.framesDecoded ?? 0) > 0;
        reading.tallest = Math.max(reading.tallest, entry.frameHeight ?? 0);
      }
      if ((entry.type as string) === 'transport') {
        reading.bytesSent += entry.bytesSent ?? 0;
        reading.bytesReceived += entry.bytesReceived ?? 0;
      }
    }
    reading.heard += Number(hasSound);
    reading.seen += Number(hasPicture);
  }
  return reading;
}

/**
 * Resolves with the wall clock, ms since the epoch, at which sound of so many others was there: a frame of theirs has left
 * the jitter buffer. Asked of the receivers (W3C WebRTC, section 5.3), not of statistics, which would keep the page busy.
 * Each question stops the page until the thread that receives has answered, so a connection is asked by its microphone
 * alone, which is the first section of sound, and not again once it was heard.
 */
export async function awaitHeard({ others, timeoutMs }: { others: number; timeoutMs: number }): Promise<number> {
  const wallClock = (): number => performance.timeOrigin + performance.now();
  const deadline = wallClock() + timeoutMs;
  const heard = new Set<RTCPeerConnection>();
  const isHeard = (connection: RTCPeerConnection): boolean => {
    const microphone = connection.getReceivers().find(({ track }) => track.kind === 'audio');
    return microphone !== undefined && microphone.getSynchronizationSources().length > 0;
  };
  for (;;) {
    for (const connection of window.observedConnections) {
      if (connection.connectionState !== 'connected') heard.delete(connection);
      else if (!heard.has(connection) && isHeard(connection)) heard.add(connection);
    }
    if (heard.size >= others) return wallClock();
    if (wallClock() > deadline) throw new Error(`Heard ${heard.size} of ${others} within ${timeoutMs} ms.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
