// Lines of the small charts. Relative, as the ui has no alias of its own.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linesOf } from '../../../../src/renderer/ui/doctor/chart-lines';

const box = { top: 100, width: 120, height: 34 };
const everySecond = (count: number): number[] => Array.from({ length: count }, (_, at) => at * 1_000);

describe('a line', () => {
  test('ends at the right edge, and is broken where nothing was measured', () => {
    const lines = linesOf({ ...box, endMs: 3_000, times: everySecond(4), values: [0, null, 100, 50] });
    expect(lines).toEqual(['117.0,33.0', '119.0,1.0 120.0,17.0']);
  });

  test('is broken by a time without looks', () => {
    expect(linesOf({ ...box, endMs: 10_000, times: [0, 10_000], values: [1, 1] })).toHaveLength(2);
  });

  test('leaves out what is older than two minutes', () => {
    expect(linesOf({ ...box, endMs: 121_000, times: [0, 121_000], values: [1, 1] })).toHaveLength(1);
  });

  test('never leaves its box', () => {
    const values = fc.array(fc.option(fc.double({ min: 0, max: 1e9, noNaN: true })), { maxLength: 150 });
    fc.assert(
      fc.property(values, fc.nat(200_000), (all, endMs) => {
        for (const [x = 0, y = 0] of linesOf({ ...box, endMs, times: everySecond(all.length), values: all })
          .flatMap((points) => points.split(' '))
          .map((point) => point.split(',').map(Number))) {
          expect(x >= 0 && x <= box.width && y >= 0 && y <= box.height).toBe(true);
        }
      }),
    );
  });
});
