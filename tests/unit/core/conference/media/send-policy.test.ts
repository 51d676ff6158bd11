import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PeerId } from '#shared/identity';
import {
  planBits,
  sendPlan,
  voiceBitsPerSecond,
  type Receiver,
  type SendInput,
  type SendPlan,
} from '#core/conference/send-policy';
import { person } from './some-people';

const big: Receiver = { video: 1_080, screen: 0 };

function input(receivers: readonly Receiver[], more: Partial<SendInput> = {}): SendInput {
  return {
    receivers: new Map(receivers.map((receiver, at) => [person(at), receiver])),
    people: receivers.length + 1,
    isCameraOn: true,
    isScreenOn: false,
    isSpeaker: false,
    camerasBefore: 0,
    soundBitsPerSecond: receivers.length * voiceBitsPerSecond,
    uplinkBitsPerSecond: null,
    previous: null,
    ...more,
  };
}
const videoTo = (plan: SendPlan, at = 0) => plan.get(person(at))?.video;
const screenTo = (plan: SendPlan, at = 0) => plan.get(person(at))?.screen;
const tiles = (count: number, video: number): Receiver[] => Array<Receiver>(count).fill({ video, screen: 0 });

describe('how large my picture goes', () => {
  it.each([
    [2, 720, 30],
    [3, 360, 24],
    [4, 360, 24],
  ])('in a room of %i it is %ip at %i pictures a second', (count, height, rate) => {
    const video = videoTo(sendPlan(input(tiles(count - 1, 1_080))));
    expect(video).toMatchObject({ isSent: true, maxHeight: height, maxFramesPerSecond: rate });
  });

  it('beyond four it is 180p, and moves fully only from the speaker or to who looks closely', () => {
    const asOne = videoTo(sendPlan(input(tiles(5, 160))));
    expect(asOne).toMatchObject({ maxHeight: 180, maxFramesPerSecond: 8 });
    const asSpeaker = videoTo(sendPlan(input(tiles(5, 160), { isSpeaker: true })));
    expect(asSpeaker).toMatchObject({ maxHeight: 180, maxFramesPerSecond: 15 });
    const pinned = sendPlan(input([big, ...tiles(4, 160)]));
    expect(videoTo(pinned, 0)).toMatchObject({ maxHeight: 180, maxFramesPerSecond: 15 });
    expect(videoTo(pinned, 1)).toMatchObject({ maxHeight: 180, maxFramesPerSecond: 8 });
  });

  it('is the smallest of all from the fifth camera on, but from the speaker', () => {
    const fifth = { camerasBefore: 4 };
    expect(videoTo(sendPlan(input(tiles(5, 160), fifth)))?.maxHeight).toBe(90);
    expect(videoTo(sendPlan(input(tiles(5, 160), { ...fifth, isSpeaker: true })))?.maxHeight).toBe(180);
    expect(videoTo(sendPlan(input([big, ...tiles(4, 160)], fifth)))?.maxHeight).toBe(180);
  });

  it.each([
    [1, 90],
    [90, 90],
    [91, 180],
    [200, 360],
    [361, 720],
  ])('goes to a tile of %i px at %ip', (watched, height) => {
    expect(videoTo(sendPlan(input(tiles(1, watched))))?.maxHeight).toBe(height);
  });

  it('is not sent to who does not look, nor without a camera', () => {
    const plan = sendPlan(input([{ video: 0, screen: 0 }, big]));
    expect(videoTo(plan, 0)?.isSent).toBe(false);
    expect(videoTo(plan, 1)?.isSent).toBe(true);
    expect(planBits(sendPlan(input([big], { isCameraOn: false })))).toBe(0);
  });

  it('keeps its size while a tile moves about the edge of a step', () => {
    const first = sendPlan(input(tiles(2, 185)));
    const jitter = sendPlan(input(tiles(2, 178), { previous: first }));
    expect(videoTo(jitter)?.maxHeight).toBe(360);
    expect(videoTo(sendPlan(input(tiles(2, 160), { previous: jitter })))?.maxHeight).toBe(180);
  });
});

describe('how large my screen goes', () => {
  it('is sharp for who opened it, and not sent to the others', () => {
    const plan = sendPlan(
      input(
        [
          { video: 100, screen: 1_440 },
          { video: 100, screen: 0 },
        ],
        { isScreenOn: true },
      ),
    );
    expect(screenTo(plan, 0)).toMatchObject({ isSent: true, maxHeight: 1_080 });
    expect(screenTo(plan, 1)?.isSent).toBe(false);
  });

  it('comes before my picture when there is not room for both', () => {
    const plan = sendPlan(
      input([{ video: 720, screen: 1_080 }], { isScreenOn: true, uplinkBitsPerSecond: 2_000_000, people: 2 }),
    );
    expect(screenTo(plan)?.maxHeight).toBe(1_080);
    expect(videoTo(plan)?.maxHeight).toBeLessThan(720);
  });
});

