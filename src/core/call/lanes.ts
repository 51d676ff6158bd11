// Keeps the audio and video lane of one connection filled with my current tracks, and empties both at the end.
import type { ReadableStore } from '#core/base/store';
import { LinkLanes } from '#core/peers/link-lanes';
import type { Connection, LocalMediaSnapshot } from '#core/ports';

export class Lanes {
  readonly #lanes: LinkLanes;
  readonly #media: ReadableStore<LocalMediaSnapshot>;
  readonly #off: () => void;

  constructor(connection: Pick<Connection, 'setTrack'>, media: ReadableStore<LocalMediaSnapshot>) {
    this.#lanes = new LinkLanes(connection);
    this.#media = media;
    this.#off = media.onChange(() => {
      this.#fill();
    });
    this.#fill();
  }

  /** Settles when everything asked for so far is in its lane. */
  get settled(): Promise<unknown> {
    return this.#lanes.settled;
  }

  empty(): void {
    this.#off();
    this.#lanes.empty();
  }

  #fill(): void {
    const { audioTrack, videoTrack } = this.#media.snapshot;
    this.#lanes.put('audio', audioTrack);
    this.#lanes.put('video', videoTrack);
  }
}
