import { expect, test } from 'vitest';
import type { PeerId } from '#shared/identity';
import { Guests } from '#core/peers/guests';
import { limits } from '#core/wire/limits';
import { FakeClock } from '../../../support/fake-clock';

const guest = (index: number): PeerId => `g${index}` as PeerId; // sound: nothing is read out of an id here

test('guests are near for a while, again when they ask again, and only so many at once', () => {
  const clock = new FakeClock();
  const guests = new Guests(clock, 2);
  expect([1, 2, 3].map((index) => guests.take(guest(index)))).toEqual([true, true, false]);
  expect([1, 2, 3].map((index) => guests.has(guest(index)))).toEqual([true, true, false]);
  clock.sleep(limits.guestMs / 2);
  expect(guests.take(guest(1))).toBe(true);
  clock.sleep(limits.guestMs / 2);
  expect([1, 2].map((index) => guests.has(guest(index)))).toEqual([true, false]);
  expect(guests.take(guest(3))).toBe(true);
});
