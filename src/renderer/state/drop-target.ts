// Where files can be dropped, and what happens then.
import type { PeerId } from '#shared/identity';
import type { RoomId } from '#shared/room';

export type DropTarget =
  | { readonly kind: 'person'; readonly peerId: PeerId; readonly name: string }
  /** Everybody else in a room at this moment. */
  | { readonly kind: 'room'; readonly roomId: RoomId; readonly people: readonly PeerId[] };

export const targetKey = (target: DropTarget): string =>
  target.kind === 'person' ? target.peerId : `room ${target.roomId}`;
