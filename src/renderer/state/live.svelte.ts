// The one bridge from the core to runes: a store's current value, re-read by whatever shows it when it changes.
import { createSubscriber } from 'svelte/reactivity';
import type { ReadableStore } from '#core/base/store';

export class Live<T> {
  readonly #store: ReadableStore<T>;
  readonly #subscribe: () => void;

  constructor(store: ReadableStore<T>) {
    this.#store = store;
    this.#subscribe = createSubscriber((update) => store.onChange(update));
  }

  get current(): T {
    this.#subscribe();
    return this.#store.snapshot;
  }
}
