// The browser’s statistics as facts of a path.
import { describe, expect, test } from 'vitest';
import { readNetwork, readPath } from '#adapters/connection-path';

type Entries = Record<string, Record<string, unknown>>;

const entries: Entries = {
  transport: {
    type: 'transport',
    selectedCandidatePairId: 'pair',
    dtlsState: 'connected',
    bytesSent: 10,
    bytesReceived: 20,
  },
  pair: {
    type: 'candidate-pair',
    localCandidateId: 'here',
    remoteCandidateId: 'there',
    currentRoundTripTime: 0.02,
    requestsSent: 3,
    responsesReceived: 2,
  },
  other: { type: 'candidate-pair', requestsSent: 4, responsesReceived: 0 },
  idle: { type: 'candidate-pair', requestsSent: 0 },
  here: { type: 'local-candidate', candidateType: 'host', protocol: 'udp', address: '192.168.1.7' },
  there: { type: 'remote-candidate', candidateType: 'srflx', protocol: 'udp', address: '203.0.113.9' },
  sound: { type: 'inbound-rtp', kind: 'audio', packetsReceived: 90, packetsLost: 10, jitter: 0.004 },
  empty: { type: 'inbound-rtp', kind: 'audio', packetsReceived: 0, packetsLost: 0, jitter: 9 },
  picture: { type: 'inbound-rtp', kind: 'video', packetsReceived: 10, packetsLost: 0, jitter: 7 },
};

const read = (changes: Entries = {}) =>
  readPath(
    new Map(Object.entries({ ...entries, ...changes }).map(([id, entry]) => [id, { id, ...entries[id], ...entry }])),
  );

describe('the path', () => {
  test('is told by kinds, with nothing of an address', () => {
    const reading = read();
    expect(reading).toEqual({
      path: {
        local: { kind: 'host', family: 'ipv4', place: 'private', transport: 'udp', relayBy: null },
        remote: { kind: 'srflx', family: 'ipv4', place: 'public', transport: 'udp', relayBy: null },
        nearness: 'apart',
      },
      pairs: { tried: 2, answered: 1 },
      dtls: 'connected',
      counters: {
        roundTripMs: 20,
        jitterMs: 4,
        bytesSent: 10,
        bytesReceived: 20,
        packetsReceived: 100,
        packetsLost: 10,
      },
    });
    expect(JSON.stringify(reading)).not.toMatch(/192|203/);
  });

  test.each([
    ['192.168.1.7', 'same-machine'],
    ['192.168.1.8', 'same-subnet'],
    ['192.168.2.8', 'apart'],
    [undefined, 'apart'],
    ['', 'apart'],
  ])('from 192.168.1.7 to %s is %s', (address, nearness) => {
    expect(read({ there: { candidateType: 'host', address } }).path?.nearness).toBe(nearness);
  });

  test('by a relay says how the server is spoken to', () => {
    expect(read({ here: { candidateType: 'relay', relayProtocol: 'tls' } }).path?.local.relayBy).toBe('tls');
    expect(read({ here: { candidateType: 'host', relayProtocol: 'tls' } }).path?.local.relayBy).toBeNull();
  });

  test('is null while none is chosen, and in an empty report', () => {
    expect(read({ transport: { selectedCandidatePairId: undefined } }).path).toBeNull();
    expect(readPath(new Map())).toMatchObject({ path: null, pairs: { tried: 0, answered: 0 }, dtls: null });
  });
});

describe('the network of the other end', () => {
  const networkWith = (there: Record<string, unknown>): string | null =>
    readNetwork(
      new Map(
        Object.entries({ ...entries, there: { ...entries['there'], ...there } }).map(([id, entry]) => [
          id,
          { id, ...entry },
        ]),
      ),
    );

  test.each([
    ['a public address', {}, '203.0.113'],
    ['this network', { address: '192.168.1.8' }, 'here'],
    ['this machine', { address: '192.168.1.7' }, 'here'],
    ['another private one', { address: '10.0.0.9' }, null],
    ['a relay', { candidateType: 'relay' }, null],
    ['a hidden one', { address: '' }, null],
  ])('by %s: %o is %s', (_, there, network) => {
    expect(networkWith(there)).toBe(network);
  });
});
