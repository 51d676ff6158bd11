// Goes on the network as one person: mailbox, links, calls and rooms, kept in step with contacts and the network config.
import type { Contact } from '#shared/contact';
import type { FailureCode } from '#shared/failure';
import type { Identity, PeerId } from '#shared/identity';
import { Scope } from '#core/base/scope';
import { BulkLanes } from '#core/bulk/bulk-lanes';
import { Calls } from '#core/call/calls';
import type { Casts } from '#core/cast/casts';
import { Chat } from '#core/chat/chat';
import type { Rooms } from '#core/conference/rooms';
import { Custody } from '#core/custody/custody';
import { Doctor } from '#core/doctor/doctor';
import type { Allowances } from '#core/drop/allowances';
import type { Drops } from '#core/drop/drops';
import type { ByHand } from '#core/peers/by-hand';
import { Mailbox } from '#core/peers/mailbox';
import type { Peers } from '#core/peers/peers';
import { exchangeProfiles } from '#core/peers/profiles';
import type { Shares } from '#core/shares/shares';
import { Vault } from '#core/vault/vault';
import type { Connection, Host, LocalMedia } from '#core/ports';
import { leaveCallCards } from './call-cards';
import { CurrentNetwork } from './current-network';
import { Introductions } from './introductions';
import { KnownPeople } from './known-people';
import { nameReader, type NetworkDeps, type Parts } from './network-deps';
import { openDoctor, type OpenedDoctor } from './open-doctor';
import { openDrops } from './open-file-drops';
import { openLinks } from './open-links';
import type { Helping } from './open-relays';
import { stopTakenBackFiles } from './taken-back-files';

export interface OpenedNetwork {
  readonly calls: Calls;
  readonly rooms: Rooms;
  readonly drops: Drops;
  readonly allowances: Allowances;
  readonly shares: Shares;
  readonly casts: Casts;
  readonly chat: Chat;
  readonly presence: Peers['presence'];
  readonly reachability: Mailbox['reachability'];
  readonly doctor: OpenedDoctor;
  readonly byHand: ByHand;
  readonly relays: Helping;
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
    readName: nameReader(host, identity),
    named: (peerId, name) => {
      const contact = people.get(peerId);
      if (contact && contact.name !== name) void host.noteContactName({ contactId: contact.contactId, name });
    },
    scope,
  });
}

/** Of somebody whose key changed, and who tried to reach me. */
function tellOfTurnedAway({ turnedAway }: NetworkDeps, { mailbox, people, scope }: Parts): void {
  scope.onEnd(
    mailbox.events.on('refused', ({ from, reason }) => {
      const contact = from && people.get(from);
      if (contact && reason === 'key-changed') turnedAway(contact);
    }),
  );
}

/** The devices as calls see them: what a room uses does not go off with a call. */
const besideRooms = (media: LocalMedia, rooms: Rooms): LocalMedia => ({
  store: media.store,
  openMicrophone: async () => {
    await media.openMicrophone();
  },
  openCamera: async () => {
    await media.openCamera();
  },
  closeCamera: () => {
    media.closeCamera();
  },
  setMuted: (isMuted) => {
    media.setMuted(isMuted);
  },
  closeAll: () => {
    if (!rooms.hasMedia) media.closeAll();
  },
});

const withoutMicrophone: readonly string[] = ['idle', 'incoming', 'ended'];

/** A call that is placed or answered takes the microphone; the room is held. */
function openCalls(
  { media, clock, random }: NetworkDeps,
  { people, peers, rooms, scope }: Pick<Parts, 'people' | 'scope'> & { peers: Peers; rooms: Rooms },
): Calls {
  const mayCall = (peerId: PeerId): FailureCode | null => people.obstacle(peerId);
  const calls = new Calls({ peers, media: besideRooms(media, rooms), clock, random, mayCall, scope });
  scope.onEnd(
    calls.store.onChange(() => {
      rooms.holdForCall(!withoutMicrophone.includes(calls.store.snapshot.phase));
    }),
  );
  return calls;
}

