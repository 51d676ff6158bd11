// The rooms of before and the links into them.
import type { Host } from '#shared/contract';
import type { KnownRoom, RoomId } from '#shared/room';
import type { Scope } from '#core/base/scope';
import type { RoomsSnapshot } from '#core/conference/snapshot';
import { limits } from '#core/wire/limits';
import type { RoomsPort } from '#state/deps';
import { Live } from '#state/live.svelte';
import { folded } from '#state/people.svelte';
import type { ToastsState } from '#state/toasts.svelte';

export interface KnownRoomsDeps {
  readonly host: Pick<Host, 'listRooms' | 'forgetRoom' | 'makeRoomLink'>;
  readonly rooms: Pick<RoomsPort, 'store'>;
  readonly toasts: ToastsState;
  readonly scope: Scope;
}

export interface RoomLink {
  readonly link: string;
  readonly expiresAt: number;
}

/** Seats of one table, mine among them. */
export const roomSeats = limits.roomMembers;
export const roomLinkHours = [1, 24, 168] as const;

/** What changes the list when it changes: who is inside where. */
const occupancy = ({ current, held }: RoomsSnapshot): string =>
  [current, ...held].map((room) => (room ? `${room.roomId} ${room.stage.phase}` : '')).join();

export class KnownRoomsState {
  readonly #deps: KnownRoomsDeps;
  readonly #rooms: Live<RoomsSnapshot>;
  #all = $state.raw<readonly KnownRoom[]>([]);
  #occupancy: string;
  #reading = 0;

  constructor(deps: KnownRoomsDeps) {
    this.#deps = deps;
    this.#rooms = new Live(deps.rooms.store);
    this.#occupancy = occupancy(deps.rooms.store.snapshot);
    deps.scope.onEnd(deps.rooms.store.onChange(() => this.#follow()));
    void this.refresh();
  }

  /** The latest first; without the rooms that I am in. */
  get list(): readonly KnownRoom[] {
    const { current, held } = this.#rooms.current;
    const mine = [current, ...held].map((room) => room?.roomId);
    return this.#all.filter((room) => !mine.includes(room.roomId));
  }

  /** Also of a room that I am in. */
  nameOf(roomId: RoomId): string | null {
    return this.#all.find((room) => room.roomId === roomId)?.name ?? null;
  }

  found(search: string): readonly KnownRoom[] {
    const wanted = folded(search.trim());
    return this.list.filter((room) => [room.name, ...room.people].some((name) => folded(name).includes(wanted)));
  }

  async refresh(): Promise<void> {
    const reading = (this.#reading += 1);
    await this.#attempt(async () => {
      const rooms = await this.#deps.host.listRooms();
      if (reading !== this.#reading) return;
      this.#all = rooms.toSorted((one, other) => other.lastInsideAt - one.lastInsideAt);
    });
  }

  /** Answers whether it is forgotten. */
  async forget(roomId: RoomId): Promise<boolean> {
    return await this.#attempt(async () => {
      await this.#deps.host.forgetRoom({ roomId });
      this.#all = this.#all.filter((room) => room.roomId !== roomId);
    });
  }

  /** Null when it could not be made; a notice says why. */
  async makeLink(roomId: RoomId, hours: number): Promise<RoomLink | null> {
    let made: RoomLink | null = null;
    await this.#attempt(async () => {
      made = await this.#deps.host.makeRoomLink({ roomId, hours });
    });
    return made;
  }

  #follow(): void {
    const now = occupancy(this.#deps.rooms.store.snapshot);
    if (now === this.#occupancy) return;
    this.#occupancy = now;
    void this.refresh();
  }

  async #attempt(command: () => Promise<void>): Promise<boolean> {
    try {
      await command();
      return true;
    } catch (reason) {
      this.#deps.toasts.fail(reason);
      return false;
    }
  }
}
