// Carries out the repair policy for one link: attempts in their rhythm until the link is back or given up.
import type { Clock } from '#core/ports';
import { nextRepairStep, type RepairProgress } from '#core/peers/repair-policy';

export interface RepairDeps {
  clock: Clock;
  attempt(): void;
  gaveUp(): void;
}

export class Repair {
  readonly #deps: RepairDeps;
  #progress: RepairProgress | null = null;
  #cancel: () => void = () => undefined;

  constructor(deps: RepairDeps) {
    this.#deps = deps;
  }

  /** Begins; while it runs, an attempt is made at once and the rhythm starts again (the network changed). */
  begin(): void {
    const nowMs = this.#deps.clock.now();
    this.#progress = { brokenAtMs: this.#progress?.brokenAtMs ?? nowMs, attempts: 0, lastAttemptAtMs: nowMs };
    this.#step();
  }

  stop(): void {
    this.#cancel();
    this.#progress = null;
  }

  #step(): void {
    this.#cancel();
    const nowMs = this.#deps.clock.now();
    if (!this.#progress) return;
    const step = nextRepairStep(this.#progress, nowMs);
    if (step.do === 'give-up') {
      this.stop();
      this.#deps.gaveUp();
    } else if (step.do === 'wait') {
      this.#cancel = this.#deps.clock.after(step.ms, () => {
        this.#step();
      });
    } else {
      this.#progress = { ...this.#progress, attempts: this.#progress.attempts + 1, lastAttemptAtMs: nowMs };
      this.#deps.attempt();
      this.#step();
    }
  }
}
