// The mailbox on the local network, without any server: announces this person while they want it, and nobody otherwise.
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { NearbyState } from '#shared/nearby';
import { NearbyPresence, type NearbyPresenceOptions } from '#main/services/nearby/nearby-presence';
import { isTagOf } from '#main/services/nearby/nearby-records';

export interface NearbyOptions extends Omit<NearbyPresenceOptions, 'self' | 'onHeard' | 'onOpen'> {
  /** Whom to tell of when they appear. */
  readonly contacts: () => readonly PeerId[];
  /** A contact may be here: their announcement was heard for the first time. */
  readonly onFound: (peerId: PeerId) => void;
  readonly onChange: (state: NearbyState) => void;
}

export class Nearby {
  readonly #options: NearbyOptions;
  #state: NearbyState = 'off';
  #announced: PeerId | null = null;
  #presence: NearbyPresence | null = null;

  constructor(options: NearbyOptions) {
    this.#options = options;
  }

  get state(): NearbyState {
    return this.#state;
  }

  /** Announces this person from now on, or nobody. */
  announce(self: PeerId | null): void {
    if (self === this.#announced) return;
    this.#announced = self;
    this.#presence?.close();
    this.#presence = self === null ? null : this.#open(self);
    this.#become(self === null ? 'off' : 'down');
  }

  /** As `NearbyPresence.send`; fails `rendezvous-down` while nobody is announced. */
  async send(to: PeerId, blob: Uint8Array): Promise<void> {
    if (!this.#presence) throw new Failure('rendezvous-down', 'nearby is off');
    await this.#presence.send(to, blob);
  }

  #open(self: PeerId): NearbyPresence {
    const { contacts, onFound, onTrouble } = this.#options;
    const presence: NearbyPresence = new NearbyPresence({
      ...this.#options,
      self,
      onHeard: (announcement) => {
        const who = contacts().find((peerId) => isTagOf(announcement, peerId));
        if (who !== undefined) onFound(who);
      },
      onOpen: (isOpen) => {
        if (this.#presence === presence) this.#become(isOpen ? 'open' : 'down');
      },
    });
    presence.open().catch((error: unknown) => {
      onTrouble(error instanceof Error ? error : new Error(String(error)));
    });
    return presence;
  }

  #become(state: NearbyState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#options.onChange(state);
  }
}
