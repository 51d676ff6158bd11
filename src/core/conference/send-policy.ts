// How my pictures go to each member: a pure answer to how many we are, what each looks at, and what the uplink bears.
import type { PeerId } from '#shared/identity';
import type { VideoLimits } from '#core/ports';

/** Kept free for each voice and for each listener to a screen's sound, bit/s, headers among it. */
export const voiceBitsPerSecond = 40_000;
export const screenSoundBitsPerSecond = 104_000;

/** Whoever's camera comes after so many others' sends only a small picture in a room of more than four. */
const fullSenders = 4;

interface Step {
  readonly height: number;
  /** At the full rate. */
  readonly bitsPerSecond: number;
}

interface ScreenStep extends Step {
  readonly framesPerSecond: number;
}

type Steps<S extends Step = Step> = readonly [S, ...S[]];

/** Nothing is sent higher, and nobody watches in between: a tile that is resized stays on its step. */
const videoSteps: Steps = [
  { height: 90, bitsPerSecond: 60_000 },
  { height: 180, bitsPerSecond: 150_000 },
  { height: 360, bitsPerSecond: 500_000 },
  { height: 720, bitsPerSecond: 1_500_000 },
];

const screenSteps: Steps<ScreenStep> = [
  { height: 360, bitsPerSecond: 250_000, framesPerSecond: 5 },
  { height: 720, bitsPerSecond: 800_000, framesPerSecond: 10 },
  { height: 1_080, bitsPerSecond: 1_800_000, framesPerSecond: 15 },
];

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

interface Sent {
  readonly video: VideoLimits;
  readonly screen: VideoLimits;
  /** How tall each would be sent if the uplink bore it, px. */
  readonly fitting: Receiver;
}

export type SendPlan = ReadonlyMap<PeerId, Sent>;

const paused: VideoLimits = { isSent: false, maxHeight: 0, maxBitsPerSecond: 0, maxFramesPerSecond: 0 };

/**
 * Voices first, then the screen, then my picture: each takes the best rung that fits what the ones before left free. On
 * each rung all receivers step down together; below the last rung it is paused.
 */
export function sendPlan(input: SendInput): SendPlan {
  const { receivers, uplinkBitsPerSecond, previous } = input;
  const fitting = new Map([...receivers].map(([peerId, watched]) => [peerId, fittingFor(input, peerId, watched)]));
  const free = uplinkBitsPerSecond === null ? Infinity : uplinkBitsPerSecond - input.soundBitsPerSecond;
  const screens = firstFitting(screenRungs(input, fitting), free, laneBits(previous, 'screen'));
  const videos = firstFitting(videoRungs(input, fitting), free - bitsOf(screens), laneBits(previous, 'video'));
  return new Map(
    [...fitting].map(([peerId, heights]) => [
      peerId,
      { video: videos.get(peerId) ?? paused, screen: screens.get(peerId) ?? paused, fitting: heights },
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

/** In a large room whoever is looked at closely, or speaks, is sent in full. */
const isFull = ({ people, isSpeaker }: SendInput, watched: number): boolean =>
  people <= 4 || isSpeaker || watched > 180;

/** What suits the tile and the room, whatever the uplink bears: what was dropped for want of bits is no step of before. */
function fittingFor(input: SendInput, peerId: PeerId, watched: Receiver): Receiver {
  const { people, camerasBefore, previous } = input;
  const before = previous?.get(peerId)?.fitting;
  const isSmall = !isFull(input, watched.video) && camerasBefore >= fullSenders;
  return {
    video: heightFor(videoSteps, watched.video, isSmall ? 90 : roomStep(people).height, before?.video),
    screen: heightFor(screenSteps, watched.screen, people <= 4 ? 1_080 : 720, before?.screen),
  };
}

type Fitting = ReadonlyMap<PeerId, Receiver>;

/** From full size to the smallest, each size also with fewer bits. */
function videoRungs(input: SendInput, fitting: Fitting): readonly Rung[] {
  if (!input.isCameraOn) return [];
  return videoSteps.flatMap((_, drop) => [
    videoRung(input, fitting, drop, 1),
    videoRung(input, fitting, drop, tightShare),
  ]);
}

function videoRung(input: SendInput, fitting: Fitting, drop: number, share: number): Rung {
  const room = roomStep(input.people);
  const rung = new Map<PeerId, VideoLimits>();
  for (const [peerId, { video: watched }] of input.receivers) {
    if (watched <= 0) continue;
    const step = below(videoSteps, fitting.get(peerId)?.video, drop);
    const isCalm = !isFull(input, watched);
    rung.set(peerId, {
      isSent: true,
      maxHeight: step.height,
      maxBitsPerSecond: Math.round(step.bitsPerSecond * share * (isCalm ? calm.share : 1)),
      maxFramesPerSecond: isCalm ? calm.framesPerSecond : room.framesPerSecond,
    });
  }
  return rung;
}

function screenRungs(input: SendInput, fitting: Fitting): readonly Rung[] {
  if (!input.isScreenOn) return [];
  return screenSteps.flatMap((_, drop) => [
    screenRung(input, fitting, drop, 1),
    screenRung(input, fitting, drop, tightShare),
  ]);
}

function screenRung({ receivers }: SendInput, fitting: Fitting, drop: number, share: number): Rung {
  const rung = new Map<PeerId, VideoLimits>();
  for (const [peerId, { screen: watched }] of receivers) {
    if (watched <= 0) continue;
    const step = below(screenSteps, fitting.get(peerId)?.screen, drop);
    rung.set(peerId, {
      isSent: true,
      maxHeight: step.height,
      maxBitsPerSecond: Math.round(step.bitsPerSecond * share),
      maxFramesPerSecond: step.framesPerSecond,
    });
  }
  return rung;
}

/** The step `drop` places below the one of `height`, or the lowest. */
function below<S extends Step>(steps: Steps<S>, height: number | undefined, drop: number): S {
  const at = steps.findIndex((step) => step.height === height);
  return steps[Math.max(0, at - drop)] ?? steps[0];
}

/** The lowest step that is not below what is watched; the one `before` while the tile is barely within a lower one. */
function heightFor(steps: Steps, watched: number, top: number, before = 0): number {
  const fits = (needed: number): number => steps.find(({ height }) => height >= Math.min(top, needed))?.height ?? top;
  return fits(watched / shrinkAt) === before ? before : fits(watched);
}
