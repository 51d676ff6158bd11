// How loud each member is here: kept per contact over restarts, for everybody else while the app is open.
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import * as v from 'valibot';
import { ContactId } from '#shared/contact';
import type { PeerId } from '#shared/identity';
import type { TabMemory } from '#state/deps';
import type { MediaView } from '#state/media-view';

/** 0 to 2, where 1 is as it came. */
const Volume = v.pipe(v.number(), v.minValue(0), v.maxValue(2));
const Kept = v.record(ContactId, Volume);

const key = 'roundtable.volumes';
const keptAtMost = 500;

export interface RoomVolumesDeps {
  readonly view: Pick<MediaView, 'setVolume'>;
  readonly memory: TabMemory;
  contactIdOf(peerId: PeerId): ContactId | null;
}

export class RoomVolumes {
  readonly #deps: RoomVolumesDeps;
  #kept: v.InferOutput<typeof Kept>;
  readonly #voices = new SvelteMap<PeerId, number>();
  readonly #screens = new SvelteMap<PeerId, number>();
  readonly #silenced = new SvelteSet<PeerId>();

  constructor(deps: RoomVolumesDeps) {
    this.#deps = deps;
    const read = v.safeParse(v.pipe(v.string(), v.parseJson(), Kept), deps.memory.getItem(key));
    this.#kept = read.success ? read.output : {};
  }

  /** 0 to 2; what the slider shows, also while muted for me. */
  voice(peerId: PeerId): number {
    return this.#voices.get(peerId) ?? this.#keptFor(peerId) ?? 1;
  }

  screen(peerId: PeerId): number {
    return this.#screens.get(peerId) ?? 1;
  }

  isSilenced(peerId: PeerId): boolean {
    return this.#silenced.has(peerId);
  }

  setVoice(peerId: PeerId, volume: number): void {
    const bounded = Math.min(2, Math.max(0, volume));
    this.#voices.set(peerId, bounded);
    this.#keep(peerId, bounded);
    this.apply(peerId);
  }

  /** Mute for me: nobody else notices. */
  setSilenced(peerId: PeerId, isSilenced: boolean): void {
    if (isSilenced) this.#silenced.add(peerId);
    else this.#silenced.delete(peerId);
    this.apply(peerId);
  }

  setScreen(peerId: PeerId, volume: number, isWatched: boolean): void {
    this.#screens.set(peerId, Math.min(2, Math.max(0, volume)));
    this.applyScreen(peerId, isWatched);
  }

  /** Brings a member's voice to what was chosen; also when they come in. */
  apply(peerId: PeerId): void {
    this.#deps.view.setVolume(peerId, 'voice', this.isSilenced(peerId) ? 0 : this.voice(peerId));
  }

  /** The sound of a share is heard by those who watch it. */
  applyScreen(peerId: PeerId, isWatched: boolean): void {
    this.#deps.view.setVolume(peerId, 'screen', isWatched ? this.screen(peerId) : 0);
  }

  #keptFor(peerId: PeerId): number | null {
    const contactId = this.#deps.contactIdOf(peerId);
    return contactId === null ? null : (this.#kept[contactId] ?? null);
  }

  #keep(peerId: PeerId, volume: number): void {
    const contactId = this.#deps.contactIdOf(peerId);
    if (contactId === null) return;
    const others = Object.entries(this.#kept).filter(([id]) => id !== contactId);
    const mine = volume === 1 ? [] : [[contactId, volume] as const];
    this.#kept = Object.fromEntries([...others, ...mine].slice(-keptAtMost));
    this.#deps.memory.setItem(key, JSON.stringify(this.#kept));
  }
}
