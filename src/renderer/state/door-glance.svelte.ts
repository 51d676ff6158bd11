// Who is seen inside from a door: that of the room I look at, or of the first ring.
import type { RoomDoor } from '#shared/room';
import type { RoomGlance } from '#core/conference/snapshot';
import type { RoomsPort } from '#state/deps';
import { entryDoor, type Entry } from '#state/entry';
import { Live } from '#state/live.svelte';

export class DoorGlance {
  readonly #rooms: RoomsPort;
  readonly #seen: Live<RoomGlance | null>;
  /** Where I stand, as text; undefined when the way in has ended the look. */
  #at: string | null | undefined = null;

  constructor(rooms: RoomsPort) {
    this.#rooms = rooms;
    this.#seen = new Live(rooms.glance);
  }

  get seen(): RoomGlance | null {
    return this.#seen.current;
  }

  follow(entry: Entry | null, isWalking: boolean): void {
    if (isWalking) {
      this.#at = undefined;
      return;
    }
    const [ring] = this.#rooms.store.snapshot.rings;
    const byRing: RoomDoor | null = ring ? { by: 'link', text: ring.link } : null;
    const door = entry ? entryDoor(entry) : byRing;
    const at = door && JSON.stringify(door);
    if (at === this.#at) return;
    this.#at = at;
    if (door) this.#rooms.standAtDoor(door);
    else this.#rooms.leaveDoor();
  }
}
