import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PlayOut } from '#adapters/play-out';
import { frameOf, originMs, playTrace, type Played } from '#tests/support/live-trace';

const of = (played: readonly Played[], kind: 'video' | 'audio'): Played[] =>
  played.filter((each) => each.kind === kind);
const capturedMs = (played: readonly Played[]): number[] => played.map((each) => each.capturedMs);
const rises = (values: readonly number[]): boolean =>
  values.every((value, at) => at === 0 || value > (values[at - 1] ?? 0));

/** Frames of the trace that would be decoded without what they build on. */
function orphans(played: readonly Played[], everyMs: number): Played[] {
  return of(played, 'video').filter(
    (each, at, all) => !each.isKey && all[at - 1]?.capturedMs !== each.capturedMs - everyMs,
  );
}

/** A repeatable jitter of up to `mostMs`. */
const jitter =
  (mostMs: number, seed = 1) =>
  (_: unknown, atMs: number): number =>
    20 + ((Math.sin(atMs * 12.9898 + seed) * 43_758.5453) % 1) ** 2 * mostMs;

describe('what is due when', () => {
  test('is the asked delay after the capture, for pictures and sounds alike', () => {
    const { played, playOut } = playTrace({ lastsMs: 5_000 });
    for (const { dueMs, capturedMs: captured } of played) expect(dueMs - captured).toBeCloseTo(1_000, 0);
    expect(of(played, 'video')).toHaveLength(152);
    expect(of(played, 'audio')).toHaveLength(250);
    expect(playOut.skipped).toBe(0);
  });

  test('is all there in order, in spite of jitter and of frames that overtake each other', () => {
    const { played, playOut, keysAskedMs, atEnd } = playTrace({ lastsMs: 10_000, way: jitter(700) });
    expect(rises(capturedMs(of(played, 'video')))).toBe(true);
    expect(rises(capturedMs(of(played, 'audio')))).toBe(true);
    expect([of(played, 'video').length, of(played, 'audio').length]).toEqual([304, 500]);
    expect([playOut.skipped, atEnd.stalls]).toEqual([0, 0]);
    expect(keysAskedMs.filter((atMs) => atMs > 200)).toEqual([]); // before anything is shown one asks at once
    for (const { atMs, dueMs } of played.slice(1)) expect(atMs).toBeLessThanOrEqual(dueMs);
  });

  test('is decoded shortly before, not as soon as it comes: decoded pictures hold much memory', () => {
    const { played } = playTrace({ lastsMs: 4_000 });
    for (const { atMs, dueMs } of of(played, 'video').slice(1)) expect(dueMs - atMs).toBeLessThan(120);
  });

  test('moves with the delay when another is asked for', () => {
    const { played } = playTrace({
      lastsMs: 6_000,
      onTick: (playOut, atMs) => {
        if (atMs === 3_000) playOut.setDelay(250);
      },
    });
    expect(played.at(-1)?.dueMs).toBeCloseTo((played.at(-1)?.capturedMs ?? 0) + 250, 0);
  });

  test('hardly moves when a few say a wrong age', () => {
    const { played } = playTrace({ lastsMs: 6_000, misjudged: (at) => (at % 7 === 0 ? -9_000 : 0) });
    for (const { dueMs, capturedMs: captured } of played.slice(40))
      expect(Math.abs(dueMs - captured - 1_000)).toBeLessThan(5);
  });

  test('follows a clock that jumps, within a second', () => {
    const { played, playOut } = playTrace({ lastsMs: 12_000, misjudged: (at) => (at < 5_000 ? 0 : 3_000) });
    const later = played.filter(({ capturedMs: captured }) => captured > 9_000);
    for (const { dueMs, capturedMs: captured } of later) expect(Math.abs(dueMs - captured - 4_000)).toBeLessThan(5);
    expect(playOut.phase).not.toBe('waiting');
  });
});

describe('a late joiner', () => {
  test('waits for a key frame, asks for it, and sees it at once', () => {
    const way = (_: unknown, atMs: number): number | null => (atMs < 500 ? null : 30);
    const { played, keysAskedMs } = playTrace({ lastsMs: 4_000, way });
    const [first] = of(played, 'video');
    expect(keysAskedMs[0]).toBeLessThan(600);
    expect(first?.isKey).toBe(true);
    expect(first?.capturedMs).toBeGreaterThan(1_900);
    expect((first?.atMs ?? Infinity) - (first?.capturedMs ?? 0)).toBeLessThan(50);
    expect(orphans(played, 33)).toEqual([]);
  });

  test('who is given the last seconds begins with the newest key frame that is due', () => {
    const way = (_: unknown, atMs: number): number => (atMs < 5_000 ? 5_000 - atMs : 30);
    const { played } = playTrace({ lastsMs: 7_000, way });
    expect(of(played, 'video')[0]?.capturedMs).toBeGreaterThan(3_900);
    expect(of(played, 'video')[0]?.atMs).toBeLessThan(5_050);
  });

  test('hears a cast that has only sound, and sees one that has none', () => {
    expect(of(playTrace({ lastsMs: 2_000, kinds: ['audio'] }).played, 'audio')).toHaveLength(100);
    expect(of(playTrace({ lastsMs: 2_000, kinds: ['video'] }).played, 'video')).toHaveLength(61);
  });
});

