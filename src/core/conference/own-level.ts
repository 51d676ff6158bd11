// My own loudness, measured only while somebody could hear me.
export type WatchOwnLevel = (onLevel: (level: number) => void) => () => void;

/**
 * The meter gives peaks, packets carry a mean (RFC 6464): speech is some 8 dB below its peaks. Without that I would take
 * the floor here earlier than on all other sides.
 */
const meanOfPeak = 0.4;

export class OwnLevel {
  readonly #watchOwnLevel: WatchOwnLevel;
  #off: (() => void) | null = null;
  #peak = 0;

  constructor(watchOwnLevel: WatchOwnLevel) {
    this.#watchOwnLevel = watchOwnLevel;
  }

  watch(isOn: boolean): void {
    if (isOn === (this.#off !== null)) return;
    this.#off?.();
    this.#off = null;
    this.#peak = 0;
    if (!isOn) return;
    this.#off = this.#watchOwnLevel((level) => {
      this.#peak = Math.max(this.#peak, level);
    });
  }

  /** Mean loudness since the last call, 0-1. */
  take(): number {
    const peak = this.#off === null ? 0 : this.#peak;
    this.#peak = 0;
    return peak * meanOfPeak;
  }
}
