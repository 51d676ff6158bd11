// A current value and a notice when it changes. Latecomers see the present; nobody can miss an early event.
export interface ReadableStore<T> {
  /** Immutable: a change replaces it. */
  readonly snapshot: T;
  /** Called after each change; returns its own off. */
  onChange(listener: () => void): () => void;
}

export class Store<T> implements ReadableStore<T> {
  #snapshot: T;
  readonly #listeners = new Set<() => void>();

  constructor(initial: T) {
    this.#snapshot = initial;
  }

  get snapshot(): T {
    return this.#snapshot;
  }

  /** Replaces the value; listeners hear of it unless it is the very same value. */
  set(next: T): void {
    if (Object.is(next, this.#snapshot)) return;
    this.#snapshot = next;
    for (const listener of [...this.#listeners]) listener();
  }

  onChange(listener: () => void): () => void {
    const own = (): void => {
      listener();
    };
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }
}
