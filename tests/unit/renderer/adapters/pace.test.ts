// How fast messages leave for a rendezvous.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Pace } from '#adapters/pace';

describe('the pace of what goes out', () => {
  test('lets a burst pass at once and spreads the rest evenly', () => {
    const pace = new Pace({ perSecond: 10, burst: 3 });
    const waits = Array.from({ length: 6 }, () => pace.take(1_000, 10_000));
    expect(waits).toEqual([0, 0, 0, 100, 200, 300]);
  });

  test('refuses what would have to wait too long, and takes nothing for it', () => {
    const pace = new Pace({ perSecond: 10, burst: 1 });
    expect(pace.take(0, 100)).toBe(0);
    expect(pace.take(0, 100)).toBe(100);
    expect(pace.take(0, 100)).toBeNull();
    expect(pace.take(100, 100)).toBe(100);
  });

  test('never lets more out of any second than the burst and the rate', () => {
    const arrivals = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 200 });
    fc.assert(
      fc.property(arrivals, (gapsMs) => {
        const pace = new Pace({ perSecond: 20, burst: 5 });
        let nowMs = 0;
        const sentAtMs: number[] = [];
        for (const gapMs of gapsMs) {
          nowMs += gapMs;
          const waitMs = pace.take(nowMs, 2_000);
          if (waitMs !== null) sentAtMs.push(nowMs + waitMs);
        }
        for (const start of sentAtMs) {
          const within = sentAtMs.filter((at) => at >= start && at < start + 1_000);
          expect(within.length).toBeLessThanOrEqual(5 + 20);
        }
        expect(sentAtMs).toEqual(sentAtMs.toSorted((a, b) => a - b));
      }),
    );
  });
});
