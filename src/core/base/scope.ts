// A lifetime. What is opened within a scope ends with it, last opened first; a child scope never outlives its parent.
export class Scope {
  readonly #controller = new AbortController();
  readonly #endings: (() => void)[] = [];

  constructor(parent?: Scope) {
    if (!parent) return;
    const off = parent.onEnd(() => {
      this.end();
    });
    this.onEnd(off);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get hasEnded(): boolean {
    return this.#controller.signal.aborted;
  }

  child(): Scope {
    return new Scope(this);
  }

  /** Runs `ending` when the scope ends, at once if it has; returns a function that forgets it again. */
  onEnd(ending: () => void): () => void {
    if (this.hasEnded) {
      ending();
      return () => undefined;
    }
    this.#endings.push(ending);
    return () => {
      const at = this.#endings.lastIndexOf(ending);
      if (at >= 0) this.#endings.splice(at, 1);
    };
  }

  end(): void {
    if (this.hasEnded) return;
    this.#controller.abort();
    for (let ending = this.#endings.pop(); ending; ending = this.#endings.pop()) ending();
  }
}
