// The mailbox on the local network: main has the sockets, this is how the core sees it.
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { NearbyState } from '#shared/nearby';
import { Emitter } from '#core/base/emitter';
import { Store } from '#core/base/store';
import type { Host, Rendezvous, RendezvousState } from '#core/ports';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';

type NearbyHost = Pick<Host, 'readNearby' | 'sendNearby' | 'on'>;

class NearbyRendezvous implements Rendezvous {
  readonly name = 'mDNS';
  readonly state = new Store<RendezvousState>({ phase: 'connecting' });
  readonly events = new Emitter<{ received: Uint8Array }>();
  readonly #host: NearbyHost;
  readonly #offs: readonly (() => void)[];

  constructor(host: NearbyHost) {
    this.#host = host;
    this.#offs = [
      host.on('nearbyChanged', (state) => {
        this.#become(state);
      }),
      host.on('nearbyReceived', (blob) => {
        if (this.state.snapshot.phase !== 'closed') this.events.emit('received', blob);
      }),
    ];
    host.readNearby().then(
      (state) => {
        if (this.state.snapshot.phase === 'connecting') this.#become(state);
      },
      () => {
        this.#become('off');
      },
    );
  }

  async send(to: PeerId, blob: Uint8Array, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw new Failure('aborted');
    if (blob.length > limits.sealedBlobBytes) throw new Failure('input-invalid', `${blob.length} bytes`);
    if (this.state.snapshot.phase !== 'open') throw new Failure('rendezvous-down', this.name);
    await this.#host.sendNearby({ to, blob: new Uint8Array(blob) });
  }

  /** Main follows the networks of this machine by itself. */
  check(): void {
    // Nothing is kept open here that could have died.
  }

  close(): void {
    if (this.state.snapshot.phase === 'closed') return;
    for (const off of this.#offs) off();
    this.state.set({ phase: 'closed' });
  }

  #become(state: NearbyState): void {
    if (this.state.snapshot.phase === 'closed') return;
    this.state.set(
      state === 'open'
        ? { phase: 'open' }
        : { phase: 'down', code: 'rendezvous-down', retryInMs: paces.rendezvousRetryMaxMs },
    );
  }
}

export const openNearbyRendezvous = (host: NearbyHost): Rendezvous => new NearbyRendezvous(host);