/** How far this machine's clock is from UTC then, minutes, in whole quarters of an hour. */
const utcMinutesAt = (ms: number): number => Math.round(-new Date(ms).getTimezoneOffset() / 15) * 15;

/** Resolves once the mailbox is being opened; who is reachable then shows in the stores. */
export async function openNetwork(deps: NetworkDeps, identity: Identity): Promise<OpenedNetwork> {
  const { host, clock, refused } = deps;
  const scope = new Scope();
  const people = new KnownPeople();
  const [contacts, config] = await Promise.all([host.listContacts(), host.readNetworkConfig()]);
  const mailbox = new Mailbox({ host, clock, scope });
  const current = new CurrentNetwork(config, { host, clock, scope, mailboxesChanged: () => register() });
  const openConnection = (isPolite: boolean): Connection =>
    deps.openConnection({ ice: () => current.config, isPolite });
  const links = new Doctor({ mailbox, clock, scope });
  const parts = { identity, people, mailbox, doctor: links, scope };
  const { peers, byHand, rooms, casts, uploadSeen, mutual, relays, helping } = openLinks(deps, parts, openConnection);
  const openSide = (isPolite: boolean): Connection =>
    deps.openConnection({ ice: () => current.config, isPolite, isDataOnly: true });
  const lanes = new BulkLanes({ peers, openSide, clock, scope });
  const calls = openCalls(deps, { people, peers, rooms, scope });
  const around = { identity, people, peers, lanes, rooms, calls, uploadSeen, scope };
  const { drops, allowances, shares } = openDrops(deps, around);
  const chat = new Chat({ host, peers, clock, scope });
  leaveCallCards({ calls, chat, scope });
  const probe = deps.lineProbe;
  const doctor = openDoctor({ doctor: links, calls, current, mailbox, probe, clock, scope });
  stopTakenBackFiles({ chat, drops, scope });
  const isFriend = (peerId: PeerId): boolean => people.obstacle(peerId) === null;
  new Custody({ host, peers, clock, scope, isFriend });
  new Vault({ host, peers, lanes, clock, scope, isFriend, utcMinutes: () => utcMinutesAt(clock.now()) });
  const introductions = new Introductions({ mailbox, peers, clock, scope, refused });
  noteNews(host, peers, people, identity, scope);
  tellOfTurnedAway(deps, parts);
  const takeContacts = (current: readonly Contact[]): void => {
    people.take(current);
    calls.recheck(); // before the link goes, so that the other side hears how it ended
    peers.dropUnaccepted();
    byHand.recheck();
    relays.recheck();
    introductions.follow(current);
  };
  const register = (): void => {
    const open = deps.openRendezvous;
    const { rendezvous, isNearbyOn, isDhtOn } = current.config;
    const servers = rendezvous.map((server) => ({ rendezvous: open(identity.peerId, server), scope: server.scope }));
    const nearby = isNearbyOn ? [{ rendezvous: deps.openNearby(), scope: 'nearby' as const }] : [];
    const dht = isDhtOn ? [{ rendezvous: deps.openDht(), scope: 'dht' as const }] : [];
    mailbox.use([...servers, ...nearby, ...dht, { rendezvous: mutual.open(), scope: null }]);
  };
  scope.onEnd(host.on('contactsChanged', takeContacts));
  scope.onEnd(host.on('nearbyFound', (peerId) => peers.greet([peerId])));
  const repairAll = (): void =>
    void current.refresh().then(() => {
      peers.repairAll();
    });
  scope.onEnd(host.on('systemWoke', repairAll));
  scope.onEnd(host.on('addressesChanged', repairAll));
  takeContacts(contacts);
  register();
  const { presence } = peers;
  const { reachability } = mailbox;
  const shown = { calls, rooms, chat, casts, drops, allowances, shares, doctor, byHand, relays: helping };
  return { ...shown, presence, reachability, repairAll, close: () => scope.end() };
}
