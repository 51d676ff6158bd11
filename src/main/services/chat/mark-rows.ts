// How far others have received and read my logs, and how far I have read theirs.
import * as v from 'valibot';
import type { ConversationId } from '#shared/chat';
import { PeerId } from '#shared/identity';
import { saidCodes } from '#main/services/chat/bodies';
import type { Database } from '#main/services/database';

const MarkRow = v.object({ peer_id: PeerId, delivered: v.number(), read: v.number() });
const Sequence = v.object({ sequence: v.nullable(v.number()) });
const Count = v.object({ count: v.number() });

export class MarkRows {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  of(logId: number): v.InferOutput<typeof MarkRow>[] {
    const sql = 'SELECT peer_id, delivered, read FROM chat_marks WHERE log_id = :logId ORDER BY peer_id';
    return this.#database.all(sql, { logId }, MarkRow);
  }

  /** How far a log of mine has left this machine. */
  sentOf(logId: number): number {
    const sql = 'SELECT sent_sequence AS sequence FROM chat_logs WHERE log_id = :logId';
    return this.#database.one(sql, { logId }, Sequence)?.sequence ?? 0;
  }

  /** Never goes back; answers whether it went on. */
  raise(logId: number, peerId: PeerId, { delivered, read }: { delivered: number; read: number }): boolean {
    return (
      this.#database.run(
        `INSERT INTO chat_marks (log_id, peer_id, delivered, read) VALUES (:logId, :peerId, :delivered, :read)
         ON CONFLICT DO UPDATE SET delivered = max(delivered, excluded.delivered), read = max(read, excluded.read)
           WHERE delivered < excluded.delivered OR read < excluded.read`,
        { logId, peerId, delivered, read },
      ) > 0
    );
  }

  /** How far somebody has a log of mine, by all they said and signed. */
  hadOf(logId: number, peerId: PeerId): number {
    const sql = `SELECT max(delivered, had) AS sequence FROM chat_marks WHERE log_id = :logId AND peer_id = :peerId`;
    return this.#database.one(sql, { logId, peerId }, Sequence)?.sequence ?? 0;
  }

  /** They have it up to there, whatever their receipts tell. Never goes back; answers whether it went on. */
  raiseHad(logId: number, peerId: PeerId, had: number): boolean {
    return (
      this.#database.run(
        `INSERT INTO chat_marks (log_id, peer_id, had) VALUES (:logId, :peerId, :had)
         ON CONFLICT DO UPDATE SET had = excluded.had WHERE had < excluded.had`,
        { logId, peerId, had },
      ) > 0
    );
  }

  isDelivered(logId: number, sequence: number): boolean {
    return this.of(logId).some(({ delivered }) => delivered >= sequence);
  }

  /** The last entry of a log that had arrived when somebody read up to `arrival`. */
  readSequence(logId: number, arrival: number): number {
    const sql =
      'SELECT sequence FROM chat_entries WHERE log_id = :logId AND arrival <= :arrival ORDER BY sequence DESC LIMIT 1';
    return this.#database.one(sql, { logId, arrival }, Sequence)?.sequence ?? 0;
  }

  countUnread(conversationId: ConversationId, self: PeerId, arrival: number): number {
    const sql = `SELECT count(*) AS count FROM chat_entries
                 WHERE conversation_id = :conversationId AND arrival > :arrival AND code IN (${saidCodes.join()}) AND author <> :self
                   AND is_hidden = 0 AND counts = 1 AND body IS NOT NULL`;
    return this.#database.one(sql, { conversationId, self, arrival }, Count)?.count ?? 0;
  }

  countWaiting(conversationId: ConversationId, self: PeerId): number {
    const sql = `SELECT count(*) AS count FROM chat_logs log CROSS JOIN chat_entries entry USING (log_id)
                 WHERE log.conversation_id = :conversationId AND log.author = :self AND entry.sequence > log.sent_sequence
                   AND entry.code IN (${saidCodes.join()}) AND entry.is_hidden = 0 AND entry.counts = 1 AND entry.body IS NOT NULL`;
    return this.#database.one(sql, { conversationId, self }, Count)?.count ?? 0;
  }
}
