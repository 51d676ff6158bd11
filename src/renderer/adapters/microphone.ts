// The microphone as it is sent: the captured track at once, the one with the noise taken out as soon as that runs.
import { Store } from '#core/base/store';
import type { DeviceControl } from '#core/ports';
import { CapturedDevice, type Captured } from '#adapters/captured-device';
import type { DeviceList } from '#adapters/device-list';
import { suppressNoise, type SuppressedTrack } from '#adapters/noise-suppressor';

const settleMs = 600;

type NoiseSuppression = DeviceControl['noiseSuppression']['snapshot'];

export class Microphone {
  /** `track` is what goes out, replaced when the device or the noise suppression changes. */
  readonly sent = new Store<Captured>({ state: { phase: 'off' }, track: null });
  readonly noiseSuppression = new Store<NoiseSuppression>('off');
  readonly #device: CapturedDevice;
  #wantsSuppression = true;
  #wantsEchoCancellation = true;
  /** RNNoise did not work: the browser's own suppression stands in. */
  #isFallingBack = false;
  #suppressed: SuppressedTrack | null = null;
  /** The track that is being, or was, treated. */
  #treated: MediaStreamTrack | null = null;

  constructor(devices: DeviceList) {
    this.#device = new CapturedDevice({
      kind: 'audio',
      devices,
      constraints: () => ({
        channelCount: { ideal: 1 },
        echoCancellation: this.#wantsEchoCancellation,
        autoGainControl: true,
        noiseSuppression: this.#wantsSuppression && this.#isFallingBack,
      }),
    });
    this.#device.store.onChange(() => {
      this.#follow();
    });
  }

  async open(): Promise<void> {
    if (this.#device.store.snapshot.state.phase === 'off') this.#isFallingBack = false;
    await this.#device.open();
  }

  async choose(deviceId: string | null): Promise<void> {
    await this.#device.choose(deviceId);
  }

  close(): void {
    this.#device.close();
  }

  async setNoiseSuppression(isOn: boolean): Promise<void> {
    if (this.#wantsSuppression === isOn) return;
    this.#wantsSuppression = isOn;
    const wasFallingBack = this.#isFallingBack;
    this.#isFallingBack = false;
    if (wasFallingBack) await this.#device.reopen();
    else this.#follow();
  }

  async setEchoCancellation(isOn: boolean): Promise<void> {
    if (this.#wantsEchoCancellation === isOn) return;
    this.#wantsEchoCancellation = isOn;
    await this.#device.reopen();
  }

  /** A capture of its own for the echo test, which stops it. */
  async captureAnother(): Promise<MediaStreamTrack> {
    return await this.#device.captureAnother();
  }

  /** A capture of its own as it would be sent, the noise taken out where that works; whoever asked stops it. */
  async captureForVoice(): Promise<{ readonly track: MediaStreamTrack; stop(): void }> {
    const raw = await this.#device.captureAnother();
    const stopRaw = (): void => {
      raw.stop();
    };
    if (!this.#wantsSuppression || this.#isFallingBack) return { track: raw, stop: stopRaw };
    try {
      const suppressed = await suppressNoise(raw, () => undefined);
      const { track } = suppressed;
      // Unplugged or forbidden: the treated track would go on, silent.
      raw.addEventListener('ended', () => track.dispatchEvent(new Event('ended')));
      return {
        track,
        stop: () => {
          suppressed.stop();
          stopRaw();
        },
      };
    } catch {
      return { track: raw, stop: stopRaw };
    }
  }

  #follow(): void {
    const { state, track } = this.#device.store.snapshot;
    const shouldTreat = this.#wantsSuppression && !this.#isFallingBack ? track : null;
    if (shouldTreat !== this.#treated) {
      const before = this.#suppressed;
      this.#suppressed = null;
      this.#treated = shouldTreat;
      this.#tellSuppression();
      if (shouldTreat) void this.#treat(shouldTreat);
      this.sent.set({ state, track });
      before?.stop();
    } else {
      this.sent.set({ state, track: this.#suppressed?.track ?? track });
      this.#tellSuppression();
    }
  }

  async #treat(raw: MediaStreamTrack): Promise<void> {
    const fail = (): void => {
      if (this.#treated === raw) this.#fallBack();
    };
    try {
      // A call that begins needs the processor for its first words and picture; the raw track serves until then.
      await new Promise((resolve) => setTimeout(resolve, settleMs));
      if (this.#treated !== raw) return;
      const suppressed = await suppressNoise(raw, fail);
      if (this.#treated === raw) {
        this.#suppressed = suppressed;
        this.#follow();
      } else suppressed.stop();
    } catch {
      fail();
    }
  }

  #fallBack(): void {
    this.#isFallingBack = true;
    this.#follow(); // the raw track at once
    this.#device.reopen().catch(() => undefined); // then with the browser's own suppression; the store tells if it cannot
  }

  #tellSuppression(): void {
    if (this.#suppressed) this.noiseSuppression.set('on');
    else if (this.#treated) this.noiseSuppression.set('starting');
    else this.noiseSuppression.set(this.#wantsSuppression && this.#isFallingBack ? 'failed' : 'off');
  }
}
