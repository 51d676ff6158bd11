// The conversation whose pane is open: at once for what happens to it, and a moment later for what is drawn elsewhere, since
// a pane that comes must not draw what it stands in a second time.
import type { ConversationState } from '#state/conversation.svelte';

export class OpenPane {
  #now: ConversationState | null = null;
  #drawn = $state.raw<ConversationState | null>(null);

  get now(): ConversationState | null {
    return this.#now;
  }

  get drawn(): ConversationState | null {
    return this.#drawn;
  }

  set(state: ConversationState | null): void {
    this.#now = state;
    queueMicrotask(() => {
      this.#drawn = this.#now;
    });
  }
}
