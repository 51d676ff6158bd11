import { describe, expect, it } from 'vitest';
import {
  freshUplink,
  grown,
  readUplink,
  uplinkRules,
  type UplinkReading,
  type UplinkState,
} from '#core/conference/uplink';

const everyMs = 2_000;
const wanted = 1_600_000;

const link = (planned: number, available: number | null, sent: number | null): UplinkReading => ({
  plannedBitsPerSecond: planned,
  availableBitsPerSecond: available,
  sentBitsPerSecond: sent,
});
const full = link(1_500_000, 400_000, 390_000);
const fine = link(1_500_000, 2_000_000, 1_400_000);

function read(state: UplinkState, links: readonly UplinkReading[], fromMs: number, forMs: number): UplinkState {
  let next = state;
  for (let atMs = fromMs; atMs <= fromMs + forMs; atMs += everyMs) next = readUplink(next, links, wanted, atMs);
  return next;
}

describe('whether the uplink bears what I send', () => {
  it('is not asked in the first seconds, while estimates climb', () => {
    expect(read(freshUplink(0), [full], 0, uplinkRules.graceMs - 1).bitsPerSecond).toBeNull();
    const state = grown(read(freshUplink(0), [full], 0, 8_000), 8_000);
    expect(read(state, [full], 8_000, 5_000).bitsPerSecond).toBeNull();
  });

  it('takes what is measured once the links are used up to it for seconds', () => {
    expect(read(freshUplink(0), [full], 0, 12_000).bitsPerSecond).toBe(400_000);
  });

  it('forgives a dip', () => {
    const dipped = readUplink(read(freshUplink(0), [fine], 0, 20_000), [full], wanted, 22_000);
    expect(read(dipped, [fine], 24_000, 10_000).bitsPerSecond).toBeNull();
  });

  it('takes a low estimate for no evidence where little is sent: a still picture needs no more', () => {
    expect(read(freshUplink(0), [link(1_500_000, 300_000, 150_000)], 0, 60_000).bitsPerSecond).toBeNull();
    expect(read(freshUplink(0), [link(1_500_000, null, null)], 0, 60_000).bitsPerSecond).toBeNull();
    expect(read(freshUplink(0), [], 0, 60_000).bitsPerSecond).toBeNull();
  });

  it('takes one slow receiver among several for no slow uplink', () => {
    const usual = link(540_000, 900_000, 500_000);
    const slow = link(540_000, 100_000, 95_000);
    expect(read(freshUplink(0), [slow, usual, usual], 0, 60_000).bitsPerSecond).toBeNull();
  });

  it('tries more after a wait, and waits longer after each try that failed', () => {
    let state = freshUplink(0);
    const triedAtMs: number[] = [];
    let nowMs = 0;
    for (; nowMs < 300_000; nowMs += everyMs) {
      const isFull = (state.bitsPerSecond ?? Infinity) > 500_000;
      const next = readUplink(state, [isFull ? full : fine], wanted, nowMs);
      const isTry = (next.bitsPerSecond ?? Infinity) > (state.bitsPerSecond ?? Infinity);
      if (isTry) triedAtMs.push(nowMs);
      state = isTry ? grown(next, nowMs) : next;
    }
    const waits = triedAtMs.slice(1).map((atMs, index) => atMs - (triedAtMs[index] ?? 0));
    expect(waits.length).toBeGreaterThan(1);
    expect(waits.every((wait, index) => index === 0 || wait > (waits[index - 1] ?? 0))).toBe(true);
  });

  it('is enough again in the end when the network recovered', () => {
    const short = read(freshUplink(0), [full], 0, 12_000);
    expect(read(short, [fine], 14_000, 120_000).bitsPerSecond).toBeNull();
  });
});
