// Goes on the network as one person: mailbox, links, calls and rooms, kept in step with contacts and the network config.
import type { Contact } from '#shared/contact';
import type { FileEntry } from '#shared/drop';
import type { Failure, FailureCode } from '#shared/failure';
import { fileKind } from '#shared/file-kinds';
import type { Identity, PeerId } from '#shared/identity';
import { Scope } from '#core/base/scope';
import type { ReadableStore } from '#core/base/store';
import { BulkLanes } from '#core/bulk/bulk-lanes';
import { Calls } from '#core/call/calls';
import { Chat } from '#core/chat/chat';
import type { WatchOwnLevel } from '#core/conference/own-level';
import { RoomMedia } from '#core/conference/room-media';
import { RoomRecording } from '#core/conference/recording';
import { Rooms } from '#core/conference/rooms';
import { Custody } from '#core/custody/custody';
import { Allowances } from '#core/drop/allowances';
import { Doctor } from '#core/doctor/doctor';
import { Drops } from '#core/drop/drops';
import { Tally } from '#core/drop/tally';
import { ByHand } from '#core/peers/by-hand';
import { Mailbox } from '#core/peers/mailbox';
import { MutualRendezvous } from '#core/peers/mutual';
import { Peers } from '#core/peers/peers';
import type { Shares } from '#core/shares/shares';
import { exchangeProfiles } from '#core/peers/profiles';
import { Vault } from '#core/vault/vault';
import type {
  Clock,
  Connection,
  Host,
  LocalMedia,
  OpenConnection,
  OpenRendezvous,
  RandomBytes,
  Rendezvous,
  ScreenSource,
  SoundRecorder,
  LineCost,
} from '#core/ports';
import type { ContentStore, Sha256 } from '#core/ports/content';
import type { LineProbe } from '#core/ports/line-probe';
import { leaveCallCards } from './call-cards';
import { heedLine } from './heed-line';
import { CurrentNetwork } from './current-network';
import { Introductions } from './introductions';
import { KnownPeople } from './known-people';
import { openDoctor, type OpenedDoctor } from './open-doctor';
import { openShares } from './open-shares';
import { stopTakenBackFiles } from './taken-back-files';

export interface NetworkDeps {
  readonly host: Host;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly media: LocalMedia;
  readonly screen: ScreenSource;
  readonly recorder: SoundRecorder;
  readonly content: ContentStore;
  readonly sha256: Sha256;
  /** What the system says of the connection. */
  readonly lineCost: ReadableStore<LineCost>;
  /** Loudness of my microphone, 0-1. */
  readonly watchOwnLevel: WatchOwnLevel;
  readonly openRendezvous: OpenRendezvous;
  /** The mailbox on the local network. */
  readonly openNearby: () => Rendezvous;
  readonly openConnection: OpenConnection;
  readonly lineProbe: LineProbe;
  /** The invite of an `invited` contact will not be welcomed any more. */
  readonly refused: (failure: Failure) => void;
  /** Somebody whose changed key waits for a decision tried to reach me. */
  readonly turnedAway: (contact: Contact) => void;
}

