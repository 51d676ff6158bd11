// Looking into what one person shares with me: where I am, what is there, page by page, and again when they say that it changed.
import type { Host } from '#shared/contract';
import { Failure, type FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { ShareEntry, SharePage, SharePath } from '#shared/share';
import { Scope } from '#core/base/scope';
import type { Clock } from '#core/ports';
import type { SharesPort } from '#state/deps';
import { onceEach } from '#state/once-each';

export interface BrowseDeps {
  readonly peerId: PeerId;
  /** Where to begin. */
  readonly path: SharePath;
  readonly shares: Pick<SharesPort, 'news' | 'list'>;
  /** For while they are away. */
  readonly host: Pick<Host, 'readSeen'>;
  readonly clock: Clock;
}

type Stage =
  | { readonly phase: 'loading' }
  | { readonly phase: 'ready' }
  | { readonly phase: 'failed'; readonly code: FailureCode };

/** However often they say that something changed. */
const againAfterMs = 1_500;
/** Shown of one folder at most; it can be searched. */
const shownAtMost = 5_000;

export class BrowseState {
  readonly #deps: BrowseDeps;
  readonly #scope = new Scope();
  #asking = new AbortController();
  #path = $state.raw<SharePath>([]);
  #entries = $state.raw<readonly ShareEntry[]>([]);
  #total = $state(0);
  /** How many were told of: more than are shown where some came twice. */
  #told = $state(0);
  #stage = $state.raw<Stage>({ phase: 'loading' });
  #seenAt = $state<number | null>(null);
  #isAgainDue = false;

  constructor(deps: BrowseDeps) {
    this.#deps = deps;
    const { shares } = deps;
    this.#path = deps.path;
    this.#scope.onEnd(shares.news.onChange(() => this.#heardNews()));
    this.#scope.onEnd(() => this.#asking.abort());
    void this.#load(0);
  }

  get path(): SharePath {
    return this.#path;
  }

  get entries(): readonly ShareEntry[] {
    return this.#entries;
  }

  get total(): number {
    return this.#total;
  }

  get stage(): Stage {
    return this.#stage;
  }

  /** They are away: it is shown as it was then. Null when it is as it is now. */
  get seenAt(): number | null {
    return this.#seenAt;
  }

  get hasMore(): boolean {
    return this.#told < Math.min(this.#total, shownAtMost);
  }

  async go(path: SharePath): Promise<void> {
    this.#path = path;
    this.#entries = [];
    this.#total = 0;
    this.#told = 0;
    await this.#load(0);
  }

  async more(): Promise<void> {
    if (this.#stage.phase === 'ready' && this.hasMore) await this.#load(this.#told);
  }

  end(): void {
    this.#scope.end();
  }

  async #load(from: number): Promise<void> {
    this.#asking.abort();
    const asking = (this.#asking = new AbortController());
    if (this.#entries.length === 0) this.#stage = { phase: 'loading' };
    try {
      const { entries, total } = await this.#read(from, asking.signal);
      if (this.#asking !== asking) return;
      // Names that come twice are shown once: the folder changed between two pages, or they tell nonsense.
      const before = from === 0 ? [] : this.#entries;
      this.#entries = onceEach([...before, ...entries], ({ name }) => name);
      this.#told = from + entries.length;
      // Whoever says that more is to come and gives nothing is not asked for it again.
      this.#total = entries.length === 0 ? this.#told : total;
      this.#stage = { phase: 'ready' };
    } catch (reason) {
      if (this.#asking !== asking || this.#scope.hasEnded) return;
      this.#entries = [];
      this.#stage = { phase: 'failed', code: Failure.from(reason).code };
    }
  }

  /** As it is now or, of somebody who is away, as it was seen. */
  async #read(from: number, signal: AbortSignal): Promise<SharePage> {
    const { shares, host, peerId } = this.#deps;
    try {
      const page = await shares.list(peerId, this.#path, from, signal);
      this.#seenAt = null;
      return page;
    } catch (reason) {
      const { code } = Failure.from(reason);
      if (code !== 'peer-unreachable' && code !== 'link-lost') throw reason;
      const seen = await host.readSeen({ peerId, path: [...this.#path], from }).catch(() => null);
      if (!seen || signal.aborted) throw reason;
      this.#seenAt = seen.seenAt;
      return seen.page;
    }
  }

  #heardNews(): void {
    const { shares, clock, peerId } = this.#deps;
    if (this.#isAgainDue) return;
    const isHere = shares.news.snapshot.has(peerId);
    if (isHere && (this.#stage.phase === 'failed' || this.#seenAt !== null)) {
      void this.#load(0);
      return;
    }
    this.#isAgainDue = true;
    this.#scope.onEnd(
      clock.after(againAfterMs, () => {
        this.#isAgainDue = false;
        // Further down somebody reads on: what they see stays.
        if (shares.news.snapshot.has(peerId) && this.#entries.length <= 256) void this.#load(0);
      }),
    );
  }
}
