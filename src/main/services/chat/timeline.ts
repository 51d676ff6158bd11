// Pages of a conversation, in the order its entries have for everybody: by the logical clock, then author, place and id.
import type { ChatMessage, ConversationId, EntryId, TimelineAt, TimelinePage } from '#shared/chat';
import type { PeerId } from '#shared/identity';
import type { Database } from '#main/services/database';
import { EntryRow } from '#main/services/chat/entry-rows';
import { saidCodes, shownCodes } from '#main/services/chat/bodies';
import { fromHex } from '#main/services/byte-layout';

export interface TimelineWish {
  readonly conversationId: ConversationId;
  readonly self: PeerId;
  readonly readArrival: number;
  readonly at: TimelineAt;
  readonly limit: number;
}

const shown = `entry.conversation_id = :conversationId AND entry.is_hidden = 0 AND entry.counts = 1
  AND entry.code IN (${shownCodes.join()})`;
const place = '(entry.lamport, entry.author, entry.sequence, entry.entry_id)';
const anchor = '(SELECT lamport, author, sequence, entry_id FROM chat_entries WHERE entry_id = :anchor)';

export class Timeline {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  page(wish: TimelineWish, view: (row: EntryRow) => ChatMessage | null): TimelinePage {
    const { rows, hasEarlier, hasLater } = this.#rows(wish);
    return { messages: rows.map(view).filter((message) => message !== null), hasEarlier, hasLater };
  }

  /** The newest, for which `view` has something to show. */
  last(conversationId: ConversationId, view: (row: EntryRow) => ChatMessage | null): ChatMessage | null {
    for (const row of this.#before(conversationId, null, 8)) {
      const message = view(row);
      if (message) return message;
    }
    return null;
  }

  /** All of it, oldest first, a page at a time. */
  *all(conversationId: ConversationId): Generator<EntryRow> {
    for (let last: EntryId | null = null; ;) {
      const rows = this.#after(conversationId, last, 500);
      yield* rows;
      last = rows.at(-1)?.entry_id ?? null;
      if (last === null) return;
    }
  }

  #rows(wish: TimelineWish): { rows: EntryRow[]; hasEarlier: boolean; hasLater: boolean } {
    const { conversationId, at, limit } = wish;
    if (at.kind === 'before') {
      const rows = this.#before(conversationId, at.messageId, limit + 1);
      return { rows: rows.slice(0, limit).reverse(), hasEarlier: rows.length > limit, hasLater: true };
    }
    if (at.kind === 'after') {
      const rows = this.#after(conversationId, at.messageId, limit + 1);
      return { rows: rows.slice(0, limit), hasEarlier: true, hasLater: rows.length > limit };
    }
    const middle = at.kind === 'around' ? at.messageId : at.kind === 'unread' ? this.#firstUnread(wish) : null;
    if (middle !== null) return this.#around(conversationId, middle, limit);
    const rows = this.#before(conversationId, null, limit + 1);
    return { rows: rows.slice(0, limit).reverse(), hasEarlier: rows.length > limit, hasLater: false };
  }

  #around(conversationId: ConversationId, middle: EntryId, limit: number) {
    const half = Math.ceil(limit / 2);
    const earlier = this.#before(conversationId, middle, half + 1);
    const taken = earlier.slice(0, half);
    const later = this.#after(conversationId, middle, limit - taken.length + 1);
    const own = this.#one(conversationId, middle);
    const rows = [...taken.reverse(), ...own, ...later.slice(0, limit - taken.length - own.length)];
    const hasLater = later.length > limit - taken.length - own.length;
    return { rows, hasEarlier: earlier.length > half, hasLater };
  }

  #one(conversationId: ConversationId, id: EntryId): EntryRow[] {
    const sql = `SELECT * FROM chat_entries entry WHERE ${shown} AND entry.entry_id = :id`;
    return this.#database.all(sql, { conversationId, id: fromHex(id) }, EntryRow);
  }

  /** Newest first. */
  #before(conversationId: ConversationId, id: EntryId | null, most: number): EntryRow[] {
    const order = 'ORDER BY lamport DESC, author DESC, sequence DESC, entry_id DESC LIMIT :most';
    if (id === null) {
      const sql = `SELECT * FROM chat_entries entry WHERE ${shown} ${order}`;
      return this.#database.all(sql, { conversationId, most }, EntryRow);
    }
    const sql = `SELECT * FROM chat_entries entry WHERE ${shown} AND ${place} < ${anchor} ${order}`;
    return this.#database.all(sql, { conversationId, most, anchor: fromHex(id) }, EntryRow);
  }

  /** Oldest first; from the beginning after null. */
  #after(conversationId: ConversationId, id: EntryId | null, most: number): EntryRow[] {
    const order = 'ORDER BY lamport, author, sequence, entry_id LIMIT :most';
    if (id === null) {
      const sql = `SELECT * FROM chat_entries entry WHERE ${shown} ${order}`;
      return this.#database.all(sql, { conversationId, most }, EntryRow);
    }
    const sql = `SELECT * FROM chat_entries entry WHERE ${shown} AND ${place} > ${anchor} ${order}`;
    return this.#database.all(sql, { conversationId, most, anchor: fromHex(id) }, EntryRow);
  }

  #firstUnread({ conversationId, self, readArrival }: TimelineWish): EntryId | null {
    const sql = `SELECT * FROM chat_entries entry
                 WHERE ${shown} AND entry.arrival > :readArrival AND entry.code IN (${saidCodes.join()}) AND entry.author <> :self
                   AND entry.body IS NOT NULL
                 ORDER BY lamport, author, sequence, entry_id LIMIT 1`;
    return this.#database.one(sql, { conversationId, self, readArrival }, EntryRow)?.entry_id ?? null;
  }
}
