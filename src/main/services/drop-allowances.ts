// Up to which size drops of a contact are taken without asking.
import * as v from 'valibot';
import { ContactId } from '#shared/contact';
import type { CallInput, CallOutput } from '#shared/contract';
import type { Contacts } from '#main/services/contacts';
import type { Database } from '#main/services/database';

const AllowanceRow = v.object({ contact_id: ContactId, max_bytes: v.number() });

export class DropAllowances {
  readonly #database: Database;
  readonly #contacts: Contacts;

  constructor(database: Database, contacts: Contacts) {
    this.#database = database;
    this.#contacts = contacts;
  }

  list(): CallOutput<'listDropAllowances'> {
    const rows = this.#database.all('SELECT * FROM drop_allowances ORDER BY contact_id', {}, AllowanceRow);
    return rows.map(({ contact_id, max_bytes }) => ({ contactId: contact_id, maxBytes: max_bytes }));
  }

  /** Null takes it back. Fails `contact-unknown`. */
  set({ contactId, maxBytes }: CallInput<'setDropAllowance'>): void {
    this.#contacts.get(contactId);
    if (maxBytes === null)
      this.#database.run('DELETE FROM drop_allowances WHERE contact_id = :contactId', { contactId });
    else
      this.#database.run('INSERT OR REPLACE INTO drop_allowances VALUES (:contactId, :maxBytes)', {
        contactId,
        maxBytes,
      });
  }
}
