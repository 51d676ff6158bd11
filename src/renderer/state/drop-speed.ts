// How fast something moves: bytes over the last few seconds, so that a figure neither jumps nor lies after a pause.
const windowMs = 4_000;

interface Sample {
  readonly atMs: number;
  readonly bytes: number;
}

export class DropSpeed {
  #samples: Sample[] = [];

  /** Fewer bytes than before, or a long silence, begin anew. */
  note(bytes: number, atMs: number): void {
    const last = this.#samples.at(-1);
    if (last && (bytes < last.bytes || atMs - last.atMs > windowMs)) this.#samples = [];
    this.#samples.push({ bytes, atMs });
    while (this.#samples.length > 2 && atMs - (this.#samples[1]?.atMs ?? atMs) >= windowMs) this.#samples.shift();
  }

  /** Null until there is something to go by. */
  get bytesPerSecond(): number | null {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    if (!first || !last || last.atMs - first.atMs < 500) return null;
    return ((last.bytes - first.bytes) * 1_000) / (last.atMs - first.atMs);
  }
}
