import { describe, expect, test } from 'vitest';
import { PicturePace } from '#adapters/picture-pace';

const pace = (maxFramesPerSecond = 30, keyFrameEveryMs = 4_000): PicturePace =>
  new PicturePace({ maxFramesPerSecond, keyFrameEveryMs });

/** How many of a second of pictures are encoded, once it runs. */
function taken(of: PicturePace, framesPerSecond: number): number {
  const isTaken = (nth: number): boolean => of.isDue((nth * 1_000) / framesPerSecond + (nth % 2));
  const all = Array.from({ length: framesPerSecond * 4 }, (_, nth) => isTaken(nth));
  return all.slice(framesPerSecond * 2).filter(Boolean).length / 2;
}

describe('pictures', () => {
  test.each([
    [60, 30],
    [30, 30],
    [25, 25],
    [50, 30],
    [15, 15],
  ])('of a source with %i in a second are thinned out to %i at most', (given, expected) => {
    expect(Math.abs(taken(pace(30), given) - expected)).toBeLessThanOrEqual(1);
  });

  test('are key frames at first, and then as often as was asked', () => {
    const one = pace();
    const keys: number[] = [];
    for (let atMs = 0; atMs < 13_000; atMs += 100) {
      if (one.isKeyDue(atMs)) keys.push(atMs);
      one.encoded(atMs, one.isKeyDue(atMs));
    }
    expect(keys).toEqual([0, 4_000, 8_000, 12_000]);
  });

  test('become key frames when somebody asks, once in half a second however many ask', () => {
    const one = pace();
    const keys: number[] = [];
    for (let atMs = 0; atMs < 2_000; atMs += 50) {
      one.askKey();
      if (one.isKeyDue(atMs)) keys.push(atMs);
      one.encoded(atMs, one.isKeyDue(atMs));
    }
    expect(keys).toEqual([0, 500, 1_000, 1_500]);
  });

  test('are sent again twice a second while nothing moves', () => {
    const one = pace();
    one.encoded(1_000, true);
    expect([one.isStillDue(1_400), one.isStillDue(1_500)]).toEqual([false, true]);
  });

  test('are sent again soon for who waits for a key frame while nothing moves', () => {
    const one = pace();
    one.encoded(1_000, true);
    one.encoded(1_450, false);
    one.askKey();
    expect([one.isStillDue(1_500), one.isStillDue(1_550)]).toEqual([false, true]);
  });
});
