// Sessions this side began: their ids were fresh and secret, so whatever arrives in them answers, whatever the clocks say.
import type { PeerId } from '#shared/identity';
import type { SessionId } from '#shared/signal';
import { serviceLimits as limits } from '#main/services/service-limits';

export class OwnSessions {
  readonly #startedAtMs = new Map<string, number>();

  /** Counts from the first signal sent in the session; later ones do not prolong it. */
  add(peerId: PeerId, session: SessionId, nowMs: number): void {
    const key = `${peerId}/${session}`;
    if (this.#startedAtMs.has(key)) return;
    this.#startedAtMs.set(key, nowMs);
    for (const oldest of this.#startedAtMs.keys()) {
      if (this.#startedAtMs.size <= limits.ownSessions && !this.#isOver(oldest, nowMs)) break;
      this.#startedAtMs.delete(oldest);
    }
  }

  has(peerId: PeerId, session: SessionId, nowMs: number): boolean {
    const key = `${peerId}/${session}`;
    return this.#startedAtMs.has(key) && !this.#isOver(key, nowMs);
  }

  #isOver(key: string, nowMs: number): boolean {
    return Math.abs(nowMs - (this.#startedAtMs.get(key) ?? 0)) > limits.ownSessionMs;
  }
}
