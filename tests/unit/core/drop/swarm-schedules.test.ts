// Fifty people and one drop, by the app's own policies, in virtual time: people come, go for good, and the giver may go too.
import { describe, expect, test } from 'vitest';
import { Scope } from '#core/base/scope';
import { SwarmPeer, type Line } from '#scripts/sim/swarm-peer';
import { VirtualClock } from '#scripts/sim/virtual-clock';
import { Dice } from '#tests/support/room-net';

const people = 49;
const blocks = 160;
const hourMs = 3_600_000;
const mbit = 1_000_000 / 8 / 1_000;

interface Schedule {
  readonly peers: readonly SwarmPeer[];
  readonly source: SwarmPeer;
  readonly stays: readonly SwarmPeer[];
  finished: number;
}

/** Everybody is linked with about a dozen others, at a moment of their own within the first half minute. */
function play(
  seed: number,
  { sourceLeaves, arePlaying = false }: { sourceLeaves: boolean; arePlaying?: boolean },
): Schedule {
  const dice = new Dice(seed);
  const clock = new VirtualClock();
  const random = (): number => dice.next();
  const lineOf = (): Line => ({
    upBytesPerMs: (random() < 0.3 ? 4 : 24) * mbit,
    downBytesPerMs: 200 * mbit,
    delayMs: 5 + 60 * random(),
  });
  const schedule = { finished: 0 };
  const world = { clock, blocks, scope: new Scope(), random, finished: () => (schedule.finished += 1) };
  const source = new SwarmPeer(world, { upBytesPerMs: 24 * mbit, downBytesPerMs: 100, delayMs: 10 }, true);
  const peers = Array.from({ length: people }, () => new SwarmPeer(world, lineOf(), false));
  const all = [source, ...peers];
  const gone = new Set<SwarmPeer>();
  const link = (one: SwarmPeer, other: SwarmPeer): void => {
    if (gone.has(one) || gone.has(other)) return;
    one.swarm.join(other, { isSource: other === source });
    other.swarm.join(one, { isSource: one === source });
  };
  const leave = (peer: SwarmPeer): void => {
    gone.add(peer);
    peer.leave();
    for (const other of all) if (!gone.has(other)) other.swarm.leave(peer);
  };
  for (const [at, peer] of peers.entries()) {
    const others = new Set([all[at], ...Array.from({ length: 11 }, () => all[Math.floor(random() * all.length)])]);
    clock.after(30_000 * random(), () => {
      for (const other of others) if (other && other !== peer) link(peer, other);
    });
  }
  // Everybody wants its beginning first, and goes on from there.
  if (arePlaying) {
    for (const peer of peers)
      for (let block = 0; block < blocks; block += 8)
        clock.after(30_000 + block * 1_000, () => {
          peer.swarm.want(block, blocks);
        });
  }
  // A fifth goes for good, whether finished or not.
  const leavers = peers.filter(() => random() < 0.2);
  for (const peer of leavers) clock.after(10_000 + 120_000 * random(), () => leave(peer));
  const stays = peers.filter((peer) => !leavers.includes(peer));
  const isSpread = (): boolean => stays.some(({ finishedAtMs }) => finishedAtMs !== null);
  const watch = (): void => {
    if (isSpread()) leave(source);
    else clock.after(1_000, watch);
  };
  if (sourceLeaves) clock.after(1_000, watch);
  clock.run(() => stays.every(({ finishedAtMs }) => finishedAtMs !== null), hourMs);
  return { peers, source, stays, finished: schedule.finished };
}

const seeds = Array.from({ length: 6 }, (_, at) => at + 1);

describe('a drop for fifty', () => {
  test.each(seeds)(
    'reaches everybody who stays, with a tenth of all copies at most from its giver (schedule %i)',
    (seed) => {
      const { source, stays, peers } = play(seed, { sourceLeaves: false });
      expect(stays.filter(({ finishedAtMs }) => finishedAtMs === null)).toEqual([]);
      expect(source.sentBlocks / blocks).toBeLessThan(stays.length / 10);
      const useless = peers.reduce((sum, { uselessBlocks }) => sum + uselessBlocks, 0);
      expect(useless / (people * blocks)).toBeLessThan(0.05);
    },
  );

  test.each(seeds)('reaches everybody who stays when its giver goes once one of them has it (schedule %i)', (seed) => {
    const { stays } = play(100 + seed, { sourceLeaves: true });
    expect(stays.filter(({ finishedAtMs }) => finishedAtMs === null)).toEqual([]);
  });

  test.each(seeds)(
    'goes on giving different blocks while everybody plays it from its beginning (schedule %i)',
    (seed) => {
      const { source, stays, peers } = play(seed, { sourceLeaves: false, arePlaying: true });
      expect(stays.filter(({ finishedAtMs }) => finishedAtMs === null)).toEqual([]);
      expect(source.sentBlocks / blocks).toBeLessThan(stays.length / 10);
      const useless = peers.reduce((sum, { uselessBlocks }) => sum + uselessBlocks, 0);
      expect(useless / (people * blocks)).toBeLessThan(0.05);
    },
  );

  test('plays the same schedule twice alike', () => {
    const [one, other] = [play(7, { sourceLeaves: true }), play(7, { sourceLeaves: true })];
    expect(one.stays.map(({ finishedAtMs }) => finishedAtMs)).toEqual(
      other.stays.map(({ finishedAtMs }) => finishedAtMs),
    );
  });
});
