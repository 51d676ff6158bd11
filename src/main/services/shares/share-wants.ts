// Downloads this person asked for while the one who shares them was away: kept until they begin or are not wanted any more.
import * as v from 'valibot';
import type { CallInput } from '#shared/contract';
import { DropId } from '#shared/drop';
import { Failure } from '#shared/failure';
import { PeerId } from '#shared/identity';
import type { ShareWant } from '#shared/seen-share';
import { ShareEntry, SharePath } from '#shared/share';
import type { Clock } from '#main/services/clock';
import type { Contacts } from '#main/services/contacts';
import type { Database } from '#main/services/database';
import { serviceLimits as limits } from '#main/services/service-limits';

const WantRow = v.object({
  drop_id: DropId,
  peer_id: PeerId,
  folder: v.pipe(v.string(), v.parseJson(), SharePath),
  entry: v.pipe(v.string(), v.parseJson(), ShareEntry),
  asked_at: v.number(),
});

export interface ShareWantsOptions {
  readonly database: Database;
  readonly contacts: Contacts;
  readonly clock: Clock;
}

/** Calls fail as `Database` does. */
export class ShareWants {
  readonly #options: ShareWantsOptions;

  constructor(options: ShareWantsOptions) {
    this.#options = options;
  }

  /** The oldest first. */
  list(): ShareWant[] {
    const sql = `SELECT w.drop_id, c.peer_id, w.folder, w.entry, w.asked_at FROM share_wants w
      JOIN contacts c ON c.contact_id = w.contact_id ORDER BY w.asked_at, w.drop_id`;
    return this.#options.database.all(sql, {}, WantRow).map((row) => ({
      dropId: row.drop_id,
      peerId: row.peer_id,
      folder: row.folder,
      entry: row.entry,
      askedAt: row.asked_at,
    }));
  }

  /** Fails `shares-waiting-full`, and as `Contacts.assertReachable` does. */
  keep(want: CallInput<'keepShareWant'>): ShareWant {
    const { database, contacts, clock } = this.#options;
    const { contactId } = contacts.assertReachable(want.peerId);
    if (this.list().length >= limits.shareWants) throw new Failure('shares-waiting-full');
    const askedAt = clock.now();
    database.run('INSERT OR IGNORE INTO share_wants VALUES (:dropId, :contactId, :folder, :entry, :askedAt)', {
      dropId: want.dropId,
      contactId,
      folder: JSON.stringify(want.folder),
      entry: JSON.stringify(want.entry),
      askedAt,
    });
    return { ...want, askedAt };
  }

  forget(dropId: DropId): void {
    this.#options.database.run('DELETE FROM share_wants WHERE drop_id = :dropId', { dropId });
  }
}
