// Microphone, speaker, camera and noise suppression: what there is, what is chosen, and keeping the choice.
import type { Device, DeviceControl, Devices } from '#core/ports';
import { Live } from '#state/live.svelte';
import type { SettingsState } from '#state/settings.svelte';
import type { ToastsState } from '#state/toasts.svelte';

export type DeviceKind = 'microphone' | 'speaker' | 'camera';

export class DevicesState {
  readonly #control: DeviceControl;
  readonly #settings: SettingsState;
  readonly #toasts: ToastsState;
  readonly #devices: Live<Devices>;
  readonly #noise: Live<'off' | 'starting' | 'on' | 'failed'>;

  constructor(control: DeviceControl, settings: SettingsState, toasts: ToastsState) {
    this.#control = control;
    this.#settings = settings;
    this.#toasts = toasts;
    this.#devices = new Live(control.devices);
    this.#noise = new Live(control.noiseSuppression);
  }

  get noiseSuppression(): 'off' | 'starting' | 'on' | 'failed' {
    return this.#noise.current;
  }

  get wantsNoiseSuppression(): boolean {
    return this.#settings.current.noiseSuppression;
  }

  get wantsEchoCancellation(): boolean {
    return this.#settings.current.echoCancellation;
  }

  list(kind: DeviceKind): readonly Device[] {
    return this.#devices.current[`${kind}s`];
  }

  /** Null follows the system; also when the chosen one is not plugged in. */
  chosen(kind: DeviceKind): string | null {
    const deviceId = this.#settings.current[`${kind}Id`];
    return this.list(kind).some((device) => device.deviceId === deviceId) ? deviceId : null;
  }

  async choose(kind: DeviceKind, deviceId: string | null): Promise<void> {
    await this.#attempt(async () => {
      await this.#apply(kind, deviceId);
      await this.#settings.save({ [`${kind}Id`]: deviceId });
    });
  }

  async setNoiseSuppression(isOn: boolean): Promise<void> {
    await this.#attempt(async () => {
      await this.#settings.save({ noiseSuppression: isOn });
      await this.#control.setNoiseSuppression(isOn);
    });
  }

  async setEchoCancellation(isOn: boolean): Promise<void> {
    await this.#attempt(async () => {
      await this.#settings.save({ echoCancellation: isOn });
      await this.#control.setEchoCancellation(isOn);
    });
  }

  /** Brings back the stored choices; opens no device. */
  async restore(): Promise<void> {
    const { microphoneId, speakerId, cameraId, noiseSuppression, echoCancellation } = this.#settings.current;
    await this.#attempt(async () => {
      await this.#control.chooseMicrophone(microphoneId);
      await this.#control.chooseSpeaker(speakerId);
      await this.#control.chooseCamera(cameraId);
      await this.#control.setEchoCancellation(echoCancellation);
      await this.#control.setNoiseSuppression(noiseSuppression);
    });
  }

  async #apply(kind: DeviceKind, deviceId: string | null): Promise<void> {
    if (kind === 'microphone') await this.#control.chooseMicrophone(deviceId);
    else if (kind === 'speaker') await this.#control.chooseSpeaker(deviceId);
    else await this.#control.chooseCamera(deviceId);
  }

  async #attempt(command: () => Promise<void>): Promise<void> {
    try {
      await command();
    } catch (reason) {
      this.#toasts.fail(reason);
    }
  }
}
