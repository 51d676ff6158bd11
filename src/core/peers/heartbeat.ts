// Notices a peer that is gone although its connection looks alive: no message for too long, or none when asked.
import type { Clock } from '#core/ports';
import { paces } from '#core/wire/paces';

export interface HeartbeatDeps {
  clock: Clock;
  beat(wantsReply: boolean): void;
  /** Nothing was heard for `paces.heartbeatTimeoutMs`; told again at each beat until something is. */
  silent(): void;
}

export class Heartbeat {
  readonly #deps: HeartbeatDeps;
  #heardAtMs: number;
  #heardCount = 0;
  #cancel: () => void = () => undefined;

  constructor(deps: HeartbeatDeps) {
    this.#deps = deps;
    this.#heardAtMs = deps.clock.now();
  }

  start(): void {
    this.noteHeard();
    this.#schedule();
  }

  stop(): void {
    this.#cancel();
  }

  noteHeard(): void {
    this.#heardAtMs = this.#deps.clock.now();
    this.#heardCount += 1;
  }

  /** Asks for a sign of life; answers whether one came in time. */
  probe(withinMs: number = paces.probeMs): Promise<boolean> {
    const heardBefore = this.#heardCount;
    this.#deps.beat(true);
    return new Promise((resolve) => {
      this.#deps.clock.after(withinMs, () => {
        resolve(this.#heardCount > heardBefore);
      });
    });
  }

  #schedule(): void {
    this.#cancel = this.#deps.clock.after(paces.heartbeatMs, () => {
      this.#deps.beat(false);
      if (this.#deps.clock.now() - this.#heardAtMs >= paces.heartbeatTimeoutMs) this.#deps.silent();
      this.#schedule();
    });
  }
}
