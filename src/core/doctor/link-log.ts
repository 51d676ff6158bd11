// Notes what happens on the way to each person, and keeps the last of it.
import type { PeerId } from '#shared/identity';
import { Store, type ReadableStore } from '#core/base/store';
import type { Clock } from '#core/ports';
import type { PathReading } from '#core/ports/diagnosis';
import {
  emptyRecord,
  recordLimits,
  type LinkHappening,
  type LinkRecord,
  type NatKind,
  type Sample,
} from '#core/doctor/record';

const last = <T>(items: readonly T[], count: number): readonly T[] =>
  items.length > count ? items.slice(items.length - count) : items;

export class LinkLog {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #records = new Map<PeerId, Store<LinkRecord>>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** Of whom nothing is known yet it is empty. Whoever was heard of least lately is forgotten. */
  of(peerId: PeerId): ReadableStore<LinkRecord> {
    return this.#store(peerId);
  }

  note(peerId: PeerId, happening: LinkHappening): void {
    const store = this.#store(peerId);
    this.#records.delete(peerId);
    this.#records.set(peerId, store);
    const before = store.snapshot;
    // What was found by the attempt before is nothing this one found.
    const base = happening.what === 'attempt' ? { ...emptyRecord, events: before.events } : before;
    const event = { ...happening, atMs: this.#clock.now() };
    store.set({ ...base, events: last([...base.events, event], recordLimits.events) });
  }

  noteNat(peerId: PeerId, side: 'mine' | 'theirs', kind: NatKind): void {
    const store = this.#store(peerId);
    if (store.snapshot.nats[side] !== kind)
      store.set({ ...store.snapshot, nats: { ...store.snapshot.nats, [side]: kind } });
  }

  noteReading(peerId: PeerId, { path, pairs, dtls }: PathReading, sample: Sample | null): void {
    const store = this.#store(peerId);
    const before = store.snapshot;
    const samples = sample ? last([...before.samples, sample], recordLimits.samples) : before.samples;
    store.set({ ...before, path: path ?? before.path, pairs, dtls, samples });
  }

  #store(peerId: PeerId): Store<LinkRecord> {
    const known = this.#records.get(peerId);
    if (known) return known;
    const store = new Store<LinkRecord>(emptyRecord);
    this.#records.set(peerId, store);
    const [oldest] = this.#records.keys();
    if (this.#records.size > recordLimits.people && oldest !== undefined) this.#records.delete(oldest);
    return store;
  }
}
