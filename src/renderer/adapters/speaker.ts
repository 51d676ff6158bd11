// Which loudspeaker plays: every element that plays is kept on the chosen one.
import { Failure } from '#shared/failure';

export class Speaker {
  #deviceId = '';
  readonly #playing = new Set<HTMLMediaElement>();

  /** null follows the system default. Fails `speaker-unavailable` when a playing element cannot be moved there. */
  async choose(deviceId: string | null): Promise<void> {
    this.#deviceId = deviceId ?? '';
    try {
      await Promise.all([...this.#playing].map(async (element) => await element.setSinkId(this.#deviceId)));
    } catch (reason) {
      throw new Failure('speaker-unavailable', reason instanceof Error ? reason.name : '', { cause: reason });
    }
  }

  /** Plays the track through this element, now and after each change of speaker, until the returned function is called. */
  play(element: HTMLMediaElement, track: MediaStreamTrack): () => void {
    this.#playing.add(element);
    // An unplugged speaker must not silence a call: the element then stays where it was, on the default.
    if (element.sinkId !== this.#deviceId) void element.setSinkId(this.#deviceId).catch(() => undefined);
    element.srcObject = new MediaStream([track]);
    void element.play().catch(() => undefined); // paused by the browser until a gesture; a call begins with one
    return () => {
      this.#playing.delete(element);
      element.srcObject = null;
    };
  }
}
