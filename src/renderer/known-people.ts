// The contacts as they are now, by the key that stands in signals, and why somebody may not be talked with.
import type { Contact, ContactId } from '#shared/contact';
import type { FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';

export class KnownPeople {
  #byPeer: ReadonlyMap<PeerId, Contact> = new Map();
  /** Whose each key was that was ever seen here. */
  readonly #owners = new Map<PeerId, ContactId>();

  take(contacts: readonly Contact[]): void {
    this.#byPeer = new Map(contacts.map((contact) => [contact.peerId, contact]));
    for (const { peerId, contactId } of contacts) this.#owners.set(peerId, contactId);
  }

  get(peerId: PeerId): Contact | undefined {
    return this.#byPeer.get(peerId);
  }

  /** Why this person may not be called now, or null. A key that its owner does not have any more is `key-changed`. */
  obstacle(peerId: PeerId): FailureCode | null {
    const contact = this.get(peerId);
    if (!contact) return this.#isReplaced(peerId) ? 'key-changed' : 'contact-unknown';
    if (contact.state === 'blocked') return 'contact-blocked';
    if (contact.trust === 'changed') return 'key-changed';
    return contact.state === 'accepted' ? null : 'contact-not-accepted';
  }

  #isReplaced(peerId: PeerId): boolean {
    const owner = this.#owners.get(peerId);
    return owner !== undefined && [...this.#byPeer.values()].some(({ contactId }) => contactId === owner);
  }
}
