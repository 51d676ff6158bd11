// Those who wait for a link with a person, until it opens, fails, or they give up.
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';

interface Waiter<T> {
  resolve(value: T): void;
  reject(failure: Failure): void;
}

export class Waiters<T> {
  readonly #waiting = new Map<PeerId, Set<Waiter<T>>>();

  /** Fails `aborted` when `signal` fires. */
  wait(peerId: PeerId, signal: AbortSignal): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const all = this.#waiting.get(peerId) ?? new Set();
      const settle = (): void => {
        all.delete(waiter);
        signal.removeEventListener('abort', abandon);
      };
      const waiter: Waiter<T> = {
        resolve: (value) => {
          settle();
          resolve(value);
        },
        reject: (failure) => {
          settle();
          reject(failure);
        },
      };
      const abandon = (): void => {
        waiter.reject(new Failure('aborted'));
      };
      if (signal.aborted) {
        reject(new Failure('aborted'));
        return;
      }
      signal.addEventListener('abort', abandon, { once: true });
      this.#waiting.set(peerId, all);
      all.add(waiter);
    });
  }

  resolve(peerId: PeerId, value: T): void {
    for (const waiter of this.#take(peerId)) waiter.resolve(value);
  }

  reject(peerId: PeerId, failure: Failure): void {
    for (const waiter of this.#take(peerId)) waiter.reject(failure);
  }

  rejectAll(failure: Failure): void {
    for (const peerId of [...this.#waiting.keys()]) this.reject(peerId, failure);
  }

  #take(peerId: PeerId): readonly Waiter<T>[] {
    const all = [...(this.#waiting.get(peerId) ?? [])];
    this.#waiting.delete(peerId);
    return all;
  }
}
