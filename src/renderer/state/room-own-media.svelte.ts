// My microphone and camera in the room: muting, talking while a key is held, and what cannot be had.
import type { LocalMedia, LocalMediaSnapshot } from '#core/ports';
import type { RoomsPort } from '#state/deps';
import { Live } from '#state/live.svelte';
import type { ToastsState } from '#state/toasts.svelte';

export interface RoomOwnMediaDeps {
  readonly rooms: Pick<RoomsPort, 'setMuted' | 'setCamera'>;
  readonly media: LocalMedia;
  readonly toasts: ToastsState;
}

export class RoomOwnMedia {
  readonly #deps: RoomOwnMediaDeps;
  readonly #media: Live<LocalMediaSnapshot>;
  #wantsCamera = $state(false);
  #isTalking = $state(false);

  constructor(deps: RoomOwnMediaDeps) {
    this.#deps = deps;
    this.#media = new Live(deps.media.store);
  }

  get local(): LocalMediaSnapshot {
    return this.#media.current;
  }

  get isMuted(): boolean {
    return this.local.isMuted;
  }

  get isCameraOn(): boolean {
    return this.local.camera.phase === 'live' || this.local.camera.phase === 'opening';
  }

  /** The camera was asked for but cannot be had. */
  get isCameraMissed(): boolean {
    return this.#wantsCamera && this.local.camera.phase === 'failed';
  }

  /** Space is held down. */
  get isTalking(): boolean {
    return this.#isTalking;
  }

  toggleMuted(): void {
    this.#isTalking = false;
    this.#deps.rooms.setMuted(!this.#deps.media.store.snapshot.isMuted);
  }

  mute(): void {
    this.#isTalking = false;
    this.#deps.rooms.setMuted(true);
  }

  /** Push-to-talk: heard until `stopTalking`; only while muted. */
  startTalking(): void {
    if (this.#isTalking || !this.#deps.media.store.snapshot.isMuted) return;
    this.#isTalking = true;
    this.#deps.rooms.setMuted(false);
  }

  stopTalking(): void {
    if (!this.#isTalking) return;
    this.#isTalking = false;
    this.#deps.rooms.setMuted(true);
  }

  async setCamera(isOn: boolean): Promise<void> {
    this.#wantsCamera = isOn;
    await this.#attempt(async () => await this.#deps.rooms.setCamera(isOn));
  }

  async toggleCamera(): Promise<void> {
    await this.setCamera(this.#deps.media.store.snapshot.camera.phase !== 'live');
  }

  acceptWithoutCamera(): void {
    this.#wantsCamera = false;
  }

  async retryMicrophone(): Promise<void> {
    await this.#deps.media.openMicrophone();
  }

  async #attempt(command: () => Promise<void>): Promise<void> {
    try {
      await command();
    } catch (reason) {
      this.#deps.toasts.fail(reason);
    }
  }
}
