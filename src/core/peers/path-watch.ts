// Notices sooner than the browser that a path is dead: a voice that came all the time stops, and nobody answers when asked.
// The browser takes 5 to 7 seconds; a voice stops for good reasons too, which is why the other side is asked.
import type { Clock } from '#core/ports';
import { paces } from '#core/wire/paces';

export interface PathWatchDeps {
  clock: Clock;
  /** How long ago the last sound of the other side arrived, ms; null when none did lately. */
  soundAgeMs(): number | null;
  /** Whether the other side shows a sign of life within this time. */
  ask(withinMs: number): Promise<boolean>;
  /** The voice has stopped; the other side is being asked. */
  suspected(): void;
  /** The voice has stopped and nobody answers. */
  lost(): void;
  /** The voice comes again. */
  heard(): void;
}

export class PathWatch {
  readonly #deps: PathWatchDeps;
  /** False once the voice stopped, until it comes again. */
  #isVoiceThere = false;
  #isRunning = false;
  #cancel: () => void = () => undefined;

  constructor(deps: PathWatchDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#isRunning = true;
    this.#schedule();
  }

  stop(): void {
    this.#isRunning = false;
    this.#cancel();
  }

  #schedule(): void {
    this.#cancel = this.#deps.clock.after(paces.pathWatchMs, () => {
      this.#look();
      this.#schedule();
    });
  }

  #look(): void {
    const ageMs = this.#deps.soundAgeMs() ?? Infinity;
    const wasThere = this.#isVoiceThere;
    this.#isVoiceThere = ageMs < paces.soundStoppedMs;
    if (this.#isVoiceThere && !wasThere) this.#deps.heard();
    if (!this.#isVoiceThere && wasThere) void this.#ask();
  }

  async #ask(): Promise<void> {
    this.#deps.suspected();
    const isAlive = await this.#deps.ask(paces.pathProbeMs);
    if (!isAlive && this.#isRunning && !this.#isVoiceThere) this.#deps.lost();
  }
}
