// The browser’s statistics as figures for people.
import { describe, expect, test } from 'vitest';
import { readStats } from '#adapters/connection-stats';

function report(changes: Record<string, Record<string, unknown>> = {}): Map<string, unknown> {
  const entries: Record<string, Record<string, unknown>> = {
    transport: { type: 'transport', selectedCandidatePairId: 'pair', bytesSent: 1_000, bytesReceived: 2_000 },
    pair: { type: 'candidate-pair', localCandidateId: 'here', remoteCandidateId: 'there', currentRoundTripTime: 0.012 },
    here: { type: 'local-candidate', candidateType: 'host', protocol: 'udp' },
    there: { type: 'remote-candidate', candidateType: 'relay', protocol: 'udp' },
    codec: { type: 'codec', mimeType: 'audio/opus' },
    audio: {
      type: 'inbound-rtp',
      kind: 'audio',
      codecId: 'codec',
      packetsReceived: 100,
      packetsLost: 10,
      bytesReceived: 900,
      jitter: 0.004,
    },
    video: { type: 'inbound-rtp', kind: 'video', framesDecoded: 30 },
  };
  return new Map(Object.entries(entries).map(([id, entry]) => [id, { id, ...entry, ...changes[id] }]));
}

describe('the statistics of a connection', () => {
  test('name the path, the codec and what has arrived', () => {
    const { stats } = readStats(report(), 0, null);
    expect(stats).toEqual({
      localCandidate: 'host',
      remoteCandidate: 'relay',
      protocol: 'udp',
      roundTripMs: 12,
      lossRatio: null,
      jitterMs: 4,
      audioCodec: 'opus',
      videoCodec: null,
      sentBitsPerSecond: null,
      receivedBitsPerSecond: null,
      framesDecoded: 30,
      audioBytesReceived: 900,
    });
  });

  test('give loss and rates since the last reading, not since the beginning', () => {
    const first = readStats(report(), 1_000, null);
    const later = report({
      transport: { bytesSent: 3_000, bytesReceived: 2_000 },
      audio: { packetsReceived: 190, packetsLost: 20 },
    });
    const { stats } = readStats(later, 3_000, first.counters);
    expect(stats.lossRatio).toBeCloseTo(0.1);
    expect(stats.sentBitsPerSecond).toBe(8_000);
    expect(stats.receivedBitsPerSecond).toBe(0);
  });

  test('never go below zero when counters start again', () => {
    const first = readStats(report(), 0, null);
    const { stats } = readStats(
      report({ transport: { bytesSent: 0 }, audio: { packetsReceived: 10, packetsLost: -3 } }),
      1_000,
      first.counters,
    );
    expect(stats.sentBitsPerSecond).toBe(0);
    expect(stats.lossRatio).toBeNull();
  });

  test('of a connection without a path or media are empty', () => {
    const { stats } = readStats(new Map<string, unknown>([['x', null]]), 0, null);
    expect(stats).toMatchObject({ localCandidate: null, protocol: null, roundTripMs: null, framesDecoded: 0 });
  });
});
