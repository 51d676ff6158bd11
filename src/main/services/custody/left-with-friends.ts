// What friends keep of mine, as they have answered: which envelope holds what, with whom, and until when.
import * as v from 'valibot';
import { EnvelopeId } from '#shared/custody';
import { PeerId } from '#shared/identity';
import type { Database } from '#main/services/database';
import { serviceLimits as limits } from '#main/services/service-limits';

/** Entries of my log, from one place to another. */
export interface LeftWords {
  readonly logId: number;
  readonly first: number;
  readonly last: number;
}

interface LeftEnvelope {
  readonly keeper: PeerId;
  readonly recipient: PeerId;
  /** Null of a receipt. */
  readonly words: LeftWords | null;
  readonly nowMs: number;
  /** Asked back before it was there. */
  readonly isRecalled: boolean;
}

const Keeper = v.object({ keeper: PeerId });
const Id = v.object({ envelope_id: EnvelopeId });
const Place = v.object({ place: v.nullable(v.number()) });
const Recipient = v.object({ recipient: PeerId, via: PeerId });
const Left = v.object({
  recipient: PeerId,
  log_id: v.nullable(v.number()),
  first_sequence: v.nullable(v.number()),
  last_sequence: v.nullable(v.number()),
});

export class LeftWithFriends {
  readonly #database: Database;
  /** Who had no room for more of mine, by whom it was for. */
  readonly #full = new Map<PeerId, Set<PeerId>>();

  /** Rises with each time something is asked back. */
  #recalled = 0;

  constructor(database: Database) {
    this.#database = database;
  }

  get recalled(): number {
    return this.#recalled;
  }

  add(envelopeId: EnvelopeId, { keeper, recipient, words, nowMs, isRecalled }: LeftEnvelope): void {
    this.#database.run(
      `INSERT INTO custody_left (envelope_id, keeper, recipient, log_id, first_sequence, last_sequence, expires_at,
         is_recalled)
       VALUES (:envelopeId, :keeper, :recipient, :logId, :first, :last, :expiresAt, :isRecalled) ON CONFLICT DO NOTHING`,
      {
        envelopeId,
        keeper,
        recipient,
        logId: words?.logId ?? null,
        first: words?.first ?? null,
        last: words?.last ?? null,
        expiresAt: nowMs + limits.custodyLeftMs,
        isRecalled: Number(isRecalled),
      },
    );
  }

  find(keeper: PeerId, envelopeId: EnvelopeId): { recipient: PeerId; words: LeftWords | null } | null {
    const sql = `SELECT recipient, log_id, first_sequence, last_sequence FROM custody_left
                 WHERE envelope_id = :envelopeId AND keeper = :keeper`;
    const row = this.#database.one(sql, { keeper, envelopeId }, Left);
    if (!row) return null;
    const { recipient, log_id: logId, first_sequence: first, last_sequence: last } = row;
    return { recipient, words: logId === null || first === null || last === null ? null : { logId, first, last } };
  }

  remove(keeper: PeerId, envelopeIds: readonly EnvelopeId[]): void {
    this.#database.run(
      `DELETE FROM custody_left WHERE keeper = :keeper AND envelope_id IN (SELECT value FROM json_each(:ids))`,
      { keeper, ids: JSON.stringify(envelopeIds) },
    );
  }

  /** Who keeps an entry of mine. */
  keepersOf(logId: number, sequence: number): PeerId[] {
    const sql = `SELECT DISTINCT keeper FROM custody_left WHERE log_id = :logId AND last_sequence >= :sequence
                 AND first_sequence <= :sequence AND is_recalled = 0 ORDER BY keeper`;
    return this.#database.all(sql, { logId, sequence }, Keeper).map(({ keeper }) => keeper);
  }

  /** Who keeps anything of a log of mine after a place. */
  keepersAfter(logId: number, sequence: number): PeerId[] {
    const sql = `SELECT DISTINCT keeper FROM custody_left WHERE log_id = :logId AND last_sequence > :sequence
                 AND is_recalled = 0 ORDER BY keeper`;
    return this.#database.all(sql, { logId, sequence }, Keeper).map(({ keeper }) => keeper);
  }

  /** How far a friend has a log of mine; 0 when not at all. */
  lastLeft(keeper: PeerId, logId: number): number {
    const sql = `SELECT max(last_sequence) AS place FROM custody_left
                 WHERE keeper = :keeper AND log_id = :logId AND is_recalled = 0`;
    return this.#database.one(sql, { keeper, logId }, Place)?.place ?? 0;
  }

  /** What was left from there on is asked back, and left again as it is now. */
  recallFrom(logId: number, sequence: number): void {
    const sql = 'UPDATE custody_left SET is_recalled = 1 WHERE log_id = :logId AND last_sequence >= :sequence';
    this.#database.run(sql, { logId, sequence });
    this.#recalled += 1;
  }

  /** What this friend need not keep: asked back, run out, or received by whom it is for. */
  recalls(keeper: PeerId, nowMs: number): EnvelopeId[] {
    const sql = `SELECT envelope_id FROM custody_left own LEFT JOIN chat_marks mark
                   ON mark.log_id = own.log_id AND mark.peer_id = own.recipient
                 WHERE own.keeper = :keeper AND (own.is_recalled = 1 OR own.expires_at <= :nowMs
                   OR own.last_sequence <= max(mark.delivered, mark.had)) LIMIT :most`;
    const rows = this.#database.all(sql, { keeper, nowMs, most: limits.custodyIds }, Id);
    return rows.map(({ envelope_id }) => envelope_id);
  }

  /** A receipt for somebody is due; one that is still kept for them is asked back for it. */
  owe(recipient: PeerId, via: PeerId): void {
    const sql = `INSERT INTO custody_owed (recipient, via) VALUES (:recipient, :via)
                 ON CONFLICT DO UPDATE SET via = excluded.via`;
    this.#database.run(sql, { recipient, via });
    this.#database.run('UPDATE custody_left SET is_recalled = 1 WHERE recipient = :recipient AND log_id IS NULL', {
      recipient,
    });
  }

  get owed(): readonly v.InferOutput<typeof Recipient>[] {
    return this.#database.all('SELECT recipient, via FROM custody_owed', {}, Recipient);
  }

  settle(recipient: PeerId): void {
    this.#database.run('DELETE FROM custody_owed WHERE recipient = :recipient', { recipient });
  }

  /** Whether a friend would keep more for somebody, and has no room. */
  isFull(recipient: PeerId): boolean {
    return (this.#full.get(recipient)?.size ?? 0) > 0;
  }

  /** Answers whether that is news. */
  noteFull(recipient: PeerId, keeper: PeerId, isFull: boolean): boolean {
    const before = this.isFull(recipient);
    const of = this.#full.get(recipient) ?? new Set();
    if (isFull) this.#full.set(recipient, of.add(keeper));
    else of.delete(keeper);
    return before !== this.isFull(recipient);
  }
}
