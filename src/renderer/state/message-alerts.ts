// What a new message does outside its conversation: a soft sound, a notification, and its words for screen readers. Of many
// that come at once only the latest of each conversation is shown.
import type { ConversationId } from '#shared/chat';
import type { Host } from '#shared/contract';
import { noticeTextLength } from '#shared/contract/shell-calls';
import type { Scope } from '#core/base/scope';
import type { ChatEvents } from '#core/chat/snapshot';
import type { Clock, Tones } from '#core/ports';
import { m } from '#messages/messages';
import type { ChatPort } from '#state/deps';

export interface MessageAlertsDeps {
  readonly chat: Pick<ChatPort, 'events'>;
  readonly host: Pick<Host, 'announceMessage' | 'on'>;
  readonly clock: Clock;
  readonly tones: Tones;
  readonly scope: Scope;
  volume(): number;
  isNotifying(): boolean;
  /** Whether somebody looks at this conversation. */
  isWatched(conversationId: ConversationId): boolean;
  /** Who writes, or the group, and what; null for what needs no words. */
  wordsOf(event: ChatEvents['received']): { title: string; text: string } | null;
  say(text: string): void;
  onPressed(conversationId: ConversationId): void;
  onFailed(reason: unknown): void;
}

interface Told {
  readonly title: string;
  readonly text: string;
  readonly count: number;
}

/** What comes within this is told together. */
const gatherMs = 400;

export class MessageAlerts {
  readonly #deps: MessageAlertsDeps;
  #gathered: ReadonlyMap<ConversationId, Told> = new Map();
  #cancel = (): void => undefined;

  constructor(deps: MessageAlertsDeps) {
    this.#deps = deps;
    const { chat, host, scope } = deps;
    scope.onEnd(chat.events.on('received', (event) => this.#gather(event)));
    scope.onEnd(host.on('messageNoticePressed', ({ conversationId }) => deps.onPressed(conversationId)));
    scope.onEnd(() => this.#cancel());
  }

  #gather(event: ChatEvents['received']): void {
    const { conversationId } = event.conversation;
    const words = this.#deps.wordsOf(event);
    if (!words) return;
    const before = this.#gathered.get(conversationId);
    if (this.#gathered.size === 0) this.#cancel = this.#deps.clock.after(gatherMs, () => this.#tell());
    this.#gathered = new Map([
      ...this.#gathered,
      [conversationId, { ...words, count: (before?.count ?? 0) + event.count }],
    ]);
  }

  #tell(): void {
    const deps = this.#deps;
    const told = [...this.#gathered];
    this.#gathered = new Map();
    for (const [, { title, text, count }] of told) {
      deps.say(count > 1 ? m.chat.newFrom(title, count) : m.chat.theirs(title, text));
    }
    const unseen = told.filter(([conversationId]) => !deps.isWatched(conversationId));
    if (unseen.length === 0) return;
    deps.tones.play('message', deps.volume());
    if (!deps.isNotifying()) return;
    for (const [conversationId, { title, text, count }] of unseen) {
      const shown = (count > 1 ? m.chat.newMessages(count) : text).slice(0, noticeTextLength);
      deps.host.announceMessage({ conversationId, title, text: shown }).catch((reason: unknown) => {
        deps.onFailed(reason);
      });
    }
  }
}
