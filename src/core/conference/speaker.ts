// Who holds the floor: a pure step over the loudness of all, so that every side that hears the same names the same person.
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

export interface SpeakerState {
  /** Stays when all fall silent; null while nobody has spoken. */
  readonly speaker: PeerId | null;
  readonly atMs: number;
  /** Smoothed loudness of each. */
  readonly loudness: ReadonlyMap<PeerId, number>;
  /** How loud the speaker was when they last spoke, and when that was. */
  readonly heldLevel: number;
  readonly spokeAtMs: number;
  readonly challenger: PeerId | null;
  readonly challengerSinceMs: number;
}

export function noSpeaker(nowMs: number): SpeakerState {
  return {
    speaker: null,
    atMs: nowMs,
    loudness: new Map(),
    heldLevel: 0,
    spokeAtMs: -Infinity,
    challenger: null,
    challengerSinceMs: nowMs,
  };
}

/** `levels` has everybody who is there, 0-1. Who is not in it is gone, and speaker no more. */
export function hear(state: SpeakerState, levels: ReadonlyMap<PeerId, number>, nowMs: number): SpeakerState {
  const loudness = smoothed(state, levels, nowMs);
  const speaker = state.speaker !== null && loudness.has(state.speaker) ? state.speaker : null;
  const now = speaker === null ? 0 : (loudness.get(speaker) ?? 0);
  const speaks = now >= speakerRules.voiceLevel;
  const spokeAtMs = speaker === null ? -Infinity : speaks ? nowMs : state.spokeAtMs;
  const heldLevel = speaker === null ? 0 : speaks ? now : state.heldLevel;
  const holdsFloor = nowMs - spokeAtMs < speakerRules.holdMs;

  const needed = Math.max(speakerRules.voiceLevel, holdsFloor ? heldLevel * speakerRules.margin : 0);
  const challenger = loudestOf(loudness, speaker, needed);
  const challengerSinceMs = challenger === state.challenger ? state.challengerSinceMs : nowMs;
  const next = { atMs: nowMs, loudness };
  if (challenger !== null && nowMs - challengerSinceMs >= speakerRules.attackMs) {
    const level = loudness.get(challenger) ?? 0;
    return {
      ...next,
      speaker: challenger,
      heldLevel: level,
      spokeAtMs: nowMs,
      challenger: null,
      challengerSinceMs: nowMs,
    };
  }
  return { ...next, speaker, heldLevel, spokeAtMs, challenger, challengerSinceMs };
}

function smoothed(
  state: SpeakerState,
  levels: ReadonlyMap<PeerId, number>,
  nowMs: number,
): ReadonlyMap<PeerId, number> {
  const passedMs = Math.max(0, nowMs - state.atMs);
  const next = new Map<PeerId, number>();
  for (const [peerId, level] of levels) {
    const before = state.loudness.get(peerId) ?? 0;
    const heard = Number.isFinite(level) ? Math.min(1, Math.max(0, level)) : 0;
    const constantMs = heard > before ? speakerRules.riseMs : speakerRules.fallMs;
    next.set(peerId, heard + (before - heard) * Math.exp(-passedMs / constantMs));
  }
  return next;
}

/** The loudest but the speaker, if at least `needed` loud; among equals the lowest id. */
function loudestOf(loudness: ReadonlyMap<PeerId, number>, speaker: PeerId | null, needed: number): PeerId | null {
  let first: PeerId | null = null;
  let most = needed;
  for (const [peerId, level] of loudness) {
    if (peerId === speaker || level < most) continue;
    if (first !== null && level === most && peerId > first) continue;
    first = peerId;
    most = level;
  }
  return first;
}
