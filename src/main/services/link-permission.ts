// With whom links may be opened: accepted contacts, and while a room is open the people of that room.
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { Contacts } from '#main/services/contacts';
import type { Rooms } from '#main/services/rooms';

/** Fails as `Contacts.assertReachable` does. A room opens no way to somebody blocked, or whose key changed. */
export function assertLinkable(contacts: Contacts, rooms: Pick<Rooms, 'mayLink'>, peerId: PeerId): void {
  try {
    contacts.assertReachable(peerId);
  } catch (error) {
    const { code } = Failure.from(error);
    const isOpen = code === 'contact-unknown' || code === 'contact-not-accepted';
    if (!isOpen || !rooms.mayLink(peerId)) throw error;
    if (contacts.byPeer(peerId)?.trust === 'changed') throw new Failure('key-changed', '', { cause: error });
  }
}
