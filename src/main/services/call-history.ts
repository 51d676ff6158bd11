// The calls there were: one line each, newest first, the oldest forgotten.
import * as v from 'valibot';
import { CallId, endReasons, type CallRecord } from '#shared/call-record';
import { ContactId } from '#shared/contact';
import type { Contacts } from '#main/services/contacts';
import type { Database } from '#main/services/database';
import { serviceLimits } from '#main/services/service-limits';

const CallRow = v.object({
  call_id: CallId,
  contact_id: ContactId,
  direction: v.picklist(['incoming', 'outgoing']),
  video: v.number(),
  started_at: v.number(),
  talked_ms: v.number(),
  reason: v.picklist(endReasons),
  is_missed: v.number(),
  is_seen: v.number(),
});

export class CallHistory {
  readonly #database: Database;
  readonly #contacts: Contacts;
  readonly #kept: number;

  constructor(database: Database, contacts: Contacts, kept: number = serviceLimits.callsKept) {
    this.#database = database;
    this.#contacts = contacts;
    this.#kept = kept;
  }

  list(limit: number): CallRecord[] {
    const rows = this.#database.all(
      'SELECT * FROM calls ORDER BY started_at DESC, call_id LIMIT :limit',
      { limit },
      CallRow,
    );
    return rows.map((row) => ({
      callId: row.call_id,
      contactId: row.contact_id,
      direction: row.direction,
      video: row.video !== 0,
      startedAt: row.started_at,
      talkedMs: row.talked_ms,
      reason: row.reason,
      isMissed: row.is_missed !== 0,
      isSeen: row.is_seen !== 0,
    }));
  }

  /** Recorded again, a call is replaced: its end is known better later. Fails `contact-unknown`. */
  record(call: CallRecord): void {
    this.#database.transaction(() => {
      this.#contacts.get(call.contactId);
      this.#database.run(
        `INSERT OR REPLACE INTO calls VALUES
           (:callId, :contactId, :direction, :video, :startedAt, :talkedMs, :reason, :isMissed, :isSeen)`,
        {
          callId: call.callId,
          contactId: call.contactId,
          direction: call.direction,
          video: Number(call.video),
          startedAt: storedMs(call.startedAt),
          talkedMs: storedMs(call.talkedMs),
          reason: call.reason,
          isMissed: Number(call.isMissed),
          isSeen: Number(call.isSeen),
        },
      );
      const keep = { most: this.#kept };
      this.#database.run(
        'DELETE FROM calls WHERE call_id IN (SELECT call_id FROM calls ORDER BY started_at DESC LIMIT -1 OFFSET :most)',
        keep,
      );
    });
  }

  markSeen(contactId: ContactId): void {
    this.#database.run('UPDATE calls SET is_seen = 1 WHERE contact_id = :contactId AND is_seen = 0', { contactId });
  }
}

/** Times come from the renderer; the column takes whole numbers. */
function storedMs(value: number): number {
  return Math.round(Math.min(Math.max(value, 0), Number.MAX_SAFE_INTEGER));
}
