// The conversation whose pane is open.
import type { ConversationState } from '#state/conversation.svelte';

export class OpenPane {
  /**
   * Not reactive: a pane that goes asks whether it is still the open one, and while an effect is torn down Svelte answers
   * with what reactive state was before. It would close the pane that has just come in its place.
   */
  #now: ConversationState | null = null;
  #drawn = $state.raw<ConversationState | null>(null);

  get now(): ConversationState | null {
    return this.#now;
  }

  /** The same, for what is drawn anew with it. */
  get drawn(): ConversationState | null {
    return this.#drawn;
  }

  set(state: ConversationState | null): void {
    this.#now = state;
    this.#drawn = state;
  }

  /** Nothing, when another has been opened meanwhile. */
  close(state: ConversationState): void {
    if (this.#now === state) this.set(null);
  }
}
