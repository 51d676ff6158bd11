// A person with a mailbox in the DHT, as their page sees it: the real service behind the real adapter, in a network of nodes that
// exists on loopback only.
import { createHash, randomBytes } from 'node:crypto';
import HyperDHT from 'hyperdht';
import { openDhtRendezvous } from '#adapters/main-rendezvous';
import type { Host, Rendezvous } from '#core/ports';
import { systemClock, type Clock } from '#main/services/clock';
import { Dht } from '#main/services/dht/dht';
import type { DhtLibrary } from '#main/services/dht/dht-node';
import { pairingOf, type Pairing } from '#main/services/dht/pairing';
import type { EventName, EventPayload } from '#shared/contract';
import type { PeerId } from '#shared/identity';
import type { DhtNetwork } from '#tests/support/dht-network';

/** Keys of two who know a secret of their two ids. */
export function pairingBetween(me: PeerId, them: PeerId, isWelcome = true): Pairing {
  const secret = createHash('sha256').update([me, them].sort().join()).digest();
  return pairingOf({ secret, me, them, peerId: them, isWelcome });
}

export interface DhtPerson {
  readonly dht: Dht;
  readonly rendezvous: Rendezvous;
  readonly troubles: readonly Error[];
  readonly received: readonly Uint8Array[];
  close(): Promise<void>;
}

export interface DhtPersonOptions {
  /** Whom they know, as it is at any time; may have themselves among them. */
  readonly contacts: Iterable<PeerId>;
  readonly clock?: Clock;
  readonly load?: () => Promise<DhtLibrary>;
}

/** The library, and every node that is made with it. */
export function watchedLibrary(): { readonly load: () => Promise<DhtLibrary>; readonly nodes: readonly HyperDHT[] } {
  const nodes: HyperDHT[] = [];
  class Watched extends HyperDHT {
    constructor(options: ConstructorParameters<DhtLibrary>[0]) {
      super(options);
      nodes.push(this);
    }
  }
  return { load: async () => await Promise.resolve(Watched), nodes };
}

type Listener = (payload: never) => void;

export function openDhtPerson(network: DhtNetwork, self: PeerId, options: DhtPersonOptions): DhtPerson {
  const { contacts, clock = systemClock, load } = options;
  const listeners = new Map<EventName, Listener>();
  const troubles: Error[] = [];
  const received: Uint8Array[] = [];
  const emit = <K extends EventName>(name: K, payload: EventPayload<K>): void => {
    listeners.get(name)?.(payload as never); // sound: stored under the same name
  };
  const others = (): PeerId[] => [...contacts].filter((peerId) => peerId !== self);
  const dht = new Dht({
    clock,
    host: '127.0.0.1',
    random: (length) => new Uint8Array(randomBytes(length)),
    pairings: async () => await Promise.resolve(others().map((peerId) => pairingBetween(self, peerId))),
    onBlob: (blob) => {
      received.push(blob);
      emit('dhtReceived', blob);
    },
    onChange: (state) => {
      emit('dhtChanged', state);
    },
    onTrouble: (error) => troubles.push(error),
    load,
  });
  const host: Pick<Host, 'readDht' | 'sendDht' | 'on'> = {
    readDht: async () => await Promise.resolve(dht.state),
    sendDht: async ({ to, blob }) => {
      await dht.follow();
      await dht.send(to, blob);
      return undefined;
    },
    on: (name, listener) => {
      listeners.set(name, listener);
      return () => listeners.delete(name);
    },
  };
  const rendezvous = openDhtRendezvous(host);
  void dht.use(network.nodes);
  return {
    ...{ dht, rendezvous, troubles, received },
    close: async () => {
      rendezvous.close();
      await dht.use([]);
    },
  };
}
