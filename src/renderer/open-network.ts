// Goes on the network as one person: mailbox, links and calls, kept in step with contacts and the network config.
import type { Contact } from '#shared/contact';
import type { FailureCode } from '#shared/failure';
import type { NetworkConfig } from '#shared/ice';
import type { Identity, PeerId } from '#shared/identity';
import { Scope } from '#core/base/scope';
import { Calls } from '#core/call/calls';
import { Mailbox } from '#core/peers/mailbox';
import { Peers } from '#core/peers/peers';
import type { Clock, Host, LocalMedia, OpenConnection, OpenRendezvous, RandomBytes } from '#core/ports';
import { Introductions } from './introductions';

export interface NetworkDeps {
  readonly host: Host;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly media: LocalMedia;
  readonly openRendezvous: OpenRendezvous;
  readonly openConnection: OpenConnection;
}

/** Why this person may not be called now, or null. */
function obstacle(contact: Contact | undefined): FailureCode | null {
  if (!contact) return 'contact-unknown';
  if (contact.state === 'blocked') return 'contact-blocked';
  if (contact.trust === 'changed') return 'key-changed';
  return contact.state === 'accepted' ? null : 'contact-not-accepted';
}

/** Registers with every rendezvous of the config, replacing the former set, whenever the config changed. */
function useRendezvous(deps: NetworkDeps, self: PeerId, mailbox: Mailbox, config: NetworkConfig): void {
  mailbox.use(
    config.rendezvous.map((server) => ({ rendezvous: deps.openRendezvous(self, server), scope: server.scope })),
  );
}

export async function openNetwork(deps: NetworkDeps, identity: Identity) {
  const { host, clock, random, media } = deps;
  const scope = new Scope();
  const [contacts, firstConfig] = await Promise.all([host.listContacts(), host.readNetworkConfig()]);
  let config = firstConfig;
  let byPeer = new Map(contacts.map((contact) => [contact.peerId, contact]));
  const mailbox = new Mailbox({ host, clock, scope });
  const peers = new Peers({
    self: identity.peerId,
    mailbox,
    host,
    openConnection: (isPolite) =>
      deps.openConnection({ iceServers: config.iceServers, iceTransportPolicy: config.iceTransportPolicy, isPolite }),
    isAccepted: (peerId) => obstacle(byPeer.get(peerId)) === null,
    clock,
    random,
    scope,
  });
  const calls = new Calls({ peers, media, clock, random, mayCall: (peerId) => obstacle(byPeer.get(peerId)), scope });
  const introductions = new Introductions({ mailbox, peers, clock, scope });

  const takeContacts = (current: readonly Contact[]): void => {
    byPeer = new Map(current.map((contact) => [contact.peerId, contact]));
    introductions.follow(current);
  };
  scope.onEnd(host.on('contactsChanged', takeContacts));
  scope.onEnd(
    host.on('networkChanged', () => {
      void host.readNetworkConfig().then((current) => {
        if (scope.hasEnded) return;
        const isSame = JSON.stringify(current.rendezvous) === JSON.stringify(config.rendezvous);
        config = current;
        if (!isSame) useRendezvous(deps, identity.peerId, mailbox, config);
      });
    }),
  );
  scope.onEnd(host.on('systemWoke', () => peers.repairAll()));
  scope.onEnd(
    peers.events.on('opened', (session) => {
      const contactId = byPeer.get(session.peerId)?.contactId;
      if (contactId !== undefined) void host.noteContactSeen({ contactId });
    }),
  );
  takeContacts(contacts);
  useRendezvous(deps, identity.peerId, mailbox, config);
  return {
    calls,
    presence: peers.presence,
    reachability: mailbox.reachability,
    repairAll: () => peers.repairAll(),
    close: () => scope.end(),
  };
}
