// One open conversation: the messages of it that are loaded, how it goes on at both ends, and what is written in it.
import type { CallRecord } from '#shared/call-record';
import type { ChatDraft as Written, ChatMessage, EntryId, TimelineAt } from '#shared/chat';
import type { PeerId } from '#shared/identity';
import type { Clock } from '#core/ports';
import type { ChatEvents, ConversationSnapshot } from '#core/chat/snapshot';
import type { ChatDraft } from '#state/chat-drafts.svelte';
import type { ChatPort } from '#state/deps';
import type { MessageView, NameOf } from '#state/message-view';
import { waitingWords, type WaitingFor } from '#state/chat-waiting';
import { timelineOf, type TimelineItem } from '#state/timeline';
import type { ToastsState } from '#state/toasts.svelte';

export interface ConversationDeps {
  readonly chat: ChatPort;
  readonly clock: Clock;
  readonly toasts: ToastsState;
  readonly self: PeerId;
  readonly draft: ChatDraft;
  readonly nameOf: NameOf;
  other(): WaitingFor;
  /** As it stands now; the last known once it is gone. */
  facts(): ConversationSnapshot;
  /** My own history of calls with the other person, the latest first. */
  calls(): readonly CallRecord[];
}

const pageSize = 60;
/** So many messages are kept on the page while somebody reads on and on. */
const loadedAtMost = 300;
const highlightMs = 2_400;

type End = 'earlier' | 'later';

export class ConversationState {
  readonly #deps: ConversationDeps;
  readonly draft: ChatDraft;
  #messages = $state.raw<readonly ChatMessage[]>([]);
  #hasEarlier = $state(false);
  #hasLater = $state(false);
  #isRead = $state(false);
  #firstNew = $state.raw<EntryId | null>(null);
  #highlighted = $state.raw<EntryId | null>(null);
  #loading = $state.raw<End | null>(null);
  #reading: Promise<void> | null = null;
  #isStale = false;
  #markedUpTo = -1;
  /** Counts what was sent into it from beside the field, as files are. */
  sent = $state(0);
  /** Whether its latest messages are on a window that is looked at; its pane keeps this. */
  isWatched = false;
  readonly items: readonly TimelineItem[] = $derived.by(() => this.#itemsNow());

  constructor(deps: ConversationDeps) {
    this.#deps = deps;
    this.draft = deps.draft;
  }

  get facts(): ConversationSnapshot {
    return this.#deps.facts();
  }

  /** False until the first page is here. */
  get isRead(): boolean {
    return this.#isRead;
  }

  /** Those that are loaded, the earliest first. */
  get messages(): readonly ChatMessage[] {
    return this.#messages;
  }

  get hasEarlier(): boolean {
    return this.#hasEarlier;
  }

  get hasLater(): boolean {
    return this.#hasLater;
  }

  /** The end at which more is being read. */
  get loading(): End | null {
    return this.#loading;
  }

  /** The message that was jumped to, for a short while. */
  get highlighted(): EntryId | null {
    return this.#highlighted;
  }

  get firstNew(): EntryId | null {
    return this.#firstNew;
  }

  get typingNames(): readonly string[] {
    const { typing, members } = this.facts;
    return typing.map((peerId) =>
      this.#deps.nameOf(peerId, members.find((one) => one.peerId === peerId)?.name ?? null),
    );
  }

  /** Why my latest message has not arrived yet; null when it has. */
  get waiting(): string | null {
    if (this.#hasLater) return null;
    const latest = this.#messages.findLast(({ isMine, content }) => isMine && content.kind !== 'withdrawn');
    return waitingWords(latest ?? null, this.#deps.other());
  }

  /** Reads the first page, where the new messages begin, or around the message that is looked for. */
  async open(around: EntryId | null): Promise<void> {
    await this.#attempt(async () => {
      if (around === null) await this.#replace({ kind: 'unread' });
      else await this.#replace({ kind: 'around', messageId: around });
      this.#firstNew = this.#messages.find(({ isUnread, isMine }) => isUnread && !isMine)?.messageId ?? null;
      this.#isRead = true;
      if (around !== null) this.#highlight(around);
    });
  }

  async loadMore(end: End): Promise<void> {
    const edge = end === 'earlier' ? this.#messages[0] : this.#messages.at(-1);
    const hasMore = end === 'earlier' ? this.#hasEarlier : this.#hasLater;
    if (!edge || !hasMore || this.#loading !== null) return;
    this.#loading = end;
    await this.#attempt(async () => {
      const kind = end === 'earlier' ? 'before' : 'after';
      const at: TimelineAt = { kind, messageId: edge.messageId };
      this.#join(end, await this.#deps.chat.read(this.facts.conversationId, at, pageSize));
    });
    this.#loading = null;
  }

