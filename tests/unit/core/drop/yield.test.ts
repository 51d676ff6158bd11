import { describe, expect, test } from 'vitest';
import { Scope } from '#core/base/scope';
import { PathDelay } from '#core/drop/path-delay';
import { TalkYield, type MeasuredLink } from '#core/drop/talk-yield';
import { YieldPolicy } from '#core/drop/yield-policy';
import { paces } from '#core/wire/paces';
import { FakeClock } from '#tests/support/fake-clock';

/** What a path says each second when it answers so, four times a second. */
function queues(roundTripsMs: readonly number[]): (number | null)[] {
  const path = new PathDelay();
  const told: (number | null)[] = [];
  for (const [at, ms] of roundTripsMs.entries()) {
    path.note(ms, at * 250);
    if (at % 4 === 3) told.push(path.takeQueueMs());
  }
  return told;
}
const seconds = (count: number, ms: number): number[] => Array.from({ length: 4 * count }, () => ms);

describe('the queue on a path', () => {
  test('is what comes on top of the shortest round trip', () => {
    expect(queues([...seconds(2, 80), ...seconds(1, 95)])).toEqual([0, 0, 15]);
  });

  test('is not made of single late answers, as a busy machine gives them', () => {
    expect(queues([20, 20, 20, 90, 300, 250, 20, 75])).toEqual([0, 0]);
  });

  test('is unknown while nothing comes back', () => {
    const path = new PathDelay();
    path.note(20, 0);
    expect(path.takeQueueMs()).toBe(0);
    expect(path.takeQueueMs()).toBeNull();
  });

  test('is gone two minutes after the path itself became longer', () => {
    const told = queues([...seconds(20, 20), ...seconds(160, 120)]);
    expect(told[30]).toBe(100);
    expect(told.at(-1)).toBe(0);
  });
});

describe('a drop that yields to talk', () => {
  test('grows quickly until it meets a queue, back to there quickly too, and beyond ever bolder', () => {
    const policy = new YieldPolicy();
    const growth = (): number => {
      const before = policy.bytesPerSecond;
      policy.note(0);
      return policy.bytesPerSecond / before;
    };
    for (let step = 0; step < 8; step += 1) expect(growth()).toBeCloseTo(1.4);
    const met = policy.bytesPerSecond;
    policy.note(1_000);
    expect(policy.bytesPerSecond).toBe(met / 2);
    expect(growth()).toBeCloseTo(1.4);
    while (policy.bytesPerSecond < 0.85 * met) growth();
    const [near, later] = [growth(), Array.from({ length: 6 }, growth).at(-1)];
    expect(near).toBeLessThan(1.12);
    expect(later).toBeGreaterThan(1.3);
  });

  test('stays as it is at the queue it aims at, and halves at a long one', () => {
    const policy = new YieldPolicy();
    policy.note(paces.dropDelayAimMs);
    expect(policy.bytesPerSecond).toBe(paces.dropYieldStartBytesPerSecond);
    policy.note(1_000);
    expect(policy.bytesPerSecond).toBe(paces.dropYieldStartBytesPerSecond / 2);
  });

  test('never stops altogether', () => {
    const policy = new YieldPolicy();
    for (let step = 0; step < 50; step += 1) policy.lost();
    expect(policy.bytesPerSecond).toBe(paces.dropYieldMinBytesPerSecond);
  });

  test('fills most of a line beside talk, with a short queue', () => {
    const lineBytesPerSecond = 1_000_000;
    const policy = new YieldPolicy();
    let queueMs = 0;
    const seen: { queueMs: number; bytesPerSecond: number }[] = [];
    for (let step = 0; step < 600; step += 1) {
      // What does not go through in half a second waits, up to a buffer of two seconds.
      const excess = (policy.bytesPerSecond - lineBytesPerSecond) / lineBytesPerSecond;
      queueMs = Math.min(2_000, Math.max(0, queueMs + excess * 500));
      policy.note(queueMs);
      if (step >= 60) seen.push({ queueMs, bytesPerSecond: Math.min(lineBytesPerSecond, policy.bytesPerSecond) });
    }
    const mean = (of: (one: (typeof seen)[number]) => number): number =>
      seen.reduce((sum, one) => sum + of(one), 0) / seen.length;
    expect(mean(({ bytesPerSecond }) => bytesPerSecond)).toBeGreaterThan(0.7 * lineBytesPerSecond);
    expect(mean((one) => one.queueMs)).toBeLessThan(25);
    expect(Math.max(...seen.map((one) => one.queueMs))).toBeLessThan(150);
  });
});

/** A drop beside talk over one busy link that takes so long to answer a ping. */
class Beside {
  readonly clock = new FakeClock();
  readonly scope = new Scope();
  bytesPerSecond = 0;
  pings = 0;

