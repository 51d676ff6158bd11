// Logs and entries on disk, and what is asked of them. Rows say what was received; what they mean is decided elsewhere.
import * as v from 'valibot';
import { ConversationId, EntryId } from '#shared/chat';
import { PeerId } from '#shared/identity';
import { fromHex, toHex } from '#main/services/byte-layout';
import { readBody } from '#main/services/chat/body-layout';
import { kindOfCode } from '#main/services/chat/bodies';
import type { ChatEntry, LogName } from '#main/services/chat/entry';
import type { Database } from '#main/services/database';

const Bytes = v.instance(Uint8Array);
const Id = v.pipe(
  Bytes,
  v.transform((bytes) => toHex(bytes)),
  EntryId,
);

export const EntryRow = v.object({
  arrival: v.number(),
  entry_id: Id,
  conversation_id: ConversationId,
  log_id: v.number(),
  author: PeerId,
  sequence: v.number(),
  lamport: v.number(),
  at: v.number(),
  code: v.number(),
  target: v.nullable(Id),
  header: Bytes,
  signature: Bytes,
  body: v.nullable(Bytes),
  proof: v.nullable(Bytes),
  received_at: v.number(),
  counts: v.number(),
  is_hidden: v.number(),
});
export type EntryRow = v.InferOutput<typeof EntryRow>;

const LogRow = v.object({
  log_id: v.number(),
  author: PeerId,
  spell: v.string(),
  stream: v.picklist(['acts', 'talk']),
  first_sequence: v.number(),
  sent_sequence: v.number(),
});
export type LogRow = v.InferOutput<typeof LogRow>;

const Place = v.object({ entry_id: Id, sequence: v.number(), lamport: v.number() });
export type PlaceRow = v.InferOutput<typeof Place>;
const Lamport = v.object({ lamport: v.nullable(v.number()) });
const Count = v.object({ count: v.number() });
const ActRow = v.object({ ...EntryRow.entries, spell: v.string() });
const Link = v.object({ entry_id: Id, previous: Id });

export class EntryRows {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  logs(conversationId: ConversationId): LogRow[] {
    const sql = 'SELECT * FROM chat_logs WHERE conversation_id = :conversationId ORDER BY log_id';
    return this.#database.all(sql, { conversationId }, LogRow);
  }

