// Changes of conversations that main told of and that are not taken over yet: one for each conversation, and after an absence,
// when one follows the other, only so often that reading them does not slow their coming.
import type { ChatChange, ConversationId } from '#shared/chat';
import type { Scope } from '#core/base/scope';
import type { Clock } from '#core/ports';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';

export interface MergedChange extends Omit<ChatChange, 'messages'> {
  /** `many`: of messages alone, more than are worth naming; null as main says it. */
  readonly messages: ChatChange['messages'] | 'many';
}

export interface DueChangesDeps {
  readonly clock: Clock;
  readonly scope: Scope;
  /** They are to be taken out: at once, or `paces.chatChangesMs` after they last were. */
  readonly due: () => void;
}

export class DueChanges {
  readonly #deps: DueChangesDeps;
  #changes: ChatChange[] = [];
  #tookAtMs = -Infinity;
  #isAnnounced = false;

  constructor(deps: DueChangesDeps) {
    this.#deps = deps;
  }

  add(changes: readonly ChatChange[]): void {
    this.#changes.push(...changes);
    if (this.#isAnnounced) return;
    this.#isAnnounced = true;
    const { clock, scope, due } = this.#deps;
    const waitMs = this.#tookAtMs + paces.chatChangesMs - clock.now();
    if (waitMs <= 0) {
      due();
      return;
    }
    const cancel = clock.after(waitMs, () => {
      forget();
      due();
    });
    const forget = scope.onEnd(cancel);
  }

  /** One per conversation, in the order in which they first changed. */
  takeOut(): MergedChange[] {
    const changes = this.#changes;
    this.#changes = [];
    this.#isAnnounced = false;
    this.#tookAtMs = this.#deps.clock.now();
    return merged(changes);
  }
}

function merged(changes: readonly ChatChange[]): MergedChange[] {
  const byConversation = new Map<ConversationId, ChatChange>();
  for (const change of changes) {
    const before = byConversation.get(change.conversationId);
    const { messages } = change;
    byConversation.set(change.conversationId, {
      ...change,
      messages: !before ? messages : before.messages && messages && [...before.messages, ...messages],
      received: [...(before?.received ?? []), ...change.received],
      takenBack: [...(before?.takenBack ?? []), ...change.takenBack],
    });
  }
  return [...byConversation.values()].map((change) => {
    const named = change.messages && [...new Set(change.messages)];
    return { ...change, messages: named && named.length > limits.chatChangesNamed ? 'many' : named };
  });
}
