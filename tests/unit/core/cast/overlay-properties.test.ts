// Whatever comes, goes and lies: what must hold of the trees at every moment, and what must hold again soon after. By the overlay that the
// app runs, in virtual time.
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { OverlayMessage, Report } from '#core/cast/overlay-wire';
import type { Conduct } from '#scripts/sim/cast-peer';
import { WatchedCrowd } from '#tests/support/watched-crowd';

// Minutes of virtual time, on a machine that may be busy with other things.
vi.setConfig({ testTimeout: 120_000 });

const lie =
  (change: (report: Report) => Partial<Report>): NonNullable<Conduct['says']> =>
  (message) =>
    message.kind === 'report' ? { kind: 'report', report: { ...message.report, ...change(message.report) } } : message;

/** By what they do. */
const liars: Readonly<Record<string, () => Conduct>> = {
  'takes and passes nothing on': () => ({ passes: () => false }),
  'says it has seats without end': () => ({
    says: lie((report) => ({
      seats: 0xffff_ffff,
      lenders: 0xffff_ffff,
      spare: report.spare.map((spare) => ({ ...spare, free: 64, depth: 1 })),
    })),
    passes: () => false,
  }),
  'says nobody is below and nothing is lent': () => ({
    says: lie(() => ({ viewers: 0, lenders: 0, seats: 0, spare: [], edges: [] })),
  }),
  'says it stands far from the caster': () => ({
    says: (message: OverlayMessage) => (message.kind === 'seat' ? { ...message, depth: 0xffff } : message),
  }),
  'gives everybody a seat, whatever their order, and feeds nobody': () => ({
    says: (message: OverlayMessage) =>
      message.kind === 'no-seat' ? { kind: 'seat', stripe: message.stripe, depth: 1, above: [] } : message,
    passes: () => false,
  }),
  'answers nothing': () => ({
    says: (message: OverlayMessage) => (message.kind === 'seat' || message.kind === 'no-seat' ? null : message),
  }),
  'sends everything half a second late': () => ({ delaysMs: 500 }),
  'alters a packet now and then': () => ({ alters: ({ number }) => number % 50 < 4 }),
};

const kinds = Object.keys(liars);

const act = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('join' as const), lends: fc.constantFrom(0, 2, 4, 8, 16) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('lie' as const),
      lends: fc.constantFrom(0, 16),
      how: fc.constantFrom(...kinds),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('leave' as const), who: fc.nat(), isCrash: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 50, max: 2_500 }) }) },
);

type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

/** Begins with some who are there already. */
function play(seed: number, acts: readonly Act[], looked: (world: WatchedCrowd) => void): WatchedCrowd {
  const world = new WatchedCrowd(seed);
  const before = Math.floor(30 * world.dice.next());
  for (let at = 0; at < before; at += 1) {
    world.join(world.dice.pick([0, 2, 4, 8]) ?? 0);
    world.run(150);
  }
  const wait = (ms: number): void => {
    for (let left = ms; left > 0; left -= 200) {
      world.run(Math.min(200, left));
      looked(world);
    }
  };
  for (const one of acts) {
    if (one.do === 'join') world.join(one.lends);
    else if (one.do === 'lie') world.join(one.lends, liars[one.how]?.());
    else if (one.do === 'wait') wait(one.ms);
    else {
      const { present } = world;
      present[one.who % present.length]?.peer.leave(one.isCrash);
    }
  }
  wait(1_000);
  return world;
}

const watched = (world: WatchedCrowd): void => expect(world.wrongs).toEqual([]);

describe('under any sequence of people who come, go, crash and lie', () => {
  test('nothing goes in a circle, nobody feeds more than they lend, and the caster feeds eight at most', () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(act, { maxLength: 60 }), (seed, acts) => {
        play(seed, acts, watched);
      }),
      { numRuns: 15 },
    );
  });

  test('every honest viewer gets all four stripes again within twenty seconds, as long as the honest lend enough', () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(act, { minLength: 8, maxLength: 60 }), (seed, acts) => {
        const world = play(seed, acts, () => undefined);
        fc.pre(world.hasRoom);
        for (let passed = 0; passed < 20_000 && (passed === 0 || world.starving(1_500).length > 0); passed += 500)
          world.run(500);
        const hungry = world.starving(1_500).map(({ peer }) => peer?.self.name);
        expect(hungry).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });
});

for (const how of kinds)
  test(`one in five who ${how} keeps nobody from anything for long`, () => {
    const world = new WatchedCrowd(kinds.indexOf(how) + 1);
    for (let at = 0; at < 60; at += 1) {
      world.join(at % 3 === 1 ? 0 : 10, at % 5 === 0 ? liars[how]?.() : undefined);
      world.run(200);
    }
    world.run(15_000);
    let starved = 0;
    let looks = 0;
    for (let passed = 0; passed < 20_000; passed += 500) {
      world.run(500);
      watched(world);
      looks += world.present.filter(({ isHonest }) => isHonest).length;
      starved += world.starving(2_500).length;
    }
    expect(looks).toBeGreaterThan(1_500);
    expect(starved / looks).toBeLessThan(0.005);
    const unfed = world.present.flatMap(({ isHonest, peer }) => (isHonest ? peer.overlay.parents : []));
    expect(unfed.filter((parent) => parent === null).length).toBeLessThan(8);
  });
