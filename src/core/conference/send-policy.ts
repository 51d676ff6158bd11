// How my pictures go to each member: a pure answer to how many we are, what each looks at, and what the uplink bears.
import type { PeerId } from '#shared/identity';
import type { VideoLimits } from '#core/ports';

/** Kept free for each voice and for each listener to a screen's sound, bit/s, headers among it. */
export const voiceBitsPerSecond = 40_000;
export const screenSoundBitsPerSecond = 104_000;

/** Whoever's camera comes after so many others' sends only a small picture in a room of more than four. */
const fullSenders = 4;

/** Nothing is sent higher, and nobody watches in between: a tile that is resized stays on its step. Bit/s at full rate. */
const videoSteps = [
  { height: 90, bitsPerSecond: 60_000 },
  { height: 180, bitsPerSecond: 150_000 },
  { height: 360, bitsPerSecond: 500_000 },
  { height: 720, bitsPerSecond: 1_500_000 },
] as const;

const screenSteps = [
  { height: 360, bitsPerSecond: 250_000, framesPerSecond: 5 },
  { height: 720, bitsPerSecond: 800_000, framesPerSecond: 10 },
  { height: 1_080, bitsPerSecond: 1_800_000, framesPerSecond: 15 },
] as const;

/** In large rooms only who speaks or is looked at closely moves at the full rate. */
const calm = { framesPerSecond: 8, share: 0.6 } as const;
/** A picture on its step may do with so much of the bits before the step is given up. */
const tightShare = 0.6;
/** So much more than needed must be free before a plan grows, bits to bits. */
const growthMargin = 1.2;
/** A picture shrinks only when the tile is clearly within the smaller step. */
const shrinkAt = 0.9;

export interface Receiver {
  /** How tall my camera's picture and my screen stand there, px; 0 is hidden. */
  readonly video: number;
  readonly screen: number;
}

export interface SendInput {
  /** Whom I have a link with. */
  readonly receivers: ReadonlyMap<PeerId, Receiver>;
  /** In the room, me among them. */
  readonly people: number;
  readonly isCameraOn: boolean;
  readonly isScreenOn: boolean;
  readonly isSpeaker: boolean;
  /** Members with a camera on who come before me, in an order that is the same on all sides. */
  readonly camerasBefore: number;
  /** Kept free for all that is heard of me or through me, over all links. */
  readonly soundBitsPerSecond: number;
  /** What all links together bear, bit/s; null while nothing was found wanting. */
  readonly uplinkBitsPerSecond: number | null;
  /** The plan in force: another one is worth a change only when it is clearly better. */
  readonly previous: SendPlan | null;
}

export type SendPlan = ReadonlyMap<PeerId, { readonly video: VideoLimits; readonly screen: VideoLimits }>;

const paused: VideoLimits = { isSent: false, maxHeight: 0, maxBitsPerSecond: 0, maxFramesPerSecond: 0 };

/**
 * Voices first, then the screen, then my picture: each takes the best rung that fits what the ones before left free. On
 * each rung all receivers step down together; below the last rung it is paused.
 */
export function sendPlan(input: SendInput): SendPlan {
  const { uplinkBitsPerSecond, previous } = input;
  const free = uplinkBitsPerSecond === null ? Infinity : uplinkBitsPerSecond - input.soundBitsPerSecond;
  const screens = firstFitting(screenRungs(input), free, laneBits(previous, 'screen'));
  const videos = firstFitting(videoRungs(input), free - bitsOf(screens), laneBits(previous, 'video'));
  return new Map(
    [...input.receivers.keys()].map((peerId) => [
      peerId,
      { video: videos.get(peerId) ?? paused, screen: screens.get(peerId) ?? paused },
    ]),
  );
}

/** What a plan sends at most, bit/s. */
export function planBits(plan: SendPlan): number {
  return laneBits(plan, 'video') + laneBits(plan, 'screen');
}

