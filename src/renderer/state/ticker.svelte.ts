// The present time for whatever shows it; ticks only while something does.
import { createSubscriber } from 'svelte/reactivity';
import type { Clock } from '#core/ports';

export class Ticker {
  readonly #clock: Clock;
  readonly #subscribe: () => void;

  constructor(clock: Clock, everyMs: number) {
    this.#clock = clock;
    this.#subscribe = createSubscriber((update) => {
      let cancel = (): void => undefined;
      const wait = (): void => {
        cancel = clock.after(everyMs, () => {
          update();
          wait();
        });
      };
      wait();
      return () => {
        cancel();
      };
    });
  }

  get nowMs(): number {
    this.#subscribe();
    return this.#clock.now();
  }
}
