// Whether the blocks of a link deserve further connections. SCTP keeps one window per connection and halves it at every loss (RFC 9260
// section 7.2), so on a path that loses packets by chance one connection leaves most of the line empty. A full queue is no such
// path: there the round trip grows, and more connections gain nothing. Knows no clock and no wire.
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';

export interface SideReading {
  readonly nowMs: number;
  /** Bytes that went out so far, over the link and its sides. */
  readonly sentBytes: number;
  /** Of the path, without what waits in our own channels; null while it is not known. */
  readonly roundTripMs: number | null;
  /** All that was to be sent since the last reading had to wait for the channels alone. */
  readonly isSaturated: boolean;
  /** Sides that carry. */
  readonly sides: number;
}

type Stage =
  /** How long and from where on a small window was seen. */
  | { readonly phase: 'watching'; readonly sinceMs: number; readonly sentBytes: number }
  /** One side more than before carries, or is about to. */
  | {
      readonly phase: 'trying';
      readonly sinceMs: number;
      readonly before: number;
      /** Where it is measured from; null before the side carries. */
      readonly sentBytes: number | null;
      readonly fromMs: number;
    }
  /** It paid; so many are to be had. */
  | { readonly phase: 'wide'; readonly most: number }
  /** It did not: so long none is tried. */
  | { readonly phase: 'resting'; readonly untilMs: number };

export class SidePolicy {
  #stage: Stage | null = null;
  #restMs: number = paces.bulkSideRestMinMs;
  #leastTripMs = Infinity;
  #idleSinceMs: number | null = null;

  /** How many sides there should be now. Ask it every `paces.bulkSideReadMs`. */
  wanted(reading: SideReading): number {
    const { nowMs, roundTripMs, isSaturated } = reading;
    if (roundTripMs !== null) this.#leastTripMs = Math.min(this.#leastTripMs, roundTripMs);
    if (this.#isIdle(reading)) {
      if (this.#stage?.phase !== 'resting') this.#stage = null;
      return 0;
    }
    const stage = this.#stage;
    if (stage?.phase === 'resting' && nowMs < stage.untilMs) return 0;
    if (stage?.phase === 'wide') return stage.most;
    if (stage?.phase === 'trying') return this.#judge(stage, reading);
    if (!isSaturated || roundTripMs === null || this.#isQueueing(roundTripMs)) this.#stage = null;
    else return this.#watch(stage?.phase === 'watching' ? stage : null, reading, roundTripMs);
    return 0;
  }

  /** One did not open, while so many others carry: nothing is gained by asking over and over. */
  refused(nowMs: number, sides: number): void {
    if (this.#stage?.phase === 'trying') this.#rest(nowMs);
    else if (this.#stage?.phase === 'wide') this.#stage = { phase: 'wide', most: sides };
  }

  #isIdle({ nowMs, isSaturated }: SideReading): boolean {
    if (isSaturated) this.#idleSinceMs = null;
    else this.#idleSinceMs ??= nowMs;
    return this.#idleSinceMs !== null && nowMs - this.#idleSinceMs >= paces.bulkSideIdleMs;
  }

  /** The path is longer than it can be: a queue on it is full, ours or somebody else's. */
  #isQueueing(roundTripMs: number): boolean {
    return roundTripMs > this.#leastTripMs * 1.5 + 10;
  }

  #watch(watched: Extract<Stage, { phase: 'watching' }> | null, reading: SideReading, roundTripMs: number): number {
    const { nowMs, sentBytes } = reading;
    const since = watched ?? { phase: 'watching', sinceMs: nowMs, sentBytes };
    this.#stage = since;
    const spanMs = nowMs - since.sinceMs;
    if (spanMs < paces.bulkSideWatchMs) return 0;
    const rate = (sentBytes - since.sentBytes) / spanMs;
    const windowBytes = rate * roundTripMs;
    if (roundTripMs < paces.bulkSideTripMs || windowBytes > paces.bulkSideWindowBytes || rate === 0) {
      this.#stage = null;
      return 0;
    }
    this.#stage = { phase: 'trying', sinceMs: nowMs, before: rate, sentBytes: null, fromMs: nowMs };
    return 1;
  }

  /** A while after it began to carry: its window has to grow, and what was asked for before goes the old way. */
  #judge(stage: Extract<Stage, { phase: 'trying' }>, reading: SideReading): number {
    const { nowMs, sentBytes, sides, isSaturated } = reading;
    const spanMs = nowMs - stage.sinceMs;
    if (sides === 0) return spanMs >= paces.bulkSideOpenMs ? this.#rest(nowMs) : 1;
    const begun: Stage = { ...stage, sinceMs: nowMs, sentBytes, fromMs: nowMs };
    // Too little was to be sent to tell; or it carries only now.
    if (stage.sentBytes === null || !isSaturated) {
      this.#stage = begun;
      return 1;
    }
    if (spanMs < paces.bulkSideSettleMs) {
      this.#stage = { ...stage, sentBytes, fromMs: nowMs };
      return 1;
    }
    const measuredMs = nowMs - stage.fromMs;
    if (measuredMs < paces.bulkSideJudgeMs) return 1;
    const rate = (sentBytes - stage.sentBytes) / measuredMs;
    if (rate < stage.before * paces.bulkSideGain) return this.#rest(nowMs);
    this.#stage = { phase: 'wide', most: limits.bulkSides };
    this.#restMs = paces.bulkSideRestMinMs;
    return limits.bulkSides;
  }

  /** Longer each time. */
  #rest(nowMs: number): number {
    this.#stage = { phase: 'resting', untilMs: nowMs + this.#restMs };
    this.#restMs = Math.min(this.#restMs * 4, paces.bulkSideRestMaxMs);
    return 0;
  }
}
