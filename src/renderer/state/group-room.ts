// A room for the people of a group: whom of them I can ask in.
import type { GroupMember } from '#shared/chat';
import type { Contact, ContactId } from '#shared/contact';
import type { PeerId } from '#shared/identity';
import type { PeopleState } from '#state/people.svelte';

interface Askable {
  /** Those online first. */
  readonly asked: readonly ContactId[];
  /** So many are no contacts of mine, or under another key than before: nobody rings them. */
  readonly strangers: number;
}

/** I am a member as well, and am not asked. */
export function askableOf(
  members: readonly Pick<GroupMember, 'peerId'>[],
  people: Pick<PeopleState, 'byPeer' | 'presenceOf'>,
  self: PeerId,
): Askable {
  const others = members.filter(({ peerId }) => peerId !== self).map(({ peerId }) => people.byPeer(peerId));
  const contacts = others.filter(
    (contact): contact is Contact => contact?.state === 'accepted' && contact.trust !== 'changed',
  );
  const isOnline = (contact: Contact): boolean => people.presenceOf(contact) === 'online';
  const [there, away] = [true, false].map((is) => contacts.filter((contact) => isOnline(contact) === is));
  return {
    asked: [...(there ?? []), ...(away ?? [])].map(({ contactId }) => contactId),
    strangers: others.length - contacts.length,
  };
}
