// Lasting conversations as the app sees them: what there is, what is new, and what a person can do. Main keeps and judges; this
// follows its changes and adds what lives only in links.
import type {
  ChatDraft,
  Conversation,
  ConversationId,
  EntryId,
  GroupAct,
  SearchHit,
  TimelineAt,
  TimelinePage,
  VoiceDraft,
} from '#shared/chat';
import { timelinePageMost } from '#shared/chat';
import type { CallInput } from '#shared/contract';
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import { Emitter, type Subscribable } from '#core/base/emitter';
import type { Scope } from '#core/base/scope';
import { Store, type ReadableStore } from '#core/base/store';
import { ChatLink, type ExchangeHost } from '#core/chat/chat-link';
import { DueChanges, type MergedChange } from '#core/chat/due-changes';
import type { ChatEvents, ConversationSnapshot } from '#core/chat/snapshot';
import { Typing } from '#core/chat/typing';
import type { Peers } from '#core/peers/peers';
import type { Session } from '#core/peers/session';
import type { Clock, Host } from '#core/ports';
import { limits } from '#core/wire/limits';

type ChatHost = ExchangeHost &
  Pick<
    Host,
    | 'listConversations'
    | 'readConversation'
    | 'readTimeline'
    | 'readMessages'
    | 'writeChat'
    | 'writeVoice'
    | 'readVoice'
    | 'makeGroup'
    | 'actInGroup'
    | 'hideMessage'
    | 'markRead'
    | 'setMuted'
    | 'forgetConversation'
    | 'searchChats'
    | 'exportConversation'
    | 'readSettings'
    | 'on'
  >;

export interface ChatDeps {
  readonly host: ChatHost;
  readonly peers: Pick<Peers, 'events'>;
  readonly clock: Clock;
  readonly scope: Scope;
}

interface Link {
  readonly chat: ChatLink;
  readonly scope: Scope;
}

export class Chat {
  readonly #deps: ChatDeps;
  readonly #store = new Store<readonly ConversationSnapshot[]>([]);
  readonly #events = new Emitter<ChatEvents>();
  readonly #links = new Map<PeerId, Link>();
  readonly #typing: Typing;
  #conversations: readonly Conversation[] = [];
  /** Changes that main told of and that are not taken over yet. */
  readonly #due: DueChanges;
  #work: Promise<unknown> = Promise.resolve();

