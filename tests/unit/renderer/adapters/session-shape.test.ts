// Which remote descriptions the browser gets to see.
import { describe, expect, test } from 'vitest';
import { isExpectedShape, lanesByMid } from '#adapters/session-shape';

const sdp = (...kinds: string[]): string => ['v=0', ...kinds.map((kind) => `m=${kind} 9 X 0`), ''].join('\r\n');

describe('the sections of a remote description', () => {
  test.each([
    [['audio', 'video', 'video', 'audio', 'audio', 'application']],
    [['audio', 'video', 'application']],
    [['application']],
    [['video', 'audio', 'application']],
  ])('are fine: %s', (kinds) => {
    expect(isExpectedShape(sdp(...kinds))).toBe(true);
  });

  test.each([
    [[]],
    [['audio', 'audio', 'audio', 'audio', 'application']],
    [['audio', 'video', 'video', 'video', 'application']],
    [['audio', 'application', 'application']],
    [['image']],
  ])('are refused: %s', (kinds) => {
    expect(isExpectedShape(sdp(...kinds))).toBe(false);
  });

  test('are none but data where a connection is for data alone', () => {
    expect(isExpectedShape(sdp('application'), true)).toBe(true);
    expect(isExpectedShape(sdp('audio', 'application'), true)).toBe(false);
    expect(isExpectedShape(sdp('application', 'application'), true)).toBe(false);
  });

  const named = (...sections: [kind: string, mid: string][]): string =>
    sections.map(([kind, mid]) => `m=${kind} 9 X 0\r\na=mid:${mid}\r\n`).join('');

  test('are lanes by their order among those of their kind', () => {
    const all = named(
      ['audio', '0'],
      ['video', '1'],
      ['video', '2'],
      ['audio', '3'],
      ['audio', '4'],
      ['application', '5'],
    );
    expect([...lanesByMid(all)]).toEqual([
      ['0', 'audio'],
      ['1', 'video'],
      ['2', 'screen'],
      ['3', 'screen-audio'],
      ['4', 'carried'],
    ]);
  });

  test('are fewer lanes where there are fewer sections, and none beyond ours', () => {
    expect([...lanesByMid(named(['video', 'v'], ['audio', 'a'], ['application', 'c']))]).toEqual([
      ['v', 'video'],
      ['a', 'audio'],
    ]);
    expect(lanesByMid(named(['video', '0'], ['video', '1'], ['video', '2'])).has('2')).toBe(false);
  });

  test('without a name are no lane, and hold their place', () => {
    const nameless = `m=audio 9 X 0\r\n${named(['audio', '1'])}`;
    expect([...lanesByMid(nameless)]).toEqual([['1', 'screen-audio']]);
  });
});
