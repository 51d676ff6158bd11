// When the blocks of a link get further connections, on paths that are given as readings.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SidePolicy, type SideReading } from '#core/bulk/side-policy';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';

interface Path {
  readonly roundTripMs: number;
  /** Of so many sides that carry, and this long after the start. */
  readonly bytesPerMs: (sides: number, atMs: number) => number;
  readonly isSaturated?: (atMs: number) => boolean;
  readonly queueMs?: (atMs: number) => number;
}

/** What is wanted at each reading; what is wanted carries at the next. */
function follow(
  { roundTripMs, bytesPerMs, isSaturated = () => true, queueMs = () => 0 }: Path,
  forMs: number,
): number[] {
  const policy = new SidePolicy();
  const wanted: number[] = [];
  let [sentBytes, sides] = [0, 0];
  for (let nowMs = 0; nowMs <= forMs; nowMs += paces.bulkSideReadMs) {
    const reading: SideReading = {
      nowMs,
      sentBytes,
      roundTripMs: roundTripMs + queueMs(nowMs),
      isSaturated: isSaturated(nowMs),
      sides,
    };
    sides = policy.wanted(reading);
    wanted.push(sides);
    sentBytes += bytesPerMs(sides, nowMs) * paces.bulkSideReadMs;
  }
  return wanted;
}

/** 50 ms and one packet in a hundred lost. */
const perConnection = 250;

describe('further connections for blocks', () => {
  it('are four on a path that loses packets, after one was tried, within fifteen seconds', () => {
    const wanted = follow({ roundTripMs: 50, bytesPerMs: (sides) => perConnection * (1 + sides) }, 15_000);
    expect([...new Set(wanted)]).toEqual([0, 1, limits.bulkSides]);
  });

  it.each<[string, Path]>([
    ['is short', { roundTripMs: 1, bytesPerMs: () => 300 }],
    ['is long and carries much', { roundTripMs: 100, bytesPerMs: () => 5_000 }],
    ['is thin, and its queue fills', { roundTripMs: 40, bytesPerMs: () => 125, queueMs: (ms: number) => ms / 10 }],
    ['is not full', { roundTripMs: 50, bytesPerMs: () => 100, isSaturated: () => false }],
  ])('are none on a path that %s', (_how, path) => {
    expect(Math.max(...follow(path, 60_000))).toBe(0);
  });

  it('are none again where one more gained nothing, and are tried less and less', () => {
    const wanted = follow({ roundTripMs: 50, bytesPerMs: () => perConnection }, 1_800_000);
    const tries = wanted.filter((sides, at) => sides === 1 && wanted[at - 1] === 0);
    expect(Math.max(...wanted)).toBe(1);
    expect(tries).toHaveLength(6);
  });

  it('are four at last where the first try was spoilt by chance', () => {
    const bytesPerMs = (sides: number, atMs: number): number => perConnection * (atMs < 15_000 ? 1 : 1 + sides);
    const wanted = follow({ roundTripMs: 50, bytesPerMs }, 60_000);
    expect(wanted.at(-1)).toBe(limits.bulkSides);
  });

  it('are none once nothing had to wait for a while', () => {
    const quietAfterMs = 20_000;
    const lossy = (sides: number): number => perConnection * (1 + sides);
    const isSaturated = (atMs: number): boolean => atMs < quietAfterMs;
    const wanted = follow({ roundTripMs: 50, bytesPerMs: lossy, isSaturated }, 60_000);
    expect(wanted[quietAfterMs / paces.bulkSideReadMs - 1]).toBe(limits.bulkSides);
    expect(wanted.at(-1)).toBe(0);
  });

  it('are never more than four, whatever is read', () => {
    const reading = fc.record({
      stepMs: fc.integer({ min: 0, max: 20_000 }),
      bytes: fc.integer({ min: -1_000_000, max: 10_000_000 }),
      roundTripMs: fc.option(fc.integer({ min: 0, max: 3_000 })),
      isSaturated: fc.boolean(),
      sides: fc.integer({ min: 0, max: limits.bulkSides }),
    });
    fc.assert(
      fc.property(fc.array(reading, { maxLength: 60 }), (readings) => {
        const policy = new SidePolicy();
        let [nowMs, sentBytes] = [0, 0];
        for (const { stepMs, bytes, ...read } of readings) {
          nowMs += stepMs;
          sentBytes += bytes;
          const wanted = policy.wanted({ ...read, nowMs, sentBytes });
          expect([0, 1, limits.bulkSides]).toContain(wanted);
        }
      }),
    );
  });
});
