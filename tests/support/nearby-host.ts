// A person with a mailbox on the local network, as their page sees it: the real service behind the real adapter, on loopback.
import { randomBytes } from 'node:crypto';
import { openNearbyRendezvous } from '#adapters/main-rendezvous';
import type { Host, Rendezvous } from '#core/ports';
import { systemClock } from '#main/services/clock';
import { Nearby } from '#main/services/nearby/nearby';
import type { NearAddress } from '#main/services/nearby/near-addresses';
import type { EventName, EventPayload } from '#shared/contract';
import type { PeerId } from '#shared/identity';

export const loopback: readonly NearAddress[] = [{ address: '127.0.0.1', prefix: 8 }];

export interface NearbyPerson {
  readonly nearby: Nearby;
  readonly found: readonly PeerId[];
  readonly rendezvous: Rendezvous;
  close(): void;
}

type Listener = (payload: never) => void;

export function openNearbyPerson(
  self: PeerId,
  {
    contacts = [],
    addresses = () => loopback,
  }: { contacts?: readonly PeerId[]; addresses?: () => readonly NearAddress[] } = {},
): NearbyPerson {
  const listeners = new Map<EventName, Listener>();
  const found: PeerId[] = [];
  const emit = <K extends EventName>(name: K, payload: EventPayload<K>): void => {
    listeners.get(name)?.(payload as never); // sound: stored under the same name
  };
  const nearby = new Nearby({
    clock: systemClock,
    random: (length) => new Uint8Array(randomBytes(length)),
    addresses,
    contacts: () => contacts,
    onBlob: (blob) => {
      emit('nearbyReceived', blob);
    },
    onFound: (peerId) => found.push(peerId),
    onChange: (state) => {
      emit('nearbyChanged', state);
    },
    onTrouble: (error) => {
      throw error;
    },
  });
  nearby.announce(self);
  const host: Pick<Host, 'readNearby' | 'sendNearby' | 'on'> = {
    readNearby: async () => await Promise.resolve(nearby.state),
    sendNearby: async ({ to, blob }) => {
      await nearby.send(to, blob);
      return undefined;
    },
    on: (name, listener) => {
      listeners.set(name, listener);
      return () => listeners.delete(name);
    },
  };
  const rendezvous = openNearbyRendezvous(host);
  const close = (): void => {
    rendezvous.close();
    nearby.announce(null);
  };
  return { nearby, found, rendezvous, close };
}
