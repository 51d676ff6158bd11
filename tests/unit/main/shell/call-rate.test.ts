import { describe, expect, it } from 'vitest';
import { limitCalls } from '#main/shell/call-rate';

describe('the call rate', () => {
  it('lets a burst of one second through and no more', () => {
    const isWithin = limitCalls(200);
    const allowed = Array.from({ length: 300 }, () => isWithin(1_000)).filter(Boolean);
    expect(allowed).toHaveLength(200);
  });

  it('fills up again with time', () => {
    const isWithin = limitCalls(10);
    for (let index = 0; index < 10; index += 1) isWithin(0);
    expect(isWithin(50)).toBe(false);
    expect(isWithin(160)).toBe(true);
    expect(isWithin(160)).toBe(false);
    const afterPause = Array.from({ length: 50 }, () => isWithin(60_000)).filter(Boolean);
    expect(afterPause).toHaveLength(10);
  });
});
