// The conversations of this person: those on disk, opened when needed, and the one way to change them.
import type { ChatChange, Conversation, ConversationId, EntryId } from '#shared/chat';
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { EntryBody } from '#main/services/chat/bodies';
import { isActCode, kindCodes } from '#main/services/chat/bodies';
import { conversationView } from '#main/services/chat/conversation-views';
import { ConversationRows, type ConversationRow } from '#main/services/chat/conversation-rows';
import { pairConversation, signChatEntry, type ChatEntry, type Stream } from '#main/services/chat/entry';
import { EntryRows, type EntryRow } from '#main/services/chat/entry-rows';
import { Intake, nothingTaken, type Taken } from '#main/services/chat/intake';
import { MarkRows } from '#main/services/chat/mark-rows';
import { MessageViews } from '#main/services/chat/message-views';
import { OpenConversation } from '#main/services/chat/open-conversation';
import { Timeline } from '#main/services/chat/timeline';
import type { WordsLeft } from '#main/services/chat/words-left';
import type { Clock } from '#main/services/clock';
import type { Contacts } from '#main/services/contacts';
import type { Database } from '#main/services/database';
import type { IdentityStore } from '#main/services/identity-store';
import { peerKey } from '#main/services/peer-keys';

export interface ConversationsOptions {
  readonly database: Database;
  readonly identity: Pick<IdentityStore, 'keys' | 'identity'>;
  readonly contacts: Pick<Contacts, 'list' | 'byPeer' | 'assertReachable'>;
  readonly clock: Clock;
  readonly random: (length: number) => Uint8Array;
  readonly onChange: (change: ChatChange) => void;
  readonly left: WordsLeft;
}

export interface Found {
  readonly row: ConversationRow;
  readonly open: OpenConversation;
}

/** More changed messages than this are not named one by one. */
const namedMost = 200;
/** Open at once: all of those most people have. */
const kept = 512;

export class Conversations {
  readonly rows: ConversationRows;
  readonly entries: EntryRows;
  readonly marks: MarkRows;
  readonly views: MessageViews;
  readonly timeline: Timeline;
  readonly intake: Intake;
  readonly #options: ConversationsOptions;
  readonly #open = new Map<ConversationId, OpenConversation>();
  #openFor: PeerId | null = null;

  constructor(options: ConversationsOptions) {
    this.#options = options;
    this.rows = new ConversationRows(options.database, () => this.self);
    this.entries = new EntryRows(options.database);
    this.marks = new MarkRows(options.database);
    this.views = new MessageViews(this.entries, this.marks, options.left);
    this.timeline = new Timeline(options.database);
    this.intake = new Intake(this.entries, () => this.self);
  }

  get self(): PeerId {
    return this.#options.identity.keys.peerId;
  }

  /** Fails `chat-unknown`. */
  get(conversationId: ConversationId): Found {
    const found = this.find(conversationId);
    if (!found) throw new Failure('chat-unknown');
    return found;
  }

  find(conversationId: ConversationId): Found | null {
    const row = this.rows.find(conversationId);
    return row && { row, open: this.#opened(row) };
  }

  list(): Found[] {
    return this.rows.list().map((row) => ({ row, open: this.#opened(row) }));
  }

  /** The conversation with somebody, begun if need be. */
  withPerson(peerId: PeerId): ConversationId {
    const conversationId = pairConversation(peerKey(this.self), peerKey(peerId));
    const name = this.#options.contacts.byPeer(peerId)?.name ?? '?';
    const row = { conversationId, kind: 'person' as const, peerId, name, offeredBy: null };
    if (!this.rows.find(conversationId)) this.rows.add(row, this.#options.clock.now());
    return conversationId;
  }

  /** Begins a group; `offeredBy` is null for one of mine. */
  begin(conversationId: ConversationId, maker: PeerId, name: string, offeredBy: PeerId | null): Found {
    this.rows.add({ conversationId, kind: 'group', peerId: maker, name, offeredBy }, this.#options.clock.now());
    return this.get(conversationId);
  }

  /** All of the work or nothing; what changed is told once it is on disk. */
  change<T>(conversationId: ConversationId, work: (into: Taken) => T): T {
    const into = nothingTaken();
    try {
      const result = this.#options.database.transaction(() => {
        const done = work(into);
        if (into.taken > 0) this.#noteTaken(conversationId, into);
        return done;
      });
      this.#tell(conversationId, into);
      return result;
    } catch (error) {
      this.#open.delete(conversationId);
      throw error;
    }
  }

  /** Read anew from the disk when next needed. */
  drop(conversationId: ConversationId): void {
    this.#open.delete(conversationId);
  }

  tell(conversationId: ConversationId, messages: readonly EntryId[] | null): void {
    const named = messages && messages.length <= namedMost ? [...messages] : null;
    this.#options.onChange({ conversationId, messages: named, received: [], takenBack: [] });
  }

  /** Signs what I say or do and keeps it. */
  write({ open }: Found, body: EntryBody, into: Taken): ChatEntry {
    const { identity, clock, random } = this.#options;
    const stream: Stream = isActCode(kindCodes[body.kind]) ? 'acts' : 'talk';
    const spell = open.circle.spellOf(this.self) ?? '';
    const tip = open.logs.get({ author: this.self, spell, stream })?.tips[0] ?? null;
    const facts = {
      conversationId: open.conversationId,
      spell,
      sequence: (tip?.sequence ?? 0) + 1,
      previous: tip?.entry_id ?? null,
      lamport: Math.max(open.logs.highestLamport, tip?.lamport ?? 0) + 1,
      at: Math.max(0, Math.floor(clock.now())),
    };
    const entry = signChatEntry(identity.keys, facts, body, random(16));
    this.intake.keep(open, entry, Math.floor(clock.now()), into);
    this.rows.noteWritten(open.conversationId);
    return entry;
  }

  view({ row, open }: Found): Conversation {
    const { contacts, left } = this.#options;
    const last = this.timeline.last(row.conversationId, (entry) => this.message({ row, open }, entry));
    return conversationView({ row, open, self: this.self, contacts, marks: this.marks, left, last });
  }

  message({ row, open }: Found, entry: EntryRow) {
    return this.views.view(entry, { conversation: open, self: this.self, readArrival: row.readArrival });
  }

  #noteTaken(conversationId: ConversationId, { lastAtMs }: Taken): void {
    if (lastAtMs > 0) this.rows.noteLast(conversationId, lastAtMs);
    const name = this.find(conversationId)?.open.standing?.name;
    if (name) this.rows.setName(conversationId, name);
  }

  #tell(conversationId: ConversationId, { taken, changed, received, takenBack }: Taken): void {
    if (taken === 0 && changed?.size === 0) return;
    const messages = changed && changed.size <= namedMost ? [...changed] : null;
    // As with what changed: too many to name are found by reading the conversation again.
    this.#options.onChange({ conversationId, messages, received: received.slice(0, namedMost), takenBack });
  }

  #opened(row: ConversationRow): OpenConversation {
    if (this.#openFor !== this.self) this.#open.clear();
    this.#openFor = this.self;
    const known = this.#open.get(row.conversationId);
    if (known) return known;
    const [oldest] = this.#open.keys();
    if (this.#open.size >= kept && oldest) this.#open.delete(oldest);
    const open = new OpenConversation(row, this.self, this.entries);
    this.#open.set(row.conversationId, open);
    return open;
  }
}
