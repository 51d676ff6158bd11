// The room on the stage, as the panes show it.
import type { Contact } from '#shared/contact';
import type { PeerId } from '#shared/identity';
import type { Scope } from '#core/base/scope';
import type { RoomSnapshot, RoomsSnapshot } from '#core/conference/snapshot';
import type { Clock, LocalMedia } from '#core/ports';
import type { RoomsPort, TabMemory } from '#state/deps';
import { Live } from '#state/live.svelte';
import type { MediaView } from '#state/media-view';
import type { ToastsState } from '#state/toasts.svelte';

export interface RoomDeps {
  readonly rooms: RoomsPort;
  readonly media: LocalMedia;
  readonly view: MediaView;
  readonly clock: Clock;
  readonly toasts: ToastsState;
  readonly scope: Scope;
  readonly memory: TabMemory;
  findContact(peerId: PeerId): Contact | null;
}

export class RoomState {
  readonly #rooms: Live<RoomsSnapshot>;

  constructor(deps: RoomDeps) {
    this.#rooms = new Live(deps.rooms.store);
  }

  get snapshot(): RoomSnapshot | null {
    return this.#rooms.current.current;
  }
}
