// The mailboxes that need no server: main has their sockets, this is how the core sees them.
import type { DhtState } from '#shared/dht';
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { NearbyState } from '#shared/nearby';
import { Emitter } from '#core/base/emitter';
import { Store } from '#core/base/store';
import type { Host, Rendezvous, RendezvousState } from '#core/ports';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';

type MailboxState = NearbyState | DhtState;

interface MailboxInMain {
  readonly name: string;
  read(): Promise<MailboxState>;
  onChange(listener: (state: MailboxState) => void): () => void;
  onReceived(listener: (blob: Uint8Array) => void): () => void;
  send(to: PeerId, blob: Uint8Array<ArrayBuffer>): Promise<unknown>;
}

class MainRendezvous implements Rendezvous {
  readonly name: string;
  readonly state = new Store<RendezvousState>({ phase: 'connecting' });
  readonly events = new Emitter<{ received: Uint8Array }>();
  readonly #mailbox: MailboxInMain;
  readonly #offs: readonly (() => void)[];

  constructor(mailbox: MailboxInMain) {
    this.#mailbox = mailbox;
    this.name = mailbox.name;
    this.#offs = [
      mailbox.onChange((state) => {
        this.#become(state);
      }),
      mailbox.onReceived((blob) => {
        if (this.state.snapshot.phase !== 'closed') this.events.emit('received', blob);
      }),
    ];
    mailbox.read().then(
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
    await this.#mailbox.send(to, new Uint8Array(blob));
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

  #become(state: MailboxState): void {
    if (this.state.snapshot.phase === 'closed') return;
    if (state === 'unavailable') this.close();
    else if (state === 'open') this.state.set({ phase: 'open' });
    else this.state.set({ phase: 'down', code: 'rendezvous-down', retryInMs: paces.rendezvousRetryMaxMs });
  }
}

export const openNearbyRendezvous = (host: Pick<Host, 'readNearby' | 'sendNearby' | 'on'>): Rendezvous =>
  new MainRendezvous({
    name: 'mDNS',
    read: async () => await host.readNearby(),
    onChange: (listener) => host.on('nearbyChanged', listener),
    onReceived: (listener) => host.on('nearbyReceived', listener),
    send: async (to, blob) => await host.sendNearby({ to, blob }),
  });

/** Closed for good where main cannot run it. */
export const openDhtRendezvous = (host: Pick<Host, 'readDht' | 'sendDht' | 'on'>): Rendezvous =>
  new MainRendezvous({
    name: 'DHT',
    read: async () => await host.readDht(),
    onChange: (listener) => host.on('dhtChanged', listener),
    onReceived: (listener) => host.on('dhtReceived', listener),
    send: async (to, blob) => await host.sendDht({ to, blob }),
  });
