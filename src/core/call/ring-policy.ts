// How often a person may ring: who is not answered three times in five minutes rests for fifteen.
import type { PeerId } from '#shared/identity';
import { limits } from '#core/wire/limits';

interface Rings {
  readonly lastAtMs: number;
  /** When rings ended unanswered lately. */
  readonly unansweredAtMs: readonly number[];
  readonly pausedUntilMs: number;
}

export type RingLog = ReadonlyMap<PeerId, Rings>;

const none: Rings = { lastAtMs: -Infinity, unansweredAtMs: [], pausedUntilMs: -Infinity };

export function mayRing(log: RingLog, peerId: PeerId, nowMs: number): boolean {
  const rings = log.get(peerId) ?? none;
  return nowMs >= rings.pausedUntilMs && nowMs - rings.lastAtMs >= limits.ringsPerContactMs;
}

export function noteRing(log: RingLog, peerId: PeerId, nowMs: number): RingLog {
  return new Map(log).set(peerId, { ...(log.get(peerId) ?? none), lastAtMs: nowMs });
}

export function noteUnanswered(log: RingLog, peerId: PeerId, nowMs: number): RingLog {
  const rings = log.get(peerId) ?? none;
  const unansweredAtMs = [...rings.unansweredAtMs.filter((atMs) => nowMs - atMs < limits.unansweredWindowMs), nowMs];
  const isPaused = unansweredAtMs.length >= limits.unansweredRings;
  return new Map(log).set(peerId, {
    lastAtMs: rings.lastAtMs,
    unansweredAtMs: isPaused ? [] : unansweredAtMs,
    pausedUntilMs: isPaused ? nowMs + limits.unansweredPauseMs : rings.pausedUntilMs,
  });
}

/** I answered or called them: they are welcome again. */
export function forgive(log: RingLog, peerId: PeerId): RingLog {
  const rest = new Map(log);
  rest.delete(peerId);
  return rest;
}
