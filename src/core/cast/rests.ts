// Who is passed over for a while, and for twice as long when it happens again soon after; whoever did well for long begins anew.
import { limits } from '#core/wire/limits';

interface Rest {
  readonly untilMs: number;
  readonly lastsMs: number;
}

export class Rests {
  readonly #rests = new Map<string, Rest>();
  readonly #firstMs: number;
  readonly #mostMs: number;

  constructor(firstMs: number, mostMs: number) {
    this.#firstMs = firstMs;
    this.#mostMs = mostMs;
  }

  has(key: string, nowMs: number): boolean {
    return (this.#rests.get(key)?.untilMs ?? -Infinity) > nowMs;
  }

  begin(key: string, nowMs: number): void {
    const before = this.#rests.get(key);
    const isAgain = before !== undefined && nowMs - before.untilMs <= this.#mostMs;
    const lastsMs = isAgain ? Math.min(before.lastsMs * 2, this.#mostMs) : this.#firstMs;
    this.#rests.delete(key);
    this.#rests.set(key, { untilMs: nowMs + lastsMs, lastsMs });
    for (const oldest of this.#rests.keys()) {
      if (this.#rests.size <= limits.castRoutes) return;
      this.#rests.delete(oldest);
    }
  }
}
