// The people this person knows: their current keys, how far those are trusted, and the way from invited to accepted.
import * as v from 'valibot';
import { ContactId, type Contact } from '#shared/contact';
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import { toHex } from '#main/services/byte-layout';
import type { Clock } from '#main/services/clock';
import { contactOf, ContactRow } from '#main/services/contact-rows';
import type { Database } from '#main/services/database';

interface ContactsOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: (length: number) => Uint8Array;
  readonly onChange: () => void;
}

/** The invite a contact was made from, while its maker's welcome is awaited. */
interface PendingInvite {
  readonly contact: Contact;
  readonly secret: Uint8Array;
  readonly expiresAt: number;
  readonly isRefused: boolean;
}

export class Contacts {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #random: (length: number) => Uint8Array;
  readonly #onChange: () => void;

  constructor({ database, clock, random, onChange }: ContactsOptions) {
    this.#database = database;
    this.#clock = clock;
    this.#random = random;
    this.#onChange = onChange;
  }

  list(): Contact[] {
    return this.#database.all('SELECT * FROM contacts ORDER BY added_at, contact_id', {}, ContactRow).map(contactOf);
  }

  /** Fails `contact-unknown`. */
  get(contactId: ContactId): Contact {
    return contactOf(this.#row(contactId));
  }

  byPeer(peerId: PeerId): Contact | null {
    const row = this.#database.one('SELECT * FROM contacts WHERE peer_id = :peerId', { peerId }, ContactRow);
    return row && contactOf(row);
  }

  /**
   * Whether this key may be talked with now. Fails `contact-unknown`, `contact-blocked`, `contact-not-accepted`, or
   * `key-changed` while a changed key waits for the person's decision.
   */
  assertReachable(peerId: PeerId): Contact {
    const contact = this.byPeer(peerId);
    if (!contact) throw new Failure('contact-unknown');
    if (contact.state === 'blocked') throw new Failure('contact-blocked');
    if (contact.state === 'invited') throw new Failure('contact-not-accepted');
    if (contact.trust === 'changed') throw new Failure('key-changed');
    return contact;
  }

  rename(contactId: ContactId, alias: string | null): Contact {
    return this.#update(contactId, 'alias = :alias', { alias });
  }

  setBlocked(contactId: ContactId, isBlocked: boolean): Contact {
    return this.#update(contactId, 'is_blocked = :isBlocked', { isBlocked: Number(isBlocked) });
  }

  noteName(contactId: ContactId, name: string): void {
    this.#update(contactId, 'name = :name', { name });
  }

  noteSeen(contactId: ContactId): void {
    this.#update(contactId, 'last_seen_at = :now', { now: this.#clock.now() });
  }

  remove(contactId: ContactId): void {
    if (this.#database.run('DELETE FROM contacts WHERE contact_id = :contactId', { contactId }) === 0)
      throw new Failure('contact-unknown');
    this.#onChange();
  }

  /** Stores exactly the key that was compared, in one step; fails `key-changed` when the contact has another by now. */
  verify(contactId: ContactId, peerId: PeerId): Contact {
    return this.#decide(contactId, peerId, peerId);
  }

  acceptChangedKey(contactId: ContactId, peerId: PeerId): Contact {
    return this.#decide(contactId, peerId, null);
  }

  /** `keep` takes the key and the standing of `newer`; if `keep` was verified with another key, it is "changed" now. */
  merge(keep: ContactId, newer: ContactId): Contact {
    if (keep === newer) throw new Failure('input-invalid', 'one contact cannot be merged with itself');
    return this.#database.transaction(() => {
      const from = this.#row(newer);
      this.#row(keep);
      this.#database.run('UPDATE calls SET contact_id = :keep WHERE contact_id = :newer', { keep, newer });
      this.#database.run('UPDATE OR IGNORE vault_pledges SET contact_id = :keep WHERE contact_id = :newer', {
        keep,
        newer,
      });
      this.#database.run('DELETE FROM contacts WHERE contact_id = :newer', { newer });
      return this.#update(
        keep,
        `peer_id = :peerId, name = :name, is_accepted = :isAccepted, is_blocked = max(is_blocked, :isBlocked),
         invite_secret = :secret, invite_expires_at = :expiresAt, invite_is_refused = :isRefused`,
        {
          peerId: from.peer_id,
          name: from.name,
          isAccepted: Number(from.is_accepted),
          isBlocked: Number(from.is_blocked),
          secret: from.invite_secret,
          expiresAt: from.invite_expires_at,
          isRefused: Number(from.invite_is_refused),
        },
      );
    });
  }

  /** Keeps a contact made from an invite; with `replaces`, that contact gets the invite's key instead of a new one being made. */
  addInvited(
    invite: { peerId: PeerId; name: string; secret: Uint8Array; expiresAt: number },
    replaces: ContactId | null,
  ): Contact {
    return this.#database.transaction(() => {
      const { peerId, name, secret, expiresAt } = invite;
      const known = this.byPeer(peerId);
      if (known?.state === 'blocked') throw new Failure('contact-blocked');
      if (known?.state === 'accepted') throw new Failure('contact-exists');
      if (known && replaces !== null && replaces !== known.contactId) throw new Failure('contact-exists');
      const contactId = known?.contactId ?? replaces ?? this.#insert(peerId, name, false);
      if (this.get(contactId).state === 'blocked') throw new Failure('contact-blocked');
      return this.#update(
        contactId,
        `peer_id = :peerId, name = :name, is_accepted = 0, invite_secret = :secret, invite_expires_at = :expiresAt,
         invite_is_refused = 0`,
        { peerId, name, secret, expiresAt },
      );
    });
  }

  /** The holder of an open invite of mine asked: they are a contact from now on. */
  addAccepted(peerId: PeerId, name: string): Contact {
    return this.#database.transaction(() =>
      this.#markAccepted(this.byPeer(peerId)?.contactId ?? this.#insert(peerId, name, true), name),
    );
  }

  /** The maker of the invite I opened welcomed me, under the name they give themselves. */
  markWelcomed(contactId: ContactId, name: string): Contact {
    return this.#markAccepted(contactId, name);
  }

  /** The maker of the invite I opened said that somebody else used it. */
  markRefused(contactId: ContactId): Contact {
    return this.#update(contactId, 'invite_is_refused = 1', {});
  }

  pendingInvite(contactId: ContactId): PendingInvite | null {
    const row = this.#row(contactId);
    if (row.is_accepted || row.invite_secret === null || row.invite_expires_at === null) return null;
    return {
      contact: contactOf(row),
      secret: row.invite_secret,
      expiresAt: row.invite_expires_at,
      isRefused: row.invite_is_refused,
    };
  }

  #markAccepted(contactId: ContactId, name: string): Contact {
    return this.#update(
      contactId,
      'is_accepted = 1, name = :name, invite_secret = NULL, invite_expires_at = NULL, invite_is_refused = 0',
      { name },
    );
  }

  #decide(contactId: ContactId, peerId: PeerId, verified: PeerId | null): Contact {
    this.#row(contactId);
    const sql = 'UPDATE contacts SET verified_peer_id = :verified WHERE contact_id = :contactId AND peer_id = :peerId';
    if (this.#database.run(sql, { contactId, peerId, verified }) === 0)
      throw new Failure('key-changed', 'not the current key');
    this.#onChange();
    return this.get(contactId);
  }

  #insert(peerId: PeerId, name: string, isAccepted: boolean): ContactId {
    const contactId = v.parse(ContactId, toHex(this.#random(16)));
    this.#database.run(
      'INSERT INTO contacts (contact_id, peer_id, name, is_accepted, added_at) VALUES (:contactId, :peerId, :name, :isAccepted, :now)',
      { contactId, peerId, name, isAccepted: Number(isAccepted), now: this.#clock.now() },
    );
    return contactId;
  }

  #update(
    contactId: ContactId,
    assignments: string,
    values: Record<string, string | number | Uint8Array | null>,
  ): Contact {
    const sql = `UPDATE contacts SET ${assignments} WHERE contact_id = :contactId`;
    if (this.#database.run(sql, { ...values, contactId }) === 0) throw new Failure('contact-unknown');
    this.#onChange();
    return this.get(contactId);
  }

  #row(contactId: ContactId): ContactRow {
    const row = this.#database.one('SELECT * FROM contacts WHERE contact_id = :contactId', { contactId }, ContactRow);
    if (!row) throw new Failure('contact-unknown');
    return row;
  }
}