  /** Answers whether it is on the page now. */
  async jumpTo(messageId: EntryId): Promise<boolean> {
    if (!this.#has(messageId)) {
      await this.#attempt(async () => {
        await this.#replace({ kind: 'around', messageId });
      });
    }
    if (this.#has(messageId)) this.#highlight(messageId);
    return this.#has(messageId);
  }

  async toLatest(): Promise<void> {
    if (this.#hasLater) {
      await this.#attempt(async () => {
        await this.#replace({ kind: 'end' });
      });
    }
    this.#firstNew = null;
  }

  /** What changed elsewhere: shown in place, and what is new where it belongs. */
  take({ messages }: ChatEvents['changed']): void {
    const changed = messages ?? [];
    const latest = (message: ChatMessage): ChatMessage =>
      changed.find(({ messageId }) => messageId === message.messageId) ?? message;
    if (changed.length > 0) this.#messages = this.#messages.map(latest);
    const isNew = messages === null || changed.some(({ messageId }) => !this.#has(messageId));
    // What is being read just now may be from before the change.
    if ((isNew || this.#reading) && this.#isRead) void this.#refresh();
  }

  /** Everything that is loaded was seen. */
  markRead(): void {
    const arrival = this.#messages.reduce((latest, message) => Math.max(latest, message.arrival), -1);
    if (this.facts.unread === 0 || this.#hasLater || arrival <= this.#markedUpTo) return;
    this.#markedUpTo = arrival;
    void this.#attempt(async () => {
      await this.#deps.chat.markRead(this.facts.conversationId, arrival);
    });
  }

  /** Answers whether it was written. */
  async sendDraft(): Promise<boolean> {
    const { draft } = this;
    if (!draft.isReady) return false;
    const text = draft.text.trim();
    const { about, written } = draft;
    // Cleared at once, so that the next can be typed; what could not be written comes back.
    draft.clear();
    const isWritten = await this.#write(written);
    if (!isWritten && draft.text === '' && about?.kind !== 'edit') draft.text = text;
    if (isWritten && about?.kind !== 'edit') await this.toLatest();
    return isWritten;
  }

  noteTyping(): void {
    if (this.draft.about?.kind !== 'edit') this.#deps.chat.noteTyping(this.facts.conversationId);
  }

  /** Takes the last message of mine up for a change. */
  editLatest(): void {
    const mine = this.items.findLast((item) => item.kind === 'message' && this.mayEdit(item.message));
    if (mine?.kind === 'message') this.draft.edit(mine.message);
  }

  mayEdit({ id, isMine, text }: MessageView): boolean {
    const content = this.#messages.find(({ messageId }) => messageId === id)?.content;
    return isMine && text !== null && content?.kind === 'text' && this.facts.obstacle === null;
  }

  async react({ id, reactions }: MessageView, reaction: string): Promise<void> {
    const isOn = !reactions.some((one) => one.reaction === reaction && one.isMine);
    await this.#write({ kind: 'react', target: id, reaction, isOn });
  }

  async withdraw(messageId: EntryId): Promise<boolean> {
    return await this.#write({ kind: 'withdraw', target: messageId });
  }

  /** Deletes it here only. */
  async hide(messageId: EntryId): Promise<boolean> {
    return await this.#attempt(async () => {
      await this.#deps.chat.hide(this.facts.conversationId, messageId);
      this.#messages = this.#messages.filter((message) => message.messageId !== messageId);
    });
  }

  async #write(draft: Written): Promise<boolean> {
    return await this.#attempt(async () => {
      await this.#deps.chat.write(this.facts.conversationId, draft);
    });
  }

  #has(messageId: EntryId): boolean {
    return this.#messages.some((message) => message.messageId === messageId);
  }

  async #replace(at: TimelineAt): Promise<void> {
    const page = await this.#deps.chat.read(this.facts.conversationId, at, pageSize);
    this.#messages = page.messages;
    this.#hasEarlier = page.hasEarlier;
    this.#hasLater = page.hasLater;
  }

  /** The page gets longer at one end and, when it is too long, shorter at the other. */
  #join(end: End, page: { messages: readonly ChatMessage[]; hasEarlier: boolean; hasLater: boolean }): void {
    const added = page.messages.filter(({ messageId }) => !this.#has(messageId));
    const all = end === 'earlier' ? [...added, ...this.#messages] : [...this.#messages, ...added];
    const kept = end === 'earlier' ? all.slice(0, loadedAtMost) : all.slice(-loadedAtMost);
    this.#messages = kept;
    if (end === 'earlier') this.#hasEarlier = page.hasEarlier;
    else this.#hasLater = page.hasLater;
    if (kept.length === all.length) return;
    if (end === 'earlier') this.#hasLater = true;
    else this.#hasEarlier = true;
  }

  /** Reads the end again, as much as is shown of it; once more when something changed meanwhile. */
  async #refresh(): Promise<void> {
    this.#isStale = true;
    this.#reading ??= this.#attempt(async () => {
      while (this.#isStale && !this.#hasLater) {
        this.#isStale = false;
        await this.#readEnd();
      }
    }).then(() => {
      this.#reading = null;
    });
    await this.#reading;
  }

  async #readEnd(): Promise<void> {
    const limit = Math.min(200, Math.max(pageSize, this.#messages.length + 20));
    const page = await this.#deps.chat.read(this.facts.conversationId, { kind: 'end' }, limit);
    const first = page.messages[0]?.messageId;
    const from = first === undefined ? -1 : this.#messages.findIndex(({ messageId }) => messageId === first);
    const before = from > 0 ? this.#messages.slice(0, from) : [];
    this.#messages = [...before, ...page.messages];
    if (before.length === 0) this.#hasEarlier = page.hasEarlier;
    this.#hasLater = page.hasLater;
  }

  #highlight(messageId: EntryId): void {
    this.#highlighted = messageId;
    this.#deps.clock.after(highlightMs, () => {
      if (this.#highlighted === messageId) this.#highlighted = null;
    });
  }

  #itemsNow(): readonly TimelineItem[] {
    const { self, nameOf } = this.#deps;
    const fromMs = this.#hasEarlier ? (this.#messages[0]?.sentAtMs ?? Infinity) : -Infinity;
    const untilMs = this.#hasLater ? (this.#messages.at(-1)?.sentAtMs ?? -Infinity) : Infinity;
    const shown = this.#deps.calls().filter(({ startedAt }) => startedAt >= fromMs && startedAt <= untilMs);
    return timelineOf({
      messages: this.#messages,
      calls: shown.toReversed(),
      firstNew: this.#firstNew,
      self,
      nameOf,
      contactId: this.facts.contactId,
    });
  }

  async #attempt(command: () => Promise<void>): Promise<boolean> {
    try {
      await command();
      return true;
    } catch (reason) {
      this.#deps.toasts.fail(reason);
      return false;
    }
  }
}
