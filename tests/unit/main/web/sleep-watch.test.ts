import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { watchSleep } from '#main/web/sleep-watch';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the sleep watch', () => {
  it('says nothing while time passes as usual, and once after a sleep', () => {
    let nowMs = 0;
    let wakes = 0;
    const off = watchSleep(
      () => (wakes += 1),
      () => nowMs,
    );
    const pass = (byClockMs: number): void => {
      nowMs += byClockMs;
      vi.advanceTimersByTime(5_000);
    };
    for (let index = 0; index < 10; index += 1) pass(5_000);
    pass(12_000); // a busy moment
    expect(wakes).toBe(0);
    pass(3_600_000);
    expect(wakes).toBe(1);
    pass(5_000);
    expect(wakes).toBe(1);
    off();
    pass(3_600_000);
    expect(wakes).toBe(1);
  });
});
