// Who has earned the floor: a pure step over the loudness of all. It moves only when it is given (see floor.ts).
import type { PeerId } from '#shared/identity';

export const speakerRules = {
  /** Below this nobody speaks; 0-1, about -40 dB. */
  voiceLevel: 0.01,
  /** Loudness follows its source with these time constants. */
  riseMs: 80,
  fallMs: 300,
  /** Somebody is taken for the next speaker after speaking so long. */
  attackMs: 300,
  /** A pause that does not yet give the floor away. */
  holdMs: 1_500,
  /** So much louder than the speaker must be who interrupts them; 6 dB. */
  margin: 2,
} as const;

interface Voice {
  /** Smoothed loudness, 0-1. */
  readonly level: number;
  /** How long they have been speaking; pauses count back. */
  readonly voicedMs: number;
}

export interface SpeakerState {
  /** Stays when all fall silent; null while nobody has spoken. */
  readonly speaker: PeerId | null;
  readonly atMs: number;
  readonly voices: ReadonlyMap<PeerId, Voice>;
  /** How loud the speaker was when they last spoke, and when that was. */
  readonly heldLevel: number;
  readonly spokeAtMs: number;
  readonly challenger: PeerId | null;
  readonly challengerSinceMs: number;
  /** Has earned the floor by what is heard here. */
  readonly next: PeerId | null;
}

export function noSpeaker(nowMs: number): SpeakerState {
  return {
    speaker: null,
    atMs: nowMs,
    voices: new Map(),
    heldLevel: 0,
    spokeAtMs: -Infinity,
    challenger: null,
    challengerSinceMs: nowMs,
    next: null,
  };
}

/** `levels` has everybody who is there, 0-1. Who is not in it is gone, and speaker no more. */
export function hear(state: SpeakerState, levels: ReadonlyMap<PeerId, number>, nowMs: number): SpeakerState {
  const voices = follow(state, levels, nowMs);
  const { speaker, heldLevel, spokeAtMs } = floorOf(state, voices, levels, nowMs);
  const holdsFloor = nowMs - spokeAtMs < speakerRules.holdMs;
  const needed = Math.max(speakerRules.voiceLevel, holdsFloor ? heldLevel * speakerRules.margin : 0);

  const challenger = loudestOf(voices, speaker, needed);
  const challengerSinceMs = challenger === state.challenger ? state.challengerSinceMs : nowMs;
  const voice = challenger === null ? undefined : voices.get(challenger);
  const hasAttacked = nowMs - challengerSinceMs >= speakerRules.attackMs;
  const isEarned = voice !== undefined && hasAttacked && voice.voicedMs >= speakerRules.attackMs;
  const next = isEarned ? challenger : null;
  return { speaker, atMs: nowMs, voices, heldLevel, spokeAtMs, challenger, challengerSinceMs, next };
}

/**
 * Whether I may take the floor: by what I hear I am next; or nobody holds it and I have been speaking twice as long as is needed,
 * for two whose meters differ may each take the other for louder.
 */
export function mayTake(state: SpeakerState, self: PeerId, nowMs: number): boolean {
  if (state.next === self) return true;
  const isFree = nowMs - state.spokeAtMs >= speakerRules.holdMs;
  return isFree && state.speaker !== self && (state.voices.get(self)?.voicedMs ?? 0) >= 2 * speakerRules.attackMs;
}

/** Whether somebody was heard in the last moments. */
export function isHeard({ voices }: SpeakerState, peerId: PeerId): boolean {
  return (voices.get(peerId)?.voicedMs ?? 0) > 0;
}

/** The floor goes to somebody, or back to nobody. */
export function give(state: SpeakerState, speaker: PeerId | null, nowMs: number): SpeakerState {
  if (speaker === state.speaker) return state;
  const heldLevel = (speaker === null ? undefined : state.voices.get(speaker)?.level) ?? 0;
  const spokeAtMs = speaker === null ? -Infinity : nowMs;
  return { ...state, speaker, heldLevel, spokeAtMs, challenger: null, challengerSinceMs: nowMs, next: null };
}

/** The speaker until now, unless they left, and when and how loud they last spoke. */
function floorOf(
  { speaker, heldLevel, spokeAtMs }: SpeakerState,
  voices: ReadonlyMap<PeerId, Voice>,
  levels: ReadonlyMap<PeerId, number>,
  nowMs: number,
): Pick<SpeakerState, 'speaker' | 'heldLevel' | 'spokeAtMs'> {
  const voice = speaker === null ? undefined : voices.get(speaker);
  if (speaker === null || !voice) return { speaker: null, heldLevel: 0, spokeAtMs: -Infinity };
  if (!isVoice(levels.get(speaker) ?? 0)) return { speaker, heldLevel, spokeAtMs };
  return { speaker, heldLevel: voice.level, spokeAtMs: nowMs };
}

const isVoice = (level: number): boolean => level >= speakerRules.voiceLevel;

function follow(
  { voices, atMs }: SpeakerState,
  levels: ReadonlyMap<PeerId, number>,
  nowMs: number,
): ReadonlyMap<PeerId, Voice> {
  const passedMs = Math.max(0, nowMs - atMs);
  const next = new Map<PeerId, Voice>();
  for (const [peerId, claimed] of levels) {
    const heard = Number.isFinite(claimed) ? Math.min(1, Math.max(0, claimed)) : 0;
    const { level, voicedMs } = voices.get(peerId) ?? { level: 0, voicedMs: 0 };
    const constantMs = heard > level ? speakerRules.riseMs : speakerRules.fallMs;
    next.set(peerId, {
      level: heard + (level - heard) * Math.exp(-passedMs / constantMs),
      voicedMs: isVoice(heard)
        ? Math.min(2 * speakerRules.attackMs, voicedMs + passedMs)
        : Math.max(0, voicedMs - passedMs),
    });
  }
  return next;
}

/** The loudest but the speaker, if at least `needed` loud; among equals the lowest id. */
function loudestOf(voices: ReadonlyMap<PeerId, Voice>, speaker: PeerId | null, needed: number): PeerId | null {
  let first: PeerId | null = null;
  let most = needed;
  for (const [peerId, { level }] of voices) {
    if (peerId === speaker || level < most) continue;
    if (first !== null && level === most && peerId > first) continue;
    first = peerId;
    most = level;
  }
  return first;
}