export interface OpenedNetwork {
  readonly calls: Calls;
  readonly rooms: Rooms;
  readonly drops: Drops;
  readonly allowances: Allowances;
  readonly shares: Shares;
  readonly chat: Chat;
  readonly presence: Peers['presence'];
  readonly reachability: Mailbox['reachability'];
  readonly doctor: OpenedDoctor;
  readonly byHand: ByHand;
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

/** My present name; the one of the beginning while main cannot say. */
const nameReader = (host: Host, identity: Identity) => async (): Promise<string> => {
  const now = await host.readIdentity();
  return now.state === 'ready' ? now.identity.name : identity.name;
};

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

interface Parts {
  readonly identity: Identity;
  readonly people: KnownPeople;
  readonly mailbox: Mailbox;
  readonly doctor: Doctor;
  readonly scope: Scope;
}

/** Links with contacts, also by hand, and with others as long as a room is a reason to; rooms over them; signals through members. */
function openLinks(deps: NetworkDeps, parts: Parts, openConnection: (isPolite: boolean) => Connection) {
  const { host, clock, random, media, screen, recorder, watchOwnLevel } = deps;
  const { identity, people, mailbox, doctor, scope } = parts;
  const self = identity.peerId;
  const isAccepted = (peerId: PeerId): boolean => {
    const obstacle = people.obstacle(peerId);
    const isStranger = obstacle === 'contact-unknown' || obstacle === 'contact-not-accepted';
    return obstacle === null || (isStranger && rooms.isRoomPerson(peerId));
  };
  const listened = doctor.listenedMailbox;
  const peers: Peers = new Peers({ self, mailbox: listened, host, openConnection, isAccepted, clock, random, scope });
  doctor.follow(peers);
  const obstacle = (peerId: PeerId): FailureCode | null => people.obstacle(peerId);
  const byHand = new ByHand({ ...deps, self, peers, mailbox, openConnection, obstacle, scope });
  const rooms: Rooms = new Rooms({
    ...deps,
    self,
    readName: nameReader(host, identity),
    peers,
    mailbox,
    mayRing: (peerId) => people.obstacle(peerId) === null,
    openMedia: (stay) => new RoomMedia({ self, media, screen, clock, watchOwnLevel, scope: stay }),
    openRecording: (stay) => new RoomRecording({ host, recorder, clock, self, scope: stay }),
    scope,
  });
  const mutual = new MutualRendezvous({
    peers,
    clock,
    random,
    mayCarry: (from, to) => rooms.mayCarry(from, to),
    carriersFor: (to) => rooms.carriersFor(to),
    scope,
  });
  return { peers, byHand, rooms, mutual };
}

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

/** What is taken without asking: from contacts, up to a size, and nothing that could run. */
const takesAtOnce =
  (people: KnownPeople, allowances: Allowances) =>
  (from: PeerId, files: readonly FileEntry[]): boolean => {
    const contact = people.obstacle(from) === null ? people.get(from) : undefined;
    const bytes = files.reduce((sum, { size }) => sum + size, 0);
    const isHarmless = files.every(({ path }) => fileKind(path.at(-1) ?? '') !== 'program');
    return contact !== undefined && isHarmless && allowances.takesAtOnce(contact.contactId, bytes);
  };

/** Files to and from everybody with a link; slower while this person talks with somebody. */
function openDrops(
  { host, content, sha256, clock, random, lineCost }: NetworkDeps,
  {
    identity,
    people,
    scope,
    ...parts
  }: Omit<Parts, 'mailbox' | 'doctor'> & { peers: Peers; lanes: BulkLanes; rooms: Rooms; calls: Calls },
): { drops: Drops; allowances: Allowances; shares: Shares } {
  const { peers, lanes, rooms, calls } = parts;
  const allowances = new Allowances(host);
  void allowances.load().catch(() => undefined); // everybody is asked about then
  const nameOf = (peerId: PeerId): string => {
    if (peerId === identity.peerId) return identity.name;
    const members = rooms.store.snapshot.current?.members ?? [];
    return people.get(peerId)?.name ?? members.find((member) => member.peerId === peerId)?.name ?? '';
  };
  const takes = takesAtOnce(people, allowances);
  const tally = new Tally({ clock, keep: async (counts) => await host.noteTransfers({ counts }), scope });
  const drops: Drops = new Drops({
    self: identity.peerId,
    nameOf,
    peers,
    lanes,
    content,
    sha256,
    clock,
    random,
    acceptsAtOnce: (from, offer) => takes(from, offer.entries) || shares.isWanted(from, offer),
    isShared: (dropId) => shares.isAskedFor(dropId),
    counted: (peerId, sentBytes, receivedBytes) => tally.note(peerId, sentBytes, receivedBytes),
    isTalking: () => rooms.hasMedia || calls.store.snapshot.phase === 'active',
    scope,
  });
  const shares = openShares({ host, peers, clock, random, sha256, people, drops, scope });
  scope.onEnd(host.on('placeWanted', ({ dropId, file, block }) => drops.want(dropId, file, block)));
  heedLine({ host, drops, lineCost, clock, scope });
  return { drops, allowances, shares };
}

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
  const { peers, byHand, rooms, mutual } = openLinks(deps, parts, openConnection);
  const lanes = new BulkLanes({ peers, clock, scope });
  const calls = openCalls(deps, { people, peers, rooms, scope });
  const { drops, allowances, shares } = openDrops(deps, { identity, people, peers, lanes, rooms, calls, scope });
  const chat = new Chat({ host, peers, clock, scope });
  leaveCallCards({ calls, chat, scope });
  const probe = deps.lineProbe;
  const doctor = openDoctor({ doctor: links, calls, current, mailbox, probe, clock, scope });
  stopTakenBackFiles({ chat, drops, scope });
  const isFriend = (peerId: PeerId): boolean => people.obstacle(peerId) === null;
  new Custody({ host, peers, clock, scope, isFriend });
  new Vault({ host, peers, lanes, clock, scope, isFriend });
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
    byHand.recheck();
    introductions.follow(current);
  };
  const register = (): void => {
    const open = deps.openRendezvous;
    const { rendezvous, isNearbyOn } = current.config;
    const servers = rendezvous.map((server) => ({ rendezvous: open(identity.peerId, server), scope: server.scope }));
    const nearby = isNearbyOn ? [{ rendezvous: deps.openNearby(), scope: 'nearby' as const }] : [];
    mailbox.use([...servers, ...nearby, { rendezvous: mutual.open(), scope: null }]);
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
  const close = (): void => scope.end();
  return { calls, rooms, chat, drops, allowances, shares, presence, reachability, doctor, byHand, repairAll, close };
}
