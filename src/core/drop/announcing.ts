// What one person of a drop tells the others that they have. A fresh source names other blocks to each until everything is out, and says that it
// has everything once that has spread; everybody else says what is new, gathered.
import { bitsToRanges, toRanges } from '#core/drop/block-ranges';
import { GivingPlan } from '#core/drop/giving-plan';
import type { Clock } from '#core/ports';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';

export interface AnnouncingDeps<Id> {
  readonly blocks: number;
  readonly held: Uint8Array;
  readonly isSource: boolean;
  /** It goes to several: as a fresh source I give each of them other blocks first. */
  readonly goesToMany: boolean;
  readonly clock: Clock;
  /** Every block is held. */
  isWhole(): boolean;
  /** Of each block somebody says they have it. */
  isAllHad(): boolean;
  have(to: Id, ranges: readonly number[], isWhole: boolean): void;
}

export class Announcing<Id> {
  readonly #deps: AnnouncingDeps<Id>;
  readonly #giving: GivingPlan<Id> | null;
  /** Those who hear of it, and whether they were told that I have everything. */
  readonly #hearers = new Map<Id, { isToldWhole: boolean }>();
  #ready: number;
  #news: number[] = [];
  #newsTimer: (() => void) | null = null;
  #spreadTimer: (() => void) | null = null;
  /** Everything went out, and those who got it said so or had the time to. */
  #hasSpread = false;

  constructor(deps: AnnouncingDeps<Id>) {
    this.#deps = deps;
    this.#giving = deps.isSource && deps.goesToMany ? new GivingPlan(deps.blocks) : null;
    this.#ready = deps.isSource ? 0 : deps.blocks;
  }

  /** As the source: the first so many blocks can be given. */
  get ready(): number {
    return this.#ready;
  }

  join(id: Id): void {
    this.#hearers.set(id, { isToldWhole: false });
    this.#giving?.join(id);
    this.#introduce(id);
  }

  leave(id: Id): void {
    this.#hearers.delete(id);
    this.#giving?.leave(id);
  }

  end(): void {
    this.#newsTimer?.();
    this.#spreadTimer?.();
  }

  setReady(blocks: number): void {
    const from = this.#ready;
    this.#ready = Math.max(from, blocks);
    if (this.#deps.isSource && !this.#giving) {
      for (let block = from; block < this.#ready; block += 1) this.kept(block);
    }
    this.#giving?.setReady(this.#ready);
    this.nameAll();
  }

  setServed(id: Id, isServed: boolean): void {
    this.#giving?.setServed(id, isServed);
  }

  /** They have these. */
  heard(id: Id, blocks: readonly number[]): void {
    if (this.#giving) for (const block of blocks) this.#giving.sent(id, block);
    this.#name(id);
  }

  /** The last of it went out to them. */
  sent(id: Id, block: number): void {
    this.#giving?.sent(id, block);
    this.#name(id);
  }

  /** It is here, verified and written. */
  kept(block: number): void {
    if (!this.#mayOfferAll()) return;
    this.#news.push(block);
    this.#newsTimer ??= this.#deps.clock.after(paces.dropNewsMs, () => {
      this.#newsTimer = null;
      const ranges = toRanges(this.#news);
      this.#news = [];
      for (const id of this.#hearers.keys()) {
        for (let at = 0; at < ranges.length; at += limits.dropRangeNumbers) {
          this.#deps.have(id, ranges.slice(at, at + limits.dropRangeNumbers), false);
        }
      }
    });
  }

  nameAll(): void {
    for (const id of this.#hearers.keys()) this.#name(id);
  }

  #introduce(id: Id): void {
    const { held, blocks, isSource } = this.#deps;
    if (!this.#mayOfferAll()) return;
    const hearer = this.#hearers.get(id);
    if (this.#deps.isWhole() && this.#ready === blocks) {
      if (hearer) hearer.isToldWhole = true;
      this.#deps.have(id, [], true);
    } else if (isSource) {
      if (this.#ready > 0) this.#deps.have(id, [0, this.#ready], false);
    } else for (const ranges of bitsToRanges(held, blocks)) this.#deps.have(id, ranges, false);
  }

  #name(id: Id): void {
    if (!this.#giving) return;
    if (this.#mayOfferAll()) {
      for (const [each, { isToldWhole }] of this.#hearers) if (!isToldWhole) this.#introduce(each);
      return;
    }
    const named = this.#giving.isOver ? [] : this.#giving.next(id);
    if (named.length > 0) this.#deps.have(id, toRanges(named), false);
  }

  /**
   * Not while I am a fresh source: everything has to be out once, and somebody has to say that they have it, or to have had the time. If it
   * was told that I have what is on its way to another, all would ask me for it.
   */
  #mayOfferAll(): boolean {
    if (!this.#giving) return true;
    if (!this.#giving.isOver) {
      // Also again, when somebody went with what only they got.
      this.#spreadTimer?.();
      this.#spreadTimer = null;
      this.#hasSpread = false;
      return false;
    }
    this.#hasSpread ||= this.#deps.isAllHad();
    this.#spreadTimer ??= this.#deps.clock.after(paces.dropSpreadMs, () => {
      this.#hasSpread = true;
      this.nameAll();
    });
    return this.#hasSpread;
  }
}
