import { describe, expect, it } from 'vitest';
import type { ConnectionStats } from '#core/ports';
import { pathOf, qualityOf } from '#state/call-quality';

const good: ConnectionStats = {
  localCandidate: 'host',
  remoteCandidate: 'host',
  protocol: 'udp',
  roundTripMs: 18,
  lossRatio: 0,
  jitterMs: 2,
  audioCodec: 'opus',
  videoCodec: null,
  sentBitsPerSecond: 40_000,
  receivedBitsPerSecond: 40_000,
  framesDecoded: 0,
  audioBytesReceived: 1,
  heardLevel: null,
  availableBitsPerSecond: null,
};

describe('the quality of a connection', () => {
  it('is unknown before anything was measured', () => {
    expect(qualityOf(null)).toBe('unknown');
    expect(qualityOf({ ...good, roundTripMs: null })).toBe('unknown');
  });

  it.each([
    [{}, 'good'],
    [{ roundTripMs: 251 }, 'fair'],
    [{ lossRatio: 0.04 }, 'fair'],
    [{ jitterMs: 41 }, 'fair'],
    [{ roundTripMs: 601 }, 'poor'],
    [{ lossRatio: 0.11 }, 'poor'],
    [{ jitterMs: 101 }, 'poor'],
    [{ lossRatio: null, jitterMs: null }, 'good'],
  ] as const)('with %o is %s', (more, expected) => {
    expect(qualityOf({ ...good, ...more })).toBe(expected);
  });
});

describe('the path of a connection', () => {
  it.each([
    ['host', 'host', 'same-network'],
    ['host', 'srflx', 'direct'],
    ['prflx', 'host', 'direct'],
    ['relay', 'srflx', 'relayed'],
    ['host', 'relay', 'relayed'],
    [null, 'host', 'unknown'],
  ] as const)('from %s to %s is %s', (localCandidate, remoteCandidate, expected) => {
    expect(pathOf({ ...good, localCandidate, remoteCandidate })).toBe(expected);
  });
});
