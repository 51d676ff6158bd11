// When frames that came were captured, as if all had been as fast as the fastest of the last seconds: what is slower than that is
// what the play-out has its delay for. All times in milliseconds but for what frames bear.

/** The fastest of one to two of these counts. */
const windowMs = 5_000;

export class CaptureOffset {
  #now = { offsetMs: Infinity, atMs: -Infinity };
  #beforeMs = Infinity;

  /** By this machine's clock. */
  capturedAtMs(timestampUs: number, nowMs: number): number {
    const timestampMs = timestampUs / 1_000;
    if (nowMs - this.#now.atMs > windowMs || nowMs < this.#now.atMs) {
      this.#beforeMs = this.#now.offsetMs;
      this.#now = { offsetMs: Infinity, atMs: nowMs };
    }
    this.#now.offsetMs = Math.min(this.#now.offsetMs, nowMs - timestampMs);
    return timestampMs + Math.min(this.#now.offsetMs, this.#beforeMs);
  }
}