describe('a picture that is lost', () => {
  const lost = (frame: { kind: string }, atMs: number): number | null =>
    frame.kind === 'video' && atMs > 3_000 && atMs < 3_030 ? null : 30;

  test('takes those with it that build on it, until the next key frame, which is asked for', () => {
    const { played, keysAskedMs, playOut } = playTrace({ lastsMs: 6_000, way: lost, keyEveryMs: 2_000 });
    expect(orphans(played, 33)).toEqual([]);
    expect(keysAskedMs[0]).toBeGreaterThan(3_900);
    expect(keysAskedMs[0]).toBeLessThan(4_100);
    expect(of(played, 'video').at(-1)?.capturedMs).toBeGreaterThan(5_900);
    expect(playOut.skipped).toBeGreaterThan(20);
    expect(of(played, 'audio')).toHaveLength(300);
  });

  test('does no harm when it comes again in time', () => {
    const again = (frame: { kind: string }, atMs: number): number => lost(frame, atMs) ?? 800;
    const { played, keysAskedMs, playOut } = playTrace({ lastsMs: 6_000, way: again });
    expect([playOut.skipped, keysAskedMs.length, of(played, 'video').length]).toEqual([0, 0, 182]);
  });

  test('is decoded late, for the sake of those after it, when it comes too late to be shown', () => {
    const late = (frame: { kind: string }, atMs: number): number => lost(frame, atMs) ?? 1_300;
    const { played, playOut } = playTrace({ lastsMs: 6_000, way: late });
    expect([playOut.skipped, of(played, 'video').length]).toEqual([0, 182]);
  });
});

describe('a stall', () => {
  const silent =
    (fromMs: number, toMs: number) =>
    (_: unknown, atMs: number): number =>
      atMs >= fromMs && atMs < toMs ? toMs - atMs + 30 : 30;

  test('of two seconds is one stall, after which everything goes on at the same delay', () => {
    const { atEnd, phases, played } = playTrace({ lastsMs: 8_000, way: silent(3_000, 5_000) });
    expect(phases.slice(0, 4).map(({ phase }) => phase)).toEqual(['waiting', 'playing', 'stalled', 'playing']);
    expect(phases[3]?.atMs).toBeLessThan(5_100);
    expect(atEnd).toEqual({ stalls: 1, delayMs: 1_000 });
    expect(of(played, 'video').at(-1)?.capturedMs).toBeGreaterThan(7_900);
    expect(orphans(played, 33)).toEqual([]);
  });

  test('that comes twice makes the delay longer, until a long time passed without', () => {
    let delayAt20 = 0;
    const way = (frame: unknown, atMs: number): number =>
      Math.max(silent(3_000, 5_000)(frame, atMs), silent(10_000, 12_000)(frame, atMs));
    const onTick = (playing: PlayOut, atMs: number): void => {
      if (atMs === 20_000) delayAt20 = playing.delayMs;
    };
    const { atEnd } = playTrace({ lastsMs: 400_000, tickMs: 50, way, onTick, pictureEveryMs: 100 });
    expect(delayAt20).toBe(1_500);
    expect(atEnd.delayMs).toBe(1_000);
  });

  test('is not what a screen does on which little moves', () => {
    const { phases } = playTrace({ lastsMs: 20_000, kinds: ['video'], pictureEveryMs: 500, keyEveryMs: 4_000 });
    expect(phases.filter(({ atMs }) => atMs < 20_000).map(({ phase }) => phase)).toEqual(['waiting', 'playing']);
  });
});

test('what cannot be a frame of ours is passed over', () => {
  const playOut = new PlayOut(1_000);
  playOut.push({ ...frameOf('video', 0, 0, true), data: new Uint8Array(3) }, originMs, originMs);
  playOut.push({ ...frameOf('video', 0, 0, true), codec: 'av1' }, originMs, originMs);
  playOut.push({ ...frameOf('audio', 0, 0), codec: 'vp8' }, originMs, originMs);
  expect(playOut.step(originMs, 8)).toEqual({ pictures: [], sounds: [], needsKeyFrame: false });
  expect(playOut.positionMs(originMs)).toBeNull();
});

test('whatever is late, lost or overtaken, nothing is decoded twice, out of order, or without what it builds on', () => {
  const way = fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 0, max: 400 }) },
    { weight: 1, arbitrary: fc.integer({ min: 400, max: 6_000 }) },
    { weight: 1, arbitrary: fc.constant(null) },
  );
  fc.assert(
    fc.property(fc.array(way, { minLength: 10, maxLength: 400 }), fc.constantFrom(250, 1_000), (ways, delayMs) => {
      let nth = -1;
      const { played } = playTrace({ lastsMs: 4_000, delayMs, way: () => ways[(nth += 1) % ways.length] ?? null });
      expect(rises(capturedMs(of(played, 'video')))).toBe(true);
      expect(rises(capturedMs(of(played, 'audio')))).toBe(true);
      expect(orphans(played, 33)).toEqual([]);
    }),
    { numRuns: 40 },
  );
});
