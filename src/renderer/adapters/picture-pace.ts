// Which pictures of a source are encoded, and which of them as key frames. All times in milliseconds.

export interface PictureLimits {
  readonly maxFramesPerSecond: number;
  readonly keyFrameEveryMs: number;
}

/** Whoever asks for key frames gets no more than one in as long a time. */
const askedKeyEveryMs = 500;
/** A screen on which nothing moves gives no pictures: the last one is sent again, for those who came later. */
const stillEveryMs = 500;
/** A key frame that somebody waits for does not wait for the next picture of a source that has given none for as long. */
const pauseMs = 100;

export class PicturePace {
  readonly #limits: PictureLimits;
  /** Earlier, no further picture is due. */
  #nextMs = -Infinity;
  #encodedMs = -Infinity;
  #keyMs = -Infinity;
  #isKeyAsked = false;

  constructor(limits: PictureLimits) {
    this.#limits = limits;
  }

  /** Takes frames evenly: the places are kept, so that a source of 60 becomes 30 and one of 25 stays. */
  isDue(capturedMs: number): boolean {
    const everyMs = 1_000 / this.#limits.maxFramesPerSecond;
    if (capturedMs < this.#nextMs - everyMs / 4) return false;
    this.#nextMs = Math.max(this.#nextMs + everyMs, capturedMs + everyMs / 2);
    return true;
  }

  /** Whether the last picture is to be sent once more. */
  isStillDue(nowMs: number): boolean {
    const agoMs = nowMs - this.#encodedMs;
    return agoMs >= stillEveryMs || (agoMs >= pauseMs && this.#isKeyAsked && this.isKeyDue(nowMs));
  }

  isKeyDue(nowMs: number): boolean {
    const agoMs = nowMs - this.#keyMs;
    return agoMs >= this.#limits.keyFrameEveryMs || (this.#isKeyAsked && agoMs >= askedKeyEveryMs);
  }

  askKey(): void {
    this.#isKeyAsked = true;
  }

  encoded(nowMs: number, isKey: boolean): void {
    this.#encodedMs = nowMs;
    if (!isKey) return;
    this.#keyMs = nowMs;
    this.#isKeyAsked = false;
  }
}
