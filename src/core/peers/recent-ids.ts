// Remembers the last few ids that are over, so that late messages about them are recognised.
export class RecentIds<Id extends string> {
  readonly #ids = new Set<Id>();
  readonly #size: number;

  constructor(size: number) {
    this.#size = size;
  }

  add(id: Id): void {
    this.#ids.add(id);
    const oldest = this.#ids.values().next();
    if (this.#ids.size > this.#size && !oldest.done) this.#ids.delete(oldest.value);
  }

  has(id: Id): boolean {
    return this.#ids.has(id);
  }
}
