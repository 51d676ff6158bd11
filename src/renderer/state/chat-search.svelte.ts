// Finds messages while somebody types: asks once they pause, and shows only the answer to the latest question.
import type { SearchHit } from '#shared/chat';
import type { Clock } from '#core/ports';
import type { ChatPort } from '#state/deps';
import type { ToastsState } from '#state/toasts.svelte';

export interface ChatSearchDeps {
  readonly chat: Pick<ChatPort, 'search'>;
  readonly clock: Clock;
  readonly toasts: ToastsState;
}

const pauseMs = 180;
const hitsAtMost = 40;
/** A single letter is in every message. */
const shortest = 2;

export class ChatSearch {
  readonly #deps: ChatSearchDeps;
  #hits = $state.raw<readonly SearchHit[]>([]);
  /** What the hits answer to; null while nothing was asked. */
  #answered = $state.raw<string | null>(null);
  #asked = '';
  #cancel = (): void => undefined;

  constructor(deps: ChatSearchDeps) {
    this.#deps = deps;
  }

  get hits(): readonly SearchHit[] {
    return this.#hits;
  }

  get answered(): string | null {
    return this.#answered;
  }

  get isCut(): boolean {
    return this.#hits.length === hitsAtMost;
  }

  ask(search: string): void {
    const text = search.trim();
    if (text === this.#asked) return;
    this.#asked = text;
    this.#cancel();
    if (text.length < shortest) {
      this.#hits = [];
      this.#answered = null;
      return;
    }
    this.#cancel = this.#deps.clock.after(pauseMs, () => void this.#find(text));
  }

  async #find(text: string): Promise<void> {
    try {
      const hits = await this.#deps.chat.search(text, null, hitsAtMost);
      if (text !== this.#asked) return;
      this.#hits = hits;
      this.#answered = text;
    } catch (reason) {
      this.#deps.toasts.fail(reason);
    }
  }
}
