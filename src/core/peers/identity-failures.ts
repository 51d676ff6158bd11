// Counts proofs that failed per person; too many, and that person is left alone for a while.
import type { PeerId } from '#shared/identity';
import { limits } from '#core/wire/limits';

interface Count {
  readonly failures: number;
  readonly lastAtMs: number;
}

export class IdentityFailures {
  readonly #counts = new Map<PeerId, Count>();

  note(peerId: PeerId, nowMs: number): void {
    const before = this.#current(peerId, nowMs)?.failures ?? 0;
    this.#counts.set(peerId, { failures: before + 1, lastAtMs: nowMs });
  }

  clear(peerId: PeerId): void {
    this.#counts.delete(peerId);
  }

  isPaused(peerId: PeerId, nowMs: number): boolean {
    return (this.#current(peerId, nowMs)?.failures ?? 0) >= limits.identityFailures;
  }

  #current(peerId: PeerId, nowMs: number): Count | null {
    const count = this.#counts.get(peerId);
    return count && nowMs - count.lastAtMs < limits.identityFailurePauseMs ? count : null;
  }
}
