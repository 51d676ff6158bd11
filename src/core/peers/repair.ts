// Carries out the repair policy for one link: attempts in their rhythm until the link is back or given up.
import type { Clock } from '#core/ports';
import { nextRepairStep, type RepairProgress } from '#core/peers/repair-policy';

export interface RepairDeps {
  clock: Clock;
  attempt(why: 'path-lost' | 'network-changed'): void;
  gaveUp(): void;
}

export class Repair {
  readonly #deps: RepairDeps;
  #progress: RepairProgress | null = null;
  #cancel: () => void = () => undefined;

  constructor(deps: RepairDeps) {
    this.#deps = deps;
  }

  begin(): void {
    this.#startOver();
    this.#step();
  }

  /** While it runs: an attempt is made at once and the rhythm starts again. */
  hasten(why: 'way-opened' | 'network-changed'): void {
    if (!this.#progress) return;
    this.#startOver();
    this.#step(why === 'network-changed' ? why : 'path-lost');
  }

  stop(): void {
    this.#cancel();
    this.#progress = null;
  }

  #startOver(): void {
    const nowMs = this.#deps.clock.now();
    this.#progress = { brokenAtMs: this.#progress?.brokenAtMs ?? nowMs, attempts: 0, lastAttemptAtMs: nowMs };
  }

  #step(why: 'path-lost' | 'network-changed' = 'path-lost'): void {
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
      this.#deps.attempt(why);
      this.#step();
    }
  }
}
