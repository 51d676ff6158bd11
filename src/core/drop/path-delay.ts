// How long our own queue on one path is: the least round trip of the last moments above the least of the last minutes, which is
// the path itself. The least of several, because a busy machine answers late now and then (RFC 6817 sections 3.1.1 and 4.2).
const baseForMs = 60_000;

export class PathDelay {
  #leastMs = Infinity;
  /** Of this minute, and of the one before: a path that has become longer is believed after two. */
  #baseMs = Infinity;
  #baseBeforeMs = Infinity;
  #baseAtMs = -Infinity;

  note(roundTripMs: number, nowMs: number): void {
    if (nowMs - this.#baseAtMs >= baseForMs) {
      this.#baseBeforeMs = this.#baseMs;
      this.#baseMs = Infinity;
      this.#baseAtMs = nowMs;
    }
    this.#baseMs = Math.min(this.#baseMs, roundTripMs);
    this.#leastMs = Math.min(this.#leastMs, roundTripMs);
  }

  /** Milliseconds of queueing since it was taken last; null when nothing was measured. */
  get queueMs(): number | null {
    return this.#leastMs === Infinity ? null : this.#leastMs - Math.min(this.#baseMs, this.#baseBeforeMs);
  }

  /** What takes longer is not our queue: it counts as the path itself from now on. */
  adopt(): void {
    if (this.#leastMs === Infinity) return;
    this.#baseMs = this.#leastMs;
    this.#baseBeforeMs = Infinity;
  }

  takeQueueMs(): number | null {
    const { queueMs } = this;
    this.#leastMs = Infinity;
    return queueMs;
  }
}
