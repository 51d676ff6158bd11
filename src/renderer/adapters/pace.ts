// Spreads what goes out over time: a burst passes at once, the rest at an even rate (generic cell rate algorithm).

export class Pace {
  readonly #intervalMs: number;
  readonly #burstMs: number;
  #idleAtMs = 0;

  constructor({ perSecond, burst }: { perSecond: number; burst: number }) {
    this.#intervalMs = 1_000 / perSecond;
    this.#burstMs = this.#intervalMs * (burst - 1);
  }

  /** How long this one has to wait, in ms; null, and nothing taken, when that would be longer than `maxWaitMs`. */
  take(nowMs: number, maxWaitMs: number): number | null {
    const idleAtMs = Math.max(this.#idleAtMs, nowMs);
    const waitMs = Math.max(0, idleAtMs - this.#burstMs - nowMs);
    if (waitMs > maxWaitMs) return null;
    this.#idleAtMs = idleAtMs + this.#intervalMs;
    return waitMs;
  }
}
