// All that is heard of a room: the voices of its members and the sound of their screens, each at its volume and from its
// side, as long as their tracks are in the store and no longer.
import type { PeerId } from '#shared/identity';
import type { ReadableStore } from '#core/base/store';
import type { MediaTrack } from '#core/ports';
import { PlayedSound, type Playing } from '#adapters/played-sound';
import { claimedLevelOf } from '#adapters/remote-track';
import { seatPans } from '#adapters/seat-pan';
import type { Speaker } from '#adapters/speaker';

/** What arrives of each member; those who are in no room with me are not in it. */
export type MembersTracks = ReadableStore<
  ReadonlyMap<
    PeerId,
    {
      readonly audio: MediaTrack | null;
      readonly video: MediaTrack | null;
      readonly screen: MediaTrack | null;
      readonly screenAudio: MediaTrack | null;
    }
  >
>;
export type MemberSound = 'voice' | 'screen';

const loudest = 2;
const levelEveryMs = 100;
/** Packets carry a mean, meters show peaks: speech is some 8 dB below its own. */
const peakOfMean = 2.5;

interface Played {
  readonly track: MediaStreamTrack;
  readonly sound: PlayedSound;
}

export class RoomSound {
  readonly #members: MembersTracks;
  readonly #speaker: Speaker;
  readonly #off: () => void;
  readonly #voices = new Map<PeerId, Played>();
  readonly #screens = new Map<PeerId, Played>();
  /** Also of people who are not there yet. */
  readonly #volumes: Readonly<Record<MemberSound, Map<PeerId, number>>> = { voice: new Map(), screen: new Map() };
  readonly #silenced = new Set<PeerId>();
  readonly #watchers = new Map<(level: number) => void, PeerId>();
  #levelTimer: ReturnType<typeof setInterval> | undefined;
  #isSpatial = false;
  #pans: ReadonlyMap<PeerId, number> = new Map();

  constructor({ members, speaker }: { readonly members: MembersTracks; readonly speaker: Speaker }) {
    this.#members = members;
    this.#speaker = speaker;
    this.#off = members.onChange(() => {
      this.#follow();
    });
    this.#follow();
  }

  /** @param volume 0 to 2, above 1 is amplified; voices begin at 1, screens at 0 until somebody wants to hear them */
  setVolume(peerId: PeerId, sound: MemberSound, volume: number): void {
    this.#volumes[sound].set(peerId, Math.min(loudest, Math.max(0, volume)));
    this.#follow();
  }

  /** Voices come from where their seat is, or all from the middle. */
  setSpatial(isOn: boolean): void {
    this.#isSpatial = isOn;
    this.#follow();
  }

  setSeats(order: readonly PeerId[], self: PeerId): void {
    this.#pans = seatPans(order, self);
    this.#follow();
  }

  /** Who says that the microphone is off is not heard from this moment, whatever is still on its way. */
  setSilenced(peerId: PeerId, isSilenced: boolean): void {
    if (isSilenced) this.#silenced.add(peerId);
    else this.#silenced.delete(peerId);
    const voice = this.#voices.get(peerId);
    if (voice) voice.track.enabled = !isSilenced;
  }

  /** Loudness 0-1 ten times a second, as the member's packets claim it: reading them costs next to nothing. */
  watchLevel(peerId: PeerId, onLevel: (level: number) => void): () => void {
    const watcher = (level: number): void => {
      onLevel(level);
    };
    this.#watchers.set(watcher, peerId);
    this.#levelTimer ??= setInterval(() => {
      for (const [tell, of] of this.#watchers) tell(this.#levelOf(of));
    }, levelEveryMs);
    return () => {
      if (!this.#watchers.delete(watcher)) return;
      onLevel(0);
      if (this.#watchers.size === 0) this.#stopLevels();
    };
  }

  close(): void {
    this.#off();
    this.#stopLevels();
    for (const peerId of this.#voices.keys()) this.#play(this.#voices, peerId, null, { volume: 0, pan: null });
    for (const peerId of this.#screens.keys()) this.#play(this.#screens, peerId, null, { volume: 0, pan: null });
  }

  #levelOf(peerId: PeerId): number {
    const voice = this.#voices.get(peerId);
    if (!voice || this.#silenced.has(peerId)) return 0;
    return Math.min(1, (claimedLevelOf(voice.track) ?? 0) * peakOfMean);
  }

  #stopLevels(): void {
    clearInterval(this.#levelTimer);
    this.#levelTimer = undefined;
  }

  #follow(): void {
    const members = this.#members.snapshot;
    for (const peerId of new Set([...this.#voices.keys(), ...this.#screens.keys(), ...members.keys()])) {
      const tracks = members.get(peerId);
      const volume = this.#volumes.voice.get(peerId) ?? 1;
      const pan = this.#isSpatial ? (this.#pans.get(peerId) ?? null) : null;
      // A voice at no volume goes on being decoded: its level is still shown, and it is back at once.
      this.#play(this.#voices, peerId, tracks?.audio ?? null, { volume, pan });
      const screenVolume = this.#volumes.screen.get(peerId) ?? 0;
      const screenTrack = screenVolume > 0 ? (tracks?.screenAudio ?? null) : null;
      this.#play(this.#screens, peerId, screenTrack, { volume: screenVolume, pan: null });
    }
  }

  #play(played: Map<PeerId, Played>, peerId: PeerId, track: MediaTrack | null, playing: Playing): void {
    const before = played.get(peerId);
    if (before?.track === track) {
      before.sound.set(playing);
      return;
    }
    if (before) {
      before.sound.end();
      before.track.enabled = true;
      played.delete(peerId);
    }
    if (!(track instanceof MediaStreamTrack)) return;
    if (played === this.#voices) track.enabled = !this.#silenced.has(peerId);
    played.set(peerId, { track, sound: new PlayedSound(this.#speaker, track, playing) });
  }
}
