// Lasting conversations with people and groups, as this person uses them.
import type {
  ChatDraft,
  ChatMessage,
  Conversation,
  ConversationId,
  EntryId,
  GroupAct,
  SearchHit,
  TimelineAt,
  TimelinePage,
  VoiceDraft,
} from '#shared/chat';
import { chatEntryMaxBytes } from '#shared/chat';
import type { CallInput, CallOutput } from '#shared/contract';
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import { toHex } from '#main/services/byte-layout';
import { CarriedWords } from '#main/services/chat/carried-words';
import { Conversations, type ConversationsOptions, type Found } from '#main/services/chat/conversations';
import { obstacleOf } from '#main/services/chat/conversation-views';
import { bodyOfAct, bodyOfDraft } from '#main/services/chat/drafts';
import { entryBytes, groupConversation } from '#main/services/chat/entry';
import { ChatExchange } from '#main/services/chat/exchange';
import { searchWords } from '#main/services/chat/search';
import { pieceRows, piecesOf, soundOf } from '#main/services/chat/voices';
import { transcript } from '#main/services/chat/transcript';
import type { Downloads } from '#main/services/downloads';
import { peerKey } from '#main/services/peer-keys';
import { serviceLimits as limits } from '#main/services/service-limits';
import type { Settings } from '#shared/settings';

interface ChatsOptions extends ConversationsOptions {
  readonly downloads: Downloads;
  readonly readSettings: () => Settings['chat'];
}

export class Chats {
  /** What goes between this person and others. */
  readonly exchange: ChatExchange;
  /** What friends may carry of it. */
  readonly carried: CarriedWords;
  readonly #options: ChatsOptions;
  readonly #conversations: Conversations;

