// The app's own sounds, for trying them out.
import type { Clock, Tones } from '#core/ports';

const tryForMs = 2_500;

export class SoundsState {
  readonly #tones: Tones;
  readonly #clock: Clock;
  #stop = (): void => undefined;

  constructor(tones: Tones, clock: Clock) {
    this.#tones = tones;
    this.#clock = clock;
  }

  /** Rings for two and a half seconds at this volume, 0-1. */
  tryRing(volume: number): void {
    this.#stop();
    const silence = this.#tones.play('incoming', volume);
    const cancel = this.#clock.after(tryForMs, silence);
    this.#stop = () => {
      cancel();
      silence();
    };
  }
}
