import { describe, expect, test } from 'vitest';
import { seatsLent, UploadSeen } from '#core/cast/lending';
import { paces } from '#core/wire/paces';
import { defaultSettings } from '#shared/settings';
import { FakeClock } from '../../../support/fake-clock';

const seat = paces.castSeatBitsPerSecond;

describe('what is lent to a cast', () => {
  test('is the chosen share of my upload, in whole seats', () => {
    const quarter = { lendShare: 0.25, lendsOnMetered: false };
    expect(seatsLent(quarter, 'unknown', seat * 20)).toBe(5);
    expect(seatsLent(quarter, 'unmetered', seat * 19.9)).toBe(4);
    expect(seatsLent(quarter, 'unknown', seat * 3)).toBe(0);
    expect(seatsLent({ lendShare: 0, lendsOnMetered: true }, 'unknown', seat * 1_000)).toBe(0);
  });

  test('is nothing on a metered connection, unless I lend there too', () => {
    expect(seatsLent({ lendShare: 0.5, lendsOnMetered: false }, 'metered', seat * 8)).toBe(0);
    expect(seatsLent({ lendShare: 0.5, lendsOnMetered: true }, 'metered', seat * 8)).toBe(4);
  });

  test('lets somebody with a usual line lend something by the settings that nobody has touched', () => {
    const { bitsPerSecond } = new UploadSeen(new FakeClock());
    expect(seatsLent(defaultSettings.casts, 'unknown', bitsPerSecond)).toBeGreaterThanOrEqual(4);
  });
});

describe('the upload that was seen', () => {
  const megabyte = 1_000_000;

  /** So many bytes a second, for so many seconds. */
  function send(seen: UploadSeen, clock: FakeClock, bytes: number, seconds: number): void {
    for (let at = 0; at < seconds * 10; at += 1) {
      clock.sleep(100);
      seen.note(bytes / 10);
    }
  }

  test('is assumed until more goes out for a few seconds', () => {
    const clock = new FakeClock();
    const seen = new UploadSeen(clock);
    expect(seen.bitsPerSecond).toBe(paces.castUploadAssumedBitsPerSecond);
    send(seen, clock, megabyte / 10, 60);
    expect(seen.bitsPerSecond).toBe(paces.castUploadAssumedBitsPerSecond);
    send(seen, clock, 5 * megabyte, 10);
    expect(seen.bitsPerSecond).toBeCloseTo(40_000_000, -6);
    send(seen, clock, megabyte, 60);
    expect(seen.bitsPerSecond).toBeCloseTo(40_000_000, -6);
  });

  test('is not what a moment or a rest before it would suggest', () => {
    const clock = new FakeClock();
    const seen = new UploadSeen(clock);
    seen.note(20 * megabyte);
    clock.sleep(600_000);
    seen.note(20 * megabyte);
    seen.note(20 * megabyte);
    expect(seen.bitsPerSecond).toBe(paces.castUploadAssumedBitsPerSecond);
  });

  test('survives a clock that was put back', () => {
    const clock = new FakeClock();
    const seen = new UploadSeen(clock);
    seen.note(megabyte);
    clock.sleep(-3_600_000);
    seen.note(100 * megabyte);
    expect(seen.bitsPerSecond).toBe(paces.castUploadAssumedBitsPerSecond);
    send(seen, clock, 5 * megabyte, 10);
    expect(seen.bitsPerSecond).toBeCloseTo(40_000_000, -6);
  });
});
