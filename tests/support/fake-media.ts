// A microphone and a camera that a test can withhold, delay and count.
import type { FailureCode } from '#shared/failure';
import { Store } from '#core/base/store';
import type { LocalMedia, LocalMediaSnapshot } from '#core/ports';

const off: LocalMediaSnapshot = {
  microphone: { phase: 'off' },
  camera: { phase: 'off' },
  isCameraEased: false,
  isMuted: false,
  audioTrack: null,
  videoTrack: null,
};

export class FakeMedia implements LocalMedia {
  readonly store = new Store<LocalMediaSnapshot>(off);
  microphoneFails: FailureCode | null = null;
  cameraFails: FailureCode | null = null;
  /** What opening the microphone waits for. */
  microphoneGate: Promise<void> = Promise.resolve();
  opened = 0;
  #serial = 0;

  async openMicrophone(): Promise<void> {
    this.opened += 1;
    this.#patch({ microphone: { phase: 'opening' } });
    await this.microphoneGate;
    if (this.microphoneFails) this.#patch({ microphone: { phase: 'failed', code: this.microphoneFails } });
    else {
      this.#patch({
        microphone: { phase: 'live', deviceId: 'mic', label: 'Microphone' },
        audioTrack: { id: `audio-${(this.#serial += 1)}`, kind: 'audio' },
      });
    }
  }

  async openCamera(): Promise<void> {
    this.opened += 1;
    if (this.cameraFails) this.#patch({ camera: { phase: 'failed', code: this.cameraFails } });
    else {
      this.#patch({
        camera: { phase: 'live', deviceId: 'cam', label: 'Camera' },
        videoTrack: { id: `video-${(this.#serial += 1)}`, kind: 'video' },
      });
    }
  }

  closeCamera(): void {
    this.#patch({ camera: { phase: 'off' }, videoTrack: null });
  }

  setMuted(isMuted: boolean): void {
    this.#patch({ isMuted });
  }

  closeAll(): void {
    this.store.set({ ...off, isMuted: this.store.snapshot.isMuted });
  }

  get isLive(): boolean {
    return this.store.snapshot.audioTrack !== null || this.store.snapshot.videoTrack !== null;
  }

  #patch(patch: Partial<LocalMediaSnapshot>): void {
    this.store.set({ ...this.store.snapshot, ...patch });
  }
}
