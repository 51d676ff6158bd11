// Messages handed to a server that answers only when somebody is absent: each waits a while for bad news.
import { Failure, type FailureCode } from '#shared/failure';
import type { Clock } from '#core/ports';

interface Pending {
  readonly to: string;
  settle(failure: Failure | null): void;
}

export class PendingSends {
  readonly #clock: Clock;
  readonly #holdMs: number;
  readonly #pending = new Set<Pending>();

  /** @param holdMs after which no news is good news */
  constructor(clock: Clock, holdMs: number) {
    this.#clock = clock;
    this.#holdMs = holdMs;
  }

  /** Fails `peer-unreachable` when they are absent, `aborted`, or as `failAll` says. */
  track(to: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (failure: Failure | null): void => {
        this.#pending.delete(pending);
        cancel();
        signal.removeEventListener('abort', abandon);
        if (failure) reject(failure);
        else resolve();
      };
      const abandon = (): void => {
        settle(new Failure('aborted'));
      };
      const pending: Pending = { to, settle };
      const cancel = this.#clock.after(this.#holdMs, () => {
        settle(null);
      });
      this.#pending.add(pending);
      signal.addEventListener('abort', abandon, { once: true });
    });
  }

  noteAbsent(peerId: string): void {
    this.#settle(peerId, new Failure('peer-unreachable'));
  }

  /** Whoever sends is there. */
  notePresent(peerId: string): void {
    this.#settle(peerId, null);
  }

  failAll(code: FailureCode): void {
    for (const pending of [...this.#pending]) pending.settle(new Failure(code));
  }

  #settle(peerId: string, failure: Failure | null): void {
    for (const pending of [...this.#pending]) if (pending.to === peerId) pending.settle(failure);
  }
}
