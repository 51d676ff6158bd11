// Leaves a card in the conversation when a call of mine has ended: how long was talked, or why it came to nothing. The caller
// writes it for both, so there is one.
import type { ChatDraft } from '#shared/chat';
import { Failure } from '#shared/failure';
import type { Scope } from '#core/base/scope';
import type { Calls, EndedCall } from '#core/call/calls';
import type { Chat } from '#core/chat/chat';

interface CallCardsDeps {
  readonly calls: Pick<Calls, 'events'>;
  readonly chat: Pick<Chat, 'conversationOf' | 'write'>;
  readonly scope: Scope;
}

/** Until the scope ends. */
export function leaveCallCards({ calls, chat, scope }: CallCardsDeps): void {
  scope.onEnd(
    calls.events.on('ended', (ended) => {
      const conversation = chat.conversationOf(ended.peerId);
      const card = cardOf(ended);
      if (!card || !conversation) return;
      chat.write(conversation.conversationId, card).catch((reason: unknown) => {
        // Somebody who was blocked meanwhile is written nothing; the call history has the call anyway.
        if (!(reason instanceof Failure)) throw reason;
      });
    }),
  );
}

function cardOf({ callId, direction, video, talkedMs, reason, wasAnswered }: EndedCall): ChatDraft | null {
  if (direction !== 'outgoing') return null;
  if (wasAnswered) return { kind: 'call', callId, video, talkedMs: Math.max(0, Math.round(talkedMs)) };
  switch (reason) {
    case 'no-answer':
    case 'cancelled':
    case 'declined':
    case 'busy':
    case 'unreachable':
      return { kind: 'missed-call', callId, video, reason };
    default:
      return null; // it failed on this side, or with somebody who was not proven
  }
}
