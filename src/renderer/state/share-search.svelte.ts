// Finds things in the folders of everybody who is here, while somebody types: asks once they pause, and shows answers as they come.
import type { PeerId } from '#shared/identity';
import type { ShareHit, ShareQuery } from '#shared/share';
import { Failure } from '#shared/failure';
import type { Clock } from '#core/ports';
import type { SharesPort } from '#state/deps';
import { onceEach } from '#state/once-each';
import type { ToastsState } from '#state/toasts.svelte';

export interface ShareSearchDeps {
  readonly shares: Pick<SharesPort, 'search'>;
  readonly clock: Clock;
  readonly toasts: ToastsState;
}

export interface FoundAt {
  readonly peerId: PeerId;
  readonly hit: ShareHit;
  /** They are away, and showed it then; null of somebody who is here. */
  readonly seenAt: number | null;
}

const pauseMs = 350;
export const foundKey = ({ peerId, hit }: Pick<FoundAt, 'peerId' | 'hit'>): string =>
  [peerId, ...hit.folder, hit.name].join('/');

/** A single letter is in every name. */
const shortest = 2;
const shownAtMost = 500;

export class ShareSearch {
  readonly #deps: ShareSearchDeps;
  words = $state('');
  kind = $state.raw<ShareQuery['kind']>(null);
  #found = $state.raw<readonly FoundAt[]>([]);
  /** idle: nothing is looked for. */
  #phase = $state.raw<'idle' | 'searching' | 'done'>('idle');
  #asking = new AbortController();
  #cancel = (): void => undefined;

  constructor(deps: ShareSearchDeps) {
    this.#deps = deps;
  }

  get found(): readonly FoundAt[] {
    return this.#found;
  }

  get phase(): 'idle' | 'searching' | 'done' {
    return this.#phase;
  }

  /** The words or the kind changed. */
  ask(): void {
    const query = { words: this.words.trim(), kind: this.kind };
    this.#cancel();
    this.#asking.abort();
    this.#asking = new AbortController();
    this.#found = [];
    const isEnough = query.words.length >= shortest || (query.words === '' && query.kind !== null);
    this.#phase = isEnough ? 'searching' : 'idle';
    if (isEnough) this.#cancel = this.#deps.clock.after(pauseMs, () => void this.#search(query));
  }

  /** What somebody tells twice is shown once. */
  #add(more: readonly FoundAt[]): void {
    this.#found = onceEach([...this.#found, ...more], foundKey).slice(0, shownAtMost);
  }

  async #search(query: ShareQuery): Promise<void> {
    const { signal } = this.#asking;
    try {
      await this.#deps.shares.search(
        query,
        ({ peerId, hits, seenAt }) => {
          if (!signal.aborted) this.#add(hits.map((hit) => ({ peerId, hit, seenAt })));
        },
        signal,
      );
      if (!signal.aborted) this.#phase = 'done';
    } catch (reason) {
      if (Failure.from(reason).code === 'aborted') return;
      this.#phase = 'done';
      this.#deps.toasts.fail(reason);
    }
  }
}
