// Candidates as they are signalled, and what they tell of a router.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { natOf, readCandidate, type CandidateLine } from '#core/doctor/candidate-line';

const line = (words: string): CandidateLine => {
  const read = readCandidate(words);
  if (!read) throw new Error(`no candidate: ${words}`);
  return read;
};
const host = 'candidate:1 1 udp 2122260223 192.168.1.7 50000 typ host generation 0';
const mapped = (port: number, from = 50_000): string =>
  `candidate:2 1 udp 1686052607 203.0.113.9 ${port} typ srflx raddr 192.168.1.7 rport ${from}`;

describe('a candidate', () => {
  test('is read with its kind, place and ports', () => {
    expect(line(mapped(61_000))).toEqual({
      kind: 'srflx',
      family: 'ipv4',
      place: 'public',
      transport: 'udp',
      address: '203.0.113.9',
      port: 61_000,
      relatedPort: 50_000,
    });
    expect(line('candidate:3 1 tcp 1518280447 4f9c.local 9 typ host tcptype active')).toMatchObject({
      kind: 'host',
      place: 'hidden',
      transport: 'tcp',
      relatedPort: null,
    });
  });

  test.each(['', 'candidate:', 'candidate:1 1 udp 1 10.0.0.1 x typ host', 'candidate:1 1 udp 1 10.0.0.1 9 typ what'])(
    '%j is none',
    (words) => {
      expect(readCandidate(words)).toBeNull();
    },
  );

  test('of a stranger may be anything', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(fc.string()).map((words) => words.join(' ')),
        ),
        (words) => {
          const read = readCandidate(words);
          if (read) expect(natOf([read])).toBeDefined();
        },
      ),
    );
  });
});

describe('a router', () => {
  test.each([
    ['not known without a server', [host], 0, 'unknown'],
    ['none, with a public address', ['candidate:1 1 udp 1 203.0.113.9 50000 typ host'], 0, 'none'],
    ['one of two kinds, after one server', [host, mapped(61_000)], 1, 'translated'],
    [
      'one of two kinds, after servers of which nobody knows whether they answered',
      [host, mapped(61_000)],
      0,
      'translated',
    ],
    ['the same for all, when two servers saw one address', [host, mapped(61_000)], 2, 'steady'],
    ['another for each, when two servers saw two', [host, mapped(61_000), mapped(61_001)], 0, 'varying'],
    [
      'the same for all, when two networks are seen as one address each',
      [host, mapped(61_000), mapped(61_001, 50_001)],
      2,
      'steady',
    ],
    [
      'one of two kinds, when the machine hides its own port',
      [host, mapped(61_000, 0), mapped(61_001, 0)],
      2,
      'translated',
    ],
  ] as const)('is %s', (_, lines, answered, kind) => {
    expect(natOf(lines.map(line), answered)).toBe(kind);
  });
});
