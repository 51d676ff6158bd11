// Acts in the order they were asked for, though each waits for something of its own.

export class InTurn {
  /** Settles, never badly, when everything before was done or given up. */
  #before: Promise<unknown> = Promise.resolve();

  /** Rejects as `isReady` or `act` does; what was asked for later goes on then. */
  async run(isReady: Promise<void>, act: () => void): Promise<void> {
    const isDone = Promise.all([this.#before, isReady]).then(act);
    this.#before = Promise.allSettled([this.#before, isDone]);
    await isDone;
  }
}
