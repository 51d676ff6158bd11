import { beforeEach, describe, expect, it } from 'vitest';
import { BulkPace } from '#core/bulk/pace';
import { CarriedFlow } from '#core/relay/carried-flow';
import { limits } from '#core/wire/limits';
import { FakeClock } from '#tests/support/fake-clock';

const part = (first: number, length = 1_000): Uint8Array<ArrayBuffer> => new Uint8Array(length).fill(first);

describe('what is carried in one direction', () => {
  let clock: FakeClock;
  let pace: BulkPace;
  let isFull: boolean;
  let out: number[];
  let countedBytes: number;
  let flow: CarriedFlow;

  beforeEach(() => {
    clock = new FakeClock();
    pace = new BulkPace(clock);
    [isFull, out, countedBytes] = [false, [], 0];
    flow = new CarriedFlow({
      pace,
      clock,
      send: ([first = 0]) => !isFull && out.push(first) > 0,
      sent: (bytes) => (countedBytes += bytes),
    });
  });

  it('waits for room in the link, and goes on in its order, each part counted once', () => {
    isFull = true;
    for (const one of [1, 2, 3]) expect(flow.add(part(one))).toBe(true);
    expect([out, countedBytes]).toEqual([[], 0]);
    isFull = false;
    flow.pump();
    expect([out, countedBytes]).toEqual([[1, 2, 3], 3_000]);
  });

  it('takes no more than the bound while the link is full', () => {
    isFull = true;
    const size = 16 * 1024;
    let taken = 0;
    while (flow.add(part(1, size))) taken += size;
    expect(taken).toBeLessThanOrEqual(limits.relayQueueBytes);
    expect(taken).toBeGreaterThan(limits.relayQueueBytes - size);
  });

  it('keeps to the rate that is lent', async () => {
    pace.limitTo(100_000);
    for (let at = 0; at < 400; at += 1) flow.add(part(1));
    const atOnce = out.length;
    expect(atOnce).toBeLessThan(400);
    await clock.advance(1_000);
    expect(out.length - atOnce).toBeGreaterThan(80);
    expect(out.length - atOnce).toBeLessThanOrEqual(110);
  });

  it('sends nothing more once it is over', async () => {
    pace.limitTo(100_000);
    for (let at = 0; at < 400; at += 1) flow.add(part(1));
    const before = out.length;
    flow.end();
    await clock.advance(5_000);
    expect(out.length).toBe(before);
  });
});
