// Goes on the network as one person: mailbox, links and calls, kept in step with contacts and the network config.
import type { Contact } from '#shared/contact';
import type { Failure } from '#shared/failure';
import type { Identity, PeerId } from '#shared/identity';
import { Scope } from '#core/base/scope';
import { Calls } from '#core/call/calls';
import { Mailbox } from '#core/peers/mailbox';
import { Peers } from '#core/peers/peers';
import { exchangeProfiles } from '#core/peers/profiles';
import type { Clock, Connection, Host, LocalMedia, OpenConnection, OpenRendezvous, RandomBytes } from '#core/ports';
import { Introductions } from './introductions';
import { KnownPeople } from './known-people';

export interface NetworkDeps {
  readonly host: Host;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly media: LocalMedia;
  readonly openRendezvous: OpenRendezvous;
  readonly openConnection: OpenConnection;
  /** The invite of an `invited` contact will not be welcomed any more. */
  readonly refused: (failure: Failure) => void;
  /** Somebody whose changed key waits for a decision tried to reach me. */
  readonly turnedAway: (contact: Contact) => void;
}

export interface OpenedNetwork {
  readonly calls: Calls;
  readonly presence: Peers['presence'];
  readonly reachability: Mailbox['reachability'];
  /** Every link looks for a new path now. */
  readonly repairAll: () => void;
  close(): void;
}

/** Keeps what main knows of people in step with what their links say. */
function noteNews(host: Host, peers: Peers, people: KnownPeople, identity: Identity, scope: Scope): void {
  scope.onEnd(
    peers.events.on('opened', ({ peerId }) => {
      const contact = people.get(peerId);
      if (contact) void host.noteContactSeen({ contactId: contact.contactId });
    }),
  );
  exchangeProfiles({
    peers,
    readName: async () => {
      const now = await host.readIdentity();
      return now.state === 'ready' ? now.identity.name : identity.name;
    },
    named: (peerId, name) => {
      const contact = people.get(peerId);
      if (contact && contact.name !== name) void host.noteContactName({ contactId: contact.contactId, name });
    },
    scope,
  });
}

/** Resolves once the mailbox is being opened; who is reachable then shows in the stores. */
export async function openNetwork(deps: NetworkDeps, identity: Identity): Promise<OpenedNetwork> {
  const { host, clock, random, media, refused } = deps;
  const self = identity.peerId;
  const scope = new Scope();
  const people = new KnownPeople();
  const [contacts, firstConfig] = await Promise.all([host.listContacts(), host.readNetworkConfig()]);
  let config = firstConfig;
  const mailbox = new Mailbox({ host, clock, scope });
  const openConnection = (isPolite: boolean): Connection =>
    deps.openConnection({ iceServers: config.iceServers, iceTransportPolicy: config.iceTransportPolicy, isPolite });
  const isAccepted = (peerId: PeerId): boolean => people.obstacle(peerId) === null;
  const peers = new Peers({ self, mailbox, host, openConnection, isAccepted, clock, random, scope });
  const calls = new Calls({ peers, media, clock, random, mayCall: (peerId) => people.obstacle(peerId), scope });
  const introductions = new Introductions({ mailbox, peers, clock, scope, refused });
  noteNews(host, peers, people, identity, scope);
  scope.onEnd(
    mailbox.events.on('refused', ({ from, reason }) => {
      const contact = from && people.get(from);
      if (contact && reason === 'key-changed') deps.turnedAway(contact);
    }),
  );

  const takeContacts = (current: readonly Contact[]): void => {
    people.take(current);
    calls.recheck(); // before the link goes, so that the other side hears how it ended
    peers.dropUnaccepted();
    introductions.follow(current);
  };
  const register = (): void => {
    const open = deps.openRendezvous;
    mailbox.use(config.rendezvous.map((server) => ({ rendezvous: open(self, server), scope: server.scope })));
  };
  const takeConfig = async (): Promise<void> => {
    const before = JSON.stringify(config.rendezvous);
    config = await host.readNetworkConfig();
    if (!scope.hasEnded && JSON.stringify(config.rendezvous) !== before) register();
  };
  scope.onEnd(host.on('contactsChanged', takeContacts));
  scope.onEnd(host.on('networkChanged', () => void takeConfig()));
  const repairAll = (): void => {
    peers.repairAll();
  };
  scope.onEnd(host.on('systemWoke', repairAll));
  takeContacts(contacts);
  register();
  return { calls, presence: peers.presence, reachability: mailbox.reachability, repairAll, close: () => scope.end() };
}
