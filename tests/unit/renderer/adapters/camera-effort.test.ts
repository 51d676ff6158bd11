import { describe, expect, test } from 'vitest';
import { CameraEffort, effortRules, fullEffort, type Pressure } from '#adapters/camera-effort';

/** A camera in use on a machine that says once a second how busy it is. */
class InUse {
  readonly effort = new CameraEffort();
  #nowMs = 0;

  /** @returns the frames a second after each of so many seconds. */
  for(seconds: number, pressure: Pressure): number[] {
    return Array.from({ length: seconds }, () => {
      this.effort.note(pressure, (this.#nowMs += 1_000));
      return this.effort.now.framesPerSecond;
    });
  }

  /** Until more is tried, s; null when it is not within ten minutes. */
  secondsUntilMore(): number | null {
    const before = this.effort.now.framesPerSecond;
    for (let seconds = 1; seconds <= 600; seconds += 1)
      if (this.for(1, 'nominal').some((framesPerSecond) => framesPerSecond > before)) return seconds;
    return null;
  }
}

describe('a camera', () => {
  test('gives all it can while the processor is not overloaded', () => {
    const camera = new InUse();
    for (const pressure of ['nominal', 'fair', 'serious'] as const) camera.for(60, pressure);
    expect(camera.effort.now).toEqual(fullEffort);
    expect(camera.effort.isFull).toBe(true);
  });

  test('gives no less for a moment in which it is overloaded', () => {
    const camera = new InUse();
    for (let time = 0; time < 10; time += 1) {
      camera.for(4, 'critical');
      camera.for(1, 'serious');
    }
    expect(camera.effort.isFull).toBe(true);
  });

  test('gives fewer frames, then smaller ones, for as long as it stays overloaded, and never none', () => {
    const camera = new InUse();
    expect(new Set(camera.for(120, 'critical'))).toEqual(new Set([30, 15, 12, 8]));
    expect(camera.effort.now).toEqual({ height: 180, framesPerSecond: 8 });
    expect(camera.effort.isFull).toBe(false);
  });

  test('lets each change show before it gives still less', () => {
    const camera = new InUse();
    const seen = camera.for(13, 'critical');
    expect(seen.filter((framesPerSecond) => framesPerSecond === 15)).toHaveLength(effortRules.overloadedForMs / 1_000);
  });

  test('stays as it is while the processor is merely busy', () => {
    const camera = new InUse();
    camera.for(5, 'critical');
    expect(new Set(camera.for(300, 'serious'))).toEqual(new Set([15]));
  });

  test('gives all it can again, step by step, once the processor has been at ease for a while', () => {
    const camera = new InUse();
    camera.for(60, 'critical');
    expect(new Set(camera.for(14, 'fair'))).toEqual(new Set([8]));
    expect([...new Set(camera.for(90, 'fair'))]).toEqual([8, 12, 15, 30]);
  });

  test('tries more ever later when that overloads the processor again, but goes on trying', () => {
    const camera = new InUse();
    camera.for(60, 'critical');
    const waits = Array.from({ length: 8 }, () => {
      const seconds = camera.secondsUntilMore();
      camera.for(6, 'critical');
      return seconds;
    });
    expect(waits[1]).toBeGreaterThan(1.8 * (waits[0] ?? Infinity));
    expect(waits.at(-1)).toBeLessThanOrEqual(effortRules.atEaseMaxMs / 1_000 + 1);
    expect(waits).not.toContain(null);
  });
});