type Rung = ReadonlyMap<PeerId, VideoLimits>;

function laneBits(plan: SendPlan | null, lane: 'video' | 'screen'): number {
  let sum = 0;
  for (const limits of plan?.values() ?? []) sum += limits[lane].maxBitsPerSecond;
  return sum;
}

function bitsOf(rung: Rung): number {
  let sum = 0;
  for (const { maxBitsPerSecond } of rung.values()) sum += maxBitsPerSecond;
  return sum;
}

/** The first rung that fits; one that takes more than now must fit with room to spare. */
function firstFitting(rungs: readonly Rung[], free: number, nowBits: number): Rung {
  const fitting = rungs.find((rung) => {
    const bits = bitsOf(rung);
    return bits * (bits > nowBits ? growthMargin : 1) <= free;
  });
  return fitting ?? new Map<PeerId, VideoLimits>();
}

function roomStep(people: number): { height: number; framesPerSecond: number } {
  if (people <= 2) return { height: 720, framesPerSecond: 30 };
  return people <= 4 ? { height: 360, framesPerSecond: 24 } : { height: 180, framesPerSecond: 15 };
}

/** From full size to the smallest, each size also with fewer bits. */
function videoRungs(input: SendInput): readonly Rung[] {
  if (!input.isCameraOn) return [];
  return videoSteps.flatMap((_, drop) => [videoRung(input, drop, 1), videoRung(input, drop, tightShare)]);
}

function videoRung(input: SendInput, drop: number, share: number): Rung {
  const { people, isSpeaker, camerasBefore, previous } = input;
  const room = roomStep(people);
  const rung = new Map<PeerId, VideoLimits>();
  for (const [peerId, { video: watched }] of input.receivers) {
    if (watched <= 0) continue;
    const isFull = people <= 4 || isSpeaker || watched > 180;
    const top = !isFull && camerasBefore >= fullSenders ? 90 : room.height;
    const before = previous?.get(peerId)?.video.maxHeight ?? 0;
    const step = videoSteps[Math.max(0, stepAt(videoSteps, Math.min(top, watched), before) - drop)] ?? videoSteps[0];
    rung.set(peerId, {
      isSent: true,
      maxHeight: step.height,
      maxBitsPerSecond: Math.round(step.bitsPerSecond * share * (isFull ? 1 : calm.share)),
      maxFramesPerSecond: isFull ? room.framesPerSecond : calm.framesPerSecond,
    });
  }
  return rung;
}

function screenRungs(input: SendInput): readonly Rung[] {
  if (!input.isScreenOn) return [];
  return screenSteps.flatMap((_, drop) => [screenRung(input, drop, 1), screenRung(input, drop, tightShare)]);
}

function screenRung({ receivers, people, previous }: SendInput, drop: number, share: number): Rung {
  const top = people <= 4 ? 1_080 : 720;
  const rung = new Map<PeerId, VideoLimits>();
  for (const [peerId, { screen: watched }] of receivers) {
    if (watched <= 0) continue;
    const before = previous?.get(peerId)?.screen.maxHeight ?? 0;
    const step = screenSteps[Math.max(0, stepAt(screenSteps, Math.min(top, watched), before) - drop)] ?? screenSteps[0];
    rung.set(peerId, {
      isSent: true,
      maxHeight: step.height,
      maxBitsPerSecond: Math.round(step.bitsPerSecond * share),
      maxFramesPerSecond: step.framesPerSecond,
    });
  }
  return rung;
}

/** The place of the lowest step that is not below `height`; the one `before` while the tile is barely within a lower one. */
function stepAt(steps: readonly { readonly height: number }[], height: number, before: number): number {
  const fits = (needed: number): number => {
    const at = steps.findIndex((step) => step.height >= needed);
    return at < 0 ? steps.length - 1 : at;
  };
  const at = fits(height);
  const cautious = fits(height / shrinkAt);
  return steps[cautious]?.height === before ? cautious : at;
}
