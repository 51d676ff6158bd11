// The Echo contact: hears the microphone and says it back three seconds later.
import type { EchoTest } from '#core/ports';
import { Live } from '#state/live.svelte';
import type { ToastsState } from '#state/toasts.svelte';

type EchoPhase = EchoTest['store']['snapshot'];

export class EchoState {
  readonly #test: EchoTest;
  readonly #toasts: ToastsState;
  readonly #phase: Live<EchoPhase>;
  readonly #isCallOn: () => boolean;

  constructor(test: EchoTest, toasts: ToastsState, isCallOn: () => boolean) {
    this.#test = test;
    this.#toasts = toasts;
    this.#phase = new Live(test.store);
    this.#isCallOn = isCallOn;
  }

  get state(): EchoPhase {
    return this.#phase.current;
  }

  /** The microphone belongs to the call while there is one. */
  get isBlockedByCall(): boolean {
    return this.#isCallOn();
  }

  readonly watchLevel: EchoTest['watchLevel'] = (side, onLevel) => this.#test.watchLevel(side, onLevel);

  async start(): Promise<void> {
    if (this.#isCallOn()) return;
    try {
      await this.#test.start();
    } catch (reason) {
      this.#toasts.fail(reason);
    }
  }

  stop(): void {
    this.#test.stop();
  }
}
