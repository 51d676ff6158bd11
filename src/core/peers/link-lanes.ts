// Puts tracks into the lanes of one connection, each only when it changes, and takes all out again at the end.
import type { Connection, Lane, MediaTrack } from '#core/ports';

export class LinkLanes {
  readonly #connection: Pick<Connection, 'setTrack'>;
  readonly #tracks = new Map<Lane, MediaTrack>();
  #work: Promise<unknown> = Promise.resolve();

  constructor(connection: Pick<Connection, 'setTrack'>) {
    this.#connection = connection;
  }

  /** Settles when everything asked for so far is in its lane. */
  get settled(): Promise<unknown> {
    return this.#work;
  }

  put(lane: Lane, track: MediaTrack | null): void {
    if ((this.#tracks.get(lane) ?? null) === track) return;
    if (track) this.#tracks.set(lane, track);
    else this.#tracks.delete(lane);
    // A lane of a connection that just closed cannot be filled, and need not be.
    const done = this.#connection.setTrack(lane, track).catch(() => undefined);
    this.#work = Promise.all([this.#work, done]);
  }

  empty(): void {
    for (const lane of [...this.#tracks.keys()]) this.put(lane, null);
  }
}
