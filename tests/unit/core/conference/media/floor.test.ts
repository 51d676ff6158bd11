import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PeerId } from '#shared/identity';
import { Floor, floorRules } from '#core/conference/floor';
import { give, hear, isHeard, mayTake, noSpeaker } from '#core/conference/speaker';
import { person } from './some-people';

const [ada, ben, cyd] = [person(0), person(1), person(2)];
const all = (): boolean => true;
const tickMs = 100;

describe('the floor', () => {
  it('is nobody’s until somebody takes it', () => {
    expect(new Floor(ada).holder(all)).toBeNull();
    expect(new Floor(ada).ownTurn).toBe(0);
  });

  it('is whose number is highest, and of two who took it at once the lower id’s', () => {
    const floor = new Floor(cyd);
    floor.confirm(all);
    floor.take(ben, 4);
    floor.take(ada, 3);
    floor.confirm(all);
    expect(floor.holder(all)).toBe(ben);
    floor.take(ada, 4);
    floor.confirm(all);
    expect(floor.holder(all)).toBe(ada);
  });

  it('is taken with a number above all that are known', () => {
    const floor = new Floor(cyd);
    floor.take(ben, 41);
    expect(floor.claim(10_000)).toBe(42);
    expect(floor.ownTurn).toBe(42);
    expect(floor.holder(all)).toBe(cyd);
  });

  it('is not taken twice within a second', () => {
    const floor = new Floor(ada);
    expect(floor.claim(5_000)).toBe(1);
    expect(floor.claim(5_000 + floorRules.everyMs - 1)).toBeNull();
    expect(floor.claim(5_000 + floorRules.everyMs)).toBe(2);
  });

  it('does not go to somebody silent, whatever they say', () => {
    const floor = new Floor(cyd);
    floor.take(ada, 7);
    floor.confirm((peerId) => peerId !== ada);
    expect(floor.holder(all)).toBeNull();
    floor.confirm(all);
    expect(floor.holder(all)).toBe(ada);
  });

  it('goes back to the one before when the holder is not there any more', () => {
    const floor = new Floor(cyd);
    floor.take(ada, 1);
    floor.take(ben, 2);
    floor.confirm(all);
    expect(floor.holder((peerId) => peerId !== ben)).toBe(ada);
  });

  it('takes the newest word of each, also of who began anew', () => {
    const floor = new Floor(cyd);
    floor.take(ada, 9);
    floor.confirm(all);
    floor.take(ada, 0);
    expect(floor.holder(all)).toBeNull();
  });

  it('goes by ear to who cannot say that they take it, until anybody says so', () => {
    const floor = new Floor(cyd);
    floor.take(ada, 3);
    floor.confirm(all);
    floor.overhear(ben);
    expect(floor.holder(all)).toBe(ben);
    floor.overhear(ben);
    floor.take(ada, 4);
    floor.confirm(all);
    expect(floor.holder(all)).toBe(ada);
    floor.overhear(ben);
    expect(floor.claim(10_000)).toBe(5);
    expect(floor.holder(all)).toBe(cyd);
  });

  it('refuses a number that nobody can have come to', () => {
    const floor = new Floor(cyd);
    floor.take(ada, 10);
    expect(floor.take(ben, 11 + floorRules.aheadMost)).toBe(false);
    expect(floor.take(ben, 10 + floorRules.aheadMost)).toBe(true);
    floor.confirm(() => true);
    expect(floor.holder(all)).toBe(ben);
  });
});

/** One person's ears and floor, as RoomLevels joins them; claims reach the others when the network likes. */
class Side {
  readonly self: PeerId;
  readonly floor: Floor;
  speech = noSpeaker(0);

  constructor(self: PeerId) {
    this.self = self;
    this.floor = new Floor(self);
  }

  tick(levels: ReadonlyMap<PeerId, number>, nowMs: number): number | null {
    const heard = hear(this.speech, levels, nowMs);
    this.floor.confirm((peerId) => isHeard(heard, peerId));
    const turn = mayTake(heard, this.self, nowMs) ? this.floor.claim(nowMs) : null;
    this.speech = give(
      heard,
      this.floor.holder((peerId) => levels.has(peerId)),
      nowMs,
    );
    return turn;
  }
}

