// The media of one answered call on one link: my lanes, their tracks, what each side says it sends, and the readings.
import type { ReadableStore } from '#core/base/store';
import { Scope } from '#core/base/scope';
import { Store } from '#core/base/store';
import type { Clock, Connection, ConnectionStats, LocalMedia, MediaTrack } from '#core/ports';
import { Lanes } from '#core/call/lanes';
import type { RemoteMedia } from '#core/call/snapshot';
import type { Session } from '#core/peers/session';
import { paces } from '#core/wire/paces';

export type RemoteTracks = { readonly audio: MediaTrack | null; readonly video: MediaTrack | null };

const noTracks: RemoteTracks = { audio: null, video: null };

export class CallMedia {
  readonly #media: LocalMedia;
  readonly #clock: Clock;
  readonly #remoteTracks = new Store<RemoteTracks>(noTracks);
  readonly #stats = new Store<ConnectionStats | null>(null);
  readonly #spoken = new Store<readonly string[] | null>(null);
  #scope: Scope | null = null;
  #session: Session | null = null;
  #lanes: Lanes | null = null;

  constructor(media: LocalMedia, clock: Clock) {
    this.#media = media;
    this.#clock = clock;
  }

  get remoteTracks(): ReadableStore<RemoteTracks> {
    return this.#remoteTracks;
  }

  get stats(): ReadableStore<ConnectionStats | null> {
    return this.#stats;
  }

  get spoken(): ReadableStore<readonly string[] | null> {
    return this.#spoken;
  }

  /** Both sides are in the call on this link. `say` tells the other side what I send, now and at each change. */
  join(session: Session, say: (media: RemoteMedia) => void): void {
    if (this.#session === session) return;
    this.leave();
    const scope = new Scope();
    const { connection } = session;
    this.#scope = scope;
    this.#session = session;
    this.#spoken.set(session.spoken);
    this.#lanes = new Lanes(connection, this.#media.store);
    const follow = (): void => {
      const { audio, video } = connection.remoteTracks.snapshot;
      this.#remoteTracks.set({ audio, video });
    };
    scope.onEnd(connection.remoteTracks.onChange(follow));
    follow();
    this.#announce(scope, say);
    this.#read(scope, connection);
  }

  leave(): void {
    this.#scope?.end();
    this.#lanes?.empty();
    this.#scope = null;
    this.#session = null;
    this.#lanes = null;
    this.#remoteTracks.set(noTracks);
    this.#stats.set(null);
    this.#spoken.set(null);
  }

  /** Settles when my tracks are in the lanes. */
  async filled(): Promise<void> {
    await this.#lanes?.settled;
  }

  #announce(scope: Scope, say: (media: RemoteMedia) => void): void {
    let said: RemoteMedia | null = null;
    const look = (): void => {
      const { microphone, isMuted, videoTrack } = this.#media.store.snapshot;
      const now = { microphone: microphone.phase === 'live' && !isMuted, camera: videoTrack !== null };
      if (said?.microphone === now.microphone && said.camera === now.camera) return;
      said = now;
      say(now);
    };
    scope.onEnd(this.#media.store.onChange(look));
    look();
  }

  #read(scope: Scope, connection: Connection): void {
    const cancel = this.#clock.after(paces.statsEveryMs, () => {
      forget();
      void connection
        .stats()
        .catch(() => null)
        .then((stats) => {
          if (scope.hasEnded) return;
          this.#stats.set(stats);
          this.#read(scope, connection);
        });
    });
    const forget = scope.onEnd(cancel);
  }
}
