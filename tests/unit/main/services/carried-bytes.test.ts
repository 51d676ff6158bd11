// What was carried for friends is counted by the month and lasts over restarts.
import { expect, test } from 'vitest';
import { CarriedBytes } from '#main/services/carried-bytes';
import { Database } from '#main/services/database';

test('counts what was carried this month, and begins anew with the next', () => {
  const database = new Database(':memory:');
  let nowMs = new Date(2026, 10, 30, 23, 59).getTime();
  const carried = new CarriedBytes({ database, clock: { now: () => nowMs } });
  expect(carried.read()).toBe(0);
  expect(carried.note(700)).toBe(700);
  expect(carried.note(40)).toBe(740);
  expect(new CarriedBytes({ database, clock: { now: () => nowMs } }).read()).toBe(740);
  nowMs += 120_000;
  expect(carried.read()).toBe(0);
  expect(carried.note(5)).toBe(5);
  database.close();
});
