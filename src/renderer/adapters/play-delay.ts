// How far behind the capture a cast is played: as asked, and more for a while when that turned out too little. All times in
// milliseconds.

const atMostMs = 4_000;
const growsBy = 1.5;
const growsAtLeastMs = 250;
/** Running dry once may happen; twice within as long is a pattern. */
const patternMs = 30_000;
const calmMs = 60_000;
/** So little faster that nobody hears it. */
const fallsPerMs = 0.003;

export class PlayDelay {
  #askedMs: number;
  #extraMs = 0;
  #dryAtMs = -Infinity;
  #fellAtMs = 0;

  constructor(askedMs: number) {
    this.#askedMs = askedMs;
  }

  get delayMs(): number {
    return this.#askedMs + this.#extraMs;
  }

  ask(delayMs: number): void {
    this.#askedMs = delayMs;
    this.#extraMs = 0;
    this.#dryAtMs = -Infinity;
  }

  ranDry(nowMs: number): void {
    if (nowMs - this.#dryAtMs < patternMs) {
      const grownMs = Math.max(this.delayMs * growsBy, this.delayMs + growsAtLeastMs);
      this.#extraMs = Math.max(this.#extraMs, Math.min(atMostMs, grownMs) - this.#askedMs);
    }
    this.#dryAtMs = nowMs;
  }

  /** Falls back bit by bit after a minute without trouble. */
  pass(nowMs: number): void {
    const calmSinceMs = Math.max(this.#fellAtMs, this.#dryAtMs + calmMs);
    if (this.#extraMs > 0 && nowMs > calmSinceMs) {
      this.#extraMs = Math.max(0, this.#extraMs - (nowMs - calmSinceMs) * fallsPerMs);
    }
    this.#fellAtMs = nowMs;
  }
}
