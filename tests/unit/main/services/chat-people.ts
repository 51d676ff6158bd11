// Conversations of real profiles, and how one side gets from the other what it lacks.
import type { ConversationId } from '#shared/chat';
import type { Person } from './people';

export const chatOf = (one: Person, other: Person): ConversationId => {
  const found = one.services.chats.list().find(({ peerId }) => peerId === other.peerId);
  if (!found) throw new Error('no conversation');
  return found.conversationId;
};

/** `to` asks `from` until there is nothing more, as links do. */
export function pull(from: Person, to: Person, conversationId: ConversationId): void {
  for (let round = 0; round < 50; round += 1) {
    const vector = to.services.chats.exchange.vector(from.peerId, conversationId);
    const { bundles, isComplete } = from.services.chats.exchange.hand(to.peerId, conversationId, vector);
    for (const { entries } of bundles)
      to.services.chats.exchange.take({ peerId: from.peerId, conversationId, entries });
    if (isComplete) return;
  }
  throw new Error('never complete');
}
