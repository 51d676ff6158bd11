// When pictures and sounds were captured, on one clock. Browsers stamp frames of each kind of source by a clock of its own
// (a camera by the system's, a canvas by its first frame, the sound of a film by no steady one), but hand all of them over
// at once: the soonest arrivals tell where a source's clock stands. All times in milliseconds.

/** The soonest arrival of as long a time counts, and of the one before. */
const spanMs = 3_000;
/** A source's clock and ours drift apart by far less. */
const slewPerMs = 0.003;
/** Further off, for a while, is another clock: the source stood still, was replaced, or lost something on the way. */
const jumpMs = 40;
const jumpLastsMs = 400;

/** Follows the difference between two clocks by its smallest readings. */
export class SoonestOffset {
  #offset: number | null = null;
  #spanBeganMs = 0;
  #soonest = Infinity;
  #soonestBefore = Infinity;
  #readAtMs = 0;
  #far: { readonly sinceMs: number; readonly soonest: number } | null = null;

  /** @returns the difference as it is believed now */
  read(difference: number, nowMs: number): number {
    if (this.#offset === null) return this.#begin(difference, nowMs);
    const elsewhere = this.#elsewhere(difference - this.#offset, nowMs);
    if (elsewhere !== null) return this.#begin(this.#offset + elsewhere, nowMs);
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

  /** How far away the other clock is, once it is certain that there is one. */
  #elsewhere(away: number, nowMs: number): number | null {
    if (away < jumpMs) {
      this.#far = null;
      return null;
    }
    const { sinceMs, soonest } = this.#far ?? { sinceMs: nowMs, soonest: away };
    this.#far = { sinceMs, soonest: Math.min(soonest, away) };
    return nowMs - sinceMs >= jumpLastsMs ? this.#far.soonest : null;
  }

  #begin(difference: number, nowMs: number): number {
    this.#offset = difference;
    this.#soonest = difference;
    this.#soonestBefore = Infinity;
    this.#spanBeganMs = nowMs;
    this.#readAtMs = nowMs;
    this.#far = null;
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
const gapMs = 60;
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
