// A second of a link, as the difference of two readings of its counters.
import type { LinkCounters } from '#core/ports/diagnosis';
import type { Sample } from '#core/doctor/record';

export interface CountersAt extends LinkCounters {
  readonly atMs: number;
}

export function sampleOf(before: CountersAt | null, now: CountersAt): Sample {
  const { atMs, roundTripMs, jitterMs } = now;
  const elapsedMs = before ? atMs - before.atMs : 0;
  const since = (field: 'bytesSent' | 'bytesReceived' | 'packetsReceived' | 'packetsLost'): number =>
    before ? Math.max(0, now[field] - before[field]) : 0;
  const rate = (field: 'bytesSent' | 'bytesReceived'): number | null =>
    elapsedMs > 0 ? (since(field) * 8_000) / elapsedMs : null;
  const [received, lost] = [since('packetsReceived'), since('packetsLost')];
  return {
    atMs,
    roundTripMs,
    lossRatio: received + lost === 0 ? null : lost / (received + lost),
    jitterMs,
    sentBitsPerSecond: rate('bytesSent'),
    receivedBitsPerSecond: rate('bytesReceived'),
  };
}
