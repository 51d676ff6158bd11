// A restore or a drill that goes on: fetches its segments one after another, some of them ahead, and keeps count.
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { Clock } from '#main/services/clock';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';
import type { SegmentRow, VersionRow } from '#main/services/vault/item-rows';
import type { RestoreRuns, RunRow } from '#main/services/vault/restore-runs';
import { giveBack } from '#main/services/vault/segment-work';
import type { SegmentFetch, SegmentSource } from '#main/services/vault/segment-source';

/** closed: the program ends, and it goes on at the next start. */
export type Stop = 'cancelled' | 'closed' | Failure;

export interface ActiveRunOptions {
  readonly runs: RestoreRuns;
  readonly source: SegmentSource;
  readonly clock: Clock;
  /** Of pieces of segments that are being fetched, of all runs together. */
  readonly ahead: { bytes: number };
  readonly onChange: () => void;
}

interface Ahead {
  readonly segment: SegmentRow;
  readonly fetch: SegmentFetch;
}

export class ActiveRun {
  readonly row: RunRow;
  readonly brought: Map<PeerId, number>;
  /** Resolves once it is over. */
  over: Promise<void> = Promise.resolve();
  #parts: number;
  #doneBytes: number;
  #stop: Stop | null = null;
  #cameAt: number;
  /** In the order of their segments. */
  #queue: Ahead[] = [];
  readonly #options: ActiveRunOptions;

  constructor(row: RunRow, options: ActiveRunOptions) {
    this.row = row;
    this.brought = new Map(row.brought);
    this.#parts = row.parts;
    this.#doneBytes = row.done_bytes;
    this.#cameAt = options.clock.now();
    this.#options = options;
  }

  /** Segments that are done, from the first on. */
  get parts(): number {
    return this.#parts;
  }

  get bytesLeft(): number {
    return this.row.bytes - this.#doneBytes;
  }

  get stopped(): Stop | null {
    return this.#stop;
  }

  /** Nothing came for a while. */
  get isSilent(): boolean {
    return this.#options.clock.now() - this.#cameAt >= limits.vaultSilentMs;
  }

  stop(why: Stop): void {
    this.#stop ??= why;
    for (const { fetch } of this.#queue) fetch.cancel();
  }

  startOver(): void {
    this.#note(0, 0);
  }

  /** Hands each to `take`, in their order. Fails `aborted` once stopped, and as `take` and the source do. */
  async fetchAll(
    version: VersionRow,
    segments: readonly SegmentRow[],
    take: (segment: SegmentRow, plain: Uint8Array<ArrayBuffer>) => Promise<void>,
  ): Promise<void> {
    const left = [...segments];
    try {
      for (;;) {
        this.#assertWanted();
        for (let next = left[0]; next && this.#mayFetch(next); next = left[0]) {
          left.shift();
          this.#fetch(version, next);
        }
        const first = this.#queue[0];
        if (!first) return;
        const plain = await first.fetch.plain;
        this.#assertWanted();
        const bytes = plain.length;
        await take(first.segment, plain);
        giveBack([plain]);
        this.#leave(first);
        this.#note(this.#parts + 1, this.#doneBytes + bytes);
      }
    } finally {
      for (const one of [...this.#queue]) this.#leave(one);
    }
  }

  #assertWanted(): void {
    if (this.#stop) throw new Failure('aborted', 'stopped');
  }

  #mayFetch(next: SegmentRow): boolean {
    if (this.#queue.length === 0) return true;
    const isRoom = this.#options.ahead.bytes + next.bytes <= limits.vaultAheadBytes;
    return isRoom && this.#queue.length < limits.vaultSegmentsAhead;
  }

  #fetch(version: VersionRow, segment: SegmentRow): void {
    const { source, ahead } = this.#options;
    const onlyKeepers = this.row.kind === 'drill';
    const fetch = source.fetch(version, segment, { onlyKeepers, came: (keeper, bytes) => this.#came(keeper, bytes) });
    this.#queue.push({ segment, fetch });
    ahead.bytes += segment.bytes;
  }

  #leave(one: Ahead): void {
    this.#queue = this.#queue.filter((other) => other !== one);
    one.fetch.cancel();
    this.#options.ahead.bytes -= one.segment.bytes;
  }

  #came(keeper: PeerId, bytes: number): void {
    const wasSilent = this.isSilent;
    this.brought.set(keeper, (this.brought.get(keeper) ?? 0) + bytes);
    this.#cameAt = this.#options.clock.now();
    if (wasSilent) this.#options.onChange();
  }

  #note(parts: number, doneBytes: number): void {
    const { runs, clock, onChange } = this.#options;
    this.#parts = parts;
    this.#doneBytes = doneBytes;
    this.#cameAt = clock.now();
    runs.note(this.row.run_id, { parts, done_bytes: doneBytes, brought: [...this.brought] });
    onChange();
  }
}
