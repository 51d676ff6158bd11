// The camera: 720p at 30 frames a second where it can, and less while the processor is overloaded.
import { Store, type ReadableStore } from '#core/base/store';
import { CameraEffort, fullEffort, type Effort } from '#adapters/camera-effort';
import { CapturedDevice } from '#adapters/captured-device';
import type { DeviceList } from '#adapters/device-list';
import { watchPressure } from '#adapters/processor-pressure';

const formatOf = ({ height, framesPerSecond }: Effort): MediaTrackConstraints => ({
  width: { ideal: (height * 16) / 9 },
  height: { ideal: height },
  frameRate: { ideal: framesPerSecond, max: framesPerSecond },
});

export class Camera extends CapturedDevice {
  readonly #isEased = new Store(false);
  #unwatch: (() => void) | null = null;

  constructor(devices: DeviceList) {
    super({ kind: 'video', devices, constraints: () => formatOf(fullEffort) });
    this.store.onChange(() => this.#follow());
  }

  /** Gives less than it can, because the processor has too much to do. */
  get isEased(): ReadableStore<boolean> {
    return this.#isEased;
  }

  /** While it is live; each use begins in full. */
  #follow(): void {
    const { track } = this.store.snapshot;
    this.#unwatch?.();
    this.#unwatch = null;
    this.#isEased.set(false);
    if (track) this.#unwatch = this.#ease(track);
  }

  #ease(track: MediaStreamTrack): () => void {
    const effort = new CameraEffort();
    return watchPressure((pressure) => {
      if (!effort.note(pressure, performance.now())) return;
      void track.applyConstraints(formatOf(effort.now)).then(
        () => this.#isEased.set(!effort.isFull && this.store.snapshot.track === track),
        () => undefined, // a camera that cannot give less goes on as it is
      );
    });
  }
}
