// Keeps the machine awake while somebody talks here, be it in a call or in a room.
import type { Host } from '#shared/contract';

type Talk = 'call' | 'room';

export class Wakefulness {
  readonly #host: Pick<Host, 'setCallRunning'>;
  readonly #onFailed: (reason: unknown) => void;
  readonly #running = new Set<Talk>();

  constructor(host: Pick<Host, 'setCallRunning'>, onFailed: (reason: unknown) => void) {
    this.#host = host;
    this.#onFailed = onFailed;
  }

  note(talk: Talk, isRunning: boolean): void {
    const was = this.#running.size > 0;
    if (isRunning) this.#running.add(talk);
    else this.#running.delete(talk);
    const is = this.#running.size > 0;
    if (is !== was) this.#host.setCallRunning({ isRunning: is }).catch(this.#onFailed);
  }
}