  addLog(conversationId: ConversationId, { author, spell, stream }: LogName, first: number): LogRow {
    const log = { conversationId, author, spell, stream, first };
    const found = this.#database.one(
      `INSERT INTO chat_logs (conversation_id, author, spell, stream, first_sequence)
       VALUES (:conversationId, :author, :spell, :stream, :first) RETURNING *`,
      log,
      LogRow,
    );
    if (!found) throw new Error('an inserted log has a row');
    return found;
  }

  setFirst(logId: number, first: number): void {
    this.#database.run('UPDATE chat_logs SET first_sequence = :first WHERE log_id = :logId', { logId, first });
  }

  /** Never goes back; answers whether it went on. */
  noteSent(logId: number, sequence: number): boolean {
    const sql = 'UPDATE chat_logs SET sent_sequence = :sequence WHERE log_id = :logId AND sent_sequence < :sequence';
    return this.#database.run(sql, { logId, sequence }) > 0;
  }

  /** Answers the arrival it got. */
  add(logId: number, entry: ChatEntry, { receivedAt, isTip }: { receivedAt: number; isTip: boolean }): number {
    const target = entry.body && 'target' in entry.body ? fromHex(entry.body.target) : null;
    const row = this.#database.one(
      `INSERT INTO chat_entries
         (entry_id, conversation_id, log_id, author, sequence, lamport, at, code, target, header, signature, body, proof,
          received_at, is_tip)
       VALUES (:id, :conversationId, :logId, :author, :sequence, :lamport, :at, :code, :target, :header, :signature, :body,
          :proof, :receivedAt, :isTip) RETURNING arrival`,
      {
        id: fromHex(entry.id),
        conversationId: entry.conversationId,
        logId,
        author: entry.author,
        sequence: entry.sequence,
        lamport: entry.lamport,
        at: entry.at,
        code: entry.code,
        target,
        header: entry.header,
        signature: entry.signature,
        body: entry.bodyBytes,
        proof: entry.proof,
        receivedAt,
        isTip: Number(isTip),
      },
      v.object({ arrival: v.number() }),
    );
    if (!row) throw new Error('an inserted entry has a row');
    return row.arrival;
  }

  unsetTip(id: EntryId): void {
    this.#database.run('UPDATE chat_entries SET is_tip = 0 WHERE entry_id = :id', { id: fromHex(id) });
  }

  has(id: EntryId): boolean {
    const sql = 'SELECT count(*) AS count FROM chat_entries WHERE entry_id = :id';
    return (this.#database.one(sql, { id: fromHex(id) }, Count)?.count ?? 0) > 0;
  }

  find(id: EntryId): EntryRow | null {
    return this.#database.one('SELECT * FROM chat_entries WHERE entry_id = :id', { id: fromHex(id) }, EntryRow);
  }

  /** The acts of a group, with the membership each was done in. */
  acts(conversationId: ConversationId): v.InferOutput<typeof ActRow>[] {
    const sql = `SELECT entry.*, log.spell FROM chat_logs log CROSS JOIN chat_entries entry USING (log_id)
                 WHERE log.conversation_id = :conversationId AND log.stream = 'acts' ORDER BY entry.arrival`;
    return this.#database.all(sql, { conversationId }, ActRow);
  }

  /** Entries of a log in one place: more than one where its author forked it. */
  at(logId: number, sequence: number): EntryRow[] {
    const sql = 'SELECT * FROM chat_entries WHERE log_id = :logId AND sequence = :sequence ORDER BY entry_id';
    return this.#database.all(sql, { logId, sequence }, EntryRow);
  }

  /** The ends of a log's branches that count. */
  tips(logId: number): PlaceRow[] {
    const sql = `SELECT entry_id, sequence, lamport FROM chat_entries INDEXED BY chat_entries_tips
                 WHERE log_id = :logId AND is_tip = 1 ORDER BY sequence DESC, entry_id`;
    return this.#database.all(sql, { logId }, Place);
  }

  /** Entries from `from` to `to` up to a time, in the order of the log. */
  range(logId: number, from: number, to: number, lamportMost: number, most: number): PlaceRow[] {
    const sql = `SELECT entry_id, sequence, lamport FROM chat_entries
                 WHERE log_id = :logId AND sequence BETWEEN :from AND :to AND counts = 1 AND lamport <= :lamportMost
                 ORDER BY sequence, entry_id LIMIT :most`;
    return this.#database.all(sql, { logId, from, to, lamportMost, most }, Place);
  }

  places(logId: number, sequences: readonly number[]): PlaceRow[] {
    const sql = `SELECT entry_id, sequence, lamport FROM chat_entries
                 WHERE log_id = :logId AND counts = 1 AND sequence IN (SELECT value FROM json_each(:sequences))
                 ORDER BY sequence DESC, entry_id`;
    return this.#database.all(sql, { logId, sequences: JSON.stringify(sequences) }, Place);
  }

  highestLamport(conversationId: ConversationId): number {
    const sql =
      'SELECT max(lamport) AS lamport FROM chat_entries WHERE conversation_id = :conversationId AND counts = 1';
    return this.#database.one(sql, { conversationId }, Lamport)?.lamport ?? 0;
  }

  /** Which entry each entry of a log follows, for logs with forks. */
  links(logId: number): { id: EntryId; previous: EntryId }[] {
    // The previous id stands at a fixed place only for one version of the header, so the rows are paired by sequence.
    const sql = `SELECT child.entry_id AS entry_id, parent.entry_id AS previous FROM chat_entries child
                 JOIN chat_entries parent ON parent.log_id = child.log_id AND parent.sequence = child.sequence - 1
                 WHERE child.log_id = :logId AND instr(child.header, parent.entry_id) > 0`;
    return this.#database.all(sql, { logId }, Link).map(({ entry_id, previous }) => ({ id: entry_id, previous }));
  }

  /** The body goes, everywhere it is; what is left still proves the log. */
  takeBack(id: EntryId, proof: Uint8Array): void {
    const sql = 'UPDATE chat_entries SET body = NULL, proof = :proof, target = NULL WHERE entry_id = :id';
    this.#database.run(sql, { id: fromHex(id), proof });
  }

  fill(arrival: number, body: Uint8Array | null, proof: Uint8Array | null): void {
    const sql = 'UPDATE chat_entries SET body = :body, proof = :proof WHERE arrival = :arrival';
    this.#database.run(sql, { arrival, body, proof });
  }

  isSpokenOf(target: EntryId): boolean {
    const sql = 'SELECT count(*) AS count FROM chat_entries WHERE target = :target';
    return (this.#database.one(sql, { target: fromHex(target) }, Count)?.count ?? 0) > 0;
  }

  /** What was said about a message in its conversation, the earliest first. */
  about(target: EntryId, code: number): EntryRow[] {
    const sql = `SELECT entry.* FROM chat_entries entry
                 WHERE entry.target = :target AND entry.code = :code AND entry.counts = 1 AND entry.body IS NOT NULL
                 ORDER BY entry.lamport, entry.author, entry.sequence, entry.entry_id LIMIT 2000`;
    return this.#database.all(sql, { target: fromHex(target), code }, EntryRow);
  }

  /** The words of a text as they read now; null when they are not here. */
  wordsOf(row: EntryRow): string | null {
    const edit = this.about(row.entry_id, 33)
      .filter(({ author, conversation_id }) => author === row.author && conversation_id === row.conversation_id)
      .at(-1);
    return textIn(row) === null ? null : ((edit && textIn(edit)) ?? textIn(row));
  }

  hide(arrival: number, words: 'keep-words' | 'drop-words'): void {
    this.setWords(arrival, null);
    const body = words === 'drop-words' ? ', body = NULL' : '';
    this.#database.run(`UPDATE chat_entries SET is_hidden = 1${body} WHERE arrival = :arrival`, { arrival });
  }

  /** What was deleted here, and kept only until somebody had it. */
  dropDelivered(logId: number, sequence: number): void {
    const sql = `UPDATE chat_entries SET body = NULL
                 WHERE log_id = :logId AND sequence <= :sequence AND is_hidden = 1 AND code >= 32 AND body IS NOT NULL
                   AND (SELECT kind FROM chat_conversations WHERE conversation_id = chat_entries.conversation_id) = 'person'`;
    this.#database.run(sql, { logId, sequence });
  }

  /** Deletes what others wrote but for the acts and the end of each log, from which it goes on; hides what is left. */
  forget(conversationId: ConversationId, self: PeerId): void {
    const here = { conversationId, self };
    this.#database.run(
      `DELETE FROM chat_search WHERE rowid IN (SELECT arrival FROM chat_entries WHERE conversation_id = :conversationId)`,
      { conversationId },
    );
    this.#database.run(
      `DELETE FROM chat_entries
       WHERE conversation_id = :conversationId AND author <> :self AND code >= 32 AND is_tip = 0`,
      here,
    );
    this.#database.run(
      `UPDATE chat_entries SET is_hidden = 1, body = CASE
         WHEN code < 32 THEN body
         WHEN author <> :self THEN NULL
         WHEN EXISTS (SELECT 1 FROM chat_marks mark WHERE mark.log_id = chat_entries.log_id AND mark.delivered >= sequence)
           THEN NULL
         ELSE body END
       WHERE conversation_id = :conversationId`,
      here,
    );
  }

  /** Entries beyond `sequence` do not count, all up to it do. Answers how many changed. */
  cutLog(logId: number, sequence: number): number {
    return this.#database.run(
      'UPDATE chat_entries SET counts = (sequence <= :sequence) WHERE log_id = :logId AND counts <> (sequence <= :sequence)',
      { logId, sequence },
    );
  }

  /** After the counting changed: the tips are the counting entries that no counting one follows. */
  renewTips(logId: number): void {
    this.#database.run(
      `UPDATE chat_entries AS entry SET is_tip = entry.counts = 1 AND NOT EXISTS (
         SELECT 1 FROM chat_entries child WHERE child.log_id = entry.log_id AND child.sequence = entry.sequence + 1
           AND child.counts = 1 AND instr(child.header, entry.entry_id) > 0)
       WHERE entry.log_id = :logId`,
      { logId },
    );
  }

  addWords(arrival: number, words: string): void {
    this.#database.run('INSERT INTO chat_search (rowid, words) VALUES (:arrival, :words)', { arrival, words });
  }

  setWords(arrival: number, words: string | null): void {
    this.#database.run('DELETE FROM chat_search WHERE rowid = :arrival', { arrival });
    if (words !== null) this.addWords(arrival, words);
  }
}

function textIn({ code, body }: EntryRow): string | null {
  const kind = kindOfCode(code);
  const said = kind && body && readBody(kind, body);
  return said && 'text' in said ? said.text : null;
}
