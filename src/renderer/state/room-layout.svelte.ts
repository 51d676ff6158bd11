// How this person looks at the room: table or stage, what is pinned, whose screens are watched, which panel is open.
import * as v from 'valibot';
import type { PeerId } from '#shared/identity';
import type { TabMemory } from '#state/deps';
import type { LayoutChoice } from '#state/room-stage';

export type RoomPanel = 'chat' | 'files' | 'people';

const Choice = v.picklist(['auto', 'table', 'speaker']);
const key = 'roundtable.layout';
const Panel = v.picklist(['chat', 'files', 'people', 'closed']);
const panelKey = 'roundtable.panel';

export class RoomLayout {
  readonly #memory: TabMemory;
  #choice = $state.raw<LayoutChoice>('auto');
  #pinned = $state.raw<string | null>(null);
  #watched = $state.raw<readonly PeerId[]>([]);
  #panel = $state.raw<RoomPanel | null>(null);
  #isSettled = false;

  constructor(memory: TabMemory) {
    this.#memory = memory;
    const kept = v.safeParse(Choice, memory.getItem(key));
    if (kept.success) this.#choice = kept.output;
  }

  get choice(): LayoutChoice {
    return this.#choice;
  }

  get pinned(): string | null {
    return this.#pinned;
  }

  /** The latest last: that one is in front. */
  get watched(): readonly PeerId[] {
    return this.#watched;
  }

  get panel(): RoomPanel | null {
    return this.#panel;
  }

  choose(choice: LayoutChoice): void {
    this.#choice = choice;
    this.#memory.setItem(key, choice);
  }

  /** Pins a tile, or takes the pin out of the one that has it. */
  togglePin(tile: string): void {
    this.#pinned = this.#pinned === tile ? null : tile;
  }

  isWatching(peerId: PeerId): boolean {
    return this.#watched.includes(peerId);
  }

  /** Also brings a share that is watched already to the front. */
  watch(peerId: PeerId): void {
    this.#watched = [...this.#watched.filter((each) => each !== peerId), peerId];
    if (this.#pinned?.endsWith('/screen') === true) this.#pinned = null;
  }

  unwatch(peerId: PeerId): void {
    this.#watched = this.#watched.filter((each) => each !== peerId);
  }

  show(panel: RoomPanel | null): void {
    this.#panel = panel;
    this.#isSettled = true;
    this.#memory.setItem(panelKey, panel ?? 'closed');
  }

  /** The first look at a room: where there is width for the panel it stands as it was left, else it stays out of the way. */
  settle(isWide: boolean): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    const kept = v.safeParse(Panel, this.#memory.getItem(panelKey));
    const wanted = kept.success ? kept.output : 'chat';
    this.#panel = isWide && wanted !== 'closed' ? wanted : null;
  }

  /** What belongs to one room only goes with it. */
  clear(): void {
    this.#pinned = null;
    this.#watched = [];
    this.#isSettled = false;
  }
}
