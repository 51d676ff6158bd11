// What the services have to say, handed on to one window.
import type { ChatChange } from '#shared/chat';
import type { Contact } from '#shared/contact';
import type { EventName, EventPayload } from '#shared/contract';
import type { DhtState } from '#shared/dht';
import type { PeerId } from '#shared/identity';
import type { NearbyState } from '#shared/nearby';
import type { Settings } from '#shared/settings';
import type { WantedPlace } from '#main/services/content/played-files';
import type { Services } from '#main/services/services';
import type { PagePolicy } from '#main/shell/page-sockets';

export type EmitEvent = <K extends EventName>(name: K, payload: EventPayload<K>) => void;

/** `policy` tells when the window's page has to be loaded again for a new server. Returns its own off. */
export function forwardEvents({ events }: Pick<Services, 'events'>, policy: PagePolicy, emit: EmitEvent): () => void {
  const contactsChanged = (contacts: Contact[]): void => {
    emit('contactsChanged', contacts);
  };
  const settingsChanged = (settings: Settings): void => {
    emit('settingsChanged', settings);
    if (policy.isOutdated) emit('pageOutdated', undefined);
  };
  const networkChanged = (): void => {
    emit('networkChanged', undefined);
  };
  const chatsChanged = (changes: ChatChange[]): void => {
    emit('chatsChanged', changes);
  };
  const custodyChanged = (): void => {
    emit('custodyChanged', undefined);
  };
  const vaultChanged = (): void => {
    emit('vaultChanged', undefined);
  };
  const sharesChanged = (): void => {
    emit('sharesChanged', undefined);
  };
  const placeWanted = (place: WantedPlace): void => {
    emit('placeWanted', place);
  };
  events.on('contactsChanged', contactsChanged);
  events.on('settingsChanged', settingsChanged);
  events.on('networkChanged', networkChanged);
  events.on('chatsChanged', chatsChanged);
  events.on('custodyChanged', custodyChanged);
  events.on('vaultChanged', vaultChanged);
  events.on('sharesChanged', sharesChanged);
  events.on('placeWanted', placeWanted);
  const offMailboxes = forwardMailboxes(events, emit);
  return () => {
    offMailboxes();
    events.off('contactsChanged', contactsChanged);
    events.off('settingsChanged', settingsChanged);
    events.off('networkChanged', networkChanged);
    events.off('chatsChanged', chatsChanged);
    events.off('custodyChanged', custodyChanged);
    events.off('vaultChanged', vaultChanged);
    events.off('sharesChanged', sharesChanged);
    events.off('placeWanted', placeWanted);
  };
}

/** The mailboxes whose sockets main has. */
function forwardMailboxes(events: Services['events'], emit: EmitEvent): () => void {
  const nearbyChanged = (state: NearbyState): void => {
    emit('nearbyChanged', state);
  };
  const nearbyReceived = (blob: Uint8Array<ArrayBuffer>): void => {
    emit('nearbyReceived', blob);
  };
  const nearbyFound = (peerId: PeerId): void => {
    emit('nearbyFound', peerId);
  };
  const dhtChanged = (state: DhtState): void => {
    emit('dhtChanged', state);
  };
  const dhtReceived = (blob: Uint8Array<ArrayBuffer>): void => {
    emit('dhtReceived', blob);
  };
  events.on('nearbyChanged', nearbyChanged);
  events.on('nearbyReceived', nearbyReceived);
  events.on('nearbyFound', nearbyFound);
  events.on('dhtChanged', dhtChanged);
  events.on('dhtReceived', dhtReceived);
  return () => {
    events.off('nearbyChanged', nearbyChanged);
    events.off('nearbyReceived', nearbyReceived);
    events.off('nearbyFound', nearbyFound);
    events.off('dhtChanged', dhtChanged);
    events.off('dhtReceived', dhtReceived);
  };
}
