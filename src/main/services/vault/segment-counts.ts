// How the segments of one version stand, added up: with each change of a segment its old figures go and its new ones come.
import type { PeerId } from '#shared/identity';

export interface SegmentCount {
  readonly needed: number;
  readonly total: number;
  /** Of each piece. */
  readonly bytes: number;
  /** Pieces with keepers that count, pieces on this disk, both together, and those that a keeper has or is to have. */
  readonly live: number;
  readonly here: number;
  readonly reachable: number;
  readonly placed: number;
  /** Who has any of it. */
  readonly keepers: readonly PeerId[];
  /** All pieces are with keepers that count, as often as they should be, or on their way there. */
  readonly isSettled: boolean;
}

/** Over all segments of a version; null where there is none (health.ts). */
export interface VersionCount {
  readonly spare: number | null;
  readonly here: number | null;
  readonly reachable: number | null;
  readonly missing: number | null;
  readonly needed: number | null;
  readonly bytes: number | null;
  readonly keptBytes: number | null;
}

/** Values, and how often each is there: few of them, whatever there are of segments. */
class Tally<T> {
  readonly #times = new Map<T, number>();

  add(value: T, by: 1 | -1): void {
    const times = (this.#times.get(value) ?? 0) + by;
    if (times === 0) this.#times.delete(value);
    else this.#times.set(value, times);
  }

  get values(): T[] {
    return [...this.#times.keys()];
  }
}

const least = ({ values }: Tally<number>): number | null => (values.length === 0 ? null : Math.min(...values));
const most = ({ values }: Tally<number>): number | null => (values.length === 0 ? null : Math.max(...values));

export class SegmentCounts {
  readonly #segments = new Map<number, SegmentCount>();
  readonly #spare = new Tally<number>();
  readonly #here = new Tally<number>();
  readonly #reachable = new Tally<number>();
  readonly #missing = new Tally<number>();
  readonly #needed = new Tally<number>();
  readonly #keepers = new Tally<PeerId>();
  readonly #unsettled = new Set<number>();
  #bytes = 0;
  #keptBytes = 0;

  /** Null for a segment that is not there any more. */
  set(position: number, count: SegmentCount | null): void {
    const before = this.#segments.get(position);
    if (before) this.#count(before, -1);
    if (count) this.#count(count, 1);
    if (count) this.#segments.set(position, count);
    else this.#segments.delete(position);
    if (count?.isSettled === false) this.#unsettled.add(position);
    else this.#unsettled.delete(position);
  }

  get sum(): VersionCount {
    const isEmpty = this.#segments.size === 0;
    return {
      spare: least(this.#spare),
      here: least(this.#here),
      reachable: least(this.#reachable),
      missing: most(this.#missing),
      needed: most(this.#needed),
      bytes: isEmpty ? null : this.#bytes,
      keptBytes: isEmpty ? null : this.#keptBytes,
    };
  }

  /** Those that are not settled, in their order. */
  get unsettled(): number[] {
    return [...this.#unsettled].sort((a, b) => a - b);
  }

  get keepers(): number {
    return this.#keepers.values.length;
  }

  #count({ needed, total, bytes, live, here, reachable, placed, keepers }: SegmentCount, by: 1 | -1): void {
    this.#spare.add(live - needed, by);
    this.#here.add(here - needed, by);
    this.#reachable.add(reachable - needed, by);
    this.#missing.add(total - placed, by);
    this.#needed.add(needed, by);
    for (const keeper of keepers) this.#keepers.add(keeper, by);
    this.#bytes += by * total * bytes;
    this.#keptBytes += by * Math.min(live, total) * bytes;
  }
}
