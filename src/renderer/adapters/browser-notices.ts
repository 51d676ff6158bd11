// Incoming calls as notifications of the browser, where no shell shows them: a page in the background cannot be seen.
import type { CallId } from '#shared/call-record';

export class BrowserNotices {
  readonly #shown = new Map<CallId, Notification>();

  /** Asks once whether notifications may be shown; a "no" is kept by the browser and never asked again. */
  async ask(): Promise<void> {
    if ('Notification' in globalThis && Notification.permission === 'default') await Notification.requestPermission();
  }

  /** Shown only while the page is out of sight; pressing it brings the page to the front and nothing else. */
  announce(callId: CallId, title: string): void {
    if (!('Notification' in globalThis) || Notification.permission !== 'granted' || document.hasFocus()) return;
    const notice = new Notification(title, { tag: callId, requireInteraction: true });
    notice.onclick = () => {
      window.focus();
      notice.close();
    };
    this.#shown.set(callId, notice);
  }

  withdraw(callId: CallId): void {
    this.#shown.get(callId)?.close();
    this.#shown.delete(callId);
  }
}
