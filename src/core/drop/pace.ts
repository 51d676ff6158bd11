// How fast all links together may send blocks: without a limit, or yielding while somebody talks.
import type { Clock } from '#core/ports';
import { limits } from '#core/wire/limits';

/** So much may go at once after a rest. */
const burstMs = 20;

export class DropPace {
  readonly #clock: Pick<Clock, 'now'>;
  #yielding: number | null = null;
  #freeAtMs = 0;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** Bytes a second; null for no limit. */
  yieldTo(bytesPerSecond: number | null): void {
    this.#yielding = bytesPerSecond;
  }

  get partBytes(): number {
    return this.#yielding === null ? limits.bulkPartBytes : limits.dropYieldPartBytes;
  }

  reserve(bytes: number): number {
    const rate = this.#yielding;
    if (rate === null) return 0;
    const nowMs = this.#clock.now();
    const startsAtMs = Math.max(this.#freeAtMs, nowMs - burstMs);
    this.#freeAtMs = startsAtMs + (bytes * 1_000) / rate;
    return Math.max(0, startsAtMs - nowMs);
  }
}
