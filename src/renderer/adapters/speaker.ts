// Which loudspeaker plays: every element that plays is kept on the chosen one, and so is what the page plays by itself.
import { Failure } from '#shared/failure';
import { routeAudioContext } from '#adapters/audio-context';
import type { DeviceList } from '#adapters/device-list';

const systemDefault = '';

export class Speaker {
  #chosenId: string | null = null;
  #devices: DeviceList | null = null;
  readonly #playing = new Set<HTMLMediaElement>();

  /** An unplugged choice falls back to the system's default from now on, and comes back with the device. */
  follow(devices: DeviceList): void {
    this.#devices = devices;
    devices.onChange(() => {
      this.#routeAll().catch(() => undefined); // what cannot be moved goes on playing where it is
    });
  }

  /** Null follows the system. Fails `speaker-unavailable`, and everything stays where it was. */
  async choose(deviceId: string | null): Promise<void> {
    const before = this.#chosenId;
    this.#chosenId = deviceId;
    try {
      await this.#routeAll();
    } catch (reason) {
      if (this.#chosenId !== deviceId) return; // a newer choice took over
      this.#chosenId = before;
      await this.#routeAll().catch(() => undefined);
      throw new Failure('speaker-unavailable', reason instanceof Error ? reason.name : '', { cause: reason });
    }
  }

  /** Plays the track through this element, now and after each change of speaker, until the returned function is called. */
  play(element: HTMLMediaElement, track: MediaStreamTrack): () => void {
    const release = this.keep(element);
    element.srcObject = new MediaStream([track]);
    element.play().catch(() => undefined); // superseded by the next track, or held back until a gesture
    return () => {
      release();
      element.srcObject = null;
    };
  }

  /** Keeps what this element plays on the chosen speaker, until the returned function is called. */
  keep(element: HTMLMediaElement): () => void {
    this.#playing.add(element);
    // A speaker that fails must not silence a call: the element then plays where it is, on the default.
    route(element, this.#sinkId()).catch(() => undefined);
    return () => {
      this.#playing.delete(element);
    };
  }

  #sinkId(): string {
    const isGone =
      this.#chosenId !== null && this.#devices !== null && !this.#devices.mayHave('audiooutput', this.#chosenId);
    return isGone ? systemDefault : (this.#chosenId ?? systemDefault);
  }

  async #routeAll(): Promise<void> {
    const sinkId = this.#sinkId();
    await Promise.all([routeAudioContext(sinkId), ...[...this.#playing].map((element) => route(element, sinkId))]);
  }
}

async function route(element: HTMLMediaElement, sinkId: string): Promise<void> {
  if (element.sinkId !== sinkId) await element.setSinkId(sinkId);
}
