// A source whose blocks nobody else has yet: what it says it has, to whom and when, and how much it sends in the end.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeBits, setBit } from '#shared/content';
import { Scope } from '#core/base/scope';
import { Swarm } from '#core/drop/swarm';
import { paces } from '#core/wire/paces';
import { SwarmPeer } from '#scripts/sim/swarm-peer';
import { VirtualClock } from '#scripts/sim/virtual-clock';
import { FakeClock } from '#tests/support/fake-clock';
import { Dice } from '#tests/support/room-net';

const bytesPerMs = 4_000;

describe('a fresh source with four receivers on lines as fast as its own', () => {
  /** One file of 32 MiB; they accept one after the other. */
  function spread(seed: number, keepMs: number): { copies: number; overFluid: number } {
    const dice = new Dice(seed);
    const clock = new VirtualClock();
    const blocks = 128;
    let finished = 0;
    const world = { clock, blocks, scope: new Scope(), random: () => dice.next(), finished: () => (finished += 1) };
    const line = { upBytesPerMs: bytesPerMs, downBytesPerMs: 125_000, delayMs: 5, keepMs };
    const source = new SwarmPeer(world, line, true);
    const receivers = Array.from({ length: 4 }, () => new SwarmPeer(world, line, false));
    const here: SwarmPeer[] = [source];
    for (const [at, receiver] of receivers.entries()) {
      clock.after(200 * at, () => {
        for (const other of here) {
          receiver.swarm.join(other, { isSource: other === source });
          other.swarm.join(receiver, { isSource: false });
        }
        here.push(receiver);
      });
    }
    clock.run(() => finished === receivers.length, 600_000);
    const fluidMs = (blocks * 256 * 1024) / bytesPerMs;
    const lastMs = Math.max(...receivers.map(({ finishedAtMs }) => finishedAtMs ?? Infinity));
    return { copies: source.sentBlocks / blocks, overFluid: lastMs / fluidMs };
  }

  const seeds = [1, 2, 3, 4, 5];

  test.each(seeds)('sends little more than one copy, in little more than the time one copy takes (seed %i)', (seed) => {
    const { copies, overFluid } = spread(seed, 4);
    expect(copies).toBeLessThan(1.1);
    expect(overFluid).toBeLessThan(1.2);
  });

  test.each(seeds)('sends no more where their machines are slow to check and write it (seed %i)', (seed) => {
    expect(spread(seed, 500).copies).toBeLessThan(1.1);
  });
});

describe('a source that has sent everything once', () => {
  const blocks = 4;
  let clock: FakeClock;
  let scope: Scope;
  let source: Swarm<string>;
  let said: [string, readonly number[] | 'all'][];

  beforeEach(() => {
    clock = new FakeClock();
    scope = new Scope();
    said = [];
    const held = makeBits(blocks);
    for (let block = 0; block < blocks; block += 1) setBit(held, block);
    source = new Swarm<string>(
      {
        blocks,
        held,
        isSource: true,
        goesToMany: true,
        isReady: () => true,
        clock,
        random: () => 0,
        wire: {
          have: (to, ranges, isWhole) => said.push([to, isWhole ? 'all' : ranges]),
          ask: () => true,
          unask: () => undefined,
          choke: () => undefined,
        },
        upload: { add: () => undefined, remove: () => undefined },
      },
      scope,
    );
    source.setReady(blocks);
    source.join('ben', { isSource: false });
    source.join('cleo', { isSource: false });
    for (const [to, ranges] of [...said]) {
      const [start = 0, count = 0] = ranges === 'all' ? [] : ranges;
      for (let block = start; block < start + count; block += 1) source.sent(to, block);
    }
    said.length = 0;
  });

  afterEach(() => {
    scope.end();
  });

  const heardAll = (): string[] => said.filter(([, what]) => what === 'all').map(([to]) => to);

  test('says to nobody that it has what is on its way to another', async () => {
    await clock.advance(paces.dropSpreadMs - 1);
    expect(said).toEqual([]);
  });

  test('says that it has everything once they said that they have what they were sent', async () => {
    source.heardHave('ben', [0, 2], false);
    source.heardHave('cleo', [2, 1], false);
    expect(heardAll()).toEqual([]);
    source.heardHave('cleo', [3, 1], false);
    expect(heardAll().toSorted()).toEqual(['ben', 'cleo']);
  });

  test('waits no longer than a while for those who keep what they got to themselves', async () => {
    await clock.advance(paces.dropSpreadMs);
    expect(heardAll().toSorted()).toEqual(['ben', 'cleo']);
  });

  test('gives to others at once what went with somebody who left', async () => {
    source.leave('ben');
    expect(heardAll()).toEqual([]);
    const named = said.filter(([to]) => to === 'cleo').flatMap(([, what]) => (what === 'all' ? [] : what));
    expect(named.length).toBeGreaterThan(0);
  });
});
