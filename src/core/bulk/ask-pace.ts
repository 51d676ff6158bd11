// How fast all features together may ask for blocks: what is not asked for does not come.
import { blockBytes } from '#shared/content';
import type { Clock } from '#core/ports';
import { paces } from '#core/wire/paces';

export class AskPace {
  readonly #clock: Pick<Clock, 'now'>;
  #limit: number | null = null;
  /** When what was asked for will have come. */
  #freeAtMs = 0;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** Bytes a second; null for no limit. */
  limitTo(bytesPerSecond: number | null): void {
    this.#limit = bytesPerSecond;
    this.#freeAtMs = 0;
  }

  /** So long nothing more is to be asked for, ms: a little is always on its way. */
  get waitMs(): number {
    if (this.#limit === null) return 0;
    return Math.max(0, this.#freeAtMs - paces.dropAskAheadMs - this.#clock.now());
  }

  /** So many blocks at once: what comes in half a second, and one in any case. */
  get most(): number {
    return this.#limit === null ? Infinity : Math.max(1, Math.floor(this.#limit / 2 / blockBytes));
  }

  asked(bytes: number): void {
    if (this.#limit === null) return;
    this.#freeAtMs = Math.max(this.#freeAtMs, this.#clock.now()) + (bytes * 1_000) / this.#limit;
  }
}
