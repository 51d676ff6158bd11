// Who gets a seat, who makes way, of whom a packet is asked, and when a parent is replaced.
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { CaptureClock } from '#core/cast/capture-clock';
import { afterTry, isTried, keepsUp } from '#core/cast/drop-policy';
import { homeSeats } from '#core/cast/home-policy';
import type { Member } from '#core/cast/member';
import { judgeParent } from '#core/cast/parent-policy';
import { planRepairs } from '#core/cast/repair-policy';
import { Rotation } from '#core/cast/rotation';
import { giveCasterSeat, giveSeat } from '#core/cast/seat-policy';
import { Unserved } from '#core/cast/unserved';
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
      giveCasterSeat({ asker: member(8), stripe: 0, children, hasOther: () => hasOther, mayPush: true });
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
      mayPush: true,
    });
    expect(given?.displaced).toMatchObject({ stripe: 1, member: { order: 2 } });
  });

  test('is refused by the caster when nobody lends any', () => {
    const two = [member(1), member(2)];
    expect(
      giveCasterSeat({
        asker: member(3),
        stripe: 0,
        children: [two, two, two, two],
        hasOther: () => false,
        mayPush: true,
      }),
    ).toBeNull();
  });
});

describe('the home of a newcomer', () => {
  const spare = (...of: number[]) => of.map((one) => ({ lenders: 3, spare: one, hungry: 0 }));

  test('is the stripe that needs it most', () => {
    expect(homeSeats(8, spare(5, 1, 9, 4))).toEqual([0, 8, 0, 0]);
  });

  test('is every stripe in which nobody feeds others yet', () => {
    const needs = [0, 1, 2, 3].map((stripe) => ({ lenders: stripe === 2 ? 1 : 0, spare: 0, hungry: 0 }));
    expect(homeSeats(8, needs)).toEqual([3, 3, 0, 2]);
    expect(homeSeats(0, needs)).toEqual([0, 0, 0, 0]);
    expect(homeSeats(64, spare(0, 1, 1, 1))).toEqual([limits.castSeatsLent, 0, 0, 0]);
  });

  test('is a stripe in which clearly more ask in vain than elsewhere, whatever is told of its seats', () => {
    const needs = (...of: number[]) =>
      spare(0, 5, 5, 4_000_000_000).map((one, at) => ({ ...one, hungry: of[at] ?? 0 }));
    expect(homeSeats(8, needs(0, 0, 0, 3))).toEqual([0, 0, 0, 8]);
    expect(homeSeats(8, needs(3, 3, 3, 4))).toEqual([8, 0, 0, 0]);
    const bare = needs(2, 4, 0, 4).map((one, at) => ({ ...one, lenders: at === 1 ? 3 : 0 }));
    expect(homeSeats(8, bare)).toEqual([4, 0, 0, 4]);
  });
});

describe('when many ask in vain', () => {
  const facts = {
    asker: inner(9),
    stripe: 0,
    children: [inner(2), inner(4), inner(6)],
    hungry: paces.castHungry,
    isShunned: () => false,
  };
  const worth =
    (of: Record<number, number>) =>
    (one: Member): number =>
      of[one.order] ?? 9;

  test('whoever brings the cast to the fewest makes way, and sends nobody away for a while, longer each time', () => {
    const rotation = new Rotation();
    let nowMs = 100_000;
    for (const restMs of [8_000, 16_000, 32_000, 60_000, 60_000]) {
      expect(rotation.choose({ ...facts, worth: worth({ 6: 1 }) }, nowMs)?.order).toBe(6);
      expect(rotation.mayPush(inner(6), 0, nowMs + restMs - 1)).toBe(false);
      expect(rotation.mayPush(inner(6), 0, nowMs + restMs)).toBe(true);
      expect(rotation.mayPush(inner(6), 1, nowMs)).toBe(true);
      nowMs += 20_000 + restMs;
    }
    nowMs += paces.castFailedMs * 2;
    rotation.choose({ ...facts, worth: worth({ 6: 1 }) }, nowMs);
    expect(rotation.mayPush(inner(6), 0, nowMs + 8_000)).toBe(true);
  });

  test('nobody makes way whom none of the others may feed', () => {
    expect(new Rotation().choose({ ...facts, worth: worth({ 2: 0, 4: 5 }) }, 9_000)?.order).toBe(4);
    expect(new Rotation().choose({ ...facts, children: [inner(2)], worth: worth({}) }, 9_000)).toBeNull();
  });

  test('whoever others complain of makes way first, whatever they say they bring', () => {
    const isShunned = ({ order }: Member): boolean => order === 2;
    expect(new Rotation().choose({ ...facts, isShunned, worth: worth({ 2: 99 }) }, 9_000)?.order).toBe(2);
  });

  test('nobody makes way for whoever feeds nobody, while few ask, or twice in a moment', () => {
    const rotation = new Rotation();
    expect(rotation.choose({ ...facts, asker: member(9), worth: worth({}) }, 9_000)).toBeNull();
    expect(rotation.choose({ ...facts, hungry: paces.castHungry - 1, worth: worth({}) }, 9_000)).toBeNull();
    expect(rotation.choose({ ...facts, worth: worth({}) }, 9_000)).not.toBeNull();
    expect(rotation.choose({ ...facts, worth: worth({}) }, 9_000 + paces.castRotateMs - 1)).toBeNull();
  });

  test('only those count who asked again and got nothing, for a while', () => {
    const unserved = new Unserved();
    unserved.sentAway(idOf(1), 0, 0);
    expect(unserved.count(0, 0)).toBe(0);
    unserved.sentAway(idOf(1), 0, 4_000);
    unserved.sentAway(idOf(2), 0, 4_000);
    unserved.sentAway(idOf(2), 0, 5_000);
    expect([unserved.count(0, 5_000), unserved.count(1, 5_000)]).toEqual([2, 0]);
    unserved.served(idOf(2), 0);
    expect(unserved.count(0, 5_000)).toBe(1);
    expect(unserved.count(0, 4_001 + paces.castHungryMs)).toBe(0);
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
