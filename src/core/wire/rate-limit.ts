// A token bucket: so many at once, so many per second after that. Knows no clock; whoever asks says what time it is.
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

export class TokenBucket {
  readonly #rate: Rate;
  #tokens: number;
  #atMs: number;

  constructor(rate: Rate, nowMs: number) {
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#atMs = nowMs;
  }

  /** True and so many tokens less, or false. A clock that jumps back gives nothing and takes nothing. */
  take(nowMs: number, tokens = 1): boolean {
    const elapsedMs = Math.max(0, nowMs - this.#atMs);
    this.#atMs = nowMs;
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + (elapsedMs * this.#rate.perSecond) / 1000);
    if (this.#tokens < tokens) return false;
    this.#tokens -= tokens;
    return true;
  }
}
