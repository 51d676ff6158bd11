// Folders this person shares, as main keeps them, and the ways into those of others.
import type { Host } from '#shared/contract';
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { SeenSharer, ShareWant } from '#shared/seen-share';
import type { Share, ShareAudience, ShareEntry, ShareId, SharePath } from '#shared/share';
import type { Scope } from '#core/base/scope';
import type { Clock } from '#core/ports';
import type { Obtained } from '#core/shares/shares';
import { m } from '#messages/messages';
import { BrowseState } from '#state/browse.svelte';
import type { SharesPort } from '#state/deps';
import { Live } from '#state/live.svelte';
import { ShareSearch } from '#state/share-search.svelte';
import type { ToastsState } from '#state/toasts.svelte';

type SharesHost = Pick<
  Host,
  'on' | 'listShares' | 'addShare' | 'setShareAudience' | 'removeShare' | 'rereadShare' | 'readSeen' | 'listSeenSharers'
>;

export interface SharesStateDeps {
  readonly host: SharesHost;
  readonly shares: SharesPort;
  readonly clock: Clock;
  readonly toasts: ToastsState;
  readonly scope: Scope;
  /** My own name for somebody. */
  readonly nameOf: (peerId: PeerId) => string;
}

export class SharesState {
  readonly #deps: SharesStateDeps;
  readonly #news: Live<ReadonlyMap<PeerId, number>>;
  readonly search: ShareSearch;
  /** Null until main has answered. */
  #mine = $state.raw<readonly Share[] | null>(null);
  #isStale = true;
  #seen = $state.raw<readonly SeenSharer[]>([]);
  readonly #waiting: Live<readonly ShareWant[]>;

  constructor(deps: SharesStateDeps) {
    this.#deps = deps;
    const { host, shares, clock, toasts, scope } = deps;
    this.#news = new Live(shares.news);
    this.#waiting = new Live(shares.waiting.store);
    scope.onEnd(
      shares.waiting.events.on('began', ({ peerId, entry }) => {
        toasts.show({ title: m.shares.coming(entry.name, deps.nameOf(peerId)) });
      }),
    );
    scope.onEnd(
      shares.waiting.events.on('gone', ({ peerId, entry }) => {
        toasts.show({ severity: 'warning', title: m.shares.waitedInVain(entry.name, deps.nameOf(peerId)) });
      }),
    );
    this.search = new ShareSearch({ shares, clock, toasts });
    scope.onEnd(
      host.on('sharesChanged', () => {
        this.#isStale = true;
        if (this.#mine) void this.load();
      }),
    );
  }

  get mine(): readonly Share[] | null {
    return this.#mine;
  }

  byId(shareId: ShareId): Share | null {
    return this.#mine?.find((share) => share.shareId === shareId) ?? null;
  }

  /** Whether their folders can be looked into now. */
  isHere(peerId: PeerId): boolean {
    return this.#news.current.has(peerId);
  }

  /** What I asked for of people who are away, the oldest first. */
  get waiting(): readonly ShareWant[] {
    return this.#waiting.current;
  }

  /** Of whom something was seen, here or not, the last seen first. */
  get seen(): readonly SeenSharer[] {
    return this.#seen;
  }

  async loadSeen(): Promise<void> {
    // Whoever is here shows themselves; of the others nothing is known then.
    this.#seen = await this.#deps.host.listSeenSharers().catch(() => []);
  }

  async stopWaiting({ dropId }: ShareWant): Promise<void> {
    await this.#attempt(async () => {
      await this.#deps.shares.waiting.remove(dropId);
    });
  }

  /** Reads them again where that may have changed something. */
  async load(): Promise<void> {
    if (!this.#isStale) return;
    this.#isStale = false;
    await this.#attempt(async () => {
      this.#mine = await this.#deps.host.listShares();
    });
  }

  /** False when none was chosen, or it cannot be shared: that is said then. */
  async add(path: string, audience: ShareAudience): Promise<boolean> {
    return await this.#attempt(async () => {
      await this.#deps.host.addShare({ path, audience });
    });
  }

  async setAudience(shareId: ShareId, audience: ShareAudience): Promise<boolean> {
    return await this.#attempt(async () => {
      await this.#deps.host.setShareAudience({ shareId, audience });
    });
  }

  async reread(shareId: ShareId): Promise<void> {
    await this.#attempt(async () => {
      await this.#deps.host.rereadShare({ shareId });
    });
  }

  async stop({ shareId, name }: Share): Promise<void> {
    const isDone = await this.#attempt(async () => {
      await this.#deps.host.removeShare({ shareId });
    });
    if (isDone) this.#deps.toasts.show({ title: m.shares.stopped(name) });
  }

  /** What one person shares with me; end it when nobody looks any more. */
  browse(peerId: PeerId, path: SharePath): BrowseState {
    const { shares, clock, host } = this.#deps;
    return new BrowseState({ peerId, path, shares, clock, host });
  }

  /**
   * Asks for it; it comes as files do, or waits for somebody who is away. Null when it cannot be had: that is said then.
   * @param folder where the entry lies
   */
  async download(peerId: PeerId, folder: SharePath, entry: ShareEntry): Promise<Obtained | null> {
    const { shares } = this.#deps;
    try {
      return await shares.obtain(peerId, folder, entry, new AbortController().signal);
    } catch (reason) {
      this.#deps.toasts.fail(reason);
      return null;
    }
  }

  async #attempt(command: () => Promise<void>): Promise<boolean> {
    try {
      await command();
      return true;
    } catch (reason) {
      if (Failure.from(reason).code !== 'aborted') this.#deps.toasts.fail(reason);
      return false;
    }
  }
}
