// All drops as they are shown, newest first and a few times a second at most; those that are over come from their records.
import type { DropId, DropRecord } from '#shared/drop';
import type { FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { Scope } from '#core/base/scope';
import { Store, type ReadableStore } from '#core/base/store';
import type { DropSnapshot, DropStage } from '#core/drop/snapshot';
import type { Clock } from '#core/ports';
import { paces } from '#core/wire/paces';

export interface DropShelfDeps {
  readonly self: PeerId;
  readonly clock: Clock;
  readonly scope: Scope;
  /** Those that are not on the shelf. */
  collect(): readonly DropSnapshot[];
}

export class DropShelf {
  readonly #deps: DropShelfDeps;
  readonly #store = new Store<readonly DropSnapshot[]>([]);
  readonly #kept = new Map<DropId, DropRecord>();
  #shownAtMs = -Infinity;
  #cancel: (() => void) | null = null;

  constructor(deps: DropShelfDeps) {
    this.#deps = deps;
    deps.scope.onEnd(() => this.#cancel?.());
  }

  get store(): ReadableStore<readonly DropSnapshot[]> {
    return this.#store;
  }

  kept(dropId: DropId): DropRecord | null {
    return this.#kept.get(dropId) ?? null;
  }

  keep(record: DropRecord): void {
    this.#kept.set(record.dropId, record);
  }

  fail(dropId: DropId, failure: FailureCode): void {
    const record = this.#kept.get(dropId);
    if (record) this.#kept.set(dropId, { ...record, state: 'failed', failure });
  }

  remove(dropId: DropId): void {
    this.#kept.delete(dropId);
  }

  /** Shown soon. */
  changed(): void {
    const { self, clock, scope } = this.#deps;
    if (this.#cancel || scope.hasEnded) return;
    const waitMs = Math.max(0, this.#shownAtMs + paces.dropShownEveryMs - clock.now());
    this.#cancel = clock.after(waitMs, () => {
      this.#cancel = null;
      this.#shownAtMs = clock.now();
      const all = [...this.#deps.collect(), ...[...this.#kept.values()].map((record) => snapshotOf(record, self))];
      this.#store.set(all.sort((a, b) => b.atMs - a.atMs));
    });
  }
}

/** Who stopped it is told by `failure`: `aborted` where that was this person. */
function stageOf({ state, failure, from }: DropRecord, self: PeerId): DropStage {
  if (state === 'failed') return { phase: 'failed', code: failure ?? 'internal' };
  if (state === 'paused') return { phase: state, by: self };
  if (state === 'cancelled') return { phase: state, by: failure === 'aborted' ? self : from.peerId };
  return { phase: state === 'open' ? 'waiting' : state };
}

function snapshotOf(record: DropRecord, self: PeerId): DropSnapshot {
  const { dropId, direction, from, to, roomId, files, fileCount, bytes, heldBytes, sentBytes } = record;
  const stage = stageOf(record, self);
  return {
    dropId,
    direction,
    from: from.peerId,
    fromName: from.name,
    roomId,
    atMs: record.startedAt,
    files: files.map(({ path, size }) => ({ path, bytes: size })),
    fileCount,
    bytes,
    stage,
    doneBytes: record.state === 'finished' ? bytes : heldBytes,
    bytesPerSecond: 0,
    receivers: direction === 'outgoing' ? to.map((person) => ({ ...person, stage, doneBytes: 0, feeders: [] })) : [],
    feeders: [],
    givers: [],
    fed: [],
    sentBytes,
    isLoan: false,
  };
}
