// How many blocks may be asked of one person at a time: enough to keep the path full, and no more than comes soon. Grows
// while blocks come quickly, as a window that follows delay does.
import { paces } from '#core/wire/paces';

export class RequestWindow {
  #blocks: number = paces.dropWindowStart;
  /** The quickest a block ever came: the path itself. */
  #leastMs = Infinity;

  get blocks(): number {
    return Math.floor(this.#blocks);
  }

  /** A block came `waitedMs` after it was asked for. */
  note(waitedMs: number): void {
    this.#leastMs = Math.min(this.#leastMs, waitedMs);
    const aimMs = Math.max(paces.dropWaitAimMs, 2 * this.#leastMs);
    const next = this.#blocks + (waitedMs < aimMs ? 1 : -0.5);
    this.#blocks = Math.min(paces.dropWindowMax, Math.max(paces.dropWindowMin, next));
  }

  /** Nothing came for too long. */
  shrink(): void {
    this.#blocks = paces.dropWindowMin;
  }
}
