// Up to which size files of which contact are taken without asking: kept by main, known here at once.
import type { ContactId } from '#shared/contact';
import { Store, type ReadableStore } from '#core/base/store';
import type { Host } from '#core/ports';

export class Allowances {
  readonly #host: Pick<Host, 'listDropAllowances' | 'setDropAllowance'>;
  readonly #store = new Store<ReadonlyMap<ContactId, number>>(new Map());

  constructor(host: Pick<Host, 'listDropAllowances' | 'setDropAllowance'>) {
    this.#host = host;
  }

  get store(): ReadableStore<ReadonlyMap<ContactId, number>> {
    return this.#store;
  }

  /** Until it has resolved, everybody is asked about. */
  async load(): Promise<void> {
    const kept = await this.#host.listDropAllowances();
    this.#store.set(new Map(kept.map(({ contactId, maxBytes }) => [contactId, maxBytes])));
  }

  /** Null: they are asked about again. */
  async set(contactId: ContactId, maxBytes: number | null): Promise<void> {
    await this.#host.setDropAllowance({ contactId, maxBytes });
    const allowed = new Map(this.#store.snapshot);
    if (maxBytes === null) allowed.delete(contactId);
    else allowed.set(contactId, maxBytes);
    this.#store.set(allowed);
  }

  takesAtOnce(contactId: ContactId, bytes: number): boolean {
    return bytes <= (this.#store.snapshot.get(contactId) ?? -1);
  }
}
