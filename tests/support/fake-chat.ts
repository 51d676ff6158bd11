// A chat without main and without links: conversations and messages that a scene or a test puts there, and what was asked.
import type { CallInput } from '#shared/contract';
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
import { Failure, type FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import { Emitter } from '#core/base/emitter';
import { Store } from '#core/base/store';
import type { ChatEvents, ConversationSnapshot } from '#core/chat/snapshot';
import type { ChatPort } from '#state/deps';

// Sound, both: made by the very grammar that the brand stands for.
export const conversationId = (seed: number): ConversationId =>
  seed.toString(16).padStart(32, 'c0de') as ConversationId;
export const entryId = (seed: number): EntryId => seed.toString(16).padStart(64, 'e') as EntryId;

export function fakeConversation(more: Partial<ConversationSnapshot> = {}): ConversationSnapshot {
  return {
    conversationId: conversationId(1),
    kind: 'person',
    contactId: null,
    peerId: null,
    name: 'Somebody',
    members: [],
    mayAdd: 'all',
    iMayAdd: true,
    obstacle: null,
    isMuted: false,
    unread: 0,
    waiting: 0,
    isCustodyFull: false,
    last: null,
    lastAtMs: 0,
    typing: [],
    ...more,
  };
}

export function fakeMessage(seed: number, from: PeerId, text: string, more: Partial<ChatMessage> = {}): ChatMessage {
  return {
    messageId: entryId(seed),
    conversationId: conversationId(1),
    from,
    name: null,
    isMine: false,
    sentAtMs: 0,
    isClockWrong: false,
    arrival: seed,
    content: { kind: 'text', text },
    replyTo: null,
    isEdited: false,
    reactions: [],
    isForked: false,
    isUnread: false,
    delivery: null,
    ...more,
  };
}

export class FakeChat implements ChatPort {
  readonly store = new Store<readonly ConversationSnapshot[]>([]);
  readonly events = new Emitter<ChatEvents>();
  readonly #messages = new Map<ConversationId, readonly ChatMessage[]>();
  hits: readonly SearchHit[] = [];
  /** What the next write fails with. */
  failsWith: FailureCode | null = null;
  /** How often a page was read. */
  reads = 0;
  readonly #tell: (what: string) => void;

  constructor(tell: (what: string) => void) {
    this.#tell = tell;
  }

  /** Puts a conversation there, as it stands now. */
  show(conversation: ConversationSnapshot, messages: readonly ChatMessage[]): void {
    const { conversationId: id } = conversation;
    const owned = messages.map((message) => ({ ...message, conversationId: id }));
    this.#messages.set(id, owned);
    const last = owned.at(-1) ?? null;
    const shown = { ...conversation, last, lastAtMs: last?.sentAtMs ?? conversation.lastAtMs };
    const others = this.store.snapshot.filter((one) => one.conversationId !== id);
    this.store.set([...others, shown].toSorted((one, other) => other.lastAtMs - one.lastAtMs));
  }

  /** Changes what is known of a conversation. */
  patch(id: ConversationId, more: Partial<ConversationSnapshot>): void {
    this.store.set(this.store.snapshot.map((one) => (one.conversationId === id ? { ...one, ...more } : one)));
  }

  /** A message comes, or changes. */
  put(id: ConversationId, message: ChatMessage): void {
    const owned = { ...message, conversationId: id };
    const before = this.messagesOf(id);
    const isKnown = before.some(({ messageId }) => messageId === message.messageId);
    const after = isKnown
      ? before.map((one) => (one.messageId === message.messageId ? owned : one))
      : [...before, owned];
    this.#messages.set(id, after);
    this.patch(id, { last: after.at(-1) ?? null, lastAtMs: after.at(-1)?.sentAtMs ?? 0 });
    this.events.emit('changed', { conversationId: id, messages: [owned] });
  }

  messagesOf(id: ConversationId): readonly ChatMessage[] {
    return this.#messages.get(id) ?? [];
  }

  conversationOf(peerId: PeerId): ConversationSnapshot | null {
    return this.store.snapshot.find((conversation) => conversation.peerId === peerId) ?? null;
  }

  async read(id: ConversationId, at: TimelineAt, limit: number): Promise<TimelinePage> {
    this.reads += 1;
    const all = this.messagesOf(id);
    const [from, until] = rangeOf(all, at, limit);
    return { messages: all.slice(from, until), hasEarlier: from > 0, hasLater: until < all.length };
  }

  async write(id: ConversationId, draft: ChatDraft): Promise<EntryId> {
    if (this.failsWith !== null) throw new Failure(this.failsWith);
    this.#tell(`write ${id} ${JSON.stringify(draft)}`);
    return entryId(999);
  }

  async writeVoice(id: ConversationId, { durationMs, replyTo }: VoiceDraft): Promise<EntryId> {
    if (this.failsWith !== null) throw new Failure(this.failsWith);
    this.#tell(`write voice ${id} ${durationMs} ${replyTo ?? 'to nobody'}`);
    return entryId(998);
  }

  async readVoice(_id: ConversationId, messageId: EntryId): Promise<Uint8Array<ArrayBuffer>> {
    if (this.failsWith !== null) throw new Failure(this.failsWith);
    this.#tell(`read voice ${messageId}`);
    return new Uint8Array(1);
  }

  async hide(_id: ConversationId, messageId: EntryId): Promise<void> {
    this.#tell(`hide ${messageId}`);
  }

  noteTyping(id: ConversationId): void {
    this.#tell(`typing ${id}`);
  }

  async markRead(id: ConversationId, arrival: number): Promise<void> {
    this.#tell(`read ${arrival}`);
    this.patch(id, { unread: 0 });
  }

  async setMuted(id: ConversationId, isMuted: boolean): Promise<void> {
    this.patch(id, { isMuted });
  }

  async makeGroup(group: CallInput<'makeGroup'>): Promise<Conversation> {
    if (this.failsWith !== null) throw new Failure(this.failsWith);
    this.#tell(`make group ${JSON.stringify(group)}`);
    const made = fakeConversation({ conversationId: conversationId(99), kind: 'group', name: group.name });
    this.show(made, []);
    return made;
  }

  async act(_id: ConversationId, act: GroupAct): Promise<void> {
    if (this.failsWith !== null) throw new Failure(this.failsWith);
    this.#tell(`act ${JSON.stringify(act)}`);
  }

  async forget(id: ConversationId): Promise<void> {
    this.#messages.delete(id);
    this.store.set(this.store.snapshot.filter((one) => one.conversationId !== id));
  }

  async search(text: string): Promise<readonly SearchHit[]> {
    this.#tell(`search ${text}`);
    return this.hits;
  }

  async saveExport(): Promise<{ name: string; folder: string }> {
    return { name: 'Ada.txt', folder: '/home/noor/Downloads' };
  }
}

function rangeOf(all: readonly ChatMessage[], at: TimelineAt, limit: number): [number, number] {
  const end = all.length;
  const indexOf = (id: EntryId): number => all.findIndex(({ messageId }) => messageId === id);
  if (at.kind === 'before') return [Math.max(0, indexOf(at.messageId) - limit), indexOf(at.messageId)];
  if (at.kind === 'after') return [indexOf(at.messageId) + 1, Math.min(end, indexOf(at.messageId) + 1 + limit)];
  const middle = at.kind === 'around' ? indexOf(at.messageId) : all.findIndex(({ isUnread }) => isUnread);
  if (at.kind === 'end' || middle < 0) return [Math.max(0, end - limit), end];
  const from = Math.max(0, middle - Math.floor(limit / 2));
  return [from, Math.min(end, from + limit)];
}
