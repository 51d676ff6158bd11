// Sleep and wake of the machine, and keeping it awake while a call runs.
import { powerMonitor, powerSaveBlocker } from 'electron';

export function watchPower(slept: () => void, woke: () => void): () => void {
  powerMonitor.on('suspend', slept);
  powerMonitor.on('resume', woke);
  return () => {
    powerMonitor.off('suspend', slept);
    powerMonitor.off('resume', woke);
  };
}

export class CallWakefulness {
  #blocker: number | null = null;

  setCallRunning(isRunning: boolean): void {
    if (isRunning && this.#blocker === null) {
      this.#blocker = powerSaveBlocker.start('prevent-display-sleep');
    } else if (!isRunning && this.#blocker !== null) {
      powerSaveBlocker.stop(this.#blocker);
      this.#blocker = null;
    }
  }
}
