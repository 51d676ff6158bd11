// Bytes per second, of late: what came counts less the longer ago it was.
const fadesMs = 2_000;

export class Speed {
  #bytesPerMs = 0;
  #atMs = 0;

  note(bytes: number, nowMs: number): void {
    this.#fade(nowMs);
    this.#bytesPerMs += bytes / fadesMs;
  }

  bytesPerSecond(nowMs: number): number {
    this.#fade(nowMs);
    return Math.round(this.#bytesPerMs * 1_000);
  }

  #fade(nowMs: number): void {
    this.#bytesPerMs *= Math.exp((this.#atMs - nowMs) / fadesMs);
    this.#atMs = nowMs;
  }
}
