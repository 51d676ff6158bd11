// How much the camera gives: less when the processor has been overloaded for longer than a moment, more again once it has
// been at ease for a while. Voices need little, pictures most of what a call costs.

/** Of the whole machine (W3C Compute Pressure Level 1, section 6.1). */
export type Pressure = 'nominal' | 'fair' | 'serious' | 'critical';

export interface Effort {
  /** Lines, px. */
  readonly height: number;
  readonly framesPerSecond: number;
}

export const fullEffort: Effort = { height: 720, framesPerSecond: 30 };

/** A slow picture is better than none, and a smooth one worth less than a sharp one at first. */
const efforts: readonly Effort[] = [
  fullEffort,
  { height: 720, framesPerSecond: 15 },
  { height: 360, framesPerSecond: 12 },
  { height: 180, framesPerSecond: 8 },
];

export const effortRules = {
  /** So long it must be overloaded before the camera gives less, and so long after each change, which shows only then. */
  overloadedForMs: 4_000,
  /** So long it must be at ease before more is tried; doubled whenever a try failed. */
  atEaseForMs: 15_000,
  atEaseMaxMs: 240_000,
  /** A try failed when less was called for again within this time. */
  tryForMs: 20_000,
} as const;

type Tendency = 'less' | 'more' | 'stay';

const tendencyOf: Readonly<Record<Pressure, Tendency>> = {
  nominal: 'more',
  fair: 'more',
  serious: 'stay',
  critical: 'less',
};

export class CameraEffort {
  #step = 0;
  #tendency: Tendency = 'stay';
  #sinceMs = -Infinity;
  #triedAtMs = -Infinity;
  #waitMs: number = effortRules.atEaseForMs;

  get now(): Effort {
    return efforts[this.#step] ?? fullEffort;
  }

  get isFull(): boolean {
    return this.#step === 0;
  }

  /** To be told about once a second. @returns whether the effort changed. */
  note(pressure: Pressure, nowMs: number): boolean {
    const tendency = tendencyOf[pressure];
    if (tendency !== this.#tendency) {
      this.#tendency = tendency;
      this.#sinceMs = nowMs;
      return false;
    }
    const lastedMs = nowMs - this.#sinceMs;
    if (tendency === 'less' && lastedMs >= effortRules.overloadedForMs) return this.#less(nowMs);
    if (tendency === 'more' && lastedMs >= this.#waitMs) return this.#more(nowMs);
    return false;
  }

  #less(nowMs: number): boolean {
    if (this.#step === efforts.length - 1) return false;
    const hasTriedInVain = nowMs - this.#triedAtMs < effortRules.tryForMs;
    this.#waitMs = hasTriedInVain ? Math.min(2 * this.#waitMs, effortRules.atEaseMaxMs) : effortRules.atEaseForMs;
    this.#triedAtMs = -Infinity;
    this.#step += 1;
    this.#sinceMs = nowMs;
    return true;
  }

  #more(nowMs: number): boolean {
    if (this.#step === 0) return false;
    this.#step -= 1;
    this.#triedAtMs = nowMs;
    this.#sinceMs = nowMs;
    return true;
  }
}
