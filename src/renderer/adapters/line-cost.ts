// Whether the connection costs money, as far as the browser tells: by the kind of network (phones and some tablets only), or because the
// person asked their browser to save data. Desktop systems mostly say nothing, and Electron nothing beyond its browser.
import { Store, type ReadableStore } from '#core/base/store';
import type { LineCost } from '#core/ports';

/** Of the Network Information API, which not every browser has. */
interface ToldConnection {
  readonly type?: string;
  readonly saveData?: boolean;
  addEventListener?(event: 'change', listener: () => void): void;
}

export function costOf(told: Pick<ToldConnection, 'type' | 'saveData'> | undefined): LineCost {
  if (told?.saveData === true || told?.type === 'cellular') return 'metered';
  return told?.type === 'wifi' || told?.type === 'ethernet' ? 'unmetered' : 'unknown';
}

export function browserLineCost(): ReadableStore<LineCost> {
  // Sound: read as what may be absent, and each part of it too.
  const { connection } = navigator as { readonly connection?: ToldConnection };
  const store = new Store<LineCost>(costOf(connection));
  connection?.addEventListener?.('change', () => store.set(costOf(connection)));
  return store;
}
