// Conversations on disk: with whom, since when, how far read, whether muted.
import * as v from 'valibot';
import { ConversationId } from '#shared/chat';
import { DisplayName, PeerId } from '#shared/identity';
import type { Database } from '#main/services/database';

const ConversationRow = v.pipe(
  v.object({
    conversation_id: ConversationId,
    kind: v.picklist(['person', 'group']),
    peer_id: PeerId,
    name: DisplayName,
    offered_by: v.nullable(PeerId),
    is_muted: v.number(),
    is_forgotten: v.number(),
    read_arrival: v.number(),
    created_at: v.number(),
    last_at: v.number(),
  }),
  v.transform((row) => ({
    conversationId: row.conversation_id,
    kind: row.kind,
    peerId: row.peer_id,
    name: row.name,
    offeredBy: row.offered_by,
    isMuted: row.is_muted !== 0,
    isForgotten: row.is_forgotten !== 0,
    readArrival: row.read_arrival,
    createdAt: row.created_at,
    lastAt: row.last_at,
  })),
);
export type ConversationRow = v.InferOutput<typeof ConversationRow>;

const Count = v.object({ count: v.number() });

/** All calls fail as `Database` does. Conversations of an identity that was set aside are not found. */
export class ConversationRows {
  readonly #database: Database;
  readonly #owner: () => PeerId;

  constructor(database: Database, owner: () => PeerId) {
    this.#database = database;
    this.#owner = owner;
  }

  list(): ConversationRow[] {
    const sql = 'SELECT * FROM chat_conversations WHERE owner_peer_id = :owner ORDER BY last_at DESC, conversation_id';
    return this.#database.all(sql, { owner: this.#owner() }, ConversationRow);
  }

  find(conversationId: ConversationId): ConversationRow | null {
    const sql = 'SELECT * FROM chat_conversations WHERE conversation_id = :conversationId AND owner_peer_id = :owner';
    return this.#database.one(sql, { conversationId, owner: this.#owner() }, ConversationRow);
  }

  add(row: Pick<ConversationRow, 'conversationId' | 'kind' | 'peerId' | 'name' | 'offeredBy'>, nowMs: number): void {
    this.#database.run(
      `INSERT OR IGNORE INTO chat_conversations
         (conversation_id, owner_peer_id, kind, peer_id, name, offered_by, created_at, last_at)
       VALUES (:conversationId, :owner, :kind, :peerId, :name, :offeredBy, :nowMs, :nowMs)`,
      { ...row, owner: this.#owner(), nowMs },
    );
  }

  setName(conversationId: ConversationId, name: string): void {
    const sql = 'UPDATE chat_conversations SET name = :name WHERE conversation_id = :conversationId AND name <> :name';
    this.#database.run(sql, { conversationId, name });
  }

  setMuted(conversationId: ConversationId, isMuted: boolean): void {
    const sql = 'UPDATE chat_conversations SET is_muted = :isMuted WHERE conversation_id = :conversationId';
    this.#database.run(sql, { conversationId, isMuted: Number(isMuted) });
  }

  /** Never goes back; answers whether it went on. */
  setRead(conversationId: ConversationId, arrival: number): boolean {
    // What has not arrived yet cannot have been read.
    const sql = `UPDATE chat_conversations AS conversation SET read_arrival = here.arrival
                 FROM (SELECT max(arrival) AS arrival FROM chat_entries
                       WHERE conversation_id = :conversationId AND arrival <= :arrival) AS here
                 WHERE conversation_id = :conversationId AND read_arrival < here.arrival`;
    return this.#database.run(sql, { conversationId, arrival }) > 0;
  }

  noteLast(conversationId: ConversationId, atMs: number): void {
    const sql = `UPDATE chat_conversations SET last_at = max(last_at, :atMs), is_forgotten = 0
                 WHERE conversation_id = :conversationId`;
    this.#database.run(sql, { conversationId, atMs });
  }

  /** The group is mine now as much as whoever's told me of it. */
  noteWritten(conversationId: ConversationId): void {
    this.#database.run('UPDATE chat_conversations SET offered_by = NULL WHERE conversation_id = :conversationId', {
      conversationId,
    });
  }

  countGroups(offeredBy: PeerId | null): number {
    const sql = `SELECT count(*) AS count FROM chat_conversations
                 WHERE owner_peer_id = :owner AND kind = 'group' AND (:offeredBy IS NULL OR offered_by = :offeredBy)`;
    return this.#database.one(sql, { owner: this.#owner(), offeredBy }, Count)?.count ?? 0;
  }

  setForgotten(conversationId: ConversationId): void {
    const sql = 'UPDATE chat_conversations SET is_forgotten = 1, is_muted = 0 WHERE conversation_id = :conversationId';
    this.#database.run(sql, { conversationId });
  }
}
