// What is known of a room at its door, as sentences: who made the link, who is or was inside, who will be asked in.
import type { RoomId } from '#shared/room';
import { m } from '#messages/messages';
import { entryRoom, type Entry } from '#state/entry';
import type { TableState } from '#state/table.svelte';

/** A new room has its own id only once it is open. */
const newRoom = '0'.repeat(32) as RoomId; // sound: 32 hex digits

export function entryRoomId(entry: Entry): RoomId {
  return entryRoom(entry) ?? newRoom;
}

export function entryFacts(entry: Entry, table: TableState): readonly string[] {
  const { people } = table;
  switch (entry.kind) {
    case 'new': {
      const names = entry.toRing.map((peerId) => table.nameOf(peerId, m.call.stranger));
      return [names.length === 0 ? m.door.willBeAlone : m.door.willRing(names)];
    }
    case 'link': {
      const { maker, makerName } = entry.preview;
      const known = people.byPeer(maker);
      const from = known ? m.door.linkFrom(table.nameOf(maker, makerName)) : m.door.linkFromStranger(makerName);
      return [from];
    }
    case 'ring':
      return [m.door.askedBy(table.nameOf(entry.ring.from, m.call.stranger))];
    case 'again': {
      const names = entry.room.people;
      return [names.length === 0 ? m.door.lastTimeAlone : m.door.lastTime(names)];
    }
  }
}
