// News outside the window: of each conversation and each drop of files the latest.
import { Notification } from 'electron';
import type { ConversationId } from '#shared/chat';
import type { CallInput } from '#shared/contract';

const noticesAtOnce = 6;

export interface MessageNoticesOptions {
  readonly onMessage: (conversationId: ConversationId) => void;
  readonly onDrop: () => void;
}

export class MessageNotices {
  readonly #options: MessageNoticesOptions;
  readonly #shown = new Map<string, Notification>();

  constructor(options: MessageNoticesOptions) {
    this.#options = options;
  }

  announce({ conversationId, title, text }: CallInput<'announceMessage'>): void {
    this.#show(conversationId, { title, body: text }, () => {
      this.#options.onMessage(conversationId);
    });
  }

  announceDrop({ dropId, title }: CallInput<'announceDrop'>): void {
    this.#show(dropId, { title }, this.#options.onDrop);
  }

  withdrawAll(): void {
    for (const tag of [...this.#shown.keys()]) this.#withdraw(tag);
  }

  #show(tag: string, words: { title: string; body?: string }, onPress: () => void): void {
    if (!Notification.isSupported()) return;
    this.#withdraw(tag);
    if (this.#shown.size >= noticesAtOnce) return;
    const notice = new Notification({ ...words, silent: true }); // the page sounds
    notice.on('click', () => {
      this.#withdraw(tag);
      onPress();
    });
    notice.on('close', () => {
      if (this.#shown.get(tag) === notice) this.#shown.delete(tag);
    });
    this.#shown.set(tag, notice);
    notice.show();
  }

  #withdraw(tag: string): void {
    const notice = this.#shown.get(tag);
    this.#shown.delete(tag);
    notice?.close();
  }
}
