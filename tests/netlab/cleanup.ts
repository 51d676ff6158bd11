// What was opened is closed in reverse, whatever happened in between.

export class Cleanup {
  readonly #works: (() => unknown)[] = [];

  add(work: () => unknown): void {
    this.#works.push(work);
  }

  async run(): Promise<void> {
    for (const work of this.#works.splice(0).toReversed()) {
      try {
        await work();
      } catch {
        // The rest is closed all the same.
      }
    }
  }
}
