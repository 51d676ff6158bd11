// How fast drops may go while somebody talks: whatever makes a path longer than it is when idle is taken for our own queue, as
// LEDBAT (RFC 6817) does. Speech and pictures come first.
import { paces } from '#core/wire/paces';

/** By so much it grows at each step: far from where a queue was met, and near it; there more, the longer none was met. */
const quickly = 0.4;
const slowly = 0.1;
const bolder = 1.25;

export class YieldPolicy {
  #bytesPerSecond: number = paces.dropYieldStartBytesPerSecond;
  /** Where the last queue was met, less a bit: up to there it goes back quickly. */
  #knownBytesPerSecond = Infinity;
  #boldness = slowly;
  /** Before it began to slow down; null while it does not. */
  #slowedFromBytesPerSecond: number | null = null;

  get bytesPerSecond(): number {
    return this.#bytesPerSecond;
  }

  /** Slowed to so little that a queue of ours would be gone: what still takes long is not ours. */
  get isInVain(): boolean {
    const from = this.#slowedFromBytesPerSecond;
    return from !== null && this.#bytesPerSecond <= Math.max(from / 3, paces.dropYieldMinBytesPerSecond);
  }

  /** Back, quickly, to nearly where it began to slow down. */
  goOn(): void {
    if (this.#slowedFromBytesPerSecond === null) return;
    this.#knownBytesPerSecond = 0.85 * this.#slowedFromBytesPerSecond;
    this.#slowedFromBytesPerSecond = null;
  }

  /** Each step, four times a second: the longest queue on a path that the drop uses. */
  note(queueMs: number): void {
    const room = (paces.dropDelayAimMs - queueMs) / paces.dropDelayAimMs;
    if (room < 0) {
      this.#slowDown(room / 4);
      return;
    }
    this.#slowedFromBytesPerSecond = null;
    const isFar = this.#bytesPerSecond < this.#knownBytesPerSecond;
    this.#scale(1 + room * (isFar ? quickly : this.#boldness));
    if (!isFar) this.#boldness = Math.min(quickly, this.#boldness * bolder);
  }

  /** Measurements did not come back in time. */
  lost(): void {
    this.#slowDown(-0.5);
  }

  #slowDown(share: number): void {
    this.#slowedFromBytesPerSecond ??= this.#bytesPerSecond;
    this.#knownBytesPerSecond = 0.85 * this.#bytesPerSecond;
    this.#boldness = slowly;
    this.#scale(1 + Math.max(-0.5, share));
  }

  #scale(factor: number): void {
    this.#bytesPerSecond = Math.min(
      paces.dropYieldMaxBytesPerSecond,
      Math.max(paces.dropYieldMinBytesPerSecond, this.#bytesPerSecond * factor),
    );
  }
}
