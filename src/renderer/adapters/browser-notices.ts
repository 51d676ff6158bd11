// Incoming calls, messages and files as notifications of the browser, where no shell shows them: a page in the background
// cannot be seen.
import type { CallId } from '#shared/call-record';
import type { ConversationId } from '#shared/chat';
import type { DropId } from '#shared/drop';

export class BrowserNotices {
  readonly #shown = new Map<CallId, Notification>();

  /** Asks once whether notifications may be shown; a "no" is kept by the browser and never asked again. */
  async ask(): Promise<void> {
    if ('Notification' in globalThis && Notification.permission === 'default') await Notification.requestPermission();
  }

  /** Shown only while the page is out of sight; pressing it brings the page to the front and nothing else. */
  announce(callId: CallId, title: string): void {
    const notice = this.#show(title, { tag: callId, requireInteraction: true }, () => undefined);
    if (notice) this.#shown.set(callId, notice);
  }

  /** The same for a message; one for each conversation. */
  announceMessage(tag: ConversationId, title: string, body: string, onPress: () => void): void {
    this.#show(title, { tag, body, silent: true }, onPress);
  }

  /** The same for files; one for each drop. */
  announceDrop(tag: DropId, title: string): void {
    this.#show(title, { tag, silent: true }, () => undefined);
  }

  #show(title: string, options: NotificationOptions, onPress: () => void): Notification | null {
    if (!('Notification' in globalThis) || Notification.permission !== 'granted' || document.hasFocus()) return null;
    const notice = new Notification(title, options);
    notice.onclick = () => {
      window.focus();
      notice.close();
      onPress();
    };
    return notice;
  }

  withdraw(callId: CallId): void {
    this.#shown.get(callId)?.close();
    this.#shown.delete(callId);
  }
}
