// Typed events: on() returns its own off. For things that happen; for things that are, use Store.
export interface Subscribable<Events extends object> {
  on<K extends keyof Events>(event: K, listener: (payload: Events[K]) => void): () => void;
}

export class Emitter<Events extends object> implements Subscribable<Events> {
  readonly #listeners = new Map<keyof Events, Set<(payload: never) => void>>();

  on<K extends keyof Events>(event: K, listener: (payload: Events[K]) => void): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners);
    const own = (payload: Events[K]): void => {
      listener(payload);
    };
    listeners.add(own);
    return () => listeners.delete(own);
  }

  emit<K extends keyof Events>(event: K, payload: Events[K]): void {
    // Sound: on() stores under `event` only listeners that take Events[event].
    for (const listener of [...(this.#listeners.get(event) ?? [])]) (listener as (payload: Events[K]) => void)(payload);
  }
}
