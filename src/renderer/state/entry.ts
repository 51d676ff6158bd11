// Which room somebody is about to enter, by what right, and at which door.
import type { PeerId } from '#shared/identity';
import type { KnownRoom, RoomDoor, RoomId, RoomPreview } from '#shared/room';
import type { EnterOptions, RoomRing } from '#core/conference/snapshot';
import type { RoomsPort } from '#state/deps';

/** Which room, and by what right. */
export type Entry =
  /** A new one of mine; whoever is in `toRing` is asked in once it is open. */
  | { readonly kind: 'new'; readonly name: string; readonly toRing: readonly PeerId[] }
  | { readonly kind: 'link'; readonly name: string; readonly link: string; readonly preview: RoomPreview }
  | { readonly kind: 'ring'; readonly name: string; readonly ring: RoomRing }
  /** One of before. */
  | { readonly kind: 'again'; readonly name: string; readonly room: KnownRoom };

/** A new room has no id yet. */
export function entryRoom(entry: Entry): RoomId | null {
  if (entry.kind === 'new') return null;
  if (entry.kind === 'link') return entry.preview.roomId;
  return entry.kind === 'ring' ? entry.ring.roomId : entry.room.roomId;
}

/** There is nothing to see of a room that is only about to be. */
export function entryDoor(entry: Entry): RoomDoor | null {
  if (entry.kind === 'new') return null;
  if (entry.kind === 'again') return { by: 'room', roomId: entry.room.roomId };
  return { by: 'link', text: entry.kind === 'link' ? entry.link : entry.ring.link };
}

export async function walkIn(rooms: RoomsPort, entry: Entry, options: EnterOptions): Promise<void> {
  if (entry.kind === 'new') await rooms.open(entry.name, options);
  else if (entry.kind === 'again') await rooms.reopen(entry.room.roomId, options);
  else await rooms.enter(entry.kind === 'link' ? entry.link : entry.ring.link, options);
}
