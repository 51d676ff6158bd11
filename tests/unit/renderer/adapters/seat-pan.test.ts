// From which side the others are heard.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PeerId } from '#shared/identity';
import { seatPans } from '#adapters/seat-pan';

const ids = (...names: string[]): PeerId[] => names as PeerId[]; // sound: only told apart here
const [me, ann, bob, cem, dee] = ids('me', 'ann', 'bob', 'cem', 'dee') as [PeerId, PeerId, PeerId, PeerId, PeerId];

describe('the sides of a table', () => {
  test('have nobody at them while I sit alone', () => {
    expect([...seatPans([me], me)]).toEqual([]);
  });

  test('leave one other person in the middle', () => {
    expect([...seatPans([ann, me], me)]).toEqual([[ann, 0]]);
  });

  test('begin with my left neighbour and go round clockwise, wherever I sit', () => {
    const expected = [
      [cem, -0.8],
      [dee, 0],
      [ann, 0.8],
    ];
    expect([...seatPans([ann, me, cem, dee], me)]).toEqual(expected);
    expect([...seatPans([me, cem, dee, ann], me)]).toEqual(expected);
    expect([...seatPans([cem, dee, ann, me], me)]).toEqual(expected);
  });

  test('count nobody twice', () => {
    expect([...seatPans([me, ann, ann, bob], me)]).toEqual([
      [ann, -0.8],
      [bob, 0.8],
    ]);
  });

  test('give everybody else a place of their own between the ears', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 12 }),
        fc.nat(),
        (names, at) => {
          const order = ids(...names);
          const self = order[at % order.length] ?? me;
          const pans = seatPans(order, self);
          expect(pans.size).toBe(order.length - 1);
          expect(pans.has(self)).toBe(false);
          expect(new Set(pans.values()).size).toBe(pans.size);
          for (const pan of pans.values()) expect(Math.abs(pan)).toBeLessThanOrEqual(0.8);
        },
      ),
    );
  });
});
