// Runs inside a page: when did the first remote audio leave the jitter buffer, and the first remote picture the decoder?
// The same reading serves Roundtable and the baseline; getStats is cached for about 50 ms, which is the grain of both.
import '#tests/support/observe-calls';

export interface Arrival {
  /** Wall clock, ms since the epoch. */
  audioAt: number;
  videoAt: number;
}

/** Starts to watch from what was counted so far; resolves with both moments, or fails after `timeoutMs`. */
export async function watchArrival(timeoutMs: number): Promise<Arrival> {
  const wallClock = (): number => performance.timeOrigin + performance.now();
  const count = async (): Promise<{ audio: number; video: number }> => {
    const counts = { audio: 0, video: 0 };
    for (const connection of window.observedConnections) {
      if (connection.connectionState === 'closed') continue;
      for (const entry of (await connection.getStats()).values() as Iterable<RTCInboundRtpStreamStats>) {
        if (entry.type !== 'inbound-rtp') continue;
        if (entry.kind === 'audio') counts.audio += entry.jitterBufferEmittedCount ?? 0;
        else counts.video += entry.framesDecoded ?? 0;
      }
    }
    return counts;
  };
  const before = await count();
  const deadline = wallClock() + timeoutMs;
  let audioAt = 0;
  let videoAt = 0;
  while (audioAt === 0 || videoAt === 0) {
    if (wallClock() > deadline)
      throw new Error(`No media after ${timeoutMs} ms (audio ${audioAt > 0}, video ${videoAt > 0}).`);
    const now = await count();
    if (audioAt === 0 && now.audio > before.audio) audioAt = wallClock();
    if (videoAt === 0 && now.video > before.video) videoAt = wallClock();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return { audioAt, videoAt };
}