  constructor(answerMs: (ping: number) => number, changed: () => void = () => undefined) {
    const link: MeasuredLink = {
      upload: { isBusy: true },
      ping: (serial) => {
        this.clock.after(answerMs(this.pings), () => talk.ponged(link, serial));
        this.pings += 1;
        return true;
      },
    };
    const yieldTo = (bytesPerSecond: number | null): void => {
      changed();
      this.bytesPerSecond = bytesPerSecond ?? Infinity;
    };
    const { clock, scope } = this;
    const talk = new TalkYield({ clock, pace: { yieldTo }, isTalking: () => true, links: () => [link], scope });
  }
}

/** What a drop does to a line that holds back up to two seconds, from the 20th second to the 120th. */
async function overLine(lineBytesPerSecond: number, roundTripMs: number) {
  let [queueMs, atMs, filledMs, areaMs, longestMs, isSettled] = [0, 0, 0, 0, 0, false];
  const flow = (): void => {
    const forMs = beside.clock.now() - atMs;
    const before = queueMs;
    atMs += forMs;
    const share = beside.bytesPerSecond / lineBytesPerSecond;
    queueMs = Math.min(2_000, Math.max(0, queueMs + (share - 1) * forMs));
    if (!isSettled) return;
    filledMs += before > 0 ? forMs : Math.min(1, share) * forMs;
    areaMs += (forMs * (before + queueMs)) / 2;
    longestMs = Math.max(longestMs, queueMs);
  };
  const answerMs = (): number => {
    flow();
    return roundTripMs + queueMs;
  };
  const beside: Beside = new Beside(answerMs, flow);
  atMs = beside.clock.now();
  await beside.clock.advance(20_000);
  flow();
  isSettled = true;
  await beside.clock.advance(100_000);
  flow();
  beside.scope.end();
  return { filled: filledMs / 100_000, meanQueueMs: areaMs / 100_000, longestQueueMs: longestMs };
}

describe('the path of a drop beside talk', () => {
  test.each([
    { mbps: 4, roundTripMs: 1 },
    { mbps: 4, roundTripMs: 80 },
    { mbps: 80, roundTripMs: 1 },
    { mbps: 80, roundTripMs: 80 },
  ])(
    'is nearly filled, and stays short: $mbps Mbit/s, $roundTripMs ms there and back',
    async ({ mbps, roundTripMs }) => {
      const { filled, meanQueueMs, longestQueueMs } = await overLine(mbps * 125_000, roundTripMs);
      expect(filled).toBeGreaterThan(0.93);
      expect(meanQueueMs).toBeLessThan(30);
      expect(longestQueueMs).toBeLessThan(200);
    },
  );

  test('is asked again before a queue on it is believed: three late answers of four slow nothing down', async () => {
    const beside = new Beside((ping) => (ping % 4 === 0 ? 1 : 60));
    await beside.clock.advance(10_000);
    expect(beside.bytesPerSecond).toBeGreaterThan(20 * 2 ** 20);
  });

  test('is believed to hold a queue when every answer of a while is late, and asked no more often than that', async () => {
    const beside = new Beside((ping) => (ping < 2 ? 1 : 60));
    await beside.clock.advance(600);
    const before = beside.bytesPerSecond;
    await beside.clock.advance(1_000);
    expect(beside.bytesPerSecond).toBeLessThan(0.6 * before);
    expect(beside.pings).toBeLessThan(1.6 * 22);
  });

  test('that is no shorter however slow it goes is not filled by the drop, which goes on', async () => {
    const beside = new Beside((ping) => (ping < 2 ? 1 : 60));
    await beside.clock.advance(20_000);
    expect(beside.bytesPerSecond).toBeGreaterThan(20 * 2 ** 20);
  });

  test('of a machine that has too much to do, and answers late always but never the same, does not stop the drop', async () => {
    let state = 1;
    const lateness = (): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return 60 * (state / 2 ** 32);
    };
    const beside = new Beside((ping) => (ping < 8 ? 1 : 20 + lateness()));
    const seen: number[] = [];
    for (let second = 0; second < 60; second += 1) {
      await beside.clock.advance(1_000);
      seen.push(beside.bytesPerSecond);
    }
    expect(seen.sort((a, b) => a - b)[30]).toBeGreaterThan(2 ** 20);
  });

  test('that answers nothing for two seconds halves the rate, and again after that', async () => {
    const beside = new Beside((ping) => (ping === 0 ? 1 : Infinity));
    await beside.clock.advance(500);
    const before = beside.bytesPerSecond;
    await beside.clock.advance(5_000);
    expect(beside.bytesPerSecond).toBe(before / 4);
  });
});
