// The room on the stage: who is inside, how I fare with them, and what can be done in it.
import type { Contact } from '#shared/contact';
import type { Host } from '#shared/contract';
import type { PeerId } from '#shared/identity';
import type { Scope } from '#core/base/scope';
import type { RoomMember, RoomSnapshot, RoomsSnapshot } from '#core/conference/snapshot';
import type { Clock, LocalMedia, LocalMediaSnapshot } from '#core/ports';
import { m } from '#messages/messages';
import type { RoomsPort, TabMemory } from '#state/deps';
import { Live } from '#state/live.svelte';
import type { MediaView } from '#state/media-view';
import { shownName } from '#state/people.svelte';
import { RoomVolumes } from '#state/room-volumes.svelte';
import { Ticker } from '#state/ticker.svelte';
import type { ToastsState } from '#state/toasts.svelte';

export interface RoomDeps {
  readonly host: Pick<Host, 'showRecording' | 'openLink'>;
  readonly rooms: RoomsPort;
  readonly media: LocalMedia;
  readonly view: MediaView;
  readonly clock: Clock;
  readonly toasts: ToastsState;
  readonly scope: Scope;
  /** Lasts over restarts: volumes, layout and what is read out. */
  readonly memory: TabMemory;
  findContact(peerId: PeerId): Contact | null;
}

export class RoomState {
  readonly #deps: RoomDeps;
  readonly #rooms: Live<RoomsSnapshot>;
  readonly #media: Live<LocalMediaSnapshot>;
  readonly #ticker: Ticker;
  readonly volumes: RoomVolumes;

  constructor(deps: RoomDeps) {
    this.#deps = deps;
    this.#rooms = new Live(deps.rooms.store);
    this.#media = new Live(deps.media.store);
    this.#ticker = new Ticker(deps.clock, 1_000);
    const contactIdOf = (peerId: PeerId): Contact['contactId'] | null => deps.findContact(peerId)?.contactId ?? null;
    this.volumes = new RoomVolumes({ view: deps.view, memory: deps.memory, contactIdOf });
  }

  /** Null while there is no room on the stage. */
  get snapshot(): RoomSnapshot | null {
    return this.#rooms.current.current;
  }

  get held(): readonly RoomSnapshot[] {
    return this.#rooms.current.held;
  }

  get members(): readonly RoomMember[] {
    return this.snapshot?.members ?? [];
  }

  get me(): RoomMember | null {
    return this.members.find((member) => member.isSelf) ?? null;
  }

  get local(): LocalMediaSnapshot {
    return this.#media.current;
  }

  get elapsedMs(): number {
    const { snapshot } = this;
    return snapshot ? Math.max(0, this.#ticker.nowMs - snapshot.sinceMs) : 0;
  }

  contactOf(peerId: PeerId): Contact | null {
    return this.#deps.findContact(peerId);
  }

  /** My own name for them where I gave one. */
  nameOf(member: Pick<RoomMember, 'peerId' | 'name' | 'isSelf'>): string {
    if (member.isSelf) return m.common.you;
    const contact = this.#deps.findContact(member.peerId);
    return contact ? shownName(contact) : member.name;
  }

  leave(): void {
    this.#deps.rooms.leave();
  }
}
