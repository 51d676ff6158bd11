import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PictureClock, SoundClock } from '#adapters/capture-clock';

describe('the clock of pictures', () => {
  test('believes the soonest arrival: a page that was busy captured nothing later', () => {
    const clock = new PictureClock();
    const foreign = 1_213_790;
    for (let at = 0; at < 3_000; at += 33) {
      const busyMs = at % 330 === 0 && at > 0 ? 30 : 0;
      expect(clock.capturedAt(foreign + at, 500 + at + busyMs)).toBe(500 + at);
    }
  });

  test('never says that something was captured after it came', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(100_000), fc.nat(200)), { maxLength: 60 }), (arrivals) => {
        const clock = new PictureClock();
        let nowMs = 0;
        for (const [stampMs, laterMs] of arrivals) {
          nowMs += laterMs;
          expect(clock.capturedAt(stampMs, nowMs)).toBeLessThanOrEqual(nowMs);
        }
      }),
    );
  });

  test('follows a source whose clock runs a little slower, without a step that is seen', () => {
    const clock = new PictureClock();
    let before = 0;
    for (let at = 0; at < 600_000; at += 40) {
      const captured = clock.capturedAt(at * 0.9998, at);
      if (at > 0) expect(Math.abs(captured - before - 40)).toBeLessThan(1);
      before = captured;
    }
    expect(before).toBeGreaterThan(600_000 - 40 - 5);
  });

  test('takes another clock for what it is: a source that stood still goes on now, not in the past', () => {
    const clock = new PictureClock();
    for (let at = 0; at < 2_000; at += 33) clock.capturedAt(at, at);
    let captured = 0;
    for (let at = 0; at < 500; at += 33) captured = clock.capturedAt(2_000 + at, 12_000 + at);
    expect(captured).toBe(12_000 + 495);
    expect(clock.capturedAt(90_000, 12_600)).toBe(12_600);
  });
});

describe('the clock of sounds', () => {
  test('counts samples, and so is steady where stamps waver as those of a film', () => {
    const clock = new SoundClock();
    let before = NaN;
    for (let nth = 0; nth < 300; nth += 1) {
      const wavers = nth % 8 === 0 ? 20 : 0;
      const { atMs, isBreak } = clock.captured(7_832 + nth * 21.333 - wavers, 21.333, 1_000 + (nth + 1) * 21.333);
      expect(isBreak).toBe(nth === 0);
      if (nth > 0) expect(atMs - before).toBeCloseTo(21.333, 1);
      before = atMs;
    }
    expect(before).toBeCloseTo(1_000 + 299 * 21.333, 0);
  });

  test('says when its first sample was captured, not when it was handed over', () => {
    expect(new SoundClock().captured(0, 20, 520)).toEqual({ atMs: 500, isBreak: true });
  });

  test('says where something is missing, and goes on behind it', () => {
    const clock = new SoundClock();
    for (let at = 0; at < 1_000; at += 10) clock.captured(at, 10, at + 10);
    expect(clock.captured(1_600, 10, 1_610)).toEqual({ atMs: 1_600, isBreak: true });
    expect(clock.captured(1_610, 10, 1_625)).toEqual({ atMs: expect.closeTo(1_610, 1) as number, isBreak: false });
  });

  test('follows a microphone that runs a little fast for an hour', () => {
    const clock = new SoundClock();
    let last = 0;
    for (let nth = 0; nth < 180_000; nth += 1) {
      const { atMs, isBreak } = clock.captured(nth * 19.998, 20, (nth + 1) * 19.998);
      if (nth > 0) expect(isBreak).toBe(false);
      last = atMs;
    }
    expect(Math.abs(last - 179_999 * 19.998)).toBeLessThan(5);
  });
});
