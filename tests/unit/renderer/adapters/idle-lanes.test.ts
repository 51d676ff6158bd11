import { describe, expect, test } from 'vitest';
import { withoutIdleSources } from '#adapters/idle-lanes';

const sdp = (...lines: string[]): string => [...lines, ''].join('\r\n');
const sources = ['a=ssrc-group:FID 7 8', 'a=ssrc:7 cname:x', 'a=ssrc:7 msid:- y'];
const section = (kind: string, mid: string, ...more: string[]): string[] => [
  `m=${kind} 9 X 111`,
  `a=mid:${mid}`,
  'a=msid:- y',
  ...more,
  'a=sendrecv',
];

describe('a description', () => {
  test('names no sources in the lanes that are nearly always empty, and all others', () => {
    const before = [
      ...section('audio', '0', ...sources),
      ...section('video', '1', ...sources),
      ...section('video', '2', ...sources),
    ];
    expect(
      withoutIdleSources(
        sdp('v=0', ...before, ...section('audio', '3', ...sources), ...section('audio', '4', ...sources)),
      ),
    ).toBe(sdp('v=0', ...before, ...section('audio', '3'), ...section('audio', '4')));
  });

  test('with a microphone alone stays as it is', () => {
    const before = sdp('v=0', ...section('audio', '0', ...sources));
    expect(withoutIdleSources(before)).toBe(before);
  });
});
