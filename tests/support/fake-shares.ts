// Shared folders of others as the UI sees them: what is put into them here; commands are only told.
import type { DropId } from '#shared/drop';
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { ShareWant } from '#shared/seen-share';
import type { ShareEntry, ShareHit, SharePage, SharePath, ShareQuery } from '#shared/share';
import { Store } from '#core/base/store';
import { Emitter } from '#core/base/emitter';
import type { Obtained, SharesFound } from '#core/shares/shares';
import type { WaitingEvents } from '#core/shares/waiting-wants';
import type { SharesPort } from '#state/deps';

export const sharedFile = (name: string, bytes: number): ShareEntry => ({ name, kind: 'file', bytes, files: 1 });
export const sharedFolder = (name: string, files: number, bytes: number): ShareEntry => ({
  name,
  kind: 'folder',
  bytes,
  files,
});

export class FakeShares implements SharesPort {
  readonly news = new Store<ReadonlyMap<PeerId, number>>(new Map());
  readonly outdated = new Set<PeerId>();
  /** By person and path, joined with slashes. */
  readonly #folders = new Map<string, readonly ShareEntry[]>();
  hits: readonly { readonly peerId: PeerId; readonly hits: readonly ShareHit[]; readonly seenAt?: number }[] = [];
  /** Who gives what is asked for: null for whoever was asked. */
  givenBy: PeerId | null = null;
  readonly waitingStore = new Store<readonly ShareWant[]>([]);
  readonly waitingEvents = new Emitter<WaitingEvents>();
  readonly waiting = {
    store: this.waitingStore,
    events: this.waitingEvents,
    remove: async (dropId: DropId): Promise<void> => {
      this.waitingStore.set(this.waitingStore.snapshot.filter((want) => want.dropId !== dropId));
      await Promise.resolve();
    },
  };
  fails: Failure | null = null;
  readonly pageLength = 100;
  readonly #tell: (what: string) => void;

  constructor(tell: (what: string) => void) {
    this.#tell = tell;
  }

  /** They are here, and share this. */
  share(peerId: PeerId, path: string, entries: readonly ShareEntry[]): void {
    this.#folders.set(`${peerId}/${path}`, entries);
    this.news.set(new Map(this.news.snapshot).set(peerId, (this.news.snapshot.get(peerId) ?? 0) + 1));
  }

  leave(peerId: PeerId): void {
    const news = new Map(this.news.snapshot);
    news.delete(peerId);
    this.news.set(news);
  }

  unavailableAt(peerId: PeerId): boolean {
    return this.outdated.has(peerId);
  }

  async list(peerId: PeerId, path: SharePath, from: number): Promise<SharePage> {
    await Promise.resolve();
    if (!this.news.snapshot.has(peerId)) throw new Failure('peer-unreachable');
    const entries = this.#folders.get(`${peerId}/${path.join('/')}`);
    if (!entries) throw new Failure('share-gone');
    return { entries: entries.slice(from, from + this.pageLength), total: entries.length };
  }

  async search(query: ShareQuery, onFound: (found: SharesFound) => void): Promise<void> {
    this.#tell(`search ${query.words} ${query.kind ?? 'anything'}`);
    await Promise.resolve();
    for (const { peerId, hits, seenAt } of this.hits) onFound({ peerId, hits, seenAt: seenAt ?? null });
  }

  async obtain(peerId: PeerId, folder: SharePath, { name }: ShareEntry): Promise<Obtained> {
    await Promise.resolve();
    this.#tell(`want ${[peerId, ...folder, name].join('/')}`);
    if (this.fails) throw this.fails;
    if (this.givenBy !== null) return { from: this.givenBy };
    return this.news.snapshot.has(peerId) ? { from: peerId } : 'waits';
  }
}
