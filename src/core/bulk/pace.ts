// How fast all links together may send over their bulk channels: as fast as this person allows, and slower while somebody talks.
import type { Clock } from '#core/ports';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';

/** So much may go at once after a rest: little beside talk; else what a page in the background needs, whose timers come once a second. */
const burstMs = { beside: 20, alone: 1_000 };

export class BulkPace {
  readonly #clock: Pick<Clock, 'now'>;
  #limit: number | null = null;
  #yielding: number | null = null;
  #freeAtMs = 0;
  /** Nothing goes at all. */
  isHeld = false;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** Bytes a second, for as long as it is not changed; null for no limit. */
  limitTo(bytesPerSecond: number | null): void {
    this.#limit = bytesPerSecond;
  }

  /** Bytes a second; null for no limit. */
  yieldTo(bytesPerSecond: number | null): void {
    this.#yielding = bytesPerSecond;
  }

  get partBytes(): number {
    return this.#yielding === null ? limits.bulkPartBytes : paces.dropYieldPartBytes;
  }

  reserve(bytes: number): number {
    const rate = Math.min(this.#limit ?? Infinity, this.#yielding ?? Infinity);
    if (rate === Infinity) return 0;
    const nowMs = this.#clock.now();
    const startsAtMs = Math.max(this.#freeAtMs, nowMs - (this.#yielding === null ? burstMs.alone : burstMs.beside));
    this.#freeAtMs = startsAtMs + (bytes * 1_000) / rate;
    return Math.max(0, startsAtMs - nowMs);
  }
}