  constructor(options: ChatsOptions) {
    this.#options = options;
    this.#conversations = new Conversations(options);
    this.exchange = new ChatExchange(this.#conversations, options);
    this.carried = new CarriedWords(this.#conversations, this.exchange, options.contacts);
  }

  list(): Conversation[] {
    const { contacts } = this.#options;
    for (const { state, peerId } of contacts.list()) if (state === 'accepted') this.#conversations.withPerson(peerId);
    return this.#conversations
      .list()
      .filter((found) => this.#isListed(found))
      .map((found) => this.#conversations.view(found))
      .sort((one, other) => other.lastAtMs - one.lastAtMs);
  }

  /** Fails `chat-unknown`. */
  read(conversationId: ConversationId): Conversation {
    return this.#conversations.view(this.#conversations.get(conversationId));
  }

  readTimeline(conversationId: ConversationId, at: TimelineAt, limit: number): TimelinePage {
    const found = this.#conversations.get(conversationId);
    const { readArrival } = found.row;
    const wish = { conversationId, at, limit, readArrival, self: this.#conversations.self };
    return this.#conversations.timeline.page(wish, (row) => this.#conversations.message(found, row));
  }

  readMessages(conversationId: ConversationId, messageIds: readonly EntryId[]): ChatMessage[] {
    const found = this.#conversations.get(conversationId);
    return messageIds.flatMap((id) => {
      const row = this.#conversations.entries.find(id);
      if (row?.conversation_id !== conversationId) return [];
      return this.#conversations.message(found, row) ?? [];
    });
  }

  /** Fails as the conversation's obstacle, `chat-unknown`, `chat-refused` or `chat-too-long`. */
  write(conversationId: ConversationId, draft: ChatDraft): CallOutput<'writeChat'> {
    const found = this.#conversations.get(conversationId);
    this.#assertWritable(found);
    const { entries, self } = this.#conversations;
    const body = bodyOfDraft(draft, entries, found.open, self);
    return this.#conversations.change(conversationId, (into) => {
      const entry = this.#conversations.write(found, body, into);
      if (body.kind === 'withdraw') this.#recall([body.target, ...body.also]);
      const bytes = new Uint8Array(entryBytes(entry));
      if (bytes.length > chatEntryMaxBytes) throw new Failure('chat-too-long');
      return { messageId: entry.id, entry: bytes, sequence: entry.sequence };
    });
  }

  /** Fails as `write` does, or `voice-unplayable`. The sound goes first, so that nobody hears of a message they cannot play. */
  writeVoice(conversationId: ConversationId, { sound, durationMs, peaks, replyTo }: VoiceDraft): EntryId {
    const found = this.#conversations.get(conversationId);
    this.#assertWritable(found);
    const { entries } = this.#conversations;
    if (replyTo !== null && entries.find(replyTo)?.conversation_id !== conversationId)
      throw new Failure('chat-refused', 'no such message');
    const bytes = piecesOf(sound);
    return this.#conversations.change(conversationId, (into) => {
      const pieces = bytes.map((piece) => this.#conversations.write(found, { kind: 'sound', bytes: piece }, into).id);
      return this.#conversations.write(found, { kind: 'voice', durationMs, peaks, pieces, replyTo }, into).id;
    });
  }

  /** Fails `chat-unknown`, or `voice-unplayable` when parts of it are not here. */
  readVoice(conversationId: ConversationId, messageId: EntryId): Uint8Array<ArrayBuffer> {
    this.#conversations.get(conversationId);
    return soundOf(this.#conversations.entries, conversationId, messageId);
  }

  /** Fails `group-full`, `chat-refused` when there are too many groups, or as `assertReachable` does for a member. */
  makeGroup({ name, mayAdd, members }: CallInput<'makeGroup'>): Conversation {
    const { identity, random } = this.#options;
    const { self, rows } = this.#conversations;
    if (rows.countGroups(null) >= limits.chatGroups) throw new Failure('chat-refused', 'too many groups');
    const people = [...new Map(members.map((member) => [member.peerId, member])).values()]
      .filter(({ peerId }) => peerId !== self)
      .map(({ peerId, isChosen }) => ({ peerId, isChosen, name: this.#nameOf(peerId) }));
    const seed = toHex(random(16));
    const conversationId = groupConversation(peerKey(self), seed);
    const makerName = identity.identity.name;
    this.#conversations.change(conversationId, (into) => {
      const found = this.#conversations.begin(conversationId, self, name, null);
      this.#conversations.write(found, { kind: 'create', seed, name, mayAdd, makerName, members: people }, into);
    });
    return this.read(conversationId);
  }

  /** Fails `chat-unknown`, `chat-refused`, `group-left`, `group-removed`, `group-full`, or as `assertReachable` does. */
  act(conversationId: ConversationId, act: GroupAct): void {
    const found = this.#conversations.get(conversationId);
    if (found.row.kind !== 'group') throw new Failure('chat-refused', 'no group');
    this.#assertWritable(found);
    const nameOf = (peerId: PeerId): string => this.#nameOf(peerId);
    const body = bodyOfAct(act, { conversation: found.open, self: this.#conversations.self, nameOf });
    this.#conversations.change(conversationId, (into) => {
      this.#conversations.write(found, body, into);
    });
  }

  /** Deletes a message here. Its words go from the disk unless others may have yet to get them from here. */
  hide(conversationId: ConversationId, messageId: EntryId): void {
    const { entries, marks, self } = this.#conversations;
    const { row: conversation } = this.#conversations.get(conversationId);
    const row = entries.find(messageId);
    if (row?.conversation_id !== conversationId) throw new Failure('chat-unknown', 'no such message');
    this.#conversations.change(conversationId, (into) => {
      const isNeeded =
        conversation.kind === 'group' || (row.author === self && !marks.isDelivered(row.log_id, row.sequence));
      for (const { arrival } of [row, ...pieceRows(entries, row)])
        entries.hide(arrival, isNeeded ? 'keep-words' : 'drop-words');
      into.changed?.add(messageId);
    });
  }

  markRead(conversationId: ConversationId, arrival: number): void {
    this.#conversations.get(conversationId);
    if (!this.#conversations.rows.setRead(conversationId, arrival)) return;
    this.#conversations.tell(conversationId, []);
  }

  setMuted(conversationId: ConversationId, isMuted: boolean): void {
    this.#conversations.get(conversationId);
    this.#conversations.rows.setMuted(conversationId, isMuted);
    this.#conversations.tell(conversationId, []);
  }

  /** Deletes all of it here. What I wrote that somebody has yet to get stays, unseen, until they have it. */
  forget(conversationId: ConversationId): void {
    const found = this.#conversations.get(conversationId);
    const isMember = found.row.kind === 'group' && found.open.circle.spellOf(this.#conversations.self) !== null;
    if (isMember) this.act(conversationId, { kind: 'leave' });
    this.#conversations.change(conversationId, () => {
      this.#conversations.entries.forget(conversationId, this.#conversations.self);
      this.#conversations.rows.setForgotten(conversationId);
    });
    this.#conversations.drop(conversationId);
    this.#conversations.tell(conversationId, null);
  }

  search(text: string, conversationId: ConversationId | null, limit: number): SearchHit[] {
    const { self } = this.#conversations;
    return searchWords(this.#options.database, { self, text, conversationId, limit });
  }

  async saveExport(conversationId: ConversationId): Promise<{ name: string; folder: string }> {
    const found = this.#conversations.get(conversationId);
    const { clock, downloads, contacts, identity } = this.#options;
    const day = new Date(clock.now()).toISOString().slice(0, 10);
    const conversation = this.#conversations.view(found);
    const nameOf = (peerId: PeerId): string | null => contacts.byPeer(peerId)?.name ?? null;
    const sight = { conversation, self: this.#conversations.self, selfName: identity.identity.name, nameOf };
    const name = await downloads.write(`roundtable-conversation-${day}.txt`, transcript(this.#messages(found), sight));
    return { name, folder: downloads.folder };
  }

  /** Friends who keep any of these give them back, without their words they are left again. */
  #recall(ids: readonly EntryId[]): void {
    const rows = ids.flatMap((id) => this.#conversations.entries.find(id) ?? []);
    for (const { log_id, sequence } of rows) this.#options.left.recallFrom(log_id, sequence);
  }

  *#messages(found: Found): Generator<ChatMessage> {
    for (const row of this.#conversations.timeline.all(found.row.conversationId)) {
      const message = this.#conversations.message(found, row);
      if (message) yield message;
    }
  }

  #nameOf(peerId: PeerId): string {
    return this.#options.contacts.assertReachable(peerId).name;
  }

  #assertWritable({ open }: Found): void {
    const obstacle = obstacleOf(open, this.#conversations.self, this.#options.contacts);
    if (obstacle) throw new Failure(obstacle);
  }

  /** Groups once I was let in; people who are contacts, or with whom something was said. */
  #isListed({ row, open }: Found): boolean {
    const { self } = this.#conversations;
    if (row.kind === 'group')
      return open.circle.knows(self) && (!row.isForgotten || open.circle.spellOf(self) !== null);
    if (this.#options.contacts.byPeer(row.peerId)?.state === 'accepted') return true;
    return !row.isForgotten && open.logs.all.length > 0;
  }
}
