import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RateLimit } from '#main/services/rate-limit';
import { ReplayMemory } from '#main/services/replay-memory';

describe('a rate limit', () => {
  test('never lets through more than the burst and the rate together, however the time goes', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5_000, max: 5_000 }), { maxLength: 300 }), (stepsMs) => {
        const limit = new RateLimit({ perSecond: 20, burst: 40 });
        let nowMs = 0;
        let forwardMs = 0;
        let taken = 0;
        for (const stepMs of stepsMs) {
          nowMs += stepMs;
          forwardMs += Math.max(0, stepMs);
          if (limit.take('a', nowMs)) taken += 1;
        }
        expect(taken).toBeLessThanOrEqual(40 + (forwardMs / 1_000) * 20 + 1e-6);
      }),
    );
  });

  test('counts each key by itself and forgets full buckets first', () => {
    const limit = new RateLimit({ perSecond: 1, burst: 1, maxKeys: 2 });
    expect([limit.take('a', 0), limit.take('a', 0), limit.take('b', 0)]).toEqual([true, false, true]);
    expect(limit.take('c', 500)).toBe(false);
    expect(limit.take('c', 1_000)).toBe(true);
  });
});

describe('the replay memory', () => {
  test('knows an id until its time is over, and holds a bounded number per sender', () => {
    const memory = new ReplayMemory(2);
    expect(memory.remember('a', '1', 1_000, 0)).toBe(true);
    expect(memory.remember('a', '2', 30_000, 0)).toBe(true);
    expect(memory.remember('a', '3', 30_000, 500)).toBe(false);
    expect(memory.remember('b', '3', 30_000, 500)).toBe(true);
    expect([memory.has('a', '1'), memory.has('a', '2'), memory.has('a', '3')]).toEqual([true, true, false]);
    expect(memory.remember('a', '3', 60_000, 20_000)).toBe(true);
    expect(memory.has('a', '1')).toBe(false);
  });
});