describe('a short uplink', () => {
  it('takes bits first, then steps, then the picture, but never the voices', () => {
    const at = (bits: number) => videoTo(sendPlan(input(tiles(3, 360), { uplinkBitsPerSecond: bits })));
    expect(at(3_000_000)).toMatchObject({ maxHeight: 360, maxBitsPerSecond: 500_000 });
    expect(at(1_300_000)).toMatchObject({ maxHeight: 360, maxBitsPerSecond: 300_000 });
    expect(at(700_000)).toMatchObject({ maxHeight: 180 });
    expect(at(350_000)).toMatchObject({ maxHeight: 90 });
    expect(at(3 * voiceBitsPerSecond + 50_000)?.isSent).toBe(false);
    expect(at(0)?.isSent).toBe(false);
  });

  it('steps down with all receivers together', () => {
    const plan = sendPlan(input(tiles(3, 360), { uplinkBitsPerSecond: 700_000 }));
    expect(new Set([...plan.values()].map(({ video }) => video.maxHeight))).toEqual(new Set([180]));
  });

  it('grows again only with room to spare', () => {
    const small = sendPlan(input(tiles(1, 720), { uplinkBitsPerSecond: 900_000 }));
    expect(videoTo(small)?.maxHeight).toBe(360);
    const barely = sendPlan(input(tiles(1, 720), { uplinkBitsPerSecond: 1_000_000, previous: small }));
    expect(videoTo(barely)?.maxHeight).toBe(360);
    const plenty = sendPlan(input(tiles(1, 720), { uplinkBitsPerSecond: 1_200_000, previous: small }));
    expect(videoTo(plenty)?.maxHeight).toBe(720);
  });
});

const receiver = fc.record({ video: fc.nat(2_000), screen: fc.nat(2_000) });
const anyInput: fc.Arbitrary<SendInput> = fc
  .record({
    receivers: fc.array(receiver, { minLength: 1, maxLength: 11 }),
    isCameraOn: fc.boolean(),
    isScreenOn: fc.boolean(),
    isSpeaker: fc.boolean(),
    camerasBefore: fc.nat(11),
    uplinkBitsPerSecond: fc.option(fc.nat(12_000_000)),
  })
  .map(({ receivers, ...more }) => input(receivers, more));

const stepped = (steps: readonly number[], watched: number): number =>
  steps.find((step) => step >= watched) ?? steps.at(-1) ?? 0;

describe('every plan', () => {
  it('answers for each receiver, and is never taller than what they look at', () => {
    fc.assert(
      fc.property(anyInput, (given) => {
        const plan = sendPlan(given);
        expect([...plan.keys()]).toEqual([...given.receivers.keys()]);
        for (const [peerId, { video, screen }] of plan) {
          const watched = given.receivers.get(peerId) ?? big;
          expect(video.isSent && watched.video === 0).toBe(false);
          expect(screen.isSent && watched.screen === 0).toBe(false);
          expect(video.maxHeight).toBeLessThanOrEqual(stepped([90, 180, 360, 720], watched.video));
          expect(screen.maxHeight).toBeLessThanOrEqual(stepped([360, 720, 1_080], watched.screen));
          expect(video.maxFramesPerSecond).toBeLessThanOrEqual(30);
          if (video.isSent) expect(Math.min(video.maxHeight, video.maxBitsPerSecond)).toBeGreaterThan(0);
        }
      }),
    );
  });

  it('leaves room for the voices in what the uplink bears', () => {
    fc.assert(
      fc.property(anyInput, (given) => {
        const { uplinkBitsPerSecond, soundBitsPerSecond } = given;
        if (uplinkBitsPerSecond === null) return;
        const free = Math.max(0, uplinkBitsPerSecond - soundBitsPerSecond);
        expect(planBits(sendPlan(given))).toBeLessThanOrEqual(free);
      }),
    );
  });

  it('stays as it is while nothing changes', () => {
    fc.assert(
      fc.property(anyInput, anyInput, (before, given) => {
        const first = sendPlan({ ...given, previous: sendPlan(before) });
        expect(sendPlan({ ...given, previous: first })).toEqual(first);
      }),
      { numRuns: 1_000 },
    );
  });

  it('changes at most once while the uplink wavers by 8 %', () => {
    const wavering = fc.array(fc.double({ min: 0.92, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(anyInput, fc.integer({ min: 50_000, max: 6_000_000 }), wavering, (given, base, factors) => {
        const onlyVideo = { ...given, isScreenOn: false };
        const free = (factor: number): number => onlyVideo.soundBitsPerSecond + base * factor;
        let previous = sendPlan({ ...onlyVideo, uplinkBitsPerSecond: free(1), previous: null });
        let changes = 0;
        for (const factor of factors) {
          const next = sendPlan({ ...onlyVideo, uplinkBitsPerSecond: free(factor), previous });
          if (planBits(next) !== planBits(previous)) changes += 1;
          previous = next;
        }
        expect(changes).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('never sends less for a better uplink', () => {
    fc.assert(
      fc.property(anyInput, fc.nat(8_000_000), fc.nat(4_000_000), (given, bits, more) => {
        const onlyVideo = { ...given, isScreenOn: false };
        const less = planBits(sendPlan({ ...onlyVideo, uplinkBitsPerSecond: bits }));
        expect(planBits(sendPlan({ ...onlyVideo, uplinkBitsPerSecond: bits + more }))).toBeGreaterThanOrEqual(less);
      }),
    );
  });

  it('answers for nobody with nothing', () => {
    expect(sendPlan({ ...input([]), receivers: new Map<PeerId, Receiver>() }).size).toBe(0);
  });
});
