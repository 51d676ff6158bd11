// Pages of block hashes that are missing: of whom each was asked and when. The giver first, then others who have blocks of it.
import { hasBit } from '#shared/content';
import type { DropLayout } from '#core/drop/layout';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';

export interface PageHolder<Id> {
  readonly id: Id;
  readonly isSource: boolean;
  /** Null before they said what they have. */
  readonly bits: Uint8Array | null;
}

export class PagesWanted<Id> {
  readonly #layout: DropLayout;
  /** By the number of a page's first block. */
  readonly #wanted = new Map<number, { of: Id | null; atMs: number; tries: number }>();

  constructor(layout: DropLayout) {
    this.#layout = layout;
  }

  want(start: number): void {
    if (!this.#wanted.has(start)) this.#wanted.set(start, { of: null, atMs: 0, tries: 0 });
  }

  /** It is asked for before the others, if it is missing. */
  wantFirst(start: number): void {
    const asked = this.#wanted.get(start);
    if (!asked) return;
    const others = [...this.#wanted];
    this.#wanted.clear();
    this.#wanted.set(start, asked);
    for (const [other, each] of others) this.#wanted.set(other, each);
  }

  /** Whether it was asked of them; then it is wanted no more. */
  came(id: Id, start: number): boolean {
    return this.isAsked(id, start) && this.#wanted.delete(start);
  }

  isAsked(id: Id, start: number): boolean {
    return this.#wanted.get(start)?.of === id;
  }

  /** Asked of them in vain: others are asked. */
  release(id: Id): void {
    for (const asked of this.#wanted.values()) if (asked.of === id) asked.of = null;
  }

  /** What to ask of whom now, marked as asked. */
  next(holders: readonly PageHolder<Id>[], nowMs: number): ReadonlyMap<Id, readonly number[]> {
    const asks = new Map<Id, number[]>();
    let running = [...this.#wanted.values()].filter(({ of, atMs }) => of !== null && !isLate(atMs, nowMs)).length;
    for (const [start, asked] of this.#wanted) {
      if (running >= limits.dropPagesAtOnce) break;
      if (asked.of !== null && !isLate(asked.atMs, nowMs)) continue;
      const having = holders.filter((holder) => holder.isSource || this.#hasPart(holder.bits, start));
      having.sort((a, b) => Number(b.isSource) - Number(a.isSource));
      const chosen = having[asked.tries % having.length];
      if (!chosen) continue;
      Object.assign(asked, { of: chosen.id, atMs: nowMs, tries: asked.tries + 1 });
      asks.set(chosen.id, [...(asks.get(chosen.id) ?? []), start]);
      running += 1;
    }
    return asks;
  }

  #hasPart(bits: Uint8Array | null, start: number): boolean {
    const end = start + this.#layout.page(start).length / 32;
    for (let block = start; bits && block < end; block += 1) if (hasBit(bits, block)) return true;
    return false;
  }
}

const isLate = (askedAtMs: number, nowMs: number): boolean => nowMs - askedAtMs > paces.dropStalledMs;