  constructor(deps: ChatDeps) {
    this.#deps = deps;
    const { host, peers, clock, scope } = deps;
    this.#due = new DueChanges({
      clock,
      scope,
      due: () => {
        this.#inTurn(() => this.#takeChanges());
      },
    });
    this.#typing = new Typing(clock, scope, () => {
      this.#publish();
    });
    scope.onEnd(
      peers.events.on('opened', (session) => {
        this.#adopt(session);
      }),
    );
    scope.onEnd(
      peers.events.on('closed', ({ peerId }) => {
        this.#drop(peerId);
      }),
    );
    scope.onEnd(
      host.on('chatsChanged', (changes) => {
        this.#due.add(changes);
      }),
    );
    scope.onEnd(
      host.on('contactsChanged', () => {
        this.#inTurn(() => this.#readAll());
      }),
    );
    scope.onEnd(
      host.on('settingsChanged', ({ chat }) => {
        this.#typing.setOn(chat.typing);
      }),
    );
    this.#inTurn(async () => {
      this.#typing.setOn((await host.readSettings()).settings.chat.typing);
      await this.#readAll();
    });
  }

  /** All conversations, newest first; empty until main has answered. A new array per change. */
  get store(): ReadableStore<readonly ConversationSnapshot[]> {
    return this.#store;
  }

  get events(): Subscribable<ChatEvents> {
    return this.#events;
  }

  /** The conversation with a contact; null until main has answered, and for somebody who is none. */
  conversationOf(peerId: PeerId): ConversationSnapshot | null {
    return this.#store.snapshot.find((conversation) => conversation.peerId === peerId) ?? null;
  }

  async read(conversationId: ConversationId, at: TimelineAt, limit: number): Promise<TimelinePage> {
    return await this.#deps.host.readTimeline({ conversationId, at, limit });
  }

  /** Resolves once it is kept, whoever is there. Fails as `writeChat` does. */
  async write(conversationId: ConversationId, draft: ChatDraft): Promise<EntryId> {
    const { messageId, entry, sequence } = await this.#deps.host.writeChat({ conversationId, draft });
    for (const { chat } of this.#linksOf(conversationId)) chat.push(conversationId, entry, sequence);
    return messageId;
  }

  /** Resolves once it is kept, whoever is there. Fails as `writeVoice` does. */
  async writeVoice(conversationId: ConversationId, voice: VoiceDraft): Promise<EntryId> {
    return (await this.#deps.host.writeVoice({ conversationId, voice })).messageId;
  }

  /** The Ogg Opus file of a voice message. Fails `voice-unplayable` or `chat-unknown`. */
  async readVoice(conversationId: ConversationId, messageId: EntryId): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array((await this.#deps.host.readVoice({ conversationId, messageId })).sound);
  }

  /** Deletes a message here only. */
  async hide(conversationId: ConversationId, messageId: EntryId): Promise<void> {
    await this.#deps.host.hideMessage({ conversationId, messageId });
  }

  /** Tells the others that I am writing, as often as it is called and no more than they need. */
  noteTyping(conversationId: ConversationId): void {
    if (!this.#typing.mayTell(conversationId)) return;
    for (const { chat } of this.#linksOf(conversationId)) chat.tellTyping(conversationId);
  }

  /** Everything that had arrived up to then (`ChatMessage.arrival`) counts as read. */
  async markRead(conversationId: ConversationId, arrival: number): Promise<void> {
    await this.#deps.host.markRead({ conversationId, arrival });
  }

  async setMuted(conversationId: ConversationId, isMuted: boolean): Promise<void> {
    await this.#deps.host.setMuted({ conversationId, isMuted });
  }

  async makeGroup(group: CallInput<'makeGroup'>): Promise<Conversation> {
    return await this.#deps.host.makeGroup(group);
  }

  async act(conversationId: ConversationId, act: GroupAct): Promise<void> {
    await this.#deps.host.actInGroup({ conversationId, act });
  }

  /** Deletes the conversation here only; a group is left first. */
  async forget(conversationId: ConversationId): Promise<void> {
    await this.#deps.host.forgetConversation({ conversationId });
  }

  async search(text: string, within: ConversationId | null, limit: number): Promise<readonly SearchHit[]> {
    return await this.#deps.host.searchChats({ text, conversationId: within, limit });
  }

  async saveExport(conversationId: ConversationId): Promise<{ name: string; folder: string }> {
    return await this.#deps.host.exportConversation({ conversationId });
  }

  #adopt(session: Session): void {
    this.#drop(session.peerId);
    const { host, clock, scope } = this.#deps;
    const own = scope.child();
    const { peerId } = session;
    const typed = (conversationId: ConversationId): void => {
      if (this.#isMember(conversationId, peerId)) this.#typing.heard(conversationId, peerId);
    };
    this.#links.set(peerId, { chat: new ChatLink({ session, host, clock, scope: own, typed }), scope: own });
  }

  #drop(peerId: PeerId): void {
    this.#links.get(peerId)?.scope.end();
    this.#links.delete(peerId);
  }

  #isMember(conversationId: ConversationId, peerId: PeerId): boolean {
    const conversation = this.#conversations.find((one) => one.conversationId === conversationId);
    return (
      conversation?.peerId === peerId || (conversation?.members.some((member) => member.peerId === peerId) ?? false)
    );
  }

  #linksOf(conversationId: ConversationId): Link[] {
    return [...this.#links].filter(([peerId]) => this.#isMember(conversationId, peerId)).map(([, link]) => link);
  }

  async #readAll(): Promise<void> {
    this.#conversations = await this.#deps.host.listConversations();
    this.#publish();
  }

  async #takeChanges(): Promise<void> {
    for (const change of this.#due.takeOut()) {
      const before = this.#linksOf(change.conversationId);
      await this.#takeChange(change);
      // Whoever was removed by it is told so, too.
      for (const { chat } of new Set([...before, ...this.#linksOf(change.conversationId)]))
        chat.note(change.conversationId);
    }
  }

  async #takeChange({ conversationId, messages: ids, received, takenBack }: MergedChange): Promise<void> {
    const { host } = this.#deps;
    const isKnown = this.#conversations.some((one) => one.conversationId === conversationId);
    if (ids === null || !isKnown) await this.#readAll();
    else this.#replace(await host.readConversation({ conversationId }));
    // Of many the newest is told, with their number.
    const isMany = received.length > limits.chatChangesNamed;
    const told = isMany ? received.slice(-1) : received;
    const named = [...new Set([...(ids === 'many' ? [] : (ids ?? [])), ...told])].slice(0, timelinePageMost);
    const messages = named.length === 0 ? [] : await host.readMessages({ conversationId, messageIds: named });
    if (this.#deps.scope.hasEnded) return;
    for (const { from, isMine } of messages) if (!isMine) this.#typing.stopped(conversationId, from);
    const isWhole = ids !== null && ids !== 'many';
    this.#events.emit('changed', { conversationId, messages: isWhole ? messages : null });
    for (const drop of takenBack) this.#events.emit('filesTakenBack', drop);
    const conversation = this.#store.snapshot.find((one) => one.conversationId === conversationId);
    if (!conversation || conversation.isMuted) return;
    for (const message of messages) {
      if (message.isUnread && told.includes(message.messageId))
        this.#events.emit('received', { conversation, message, count: isMany ? received.length : 1 });
    }
  }

  #replace(conversation: Conversation): void {
    const others = this.#conversations.filter(({ conversationId }) => conversationId !== conversation.conversationId);
    this.#conversations = [conversation, ...others].sort((one, other) => other.lastAtMs - one.lastAtMs);
    this.#publish();
  }

  #publish(): void {
    if (this.#deps.scope.hasEnded) return;
    this.#store.set(
      this.#conversations.map((conversation) => ({
        ...conversation,
        typing: this.#typing.in(conversation.conversationId),
      })),
    );
  }

  #inTurn(work: () => Promise<void>): void {
    this.#work = this.#work
      .then(async () => {
        if (!this.#deps.scope.hasEnded) await work();
      })
      .catch((reason: unknown) => {
        // Main may be closing or busy; what follows next reads the present again.
        if (!(reason instanceof Failure)) throw reason;
      });
  }
}
