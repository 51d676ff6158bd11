import { expect, test } from 'vitest';
import { costOf } from '#adapters/line-cost';

test.each([
  [undefined, 'unknown'],
  [{}, 'unknown'],
  [{ type: 'unknown' }, 'unknown'],
  [{ type: 'wifi' }, 'unmetered'],
  [{ type: 'ethernet', saveData: false }, 'unmetered'],
  [{ type: 'wifi', saveData: true }, 'metered'],
  [{ type: 'cellular' }, 'metered'],
] as const)('a connection told as %j is %s', (told, cost) => {
  expect(costOf(told)).toBe(cost);
});
