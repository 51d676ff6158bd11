// When pictures and sounds were captured, on one clock. Browsers stamp frames of each kind of source by a clock of its own
// (a camera by the system's, a canvas by its first frame, the sound of a film by no steady one), but hand all of them over
// at once: the soonest arrivals tell where a source's clock stands. All times in milliseconds.

/** The soonest arrival of as long a time counts, and of the one before. */
const spanMs = 5_000;
/** A source's clock and ours drift apart by far less. */
const slewPerMs = 0.001;
/** Further off, for a while, is another clock: the source was replaced or stood still. */
const jumpMs = 500;
const jumpLastsMs = 300;

/** Follows the difference between two clocks by its smallest readings. */
export class SoonestOffset {
  #offset: number | null = null;
  #spanBeganMs = 0;
  #soonest = Infinity;
  #soonestBefore = Infinity;
  #readAtMs = 0;
  #farSinceMs: number | null = null;

  /** @returns the difference as it is believed now */
  read(difference: number, nowMs: number): number {
    if (this.#offset === null || difference < this.#offset - jumpMs || this.#isFarForLong(difference, nowMs)) {
      return this.#begin(difference, nowMs);
    }
    if (nowMs - this.#spanBeganMs > spanMs) {
      this.#soonestBefore = this.#soonest;
      this.#soonest = Infinity;
      this.#spanBeganMs = nowMs;
    }
    this.#soonest = Math.min(this.#soonest, difference);
    const target = Math.min(this.#soonest, this.#soonestBefore);
    const risenAtMost = this.#offset + (nowMs - this.#readAtMs) * slewPerMs;
    this.#readAtMs = nowMs;
    this.#offset = Math.min(target, risenAtMost);
    return this.#offset;
  }

  #isFarForLong(difference: number, nowMs: number): boolean {
    if (this.#offset === null || difference - this.#offset < jumpMs) {
      this.#farSinceMs = null;
      return false;
    }
    this.#farSinceMs ??= nowMs;
    return nowMs - this.#farSinceMs >= jumpLastsMs;
  }

  #begin(difference: number, nowMs: number): number {
    this.#offset = difference;
    this.#soonest = difference;
    this.#soonestBefore = Infinity;
    this.#spanBeganMs = nowMs;
    this.#readAtMs = nowMs;
    this.#farSinceMs = null;
    return difference;
  }
}

/** Of the pictures of one track. */
export class PictureClock {
  readonly #offset = new SoonestOffset();

  capturedAt(stampMs: number, nowMs: number): number {
    return Math.min(nowMs, stampMs + this.#offset.read(nowMs - stampMs, nowMs));
  }
}

/** The stamps and the count of samples may differ by as much before something is missing between. */
const gapMs = 80;
/** Stamps that waver are followed by their mean. */
const share = 0.02;

export interface CapturedSound {
  /** Of its first sample. */
  readonly atMs: number;
  /** It does not follow the sound before it: something is missing between, or it is the first. */
  readonly isBreak: boolean;
}

/** Of the sound of one track: its samples are counted, because stamps of sounds waver. */
export class SoundClock {
  #offset = new SoonestOffset();
  #countedMs = 0;
  /** Between the stamps and what was counted. */
  #ahead: number | null = null;

  captured(stampMs: number, lengthMs: number, nowMs: number): CapturedSound {
    const ahead = stampMs - this.#countedMs;
    const isBreak = this.#ahead === null || Math.abs(ahead - this.#ahead) > gapMs;
    if (isBreak) {
      this.#offset = new SoonestOffset();
      this.#ahead = ahead;
    } else this.#ahead = (this.#ahead ?? ahead) + (ahead - (this.#ahead ?? ahead)) * share;
    const beginsAt = this.#countedMs;
    this.#countedMs += lengthMs;
    return { atMs: beginsAt + this.#offset.read(nowMs - this.#countedMs, nowMs), isBreak };
  }
}
