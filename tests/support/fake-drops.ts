// File drop as the UI sees it, moved by hand; commands are only told.
import type { ContactId } from '#shared/contact';
import { DropId } from '#shared/drop';
import type { FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import { parse } from 'valibot';
import { Emitter } from '#core/base/emitter';
import { Store } from '#core/base/store';
import type { DropReceiver, DropSnapshot, DropStage } from '#core/drop/snapshot';
import type { GivenFile } from '#core/ports/content';
import type { AllowancesPort, DropsPort } from '#state/deps';

export const fakeDropId = (nth: number): DropId => parse(DropId, nth.toString(16).padStart(32, '0'));

/** A drop of one file of a megabyte, unless it is said otherwise. */
export function fakeDrop(
  nth: number,
  from: { readonly peerId: PeerId; readonly name: string },
  more: Partial<DropSnapshot> = {},
): DropSnapshot {
  const files = more.files ?? [{ path: ['notes.txt'], bytes: 1_000_000 }];
  return {
    dropId: fakeDropId(nth),
    direction: 'incoming',
    from: from.peerId,
    fromName: from.name,
    roomId: null,
    atMs: 0,
    files,
    fileCount: files.length,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    stage: { phase: 'asked' },
    doneBytes: 0,
    bytesPerSecond: 0,
    receivers: [],
    feeders: [],
    givers: [],
    fed: [],
    sentBytes: 0,
    isLoan: false,
    ...more,
  };
}

export const fakeReceiver = (
  { peerId, name }: { readonly peerId: PeerId; readonly name: string },
  stage: DropStage,
  doneBytes = 0,
): DropReceiver => ({ peerId, name, stage, doneBytes, feeders: [] });

export class FakeDrops implements DropsPort {
  readonly store = new Store<readonly DropSnapshot[]>([]);
  readonly events = new Emitter<{ asked: DropId; finished: DropId; failed: { dropId: DropId; code: FailureCode } }>();
  /** Their Roundtable knows no file drop. */
  readonly outdated = new Set<PeerId>();
  readonly allowed = new Store<ReadonlyMap<ContactId, number>>(new Map());
  readonly allowances: AllowancesPort = {
    store: this.allowed,
    set: async (contactId, maxBytes) => {
      this.#tell(`allow ${contactId} ${String(maxBytes)}`);
      const next = new Map(this.allowed.snapshot);
      if (maxBytes === null) next.delete(contactId);
      else next.set(contactId, maxBytes);
      await Promise.resolve();
      this.allowed.set(next);
    },
  };
  readonly #tell: (what: string) => void;

  constructor(tell: (what: string) => void) {
    this.#tell = tell;
  }

  show(...drops: readonly DropSnapshot[]): void {
    const others = this.store.snapshot.filter(({ dropId }) => !drops.some((drop) => drop.dropId === dropId));
    this.store.set([...drops, ...others]);
  }

  async send(files: readonly GivenFile[], { people }: { readonly people: readonly PeerId[] }): Promise<DropId> {
    this.#tell(`send ${files.map(({ entry }) => entry.path.join('/')).join(', ')} to ${people.length}`);
    return await Promise.resolve(fakeDropId(999));
  }

  async giveAgain(dropId: DropId, files: readonly GivenFile[]): Promise<void> {
    this.#tell(`give again ${dropId} ${files.length}`);
    await Promise.resolve();
  }

  accept(dropId: DropId): void {
    this.#tell(`accept ${dropId}`);
  }

  decline(dropId: DropId): void {
    this.#tell(`decline ${dropId}`);
  }

  pause(dropId: DropId): void {
    this.#tell(`pause ${dropId}`);
  }

  resume(dropId: DropId): void {
    this.#tell(`resume ${dropId}`);
  }

  cancel(dropId: DropId): void {
    this.#tell(`cancel ${dropId}`);
  }

  retry(dropId: DropId): void {
    this.#tell(`retry ${dropId}`);
  }

  clear(dropId: DropId): void {
    this.store.set(this.store.snapshot.filter((drop) => drop.dropId !== dropId));
  }

  unavailableAt(peerId: PeerId): boolean {
    return this.outdated.has(peerId);
  }
}
