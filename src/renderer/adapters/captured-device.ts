// One microphone or camera over its time in use: opened by a gesture, exchanged when another is chosen, when it is
// unplugged or when the system's default changes, and closed.
import { Failure } from '#shared/failure';
import { Store } from '#core/base/store';
import type { MediaKind, SourceState } from '#core/ports';
import { captureTrack } from '#adapters/capture';
import type { DeviceList } from '#adapters/device-list';

export interface Captured {
  readonly state: SourceState;
  readonly track: MediaStreamTrack | null;
}

const off: Captured = { state: { phase: 'off' }, track: null };

/**
 * Whether the present track ends before the new one is opened (Chromium gives a second capture of a device the processing
 * of the first), after it, or not at all when there is no new one.
 */
type Exchange = 'restart' | 'replace' | 'keep';

export interface CapturedDeviceOptions {
  readonly kind: MediaKind;
  readonly devices: DeviceList;
  /** Without the device itself; read at each opening. */
  readonly constraints: () => MediaTrackConstraints;
}

export class CapturedDevice {
  readonly store = new Store<Captured>(off);
  readonly #options: CapturedDeviceOptions;
  readonly #input: 'audioinput' | 'videoinput';
  #chosenId: string | null = null;
  /** The system's default when this track was opened; undefined until the list was read again after it. */
  #defaultAtOpening: string | null | undefined = undefined;
  /** One opening after the other. */
  #work: Promise<void> = Promise.resolve();
  /** Rises with each close(): what was opened for an earlier one is stopped on arrival. */
  #use = 0;

  constructor(options: CapturedDeviceOptions) {
    this.#options = options;
    this.#input = options.kind === 'audio' ? 'audioinput' : 'videoinput';
    options.devices.onChange(() => {
      if (this.#shouldExchange()) void this.#enqueue('replace');
    });
  }

  /** Resolves when live or failed, see the store. */
  async open(): Promise<void> {
    if (this.store.snapshot.state.phase === 'live') return;
    await this.#enqueue('replace');
  }

  /** Null follows the system. While in use it takes effect now; fails when it cannot, and the former one stays. */
  async choose(deviceId: string | null): Promise<void> {
    if (this.#chosenId === deviceId) return;
    this.#chosenId = deviceId;
    if (this.#isInUse()) await this.#enqueue('keep');
  }

  /** Opens again with changed constraints, if it is in use; there is a short gap. */
  async reopen(): Promise<void> {
    if (this.#isInUse()) await this.#enqueue('restart');
  }

  close(): void {
    this.#use += 1;
    this.#stop(this.store.snapshot.track);
    this.store.set(off);
  }

  /** A further capture of the same device for somebody else, who stops it. */
  async captureAnother(): Promise<MediaStreamTrack> {
    return await this.#capture();
  }

  #isInUse(): boolean {
    return this.store.snapshot.state.phase !== 'off';
  }

  #shouldExchange(): boolean {
    const { state } = this.store.snapshot;
    const { devices } = this.#options;
    const isChosenThere = this.#chosenId !== null && devices.has(this.#input, this.#chosenId);
    if (state.phase === 'failed') return state.code.endsWith('-missing');
    if (state.phase !== 'live') return false;
    if (isChosenThere) return state.deviceId !== this.#chosenId;
    if (!devices.has(this.#input, state.deviceId)) return true;
    // The first opening brings the permission to read names, which is no change of the default.
    this.#defaultAtOpening ??= devices.defaultDevice(this.#input);
    return devices.defaultDevice(this.#input) !== this.#defaultAtOpening;
  }

  #enqueue(mode: Exchange): Promise<void> {
    const use = this.#use;
    if (!this.store.snapshot.track) this.store.set({ state: { phase: 'opening' }, track: null });
    const done = this.#work.then(async () => {
      if (use === this.#use) await this.#exchange(use, mode);
    });
    this.#work = done.catch(() => undefined);
    return done;
  }

  async #exchange(use: number, mode: Exchange): Promise<void> {
    if (mode === 'restart') this.#stop(this.store.snapshot.track);
    try {
      const track = await this.#capture();
      if (use === this.#use) this.#adopt(track);
      else track.stop();
    } catch (reason) {
      if (use !== this.#use) return;
      const failure = Failure.from(reason);
      const { track } = this.store.snapshot;
      if (mode === 'keep' && track?.readyState === 'live') throw failure;
      this.#stop(track);
      this.store.set({ state: { phase: 'failed', code: failure.code }, track: null });
    }
  }

  async #capture(): Promise<MediaStreamTrack> {
    const { kind, constraints } = this.#options;
    const chosenId = this.#chosenId;
    if (chosenId !== null) {
      try {
        return await captureTrack(kind, { ...constraints(), deviceId: { exact: chosenId } });
      } catch (reason) {
        if (!Failure.from(reason).code.endsWith('-missing')) throw reason;
      }
    }
    return await captureTrack(kind, constraints());
  }

  #adopt(track: MediaStreamTrack): void {
    const before = this.store.snapshot.track;
    const { devices } = this.#options;
    this.#defaultAtOpening = undefined;
    track.onended = () => {
      void this.#enqueue('replace'); // unplugged, or its permission withdrawn
    };
    const { deviceId = '' } = track.getSettings();
    this.store.set({ state: { phase: 'live', deviceId, label: track.label }, track });
    this.#stop(before);
    void devices.refresh();
  }

  #stop(track: MediaStreamTrack | null): void {
    if (!track) return;
    track.onended = null;
    track.stop();
  }
}
