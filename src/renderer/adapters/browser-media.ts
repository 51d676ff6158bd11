// The person's own devices: microphone, camera and speaker, which ones are used, and what of them goes out.
import { Failure, type FailureCode } from '#shared/failure';
import { Store, type ReadableStore } from '#core/base/store';
import type { DeviceControl, Devices, LocalMedia, LocalMediaSnapshot } from '#core/ports';
import { Camera } from '#adapters/camera';
import { DeviceList } from '#adapters/device-list';
import { Microphone } from '#adapters/microphone';
import type { OpenVoiceMicrophone } from '#adapters/browser-voice-recorder';
import type { Speaker } from '#adapters/speaker';

export class BrowserMedia implements LocalMedia, DeviceControl {
  readonly store = new Store<LocalMediaSnapshot>({
    microphone: { phase: 'off' },
    camera: { phase: 'off' },
    isCameraEased: false,
    isMuted: false,
    audioTrack: null,
    videoTrack: null,
  });
  readonly #speaker: Speaker;
  readonly #list = new DeviceList();
  readonly #microphone = new Microphone(this.#list);
  readonly #camera = new Camera(this.#list);
  #isMuted = false;

  constructor({ speaker }: { speaker: Speaker }) {
    this.#speaker = speaker;
    speaker.follow(this.#list);
    const publish = (): void => {
      this.#publish();
    };
    this.#microphone.sent.onChange(publish);
    this.#camera.store.onChange(publish);
    this.#camera.isEased.onChange(publish);
  }

  get devices(): ReadableStore<Devices> {
    return this.#list.store;
  }

  get noiseSuppression(): DeviceControl['noiseSuppression'] {
    return this.#microphone.noiseSuppression;
  }

  async openMicrophone(): Promise<void> {
    await this.#microphone.open();
  }

  async openCamera(): Promise<void> {
    await this.#camera.open();
  }

  closeCamera(): void {
    this.#camera.close();
  }

  setMuted(isMuted: boolean): void {
    this.#isMuted = isMuted;
    this.#publish();
  }

  closeAll(): void {
    this.#microphone.close();
    this.#camera.close();
  }

  async chooseMicrophone(deviceId: string | null): Promise<void> {
    await this.#microphone.choose(deviceId);
  }

  async chooseCamera(deviceId: string | null): Promise<void> {
    await this.#camera.choose(deviceId);
  }

  async chooseSpeaker(deviceId: string | null): Promise<void> {
    await this.#speaker.choose(deviceId);
  }

  async setNoiseSuppression(isOn: boolean): Promise<void> {
    await this.#microphone.setNoiseSuppression(isOn);
  }

  async setEchoCancellation(isOn: boolean): Promise<void> {
    await this.#microphone.setEchoCancellation(isOn);
  }

  /** The chosen microphone for the echo test, which stops the track itself; or why there is none. */
  async openEchoMicrophone(): Promise<MediaStreamTrack | FailureCode> {
    try {
      return await this.#microphone.captureAnother();
    } catch (reason) {
      return Failure.from(reason).code;
    }
  }

  /** The same for speaking a message, as calls would send it; or why there is none. */
  async openVoiceMicrophone(): ReturnType<OpenVoiceMicrophone> {
    try {
      return await this.#microphone.captureForVoice();
    } catch (reason) {
      return Failure.from(reason).code;
    }
  }

  /** The chosen camera for a cast, which stops the track itself. Fails `camera-…`. */
  async openCastCamera(): Promise<MediaStreamTrack> {
    return await this.#camera.captureAnother();
  }

  #publish(): void {
    const microphone = this.#microphone.sent.snapshot;
    const camera = this.#camera.store.snapshot;
    // Before anybody can send it: a muted track is silent from its first sample on.
    if (microphone.track) microphone.track.enabled = !this.#isMuted;
    this.store.set({
      microphone: microphone.state,
      camera: camera.state,
      isCameraEased: this.#camera.isEased.snapshot,
      isMuted: this.#isMuted,
      audioTrack: microphone.track,
      videoTrack: camera.track,
    });
  }
}
