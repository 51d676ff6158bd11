// Whom files can be dropped on, from wherever the person looks.
import type { ConversationId } from '#shared/chat';
import type { Contact } from '#shared/contact';
import type { PeerId } from '#shared/identity';
import type { RoomMember } from '#core/conference/snapshot';
import type { CallState } from '#state/call.svelte';
import type { ChatState } from '#state/chat.svelte';
import type { DropsPort } from '#state/deps';
import type { DropTarget } from '#state/drop-target';
import type { NavigationState } from '#state/navigation.svelte';
import { shownName, type PeopleState } from '#state/people.svelte';
import type { RoomState } from '#state/room.svelte';

export interface DropPlacesDeps {
  readonly drops: Pick<DropsPort, 'unavailableAt'>;
  readonly people: PeopleState;
  readonly chat: ChatState;
  readonly call: CallState;
  readonly room: RoomState;
  readonly navigation: NavigationState;
}

/** What is needed of a group. */
interface DropGroup {
  readonly conversationId: ConversationId;
  readonly name: string;
  readonly members: readonly { readonly peerId: PeerId }[];
  /** Why I belong to it no more, or null. */
  readonly obstacle: unknown;
}

type Target<K extends DropTarget['kind']> = Extract<DropTarget, { kind: K }>;

export class DropPlaces {
  readonly #deps: DropPlacesDeps;

  constructor(deps: DropPlacesDeps) {
    this.#deps = deps;
  }

  /** Also of somebody who is away: they are asked as soon as they are back. Null for another key, or an older Roundtable. */
  person(contact: Contact | null): Target<'person'> | null {
    if (contact?.state !== 'accepted' || contact.trust === 'changed') return null;
    if (this.#deps.drops.unavailableAt(contact.peerId)) return null;
    return { kind: 'person', peerId: contact.peerId, name: shownName(contact) };
  }

  peer(peerId: PeerId): Target<'person'> | null {
    return this.person(this.#deps.people.byPeer(peerId));
  }

  /** Somebody at the table, contact or not; null for me, and for who cannot be reached. */
  member(member: RoomMember): DropTarget | null {
    const { room, drops } = this.#deps;
    if (!room.isInside || !this.#isReached(member)) return null;
    const { peerId } = member;
    if (drops.unavailableAt(peerId)) return null;
    return { kind: 'person', peerId, name: room.nameOf(member) };
  }

  /** Everybody else in the room on the stage; null while nobody can be reached. */
  get room(): Target<'room'> | null {
    const { room, drops } = this.#deps;
    if (!room.isInside || !room.snapshot) return null;
    const people = room.others
      .filter((member) => this.#isReached(member) && !drops.unavailableAt(member.peerId))
      .map(({ peerId }) => peerId);
    return people.length === 0 ? null : { kind: 'room', roomId: room.snapshot.roomId, people };
  }

  /** Those of a group who are contacts; null when nobody is, or I belong to it no more. */
  group({ conversationId, name, members, obstacle }: DropGroup): Target<'group'> | null {
    if (obstacle !== null) return null;
    const people = members.map(({ peerId }) => peerId).filter((peerId) => this.peer(peerId) !== null);
    return people.length === 0 ? null : { kind: 'group', conversationId, name, people };
  }

  get call(): DropTarget | null {
    const { call } = this.#deps;
    return call.isRunning ? this.person(call.contact) : null;
  }

  /** What the person looks at, for what is pasted. */
  get here(): DropTarget | null {
    const { pane } = this.#deps.navigation;
    if (pane.kind === 'person') return this.person(this.#deps.people.byId(pane.contactId));
    if (pane.kind === 'call') return this.call;
    if (pane.kind === 'group') {
      const group = this.#deps.chat.byId(pane.conversationId);
      return group && this.group(group);
    }
    return pane.kind === 'room' ? this.room : null;
  }

  #isReached({ isSelf, pair }: RoomMember): boolean {
    return !isSelf && (pair === 'connected' || pair === 'reconnecting');
  }
}
