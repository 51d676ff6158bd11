// Numbers of a cast that others have overtaken: since when they are waited for, and of whom they were asked.
import type { PeerId } from '#shared/identity';
import { stripeOf } from '#core/cast/packet';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';

interface Waiting {
  readonly sinceMs: number;
  askAgainAtMs: number;
  asks: number;
  asked: PeerId | null;
}

export class Missing {
  readonly #waiting = new Map<number, Waiting>();
  #lowest: number | null = null;
  #newest = 0;

  get size(): number {
    return this.#waiting.size;
  }

  came(number: number, nowMs: number): void {
    this.#waiting.delete(number);
    if (this.#lowest === null || number > this.#newest + limits.castJump) {
      this.#waiting.clear();
      this.#lowest = number;
      this.#newest = number;
      return;
    }
    for (let gap = Math.max(this.#newest + 1, number - limits.castMissing); gap < number; gap += 1)
      this.#wait(gap, nowMs);
    // A start with a key frame that came before what came first.
    for (let gap = number + 1; number < this.#lowest && gap < this.#lowest; gap += 1) this.#wait(gap, nowMs);
    this.#lowest = Math.min(this.#lowest, number);
    this.#newest = Math.max(this.#newest, number);
    for (const [oldest] of this.#waiting) {
      if (this.#waiting.size <= limits.castMissing) return;
      this.#waiting.delete(oldest);
    }
  }

  /** What is to be asked for now; at once where nobody delivers a stripe. */
  due(
    nowMs: number,
    isUnfed: (stripe: number) => boolean,
  ): { readonly number: number; readonly asked: PeerId | null }[] {
    const due: { number: number; asked: PeerId | null }[] = [];
    for (const [number, { sinceMs, askAgainAtMs, asked }] of this.#waiting) {
      const isLate = nowMs - sinceMs >= paces.castMissingMs || isUnfed(stripeOf(number));
      if (isLate && nowMs >= askAgainAtMs) due.push({ number, asked });
    }
    return due;
  }

  asked(number: number, peerId: PeerId, nowMs: number): void {
    const waiting = this.#waiting.get(number);
    if (!waiting) return;
    // Ever more rarely: where lines are full, questions must not fill them further.
    waiting.askAgainAtMs = nowMs + paces.castWantAgainMs * 2 ** waiting.asks;
    waiting.asks += 1;
    waiting.asked = peerId;
  }

  /** Nobody has them. */
  giveUp(nowMs: number): number[] {
    const over = [...this.#waiting].filter(([, { sinceMs }]) => nowMs - sinceMs >= paces.castGiveUpMs);
    for (const [number] of over) this.#waiting.delete(number);
    return over.map(([number]) => number);
  }

  #wait(number: number, nowMs: number): void {
    this.#waiting.set(number, { sinceMs: nowMs, askAgainAtMs: 0, asks: 0, asked: null });
  }
}
