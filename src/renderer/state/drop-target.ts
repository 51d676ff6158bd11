// Where files can be dropped, and what happens then.
import type { ConversationId } from '#shared/chat';
import type { PeerId } from '#shared/identity';
import type { RoomId } from '#shared/room';

export type DropTarget =
  | { readonly kind: 'person'; readonly peerId: PeerId; readonly name: string }
  /** Everybody else in a room at this moment. */
  | { readonly kind: 'room'; readonly roomId: RoomId; readonly people: readonly PeerId[] }
  /** Everybody of a group who is a contact; who is away is asked when they come. */
  | {
      readonly kind: 'group';
      readonly conversationId: ConversationId;
      readonly name: string;
      readonly people: readonly PeerId[];
    };

/** Somebody, or a place of this app that takes files itself. */
export type DropPlace = DropTarget | { readonly kind: 'vault' };

export function targetKey(target: DropPlace): string {
  if (target.kind === 'vault') return target.kind;
  if (target.kind === 'person') return target.peerId;
  return target.kind === 'room' ? `room ${target.roomId}` : `group ${target.conversationId}`;
}
