import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bottom, seatAngles } from '#core/conference/seats';
import { person, somePeople } from './some-people';

const turn = 2 * Math.PI;
/** How far `b` is from `a`, clockwise, in [0, 2π). */
const from = (a: number, b: number): number => (((b - a) % turn) + turn) % turn;

describe('the seats around the table', () => {
  it('has me at the bottom and everybody at an equal distance', () => {
    fc.assert(
      fc.property(somePeople(1, 12), fc.nat(), (order, pick) => {
        const self = order[pick % order.length] ?? person(0);
        const angles = seatAngles(order, self);
        expect(angles.get(self)).toBeCloseTo(bottom);
        const sorted = [...angles.values()].map((angle) => from(bottom, angle)).sort((a, b) => a - b);
        sorted.forEach((angle, at) => {
          expect(angle).toBeCloseTo((at * turn) / order.length);
        });
        for (const angle of angles.values()) {
          expect(angle).toBeGreaterThan(-Math.PI - 1e-9);
          expect(angle).toBeLessThanOrEqual(Math.PI + 1e-9);
        }
      }),
    );
  });

  it('shows everybody the same ring: who sits left of whom is the same on all sides', () => {
    fc.assert(
      fc.property(somePeople(2, 12), (order) => {
        const views = order.map((self) => seatAngles(order, self));
        for (let at = 0; at < order.length; at += 1) {
          const [one, next] = [order[at], order[(at + 1) % order.length]];
          if (!one || !next) continue;
          for (const view of views) {
            expect(from(view.get(one) ?? 0, view.get(next) ?? 0)).toBeCloseTo(turn / order.length);
          }
        }
      }),
    );
  });

  it('keeps the order of those who sit when somebody comes', () => {
    fc.assert(
      fc.property(somePeople(3, 12), (order) => {
        const before = order.slice(0, -1);
        const [self] = before;
        if (!self) return;
        const ring = (angles: ReadonlyMap<string, number>): string[] =>
          [...angles].sort(([, a], [, b]) => from(bottom - 1e-9, a) - from(bottom - 1e-9, b)).map(([peerId]) => peerId);
        const without = ring(seatAngles(order, self)).filter((peerId) => peerId !== order.at(-1));
        expect(without).toEqual(ring(seatAngles(before, self)));
      }),
    );
  });

  it('answers for an order without me, and for nobody', () => {
    expect(seatAngles([person(1), person(2)], person(0)).get(person(1))).toBeCloseTo(bottom);
    expect(seatAngles([], person(0)).size).toBe(0);
  });
});
