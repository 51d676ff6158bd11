// Where the clock of a cast stands against this machine's: the middle of what its frames lately said. A single frame that
// says otherwise, by mistake or on purpose, moves nothing. All times in milliseconds.

const readingsAtMost = 31;
/** As much faster or slower than the cast can be played without being noticed. */
const slewPerMs = 0.003;
/** Further off is another clock. */
const jumpMs = 500;

export class MediaOffset {
  readonly #readings: number[] = [];
  #offsetMs: number | null = null;
  #movedAtMs = 0;

  /** What must be added to a time of the cast to have one of this machine; null before the first frame. */
  get offsetMs(): number | null {
    return this.#offsetMs;
  }

  /** @param isHeld something is shown: small changes are made bit by bit */
  read(timestampMs: number, capturedAtMs: number, nowMs: number, isHeld: boolean): void {
    this.#readings.push(capturedAtMs - timestampMs);
    if (this.#readings.length > readingsAtMost) this.#readings.shift();
    const middle = this.#readings.toSorted((a, b) => a - b)[Math.floor(this.#readings.length / 2)] ?? 0;
    const awayMs = this.#offsetMs === null ? Infinity : middle - this.#offsetMs;
    const stepMs = Math.max(0, nowMs - this.#movedAtMs) * slewPerMs;
    this.#movedAtMs = nowMs;
    if (this.#offsetMs === null || !isHeld || Math.abs(awayMs) > jumpMs) this.#offsetMs = middle;
    else this.#offsetMs += Math.max(-stepMs, Math.min(stepMs, awayMs));
  }
}
