// The browser’s statistics as figures for people.
import { describe, expect, test } from 'vitest';
import { readStats } from '#adapters/connection-stats';

function report(changes: Record<string, Record<string, unknown>> = {}): Map<string, unknown> {
  const entries: Record<string, Record<string, unknown>> = {
    transport: { type: 'transport', selectedCandidatePairId: 'pair', bytesSent: 1_000, bytesReceived: 2_000 },
    pair: {
      type: 'candidate-pair',
      localCandidateId: 'here',
      remoteCandidateId: 'there',
      currentRoundTripTime: 0.012,
      availableOutgoingBitrate: 300_000,
    },
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
      mid: '0',
      totalAudioEnergy: 4,
      totalSamplesDuration: 10,
    },
    video: { type: 'inbound-rtp', kind: 'video', mid: '1', framesDecoded: 30 },
  };
  return new Map(Object.entries(entries).map(([id, entry]) => [id, { id, ...entry, ...changes[id] }]));
}

const lanes = { mids: { audio: '0', video: '1' }, audioVolume: 1 };

describe('the statistics of a connection', () => {
  test('name the path, the codec and what has arrived', () => {
    const { stats } = readStats(report(), lanes, 0, null);
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
      heardLevel: null,
      availableBitsPerSecond: 300_000,
    });
  });

  test('are about the microphone and camera lanes, whatever arrives in the others', () => {
    const others = {
      screen: { type: 'inbound-rtp', kind: 'video', mid: '2', framesDecoded: 999 },
      carried: { type: 'inbound-rtp', kind: 'audio', mid: '4', bytesReceived: 999, jitter: 9 },
    };
    const all = new Map<string, unknown>([
      ...Object.entries(others).map(([id, entry]) => [id, { id, ...entry }] as const),
      ...report(),
    ]);
    const { stats } = readStats(all, lanes, 0, null);
    expect(stats).toMatchObject({ framesDecoded: 30, audioBytesReceived: 900, jitterMs: 4 });
  });

  describe('give the loudness of what was decoded since the last reading', () => {
    const loudness = (audioVolume: number, volumeBefore = audioVolume, energy = 4.5): number | null => {
      const first = readStats(report(), { ...lanes, audioVolume: volumeBefore }, 0, null);
      const later = report({ audio: { totalAudioEnergy: energy, totalSamplesDuration: 12 } });
      return readStats(later, { ...lanes, audioVolume }, 1_000, first.counters).stats.heardLevel;
    };

    test('as a mean over that time', () => {
      expect(loudness(1)).toBeCloseTo(0.5);
    });

    test('without what the volume of its player took away', () => {
      expect(loudness(0.5, 0.5, 4 + 0.5 * 0.25)).toBeCloseTo(0.5);
    });

    test('unless it is played at no volume, or at another one than before', () => {
      expect(loudness(0)).toBeNull();
      expect(loudness(1, 0.5)).toBeNull();
    });

    test('and never more than full, nor less than none', () => {
      expect(loudness(1, 1, 400)).toBe(1);
      expect(loudness(1, 1, 3)).toBe(0);
    });
  });

  test('give loss and rates since the last reading, not since the beginning', () => {
    const first = readStats(report(), lanes, 1_000, null);
    const later = report({
      transport: { bytesSent: 3_000, bytesReceived: 2_000 },
      audio: { packetsReceived: 190, packetsLost: 20 },
    });
    const { stats } = readStats(later, lanes, 3_000, first.counters);
    expect(stats.lossRatio).toBeCloseTo(0.1);
    expect(stats.sentBitsPerSecond).toBe(8_000);
    expect(stats.receivedBitsPerSecond).toBe(0);
  });

  test('never go below zero when counters start again', () => {
    const first = readStats(report(), lanes, 0, null);
    const { stats } = readStats(
      report({ transport: { bytesSent: 0 }, audio: { packetsReceived: 10, packetsLost: -3 } }),
      lanes,
      1_000,
      first.counters,
    );
    expect(stats.sentBitsPerSecond).toBe(0);
    expect(stats.lossRatio).toBeNull();
  });

  test('of a connection without a path or media are empty', () => {
    const { stats } = readStats(new Map<string, unknown>([['x', null]]), lanes, 0, null);
    expect(stats).toMatchObject({ localCandidate: null, protocol: null, roundTripMs: null, framesDecoded: 0 });
  });
});
