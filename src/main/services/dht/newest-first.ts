// So much at once; of what waits, the newest comes first, as a person waits for it, and the oldest is given up when there is too much.
export class NewestFirst {
  readonly #atOnce: number;
  readonly #maxWaiting: number;
  readonly #waiting: ((isTurn: boolean) => void)[] = [];
  #running = 0;

  constructor({ atOnce, waiting }: { atOnce: number; waiting: number }) {
    this.#atOnce = atOnce;
    this.#maxWaiting = waiting;
  }

  /** Null when it was given up. */
  async run<T>(work: () => Promise<T>): Promise<T | null> {
    if (this.#running >= this.#atOnce && !(await this.#wait())) return null;
    this.#running += 1;
    try {
      return await work();
    } finally {
      this.#running -= 1;
      this.#waiting.pop()?.(true);
    }
  }

  /** Everything that waits is given up. */
  clear(): void {
    for (const give of this.#waiting.splice(0)) give(false);
  }

  async #wait(): Promise<boolean> {
    return await new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#waiting.length > this.#maxWaiting) this.#waiting.shift()?.(false);
    });
  }
}
