// Work that is done one after the other, in the order in which it was wanted.
export class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** Something is being done. */
  get isTaken(): boolean {
    return this.#waiting > 0;
  }

  /** Resolves and fails as `work` does. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    this.#waiting += 1;
    const turn = this.#last.then(work).finally(() => {
      this.#waiting -= 1;
    });
    this.#last = turn.catch(() => undefined);
    return await turn;
  }
}
