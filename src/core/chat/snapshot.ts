// What of the chat is visible to others.
import type { ChatMessage, Conversation, ConversationId } from '#shared/chat';
import type { DropId } from '#shared/drop';
import type { PeerId } from '#shared/identity';

export interface ConversationSnapshot extends Conversation {
  /** Others who are writing just now. */
  readonly typing: readonly PeerId[];
}

export interface ChatEvents {
  /** New or changed messages, already merged; null when there were too many to name: read the page again. */
  changed: { readonly conversationId: ConversationId; readonly messages: readonly ChatMessage[] | null };
  /**
   * A new unread message of somebody else, for sound and notification; where many came at once, the newest and their `count`,
   * 1 otherwise. Not for muted conversations.
   */
  received: { readonly conversation: ConversationSnapshot; readonly message: ChatMessage; readonly count: number };
  /** The author of a message of files has taken it back: their drop is to go with it. */
  filesTakenBack: { readonly dropId: DropId; readonly from: PeerId };
}
