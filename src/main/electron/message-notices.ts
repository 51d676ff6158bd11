// New messages outside the window: one notification for each conversation, the latest.
import { Notification } from 'electron';
import type { ConversationId } from '#shared/chat';
import type { CallInput } from '#shared/contract';

const noticesAtOnce = 6;

export class MessageNotices {
  readonly #onPress: (conversationId: ConversationId) => void;
  readonly #shown = new Map<ConversationId, Notification>();

  constructor(onPress: (conversationId: ConversationId) => void) {
    this.#onPress = onPress;
  }

  announce({ conversationId, title, text }: CallInput<'announceMessage'>): void {
    if (!Notification.isSupported()) return;
    this.#withdraw(conversationId);
    if (this.#shown.size >= noticesAtOnce) return;
    const notice = new Notification({ title, body: text, silent: true }); // the page sounds
    notice.on('click', () => {
      this.#withdraw(conversationId);
      this.#onPress(conversationId);
    });
    notice.on('close', () => {
      if (this.#shown.get(conversationId) === notice) this.#shown.delete(conversationId);
    });
    this.#shown.set(conversationId, notice);
    notice.show();
  }

  withdrawAll(): void {
    for (const conversationId of [...this.#shown.keys()]) this.#withdraw(conversationId);
  }

  #withdraw(conversationId: ConversationId): void {
    const notice = this.#shown.get(conversationId);
    this.#shown.delete(conversationId);
    notice?.close();
  }
}