interface Noise {
  /** How much louder or softer each takes themself than the others hear them: their meter is another one. */
  readonly ownFactors: readonly number[];
  /** Ticks by which sound and words reach one from another. */
  readonly delays: readonly number[];
}

interface Played {
  /** Whom each took for the speaker at the end. */
  readonly speakers: readonly (PeerId | null)[];
  /** How often any side changed its mind in the last second. */
  readonly lateChanges: number;
}

/** All listen to `rows` of loudness, one a tick, the last for `calmMs` more. */
function play(rows: readonly (readonly number[])[], calmMs: number, noise: Noise): Played {
  const count = noise.ownFactors.length;
  const sides = Array.from({ length: count }, (_, at) => new Side(person(at)));
  const onWay: { readonly at: number; readonly to: Side; readonly from: PeerId; readonly turn: number }[] = [];
  const ticks = rows.length + calmMs / tickMs;
  const delayOf = (to: number, from: number): number => noise.delays[(to * count + from) % noise.delays.length] ?? 0;
  let lateChanges = 0;
  for (let tick = 0; tick < ticks; tick += 1) {
    for (const word of onWay.filter(({ at }) => at === tick)) word.to.floor.take(word.from, word.turn);
    for (const [to, side] of sides.entries()) {
      const levels = sides.map(({ self }, from) => {
        const row = rows[Math.min(rows.length - 1, Math.max(0, tick - (from === to ? 0 : delayOf(to, from))))];
        const level = row?.[from] ?? 0;
        return [self, from === to ? Math.min(1, level * (noise.ownFactors[to] ?? 1)) : level] as const;
      });
      const before = side.speech.speaker;
      const turn = side.tick(new Map(levels), tick * tickMs);
      if (tick >= ticks - 10 && side.speech.speaker !== before) lateChanges += 1;
      if (turn === null) continue;
      for (const [at, other] of sides.entries())
        if (other !== side) onWay.push({ at: tick + 1 + delayOf(at, to), to: other, from: side.self, turn });
    }
  }
  return { speakers: sides.map(({ speech }) => speech.speaker), lateChanges };
}

const count = fc.integer({ min: 2, max: 8 });
/** Away from the very threshold of a voice, where two meters may differ about whether anybody speaks at all. */
const loudness = fc.oneof(fc.constant(0), fc.double({ min: 0.03, max: 1, noNaN: true }), fc.constant(0.2));
/** A meter is off by 5 dB at most. */
const meter = fc.double({ min: 0.57, max: 1.77, noNaN: true });

const scenes = count.chain((people) =>
  fc.record({
    rows: fc.array(fc.array(loudness, { minLength: people, maxLength: people }), { minLength: 1, maxLength: 40 }),
    noise: fc.record({
      ownFactors: fc.array(meter, { minLength: people, maxLength: people }),
      delays: fc.array(fc.nat(8), { minLength: 1, maxLength: 64 }),
    }),
  }),
);

describe('the speaker', () => {
  it('is the same on all sides soon after the voices stay as they are, whatever was before', () => {
    fc.assert(
      fc.property(scenes, ({ rows, noise }) => {
        const { speakers, lateChanges } = play(rows, 8_000, noise);
        expect(new Set(speakers).size).toBe(1);
        expect(lateChanges).toBe(0);
        const isLoud = rows.at(-1)?.some((level) => level > 0) === true;
        if (isLoud) expect(speakers[0]).not.toBeNull();
      }),
      { numRuns: 400 },
    );
  });

  it('is the same on all sides when two begin at once and are equally loud for ever', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(8), { minLength: 4, maxLength: 4 }), fc.tuple(meter, meter), (delays, ownFactors) => {
        const { speakers } = play([[0.3, 0.3]], 5_000, { delays, ownFactors });
        expect(speakers[0]).not.toBeNull();
        expect(speakers[1]).toBe(speakers[0]);
      }),
    );
  });
});
