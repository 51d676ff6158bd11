import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SoundRing, type SoundBlock } from '#adapters/sound-ring';

const quantum = 128;
const usOf = (samples: number): number => samples / 0.048;

/** A second of a tone, cut into blocks of 20 ms; the sample at any place is known. */
const toneAt = (sample: number): number => 0.5 * Math.sin((sample * 2 * Math.PI * 440) / 48_000);
function block(nth: number, { shiftUs = 0 } = {}): SoundBlock {
  const samples = Float32Array.from({ length: 960 }, (_, at) => toneAt(nth * 960 + at));
  return { startUs: usOf(nth * 960) + shiftUs, left: samples, right: samples.map((sample) => -sample) };
}

/** Plays from `fromUs` on, `speed` times as fast as the samples say. */
function played(
  ring: SoundRing,
  lengthUs: number,
  { fromUs = 0, speed = 1 } = {},
): { left: number[]; right: number[] } {
  const all: { left: number[]; right: number[] } = { left: [], right: [] };
  for (let at = 0; usOf(at) < lengthUs; at += quantum) {
    const [left, right] = [new Float32Array(quantum), new Float32Array(quantum)];
    ring.render(fromUs + usOf(at) * speed, left, right);
    all.left.push(...left);
    all.right.push(...right);
  }
  return all;
}

const loudest = (samples: readonly number[]): number =>
  samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
const steepest = (samples: readonly number[]): number =>
  loudest(samples.slice(1).map((sample, at) => sample - (samples[at] ?? 0)));

describe('sound', () => {
  test('is heard sample by sample, both sides, at its moment', () => {
    const ring = new SoundRing();
    for (let nth = 0; nth < 10; nth += 1) ring.push(block(nth));
    const { left, right } = played(ring, 150_000, { fromUs: -20_000 });
    expect(loudest(left.slice(0, 959))).toBe(0);
    for (let at = 200; at < 6_000; at += 1) expect(left[960 + at]).toBeCloseTo(toneAt(at), 5);
    for (let at = 200; at < 6_000; at += 1) expect(right[960 + at]).toBeCloseTo(-toneAt(at), 5);
  });

  test('that is missing is silence, without a click, and what follows is at its own moment', () => {
    const ring = new SoundRing();
    for (let nth = 0; nth < 10; nth += 1) if (nth !== 4) ring.push(block(nth));
    const { left } = played(ring, 190_000);
    expect(loudest(left.slice(4 * 960, 5 * 960 - 1))).toBe(0);
    for (let at = 5 * 960 + 100; at < 6_000; at += 1) expect(left[at]).toBeCloseTo(toneAt(at), 5);
    expect(steepest(left)).toBeLessThan(0.05);
  });

  test('that comes late is skipped up to where it should be', () => {
    const ring = new SoundRing();
    played(ring, 50_000);
    for (let nth = 0; nth < 10; nth += 1) ring.push(block(nth));
    const { left } = played(ring, 50_000, { fromUs: 50_000 });
    for (let at = 100; at < 2_000; at += 1) expect(left[at]).toBeCloseTo(toneAt(2_400 + at), 5);
  });

  test.each([1.001, 0.999])('whose clock differs by %f is kept in step without a gap or a click', (speed) => {
    const ring = new SoundRing();
    const away: number[] = [];
    let heard = 0;
    for (let at = 0; at < 48_000 * 20; at += quantum) {
      while (heard * 960 < at + 4_800) ring.push(block((heard += 1) - 1));
      const [left, right] = [new Float32Array(quantum), new Float32Array(quantum)];
      const count = ring.render(usOf(at) * speed, left, right);
      if (at > 960) expect(count).toBe(quantum);
      away.push(steepest([...left].slice(at === 0 ? 96 : 0)));
    }
    expect(loudest(away)).toBeLessThan(0.05);
  });

  test('jumps when the moment does', () => {
    const ring = new SoundRing();
    for (let nth = 0; nth < 40; nth += 1) ring.push(block(nth));
    played(ring, 100_000);
    const { left } = played(ring, 100_000, { fromUs: 300_000 });
    for (let at = 500; at < 4_000; at += 1) expect(left[at]).toBeCloseTo(toneAt(14_400 + at), 5);
  });

  test('that does not come for long, or comes for nobody, fills no memory', () => {
    const ring = new SoundRing();
    for (let nth = 0; nth < 1_000; nth += 1) ring.push(block(nth));
    const { left } = played(ring, 20_000, { fromUs: usOf(960 * 990) });
    expect(loudest(left)).toBeGreaterThan(0.4);
    expect(loudest(played(ring, 20_000, { fromUs: 0 }).left.slice(quantum))).toBe(0);
  });

  test('is never louder than it was, nor broken, whatever comes and whenever it is played', () => {
    const pieces = fc.array(fc.record({ nth: fc.nat(60), shiftUs: fc.integer({ min: -30_000, max: 30_000 }) }), {
      maxLength: 60,
    });
    const moments = fc.array(fc.integer({ min: -50_000, max: 1_500_000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(pieces, moments, (some, when) => {
        const ring = new SoundRing();
        for (const [at, playUs] of when.entries()) {
          const piece = some[at];
          if (piece) ring.push(block(piece.nth, piece));
          const [left, right] = [new Float32Array(quantum), new Float32Array(quantum)];
          ring.render(playUs, left, right);
          expect(loudest([...left, ...right])).toBeLessThan(0.6);
        }
      }),
    );
  });
});
