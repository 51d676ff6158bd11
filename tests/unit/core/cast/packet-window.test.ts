// What is kept of a cast and what is asked for again, whatever comes in whatever order: bounded, and nothing twice.
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { Missing } from '#core/cast/missing';
import { PacketWindow, type Held } from '#core/cast/packet-window';
import { planRepairs } from '#core/cast/repair-policy';
import { limits } from '#core/wire/limits';
import { PeerId } from '#shared/identity';

const bodies = [90, limits.castPartBytes].map((length) => new Uint8Array(length));
const packet = (number: number, more: Partial<Held> = {}): Held => ({
  number,
  first: number,
  kind: 'video',
  isKey: false,
  bytes: new Uint8Array(100),
  capturedAtMs: 0,
  ...more,
});

/** Mostly the next, often one of those about it, seldom one far away. */
const steps = fc.array(
  fc.record({
    step: fc.oneof(
      { weight: 6, arbitrary: fc.constant(1) },
      { weight: 4, arbitrary: fc.integer({ min: -40, max: 40 }) },
      { weight: 1, arbitrary: fc.integer({ min: -3_000, max: 3_000 }) },
      { weight: 1, arbitrary: fc.integer({ min: -0xffff_ffff, max: 0xffff_ffff }) },
    ),
    afterMs: fc.integer({ min: 0, max: 400 }),
    isLong: fc.boolean(),
    isKey: fc.boolean(),
    kind: fc.constantFrom('video' as const, 'audio' as const, 'word' as const),
  }),
  { minLength: 1, maxLength: 900, size: 'max' },
);

const numbersOf = (path: readonly { readonly step: number }[]): number[] => {
  let number = 5_000;
  return path.map(({ step }) => (number = Math.min(0xffff_ffff, Math.max(0, number + step))));
};

describe('the window', () => {
  test('of any sequence stays within its bytes and its time, and takes no number twice', () => {
    fc.assert(
      fc.property(steps, (path) => {
        const window = new PacketWindow();
        const taken = new Set<number>();
        const numbers = numbersOf(path);
        let nowMs = 0;
        for (const [at, { afterMs, isLong, isKey, kind }] of path.entries()) {
          const number = numbers[at] ?? 0;
          nowMs += afterMs;
          if (!window.takes(number)) continue;
          expect(taken).not.toContain(number);
          taken.add(number);
          window.add(packet(number, { isKey, kind, bytes: bodies[isLong ? 1 : 0] ?? new Uint8Array(1) }), nowMs);
          expect(window.bytes).toBeLessThanOrEqual(limits.castWindowBytes);
        }
        const kept = [...taken].flatMap((number) => window.get(number) ?? []);
        expect(kept.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBe(window.bytes);
        const start = window.fromKeyFrame().map(({ number }) => number);
        expect(start).toEqual([...new Set(start)].toSorted((a, b) => a - b));
        expect(start.every((number) => taken.has(number))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('keeps ten seconds, and never takes again what has gone', () => {
    const window = new PacketWindow();
    for (let number = 0; number < 300; number += 1) window.add(packet(number), number * 100);
    expect(window.get(299 - limits.castWindowMs / 100 - 1)).toBeNull();
    expect(window.get(299 - limits.castWindowMs / 100)).not.toBeNull();
    for (let number = 0; number < 300; number += 1) expect(window.takes(number)).toBe(false);
  });

  test('begins with the newest key frame, and with the last second of a cast without a picture', () => {
    const window = new PacketWindow();
    for (let number = 0; number < 50; number += 1)
      window.add(packet(number, { kind: 'audio', isKey: true }), number * 100);
    expect(window.fromKeyFrame().map(({ number }) => number)).toEqual([39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49]);
    window.add(packet(50, { isKey: true }), 5_000);
    window.add(packet(51), 5_100);
    expect(window.fromKeyFrame().map(({ number }) => number)).toEqual([50, 51]);
  });
});

describe('what is missing', () => {
  const peers = ['a', 'b', 'c'].map((letter) => v.parse(PeerId, `${letter.repeat(51)}a`));

  test('of any sequence is so many numbers at most, none of which came, each asked for a few times', () => {
    fc.assert(
      fc.property(steps, (path) => {
        const missing = new Missing();
        const window = new PacketWindow();
        const asks = new Map<number, number>();
        const numbers = numbersOf(path);
        let nowMs = 0;
        for (const [at, { afterMs }] of path.entries()) {
          const number = numbers[at] ?? 0;
          nowMs += afterMs;
          if (window.takes(number)) {
            window.add(packet(number), nowMs);
            missing.came(number, nowMs);
          }
          missing.giveUp(nowMs);
          expect(missing.size).toBeLessThanOrEqual(limits.castMissing);
          const plan = planRepairs({ due: missing.due(nowMs, () => true), parents: [], neighbours: peers });
          const asked = [...plan.values()].flat();
          expect(asked).toEqual([...new Set(asked)]);
          for (const [peerId, some] of plan) {
            expect(some.length).toBeLessThanOrEqual(limits.castWantNumbers);
            for (const one of some) {
              expect(window.get(one)).toBeNull();
              missing.asked(one, peerId, nowMs);
              asks.set(one, (asks.get(one) ?? 0) + 1);
            }
          }
        }
        // At 0, 400, 1200 and 2800 ms; once more when the caster began anew and came back.
        for (const times of asks.values()) expect(times).toBeLessThanOrEqual(8);
      }),
      { numRuns: 25 },
    );
  });
});
