// How I can be reached: one entry per rendezvous, and the sum of them.
import type { Reachability } from '#core/peers/presence';
import type { ReadableStore } from '#core/base/store';
import { Live } from '#state/live.svelte';

export type Reach =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'down' }
  | { readonly kind: 'open'; readonly scope: Reachability['scope'] };

const widest: readonly Reachability['scope'][] = ['internet', 'dht', 'network', 'nearby', 'machine'];

export function reachOf(entries: readonly Reachability[]): Reach {
  const open = widest.find((scope) => entries.some((entry) => entry.scope === scope && entry.phase === 'open'));
  if (open !== undefined) return { kind: 'open', scope: open };
  if (entries.some((entry) => entry.phase === 'connecting')) return { kind: 'connecting' };
  return entries.length === 0 ? { kind: 'nobody' } : { kind: 'down' };
}

export class ReachState {
  readonly #entries: Live<readonly Reachability[]>;

  constructor(store: ReadableStore<readonly Reachability[]>) {
    this.#entries = new Live(store);
  }

  get entries(): readonly Reachability[] {
    return this.#entries.current;
  }

  get sum(): Reach {
    return reachOf(this.entries);
  }
}
