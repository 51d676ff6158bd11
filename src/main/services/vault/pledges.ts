// Space this person pledged to contacts. Nothing is kept for anybody else.
import * as v from 'valibot';
import { ContactId } from '#shared/contact';
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { Contacts } from '#main/services/contacts';
import type { Database } from '#main/services/database';

export interface Pledge {
  readonly contactId: ContactId;
  readonly bytes: number;
}

const PledgeRow = v.object({ contact_id: ContactId, bytes: v.number() });

export class Pledges {
  readonly #database: Database;
  readonly #contacts: Pick<Contacts, 'assertReachable' | 'byPeer' | 'get'>;

  constructor(database: Database, contacts: Pick<Contacts, 'assertReachable' | 'byPeer' | 'get'>) {
    this.#database = database;
    this.#contacts = contacts;
  }

  list(): Pledge[] {
    return this.#database
      .all('SELECT * FROM vault_pledges ORDER BY contact_id', {}, PledgeRow)
      .map(({ contact_id, bytes }) => ({ contactId: contact_id, bytes }));
  }

  of(contactId: ContactId): number | null {
    const sql = 'SELECT * FROM vault_pledges WHERE contact_id = :contactId';
    return this.#database.one(sql, { contactId }, PledgeRow)?.bytes ?? null;
  }

  /** What holds now for whoever has this key: nothing for somebody who is blocked, or whose key changed. */
  for(owner: PeerId): number | null {
    try {
      return this.of(this.#contacts.assertReachable(owner).contactId);
    } catch (error) {
      if (isOfContact(error)) return null;
      throw error;
    }
  }

  /** Whose pieces those of a contact are. Fails `contact-unknown`. */
  ownerOf(contactId: ContactId): PeerId {
    return this.#contacts.get(contactId).peerId;
  }

  contactOf(owner: PeerId): ContactId | null {
    return this.#contacts.byPeer(owner)?.contactId ?? null;
  }

  /** Fails `contact-unknown`, `contact-blocked`, `contact-not-accepted`, `key-changed`. */
  set({ contactId, bytes }: Pledge): void {
    this.#contacts.assertReachable(this.ownerOf(contactId));
    this.#database.run('INSERT OR REPLACE INTO vault_pledges VALUES (:contactId, :bytes)', { contactId, bytes });
  }

  end(contactId: ContactId): void {
    this.#database.run('DELETE FROM vault_pledges WHERE contact_id = :contactId', { contactId });
  }
}

const isOfContact = (error: unknown): boolean =>
  error instanceof Failure &&
  ['contact-unknown', 'contact-blocked', 'contact-not-accepted', 'key-changed'].includes(error.code);
