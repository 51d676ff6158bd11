// How much goes out and how much is made, over the last seconds.
const windowMs = 4_000;

interface Reading {
  readonly atMs: number;
  readonly sentBytes: number;
  readonly madeBytes: number;
}

export class RateMeter {
  readonly #readings: Reading[] = [];

  note(reading: Reading): void {
    this.#readings.push(reading);
    while (this.#readings.length > 2 && reading.atMs - (this.#readings[0]?.atMs ?? 0) > windowMs)
      this.#readings.shift();
  }

  /** The whole audience costs so many copies of what is made. */
  read(): { readonly uploadBitsPerSecond: number; readonly copies: number } {
    const [first, last] = [this.#readings[0], this.#readings.at(-1)];
    const ms = (last?.atMs ?? 0) - (first?.atMs ?? 0);
    if (!first || !last || ms <= 0) return { uploadBitsPerSecond: 0, copies: 0 };
    const [sent, made] = [last.sentBytes - first.sentBytes, last.madeBytes - first.madeBytes];
    return {
      uploadBitsPerSecond: Math.round((sent * 8_000) / ms),
      copies: made > 0 ? Math.round((sent / made) * 100) / 100 : 0,
    };
  }
}
