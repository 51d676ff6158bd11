// With whom links may be opened: accepted contacts, while a room is open the people of that room, and while a cast runs those
// who watch it together.
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { Casts } from '#main/services/cast/casts';
import type { Contacts } from '#main/services/contacts';
import type { Rooms } from '#main/services/rooms';

interface Gatherings {
  readonly rooms: Pick<Rooms, 'mayLink'>;
  readonly casts: Pick<Casts, 'mayLink'>;
}

/** Whether a room or a cast is a reason to link with this person. Says nothing of what contacts may forbid. */
export function isMet({ rooms, casts }: Gatherings, peerId: PeerId): boolean {
  return rooms.mayLink(peerId) || casts.mayLink(peerId);
}

/** Fails as `Contacts.assertReachable` does. Nothing opens a way to somebody blocked, or whose key changed. */
export function assertLinkable(among: Gatherings & { readonly contacts: Contacts }, peerId: PeerId): void {
  try {
    among.contacts.assertReachable(peerId);
  } catch (error) {
    const { code } = Failure.from(error);
    const isOpen = code === 'contact-unknown' || code === 'contact-not-accepted';
    if (!isOpen || !isMet(among, peerId)) throw error;
    if (among.contacts.byPeer(peerId)?.trust === 'changed') throw new Failure('key-changed', '', { cause: error });
  }
}
