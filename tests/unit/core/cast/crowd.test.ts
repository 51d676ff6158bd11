// Two hundred who watch, by the overlay that the app runs, in virtual time: people come and go, some of those who pass the cast on lie, and
// some turn bad in the middle of it.
import { describe, expect, test, vi } from 'vitest';
import { stripes } from '#core/cast/member';
import { limits } from '#core/wire/limits';
import type { Conduct } from '#scripts/sim/cast-peer';
import { WatchedCrowd, type Viewer } from '#tests/support/watched-crowd';

// Minutes of virtual time, on a machine that may be busy with other things.
vi.setConfig({ testTimeout: 120_000 });

const lends = (world: WatchedCrowd): number => (world.dice.next() < 0.3 ? 0 : 4 + Math.floor(12 * world.dice.next()));

const boaster: Conduct = {
  passes: () => false,
  says: (message) => {
    if (message.kind !== 'report') return message;
    const spare = message.report.spare.map((one) => ({ ...one, free: 64, depth: 1 }));
    return { kind: 'report', report: { ...message.report, spare, seats: 1_000_000, lenders: 1_000 } };
  },
};

/** Of all that was cast between two numbers: what everybody who was there throughout got, at worst. */
function worstShare(viewers: readonly Viewer[], from: number, to: number): number {
  const shares = viewers.map(
    ({ numbers }) => numbers.filter((number) => number >= from && number < to).length / (to - from),
  );
  return Math.min(...shares);
}

function fill(world: WatchedCrowd, count: number, liars: number): void {
  for (let at = 0; at < count; at += 1) {
    if (at % Math.ceil(count / liars) === 7) world.join(12, boaster);
    else world.join(lends(world));
    world.run(125);
  }
  world.run(8_000);
}

describe('two hundred who watch', () => {
  test('of whom twelve boast of seats, and one a second goes, half of them without a word, all get all of it', () => {
    const world = new WatchedCrowd(200);
    fill(world, 200, 12);
    expect(world.present).toHaveLength(200);
    const before = new Set(world.present);
    const from = world.crowd.number;
    for (let second = 0; second < 30; second += 1) {
      const { present } = world;
      present[Math.floor(world.dice.next() * present.length)]?.peer.leave(world.dice.next() < 0.5);
      world.join(lends(world));
      world.run(1_000);
      expect(world.wrongs).toEqual([]);
    }
    world.run(5_000);
    const to = world.crowd.number - 24 * 5;
    const stayed = world.present.filter((viewer) => viewer.isHonest && before.has(viewer));
    expect(stayed.length).toBeGreaterThan(140);
    expect(worstShare(stayed, from, to)).toBeGreaterThan(0.995);
    const depths = world.present.flatMap(({ peer }) => stripes.map((stripe) => peer.overlay.depth(stripe) ?? 0));
    expect(Math.max(...depths)).toBeLessThanOrEqual(limits.castDepth);
    const late = world.viewers.slice(200).filter(({ shownAfterMs }) => shownAfterMs === null || shownAfterMs > 4_000);
    expect(late.length).toBeLessThanOrEqual(2);
  });

  test('who all come in the same moment have their places within half a minute', () => {
    const world = new WatchedCrowd(201);
    for (let at = 0; at < 200; at += 1) world.join(lends(world));
    world.run(30_000);
    expect(world.wrongs).toEqual([]);
    expect(world.present).toHaveLength(200);
    expect(world.starving(1_500)).toEqual([]);
  });
});

describe('whoever passes the cast on and begins to', () => {
  const turns: Readonly<Record<string, readonly [number, (isBad: () => boolean) => Conduct]>> = {
    'drop all of it': [0.6, (isBad) => ({ passes: () => !isBad() })],
    'drop two packets of three': [0.2, (isBad) => ({ passes: ({ number }) => !isBad() || number % 12 < 4 })],
    'hold it back for three seconds': [
      0.6,
      (isBad) => ({
        get delaysMs() {
          return isBad() ? 3_000 : 0;
        },
      }),
    ],
    'alter it': [0.99, (isBad) => ({ alters: isBad })],
  };
  for (const [how, [share, conductOf]] of Object.entries(turns))
    test(`${how} is replaced for more than ${share * 100} % of those they feed within 2.5 s, and nobody lacks a hundredth`, () => {
      const world = new WatchedCrowd(300 + how.length);
      const bad = { isBad: false };
      // As its conduct says nothing else, it is honest until then.
      for (let at = 0; at < 60; at += 1) {
        world.join(
          at % 3 === 0 ? 0 : 10,
          conductOf(() => bad.isBad && at === turning),
        );
        world.run(150);
      }
      let turning = -1;
      world.run(8_000);
      const relay = world.viewers.findIndex(
        ({ peer }) => peer && stripes.some((stripe) => peer.overlay.seats.count(stripe) >= 4),
      );
      turning = relay;
      const peer = world.viewers[relay]?.peer;
      if (!peer) throw new Error('nobody feeds others');
      const fed = new Set(stripes.flatMap((stripe) => peer.overlay.seats.children(stripe).map(({ peerId }) => peerId)));
      const victims = world.present.filter((viewer) => fed.has(viewer.peer.peerId));
      expect(victims.length).toBeGreaterThanOrEqual(4);
      const from = world.crowd.number;
      bad.isBad = true;
      world.run(2_500 + 200);
      const left = victims.filter((victim) => !victim.peer.overlay.parents.includes(peer.peerId));
      expect(left.length / victims.length).toBeGreaterThan(share);
      world.run(6_000);
      const others = world.present.filter((viewer) => viewer.peer !== peer);
      expect(others).toHaveLength(59);
      expect(worstShare(others, from, world.crowd.number - 48)).toBeGreaterThan(0.99);
    });
});
