// Incoming calls outside the window: a notification to accept or decline from, gone as soon as the call is decided.
import { Notification } from 'electron';
import type { CallId } from '#shared/call-record';
import type { CallInput, EventPayload } from '#shared/contract';
import { desktopTexts as texts } from '#main/electron/desktop-texts';

type Answer = EventPayload<'callAnswered'>;

const actions = ['accept', 'decline'] as const;
const noticesAtOnce = 4;

export class CallNotices {
  readonly #onAnswer: (answer: Answer) => void;
  readonly #shown = new Map<CallId, Notification>();

  /** `onAnswer` hears of each press; the call itself is decided in the page. */
  constructor(onAnswer: (answer: Answer) => void) {
    this.#onAnswer = onAnswer;
  }

  announce({ callId, name, video }: CallInput<'announceCall'>): void {
    if (!Notification.isSupported() || this.#shown.has(callId) || this.#shown.size >= noticesAtOnce) return;
    const notice = new Notification({
      title: name,
      body: texts.incomingCall(video),
      silent: true, // the page rings
      urgency: 'critical',
      timeoutType: 'never',
      actions: [
        { type: 'button', text: texts.accept },
        { type: 'button', text: texts.decline },
      ],
      closeButtonText: texts.cancel,
    });
    const answer = (action: Answer['action']): void => {
      this.withdraw(callId);
      this.#onAnswer({ callId, action });
    };
    notice.on('click', () => {
      answer('show');
    });
    notice.on('action', ({ actionIndex }) => {
      answer(actions[actionIndex] ?? 'show');
    });
    notice.on('close', () => {
      if (this.#shown.get(callId) === notice) this.#shown.delete(callId);
    });
    this.#shown.set(callId, notice);
    notice.show();
  }

  withdraw(callId: CallId): void {
    const notice = this.#shown.get(callId);
    this.#shown.delete(callId);
    notice?.close();
  }

  withdrawAll(): void {
    for (const callId of [...this.#shown.keys()]) this.withdraw(callId);
  }
}
