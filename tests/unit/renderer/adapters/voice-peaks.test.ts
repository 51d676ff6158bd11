import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { peaksOf } from '#adapters/voice-peaks';

describe('the loudness of a recording', () => {
  it('is as many numbers as are drawn, whatever was read', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 4, noNaN: true })),
        fc.integer({ min: 1, max: 128 }),
        (levels, count) => {
          const peaks = peaksOf(levels, count);
          expect(peaks).toHaveLength(count);
          const loudest = Math.max(0, ...levels);
          expect(Math.max(...peaks)).toBe(levels.length === 0 ? 0 : Math.round(Math.min(1, Math.sqrt(loudest)) * 255));
        },
      ),
    );
  });

  it('keeps a short sound that stands among silence', () => {
    const levels = Array.from({ length: 1_000 }, (_, at) => (at === 500 ? 1 : 0));
    expect([...peaksOf(levels, 10)]).toEqual([0, 0, 0, 0, 0, 255, 0, 0, 0, 0]);
  });
});
