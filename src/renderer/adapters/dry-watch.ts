// Tells when playing has come to the end of what arrived. A source may be sparse (a screen on which nothing moves), so its
// own rhythm says what is late. All times in milliseconds, on the clock of the cast.

const graceMs = 400;
/** Of the longest distance between frames. */
const graceShare = 1.5;
const graceAtMostMs = 3_000;
/** The rhythm is that of as many frames. */
const remembered = 64;

export class DryWatch {
  #newestMs = -Infinity;
  readonly #distances: number[] = [];

  get newestMs(): number {
    return this.#newestMs;
  }

  arrived(timestampMs: number): void {
    if (timestampMs <= this.#newestMs) return;
    if (this.#newestMs > -Infinity) this.#distances.push(timestampMs - this.#newestMs);
    if (this.#distances.length > remembered) this.#distances.shift();
    this.#newestMs = timestampMs;
  }

  isDry(positionMs: number): boolean {
    const longest = this.#distances.reduce((most, distance) => Math.max(most, distance), 0);
    const grace = Math.min(graceAtMostMs, Math.max(graceMs, longest * graceShare));
    return positionMs > this.#newestMs + grace;
  }
}
