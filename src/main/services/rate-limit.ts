// Token buckets per key: so many at once, then so many per second. Bounded: a full bucket is as good as a forgotten one.
export class RateLimit {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #maxKeys: number;
  readonly #buckets = new Map<string, { tokens: number; atMs: number }>();

  constructor(limit: { perSecond: number; burst: number; maxKeys?: number }) {
    this.#perSecond = limit.perSecond;
    this.#burst = limit.burst;
    this.#maxKeys = limit.maxKeys ?? 1_024;
  }

  /** Takes one token; false when there is none. A clock that jumps back gives nothing and takes nothing. */
  take(key: string, nowMs: number): boolean {
    const bucket = this.#buckets.get(key) ?? this.#add(key, nowMs);
    if (!bucket) return false;
    const elapsedMs = Math.max(0, nowMs - bucket.atMs);
    bucket.tokens = Math.min(this.#burst, bucket.tokens + (elapsedMs / 1_000) * this.#perSecond);
    bucket.atMs = nowMs;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

  #add(key: string, nowMs: number): { tokens: number; atMs: number } | null {
    if (this.#buckets.size >= this.#maxKeys) this.#forgetFull(nowMs);
    if (this.#buckets.size >= this.#maxKeys) return null;
    const bucket = { tokens: this.#burst, atMs: nowMs };
    this.#buckets.set(key, bucket);
    return bucket;
  }

  #forgetFull(nowMs: number): void {
    const fullAfterMs = (this.#burst / this.#perSecond) * 1_000;
    for (const [key, { atMs }] of this.#buckets) if (nowMs - atMs >= fullAfterMs) this.#buckets.delete(key);
  }
}
