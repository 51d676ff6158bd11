// Who gets a seat, who makes way, of whom a packet is asked, and when a parent is replaced.
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { CaptureClock } from '#core/cast/capture-clock';
import { afterTry, isTried, keepsUp } from '#core/cast/drop-policy';
import { homeSeats } from '#core/cast/home-policy';
import type { Member } from '#core/cast/member';
import { judgeParent } from '#core/cast/parent-policy';
import { planRepairs } from '#core/cast/repair-policy';
import { giveCasterSeat, giveSeat } from '#core/cast/seat-policy';
import { judgeWatch } from '#core/cast/watch-policy';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';
import type { CastSeats } from '#shared/cast';
import { PeerId } from '#shared/identity';

const idOf = (order: number): PeerId => v.parse(PeerId, String.fromCharCode(97 + order).repeat(51) + 'a');
const member = (order: number, seats: CastSeats = [0, 0, 0, 0]): Member => ({
  peerId: idOf(order),
  name: `V${order}`,
  order,
  seats,
  pass: new Uint8Array(1),
});
const inner = (order: number): Member => member(order, [4, 0, 0, 0]);

describe('a seat', () => {
  test('is given while there is one', () => {
    expect(giveSeat(member(9), 0, [member(1)], true)).toEqual({ displaced: null });
  });

  test('of somebody who feeds nobody is given to who feeds others', () => {
    const given = giveSeat(inner(9), 0, [inner(3), member(1)], false);
    expect(given?.displaced?.member.order).toBe(1);
  });

  test('of a latecomer is given to who came earlier', () => {
    expect(giveSeat(inner(2), 0, [inner(3), inner(5)], false)?.displaced?.member.order).toBe(5);
    expect(giveSeat(inner(7), 0, [inner(3), inner(5)], false)).toBeNull();
  });

  test('of the caster is one of few, and a stripe that nobody else feeds gets more of them', () => {
    const children = [[member(1), member(2)], [member(1), member(2)], [member(1)], [member(1)]];
    const asks = (hasOther: boolean) =>
      giveCasterSeat({ asker: member(8), stripe: 0, children, hasOther: () => hasOther });
    expect(asks(true)).toBeNull();
    expect(asks(false)).toEqual({ displaced: null });
  });

  test('of the caster is taken from a stripe that can do without it', () => {
    const two = [member(1), member(2)];
    const given = giveCasterSeat({
      asker: member(3),
      stripe: 3,
      children: [two, two, two, two],
      hasOther: (_, stripe) => stripe === 1,
    });
    expect(given?.displaced).toMatchObject({ stripe: 1, member: { order: 2 } });
  });

  test('is refused by the caster when nobody lends any', () => {
    const two = [member(1), member(2)];
    expect(
      giveCasterSeat({ asker: member(3), stripe: 0, children: [two, two, two, two], hasOther: () => false }),
    ).toBeNull();
  });
});

describe('the home of a newcomer', () => {
  const spare = (...of: number[]) => of.map((one) => ({ lenders: 3, spare: one }));

  test('is the stripe that needs it most', () => {
    expect(homeSeats(8, spare(5, 1, 9, 4))).toEqual([0, 8, 0, 0]);
  });

  test('is every stripe in which nobody feeds others yet', () => {
    const needs = [0, 1, 2, 3].map((stripe) => ({ lenders: stripe === 2 ? 1 : 0, spare: 0 }));
    expect(homeSeats(8, needs)).toEqual([3, 3, 0, 2]);
    expect(homeSeats(0, needs)).toEqual([0, 0, 0, 0]);
    expect(homeSeats(64, spare(0, 1, 1, 1))).toEqual([limits.castSeatsLent, 0, 0, 0]);
  });
});

describe('a parent', () => {
  const good = { seatedMs: 9_000, silentMs: 50, cameMeanwhile: 2, inAll: 20, fromThem: 20 };

  test('who delivers is kept', () => expect(judgeParent(good)).toBe('keep'));
  test('who brings less than half before others do is replaced', () =>
    expect(judgeParent({ ...good, fromThem: 9 })).toBe('replace'));
  test('who is silent while others go on is replaced within 2.5 s', () =>
    expect(judgeParent({ ...good, silentMs: paces.castStripeSilentMs, cameMeanwhile: 30 })).toBe('replace'));
  test('who is silent at all is replaced within 2.5 s', () => {
    expect(judgeParent({ ...good, silentMs: paces.castSilentMs, cameMeanwhile: 0 })).toBe('replace');
    expect(paces.castSilentMs + paces.castTickMs).toBeLessThanOrEqual(2_500);
  });
  test('who has just begun is given time', () =>
    expect(judgeParent({ ...good, seatedMs: 200, fromThem: 0 })).toBe('keep'));
});

test('a missing packet is asked of others than who should have brought it, in turn', () => {
  const [a, b, c] = [idOf(1), idOf(2), idOf(3)];
  const plan = planRepairs({
    due: [
      { number: 0, asked: null },
      { number: 4, asked: b },
      { number: 8, asked: null },
    ],
    parents: [a, b, c, null],
    neighbours: [a, b, c],
  });
  expect([...plan.keys()]).not.toContain(a);
  expect(plan.get(c)).toContain(4);
  expect([...plan.values()].flat().toSorted((x, y) => x - y)).toEqual([0, 4, 8]);
});

test('to a child that is behind go no pictures before the next key frame, but sound', () => {
  const picture = (number: number) => ({ kind: 'video' as const, number, first: number });
  const behind = afterTry(keepsUp, picture(10), false);
  expect(isTried(behind, picture(11), 4)).toBe(false);
  expect(isTried(behind, { kind: 'audio', first: 12 }, 4)).toBe(true);
  expect(isTried(behind, picture(20), 20)).toBe(true);
  expect(afterTry(behind, picture(20), true)).toEqual(keepsUp);
});

test('one who lies about the age of packets does not move the clock of the others', () => {
  const clock = new CaptureClock();
  for (let frame = 0; frame < 100; frame += 1) {
    const nowMs = 1_000 + frame * 40;
    const lie = frame % 4 === 1 ? 60_000 : 0;
    clock.note(frame % 4, frame * 40_000, nowMs - 100 - lie, nowMs);
    if (frame > 8) expect(clock.capturedAtMs(frame * 40_000, nowMs)).toBeCloseTo(900 + frame * 40, 0);
  }
});

describe('watching', () => {
  const facts = { hasCome: true, silentMs: 0, insideMs: 60_000, seated: 4, refusals: 0 };

  test('goes on, is looked for, and is given up in bounded time', () => {
    expect(judgeWatch(facts).phase).toBe('watching');
    expect(judgeWatch({ ...facts, silentMs: paces.castLookingMs }).phase).toBe('looking');
    expect(judgeWatch({ ...facts, silentMs: paces.castGoneMs })).toEqual({ phase: 'failed', code: 'cast-lost' });
  });

  test('that never began is told to be crowded, or lost', () => {
    const outside = { ...facts, hasCome: false, seated: 0, insideMs: 100 };
    expect(judgeWatch(outside).phase).toBe('joining');
    expect(judgeWatch({ ...outside, refusals: 3 }).code).toBe('cast-crowded');
    expect(judgeWatch({ ...outside, insideMs: paces.castPlaceMs }).code).toBe('cast-lost');
  });
});
