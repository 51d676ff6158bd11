// What was given and got of files, in all and with each contact, in the database.
import * as v from 'valibot';
import { ContactId } from '#shared/contact';
import type { TransferCount, TransferTotals as Totals } from '#shared/transfer-totals';
import type { Clock } from '#main/services/clock';
import type { Database } from '#main/services/database';

const All = v.object({ sent_bytes: v.number(), received_bytes: v.number(), since: v.number() });
const OfOne = v.object({ contact_id: ContactId, sent_bytes: v.number(), received_bytes: v.number() });

export interface TransferTotalsOptions {
  readonly database: Database;
  readonly clock: Clock;
}

/** Calls fail as `Database` does. */
export class TransferTotals {
  readonly #options: TransferTotalsOptions;

  constructor(options: TransferTotalsOptions) {
    this.#options = options;
  }

  note(counts: readonly TransferCount[]): void {
    const { database, clock } = this.#options;
    database.transaction(() => {
      for (const { peerId, sentBytes, receivedBytes } of counts) {
        const more = { sentBytes, receivedBytes };
        database.run(
          `INSERT INTO transfers_in_all VALUES (1, :sentBytes, :receivedBytes, :now) ON CONFLICT DO UPDATE SET
             sent_bytes = sent_bytes + :sentBytes, received_bytes = received_bytes + :receivedBytes`,
          { ...more, now: clock.now() },
        );
        database.run(
          `INSERT INTO transfers_with SELECT contact_id, :sentBytes, :receivedBytes FROM contacts WHERE peer_id = :peerId
             ON CONFLICT DO UPDATE SET
             sent_bytes = sent_bytes + :sentBytes, received_bytes = received_bytes + :receivedBytes`,
          { ...more, peerId },
        );
      }
    });
  }

  read(): Totals {
    const { database } = this.#options;
    const all = database.one('SELECT sent_bytes, received_bytes, since FROM transfers_in_all', {}, All);
    const people = database.all(
      `SELECT contact_id, sent_bytes, received_bytes FROM transfers_with
         ORDER BY sent_bytes + received_bytes DESC, contact_id`,
      {},
      OfOne,
    );
    return {
      sentBytes: all?.sent_bytes ?? 0,
      receivedBytes: all?.received_bytes ?? 0,
      since: all?.since ?? null,
      people: people.map((one) => ({
        contactId: one.contact_id,
        sentBytes: one.sent_bytes,
        receivedBytes: one.received_bytes,
      })),
    };
  }
}
