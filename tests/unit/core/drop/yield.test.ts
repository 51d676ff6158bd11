import { describe, expect, test } from 'vitest';
import { PathDelay } from '#core/drop/path-delay';
import { YieldPolicy } from '#core/drop/yield-policy';
import { limits } from '#core/wire/limits';

/** What a path says each second when it answers so, four times a second. */
function queues(roundTripsMs: readonly number[]): (number | null)[] {
  const path = new PathDelay();
  const told: (number | null)[] = [];
  for (const [at, ms] of roundTripsMs.entries()) {
    path.note(ms, at * 250);
    if (at % 4 === 3) told.push(path.takeQueueMs());
  }
  return told;
}
const seconds = (count: number, ms: number): number[] => Array.from({ length: 4 * count }, () => ms);

describe('the queue on a path', () => {
  test('is what comes on top of the shortest round trip', () => {
    expect(queues([...seconds(2, 80), ...seconds(1, 95)])).toEqual([0, 0, 15]);
  });

  test('is not made of single late answers, as a busy machine gives them', () => {
    expect(queues([20, 20, 20, 90, 300, 250, 20, 75])).toEqual([0, 0]);
  });

  test('is unknown while nothing comes back', () => {
    const path = new PathDelay();
    path.note(20, 0);
    expect(path.takeQueueMs()).toBe(0);
    expect(path.takeQueueMs()).toBeNull();
  });

  test('is gone two minutes after the path itself became longer', () => {
    const told = queues([...seconds(20, 20), ...seconds(160, 120)]);
    expect(told[30]).toBe(100);
    expect(told.at(-1)).toBe(0);
  });
});

describe('a drop that yields to talk', () => {
  test('grows quickly until it meets a queue, back to there quickly too, and beyond ever bolder', () => {
    const policy = new YieldPolicy();
    const growth = (): number => {
      const before = policy.bytesPerSecond;
      policy.note(0);
      return policy.bytesPerSecond / before;
    };
    for (let step = 0; step < 8; step += 1) expect(growth()).toBeCloseTo(1.4);
    const met = policy.bytesPerSecond;
    policy.note(1_000);
    expect(policy.bytesPerSecond).toBe(met / 2);
    expect(growth()).toBeCloseTo(1.4);
    while (policy.bytesPerSecond < 0.85 * met) growth();
    const [near, later] = [growth(), Array.from({ length: 25 }, growth).at(-1)];
    expect(near).toBeLessThan(1.12);
    expect(later).toBeGreaterThan(1.3);
  });

  test('stays as it is at the queue it aims at, and halves at a long one', () => {
    const policy = new YieldPolicy();
    policy.note(limits.dropDelayAimMs);
    expect(policy.bytesPerSecond).toBe(limits.dropYieldStartBytesPerSecond);
    policy.note(1_000);
    expect(policy.bytesPerSecond).toBe(limits.dropYieldStartBytesPerSecond / 2);
  });

  test('never stops altogether', () => {
    const policy = new YieldPolicy();
    for (let step = 0; step < 50; step += 1) policy.lost();
    expect(policy.bytesPerSecond).toBe(limits.dropYieldMinBytesPerSecond);
  });

  test('fills most of a line beside talk, with a short queue', () => {
    const lineBytesPerSecond = 1_000_000;
    const policy = new YieldPolicy();
    let queueMs = 0;
    const seen: { queueMs: number; bytesPerSecond: number }[] = [];
    for (let step = 0; step < 600; step += 1) {
      // What does not go through in half a second waits, up to a buffer of two seconds.
      const excess = (policy.bytesPerSecond - lineBytesPerSecond) / lineBytesPerSecond;
      queueMs = Math.min(2_000, Math.max(0, queueMs + excess * 500));
      policy.note(queueMs);
      if (step >= 60) seen.push({ queueMs, bytesPerSecond: Math.min(lineBytesPerSecond, policy.bytesPerSecond) });
    }
    const mean = (of: (one: (typeof seen)[number]) => number): number =>
      seen.reduce((sum, one) => sum + of(one), 0) / seen.length;
    expect(mean(({ bytesPerSecond }) => bytesPerSecond)).toBeGreaterThan(0.7 * lineBytesPerSecond);
    expect(mean((one) => one.queueMs)).toBeLessThan(25);
    expect(Math.max(...seen.map((one) => one.queueMs))).toBeLessThan(150);
  });
});
