// Decoded sound that waits to be heard at its moment, in the audio thread. Where nothing is there it is silent; where the
// moment and the sound drift apart it is played a little faster or slower. Times in microseconds on the clock of the cast.

const samplesPerUs = 0.048;
/** Less stays as it is. */
const correctAboveUs = 3_000;
const correctedBelowUs = 400;
/** More is a jump. */
const correctAtMostUs = 40_000;
const fastest = 0.005;
/** Sound that follows another as closely is its continuation. */
const seamUs = 10_000;
/** Against clicks where sound begins and ends. */
const fadeSamples = 96;
/** Three seconds in blocks of 20 ms. */
const blocksAtMost = 150;

type Samples = Float32Array;

export interface SoundBlock {
  readonly startUs: number;
  readonly left: Samples;
  readonly right: Samples;
}

const endOf = ({ startUs, left }: SoundBlock): number => startUs + left.length / samplesPerUs;

const follows = (first: SoundBlock, second: SoundBlock | undefined): boolean =>
  second !== undefined && Math.abs(second.startUs - endOf(first)) < seamUs;

/** Third-order interpolation between `b` and `c` (Catmull-Rom). */
function between(at: number, a: number, b: number, c: number, d: number): number {
  const [slope, bend] = [(c - a) / 2, a - 2.5 * b + 2 * c - 0.5 * d];
  return ((0.5 * (d - a) + 1.5 * (b - c)) * at + bend) * at * at + slope * at + b;
}

export class SoundRing {
  readonly #blocks: SoundBlock[] = [];
  /** Samples of the first block that were heard; whole unless it is being corrected. */
  #at = 0;
  #isRunning = false;
  /** Samples since it began. */
  #risen = 0;
  #isCorrecting = false;

  push(block: SoundBlock): void {
    const last = this.#blocks.at(-1);
    if (block.left.length === 0 || (last && block.startUs <= last.startUs)) return;
    this.#blocks.push(block);
    if (this.#blocks.length > blocksAtMost) this.#shift();
  }

  /** Fills both channels with what is to be heard from `playUs` on; answers how many samples are sound. */
  render(playUs: number, left: Samples, right: Samples): number {
    left.fill(0);
    right.fill(0);
    if (!this.#isRunning && !this.#find(playUs)) return 0;
    const [first] = this.#blocks;
    if (!first) return this.#halt();
    const aheadUs = first.startUs + this.#at / samplesPerUs - playUs;
    const begins = this.#isRunning ? 0 : Math.max(0, Math.round(aheadUs * samplesPerUs));
    if (begins >= left.length) return 0;
    if (this.#isRunning && Math.abs(aheadUs) > correctAtMostUs) {
      const filled = this.#fill(left, right, { from: 0, rate: 1, isEnd: true });
      this.#isRunning = false;
      return filled;
    }
    const isBegin = !this.#isRunning;
    this.#isRunning = true;
    if (isBegin) this.#risen = 0;
    const filled = this.#fill(left, right, { from: begins, rate: isBegin ? 1 : this.#rate(aheadUs), isEnd: false });
    return filled;
  }

  #halt(): number {
    this.#isRunning = false;
    this.#at = 0;
    return 0;
  }

  /** Goes to the sound of that moment, or the first one after it. */
  #find(playUs: number): boolean {
    for (let [first] = this.#blocks; first && endOf(first) <= playUs; [first] = this.#blocks) this.#shift();
    const [first] = this.#blocks;
    if (!first) return false;
    this.#at = Math.max(0, Math.round((playUs - first.startUs) * samplesPerUs));
    if (this.#at >= first.left.length) this.#shift();
    return true;
  }

  #rate(aheadUs: number): number {
    const away = Math.abs(aheadUs);
    this.#isCorrecting = away > (this.#isCorrecting ? correctedBelowUs : correctAboveUs);
    if (!this.#isCorrecting) return 1;
    return 1 - Math.sign(aheadUs) * Math.min(fastest, away / 2_000_000);
  }

  #fill(
    left: Samples,
    right: Samples,
    { from, rate, isEnd }: { readonly from: number; readonly rate: number; readonly isEnd: boolean },
  ): number {
    if (rate === 1) this.#at = Math.round(this.#at);
    let to = from;
    for (; to < left.length; to += 1) {
      if (!this.#isThere()) break;
      const gain = Math.min(1, this.#risen / fadeSamples);
      left[to] = gain * this.#sample('left');
      right[to] = gain * this.#sample('right');
      this.#risen += 1;
      this.#at += rate;
    }
    const isOut = to < left.length || this.#isAtEnd();
    if (isOut) {
      this.#halt();
      if (to === left.length) this.#shift();
    }
    if (isOut || isEnd) fadeOut(left, right, to);
    return to - from;
  }

  #isAtEnd(): boolean {
    const [first, second] = this.#blocks;
    if (!first) return true;
    return this.#at >= first.left.length && !follows(first, second);
  }

  /** Goes on to the block that follows without a seam. */
  #isThere(): boolean {
    const [first, second] = this.#blocks;
    if (!first) return false;
    if (this.#at < first.left.length) return true;
    const past = this.#at - first.left.length;
    const isSeamless = follows(first, second);
    this.#shift();
    if (isSeamless) this.#at = past;
    return isSeamless;
  }

  #sample(channel: 'left' | 'right'): number {
    const whole = Math.floor(this.#at);
    const part = this.#at - whole;
    const of = (index: number): number => this.#peek(channel, index);
    return part === 0 ? of(whole) : between(part, of(whole - 1), of(whole), of(whole + 1), of(whole + 2));
  }

  #peek(channel: 'left' | 'right', index: number): number {
    const [first, second] = this.#blocks;
    if (!first) return 0;
    const samples = first[channel];
    if (index < samples.length) return samples[Math.max(0, index)] ?? 0;
    return second?.[channel][index - samples.length] ?? samples.at(-1) ?? 0;
  }

  #shift(): void {
    this.#blocks.shift();
    this.#at = 0;
  }
}

/** Makes what ends before `end` soft. */
function fadeOut(left: Samples, right: Samples, end: number): void {
  for (let step = 0; step < fadeSamples && step < end; step += 1) {
    const [place, gain] = [end - 1 - step, step / fadeSamples];
    left[place] = (left[place] ?? 0) * gain;
    right[place] = (right[place] ?? 0) * gain;
  }
}
