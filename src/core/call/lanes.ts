// Keeps the audio and video lane of one connection filled with my current tracks, and empties both at the end.
import type { ReadableStore } from '#core/base/store';
import type { Connection, LocalMediaSnapshot, MediaKind, MediaTrack } from '#core/ports';

export class Lanes {
  readonly #connection: Pick<Connection, 'setTrack'>;
  readonly #media: ReadableStore<LocalMediaSnapshot>;
  readonly #tracks: Record<MediaKind, MediaTrack | null> = { audio: null, video: null };
  readonly #off: () => void;
  #work: Promise<unknown> = Promise.resolve();

  constructor(connection: Pick<Connection, 'setTrack'>, media: ReadableStore<LocalMediaSnapshot>) {
    this.#connection = connection;
    this.#media = media;
    this.#off = media.onChange(() => {
      this.#fill();
    });
    this.#fill();
  }

  /** Settles when everything asked for so far is in its lane. */
  get settled(): Promise<unknown> {
    return this.#work;
  }

  empty(): void {
    this.#off();
    this.#put('audio', null);
    this.#put('video', null);
  }

  #fill(): void {
    const { audioTrack, videoTrack } = this.#media.snapshot;
    this.#put('audio', audioTrack);
    this.#put('video', videoTrack);
  }

  #put(kind: MediaKind, track: MediaTrack | null): void {
    if (this.#tracks[kind] === track) return;
    this.#tracks[kind] = track;
    // A lane of a connection that just closed cannot be filled, and need not be.
    const done = this.#connection.setTrack(kind, track).catch(() => undefined);
    this.#work = Promise.all([this.#work, done]);
  }
}
