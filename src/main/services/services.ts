// Everything the main process does for the person, opened in order and closed in reverse. Knows no shell.
import { EventEmitter } from 'node:events';
import { chmod, mkdir } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { ChatChange } from '#shared/chat';
import type { Contact } from '#shared/contact';
import type { DhtState } from '#shared/dht';
import type { AppInfo } from '#shared/contract/self-calls';
import type { NetworkConfig, RendezvousServer } from '#shared/ice';
import type { PeerId } from '#shared/identity';
import type { NearbyState } from '#shared/nearby';
import type { Settings } from '#shared/settings';
import type { InferOutput } from 'valibot';
import { ByHand } from '#main/services/by-hand/by-hand';
import { toHex } from '#main/services/byte-layout';
import { CallHistory } from '#main/services/call-history';
import { systemClock, type Clock } from '#main/services/clock';
import { CarriedBytes } from '#main/services/carried-bytes';
import { Casts } from '#main/services/cast/casts';
import { Chats } from '#main/services/chats';
import { Contacts } from '#main/services/contacts';
import { Custody } from '#main/services/custody';
import { LeftWithFriends } from '#main/services/custody/left-with-friends';
import { Drops } from '#main/services/content/drops';
import type { WantedPlace } from '#main/services/content/played-files';
import type { Dht, DhtOptions } from '#main/services/dht/dht';
import { openDht } from '#main/services/dht/open-dht';
import { DropAllowances } from '#main/services/drop-allowances';
import { Database } from '#main/services/database';
import { Downloads } from '#main/services/downloads';
import { IdentityStore } from '#main/services/identity-store';
import { Invites } from '#main/services/invites';
import type { KeyProtector } from '#main/services/key-protector';
import { LinkProofs } from '#main/services/link-proof';
import { LogFile } from '#main/services/log-file';
import type { NearAddress } from '#main/services/nearby/near-addresses';
import { Nearby } from '#main/services/nearby/nearby';
import { isNearbyOn, networkConfig } from '#main/services/network-config';
import { lockProfile } from '#main/services/profile-lock';
import { Recordings } from '#main/services/recordings';
import { Rooms } from '#main/services/rooms';
import { Shares } from '#main/services/shares/shares';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';
import { SettingsStore } from '#main/services/settings-store';
import { Signals } from '#main/services/signals';
import { TransferTotals } from '#main/services/transfer-totals';
import { Vault, type VaultOptions } from '#main/services/vault/vault';

export interface ServicesOptions {
  /** The profile's own folder; made if absent, mode 0700. */
  readonly folder: string;
  readonly downloadsFolder: string;
  readonly protector: KeyProtector;
  readonly version: string;
  readonly shell: InferOutput<typeof AppInfo>['shell'];
  readonly platform: string;
  readonly profile: string;
  /** The PeerServers of this machine and network as they are now; tokens are filled in here. */
  readonly localRendezvous: () => readonly RendezvousServer[];
  /** This machine's addresses in private networks. */
  readonly nearAddresses: () => readonly NearAddress[];
  /** Brings the library of the DHT; the installed one when not given. */
  readonly loadDht?: DhtOptions['load'];
  readonly clock?: Clock;
  readonly random?: (length: number) => Uint8Array<ArrayBuffer>;
}

type ServiceEvents = EventEmitter<{
  contactsChanged: [Contact[]];
  settingsChanged: [Settings];
  networkChanged: [];
  chatsChanged: [ChatChange[]];
  custodyChanged: [];
  sharesChanged: [];
  vaultChanged: [];
  nearbyChanged: [NearbyState];
  nearbyReceived: [Uint8Array<ArrayBuffer>];
  nearbyFound: [PeerId];
  dhtChanged: [DhtState];
  dhtReceived: [Uint8Array<ArrayBuffer>];
  invitesChanged: [];
  placeWanted: [WantedPlace];
}>;

export interface Services {
  readonly appInfo: InferOutput<typeof AppInfo>;
  readonly events: ServiceEvents;
  readonly log: LogFile;
  readonly identity: IdentityStore;
  readonly settings: SettingsStore;
  readonly contacts: Contacts;
  readonly invites: Invites;
  readonly rooms: Rooms;
  readonly casts: Casts;
  readonly recordings: Recordings;
  readonly drops: Drops;
  readonly dropAllowances: DropAllowances;
  readonly transferTotals: TransferTotals;
  readonly carriedBytes: CarriedBytes;
  readonly shares: Shares;
  readonly signals: Signals;
  readonly byHand: ByHand;
  readonly proofs: LinkProofs;
  readonly calls: CallHistory;
  readonly chats: Chats;
  readonly custody: Custody;
  readonly vault: Vault;
  readonly downloads: Downloads;
  readonly nearby: Nearby;
  readonly dht: Dht;
  readonly clock: Clock;
  readonly readNetworkConfig: () => NetworkConfig;
  readonly close: () => void;
}

/**
 * Fails only `profile-in-use` or when the folder cannot be made. A damaged identity or settings are states to show, and a
 * damaged or busy database fails the calls that need it.
 */
export async function openServices(options: ServicesOptions): Promise<Services> {
  const { folder, clock = systemClock, random = secureRandom } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (process.platform !== 'win32') await chmod(folder, 0o700);
  const lock = lockProfile(folder);
  const log = new LogFile(join(folder, 'logs'), clock);
  const onTrouble = (detail: string): void => {
    log.write('error', 'identity.unreadable', { detail });
  };
  const identity = new IdentityStore({ folder, protector: options.protector, clock, random, onTrouble });
  const settings = new SettingsStore(folder, clock);
  await Promise.all([identity.load(), settings.load()]);
  if (settings.warning) log.write('warn', 'settings.damaged');
  const database = new Database(join(folder, 'roundtable.sqlite'));
  const { downloadsFolder } = options;
  const features = openFeatures({ identity, database, clock, random, log });
  const onWanted = (place: WantedPlace): boolean => features.events.emit('placeWanted', place);
  const drops = new Drops({ database, downloadsFolder, folder, clock, random, onWanted });
  const shares = openShares(features, drops, { database, folder, clock, random, log });
  const downloads = new Downloads(downloadsFolder);
  const left = new LeftWithFriends(database);
  const foundations = { identity, database, clock, random, log };
  const chats = openChats({ ...features, ...foundations }, { downloads, settings, left });
  const custody = openCustody({ ...features, ...foundations }, { chats, settings, left });
  const vaultPlaces = { folder: join(folder, 'vault'), profileFolder: folder, downloadsFolder };
  const vault = await openVault({ ...features, ...foundations, settings }, vaultPlaces);
  const nearby = openNearby({ ...features, ...foundations, settings }, options.nearAddresses);
  const dht = followInDht({ ...features, ...foundations, settings, load: options.loadDht });
  log.write('info', 'services.opened', { version: options.version, shell: options.shell, platform: options.platform });
  return {
    appInfo: { shell: options.shell, version: options.version, profile: options.profile, platform: options.platform },
    ...features,
    identity,
    settings,
    log,
    clock,
    drops,
    shares,
    recordings: new Recordings({ downloadsFolder, identity, clock, random }),
    downloads,
    chats,
    custody,
    vault,
    nearby,
    dht,
    readNetworkConfig: networkConfigReader(foundations, settings, options.localRendezvous),
    close() {
      features.events.removeAllListeners();
      nearby.announce(null);
      void dht.use([]);
      shares.close();
      vault.close();
      drops.close();
      database.close();
      log.write('info', 'services.closed');
      log.close();
      lock.release();
    },
  };
}

interface Foundations {
  readonly identity: IdentityStore;
  readonly database: Database;
  readonly clock: Clock;
  readonly random: (length: number) => Uint8Array<ArrayBuffer>;
  readonly log: LogFile;
}

function openFeatures({ identity, database, clock, random, log }: Foundations) {
  const events: ServiceEvents = new EventEmitter();
  const contacts = new Contacts({
    database,
    clock,
    random,
    onChange: announceLater(() => events.emit('contactsChanged', contacts.list()), log),
  });
  const onChange = announceLater(() => events.emit('invitesChanged'), log);
  const invites = new Invites({ database, identity, contacts, clock, random, onChange });
  const rooms = new Rooms({ database, identity, contacts, clock, random });
  const casts = new Casts({ identity, contacts, clock, random });
  return {
    events,
    transferTotals: new TransferTotals({ database, clock }),
    carriedBytes: new CarriedBytes({ database, clock }),
    contacts,
    invites,
    rooms,
    casts,
    signals: new Signals({ identity, contacts, invites, rooms, casts, database, clock, random }),
    byHand: new ByHand({ identity, contacts, database, clock, random }),
    proofs: new LinkProofs({ identity, contacts, rooms, casts, clock, random }),
    calls: new CallHistory(database, contacts),
    dropAllowances: new DropAllowances(database, contacts),
  };
}

function openShares(
  { contacts, events }: ReturnType<typeof openFeatures>,
  { sources }: Drops,
  { log, ...rest }: Omit<Foundations, 'identity'> & { readonly folder: string },
): Shares {
  const onChange = announceLater(() => events.emit('sharesChanged'), log);
  return new Shares({ ...rest, contacts, sources, onChange });
}

function openChats(
  { contacts, events, identity, database, clock, random, log }: Foundations & ReturnType<typeof openFeatures>,
  { downloads, settings, left }: { downloads: Downloads; settings: SettingsStore; left: LeftWithFriends },
): Chats {
  const due: ChatChange[] = [];
  const announce = announceLater(() => events.emit('chatsChanged', due.splice(0)), log);
  return new Chats({
    database,
    identity,
    contacts,
    clock,
    random,
    downloads,
    left,
    readSettings: () => settings.settings.chat,
    onChange: (change) => {
      due.push(change);
      announce();
    },
  });
}

function openCustody(
  { contacts, events, identity, database, clock, random, log }: Foundations & ReturnType<typeof openFeatures>,
  { chats, settings, left }: { chats: Chats; settings: SettingsStore; left: LeftWithFriends },
): Custody {
  return new Custody({
    identity,
    database,
    clock,
    random,
    contacts,
    left,
    words: chats.carried,
    readSettings: () => settings.settings.custody,
    onKept: announceLater(() => events.emit('custodyChanged'), log),
  });
}

async function openVault(
  parts: Foundations & ReturnType<typeof openFeatures> & Pick<Services, 'settings'>,
  folders: Pick<VaultOptions, 'folder' | 'profileFolder' | 'downloadsFolder'>,
): Promise<Vault> {
  const { events, settings, log } = parts;
  const onChange = announceLater(() => events.emit('vaultChanged'), log, limits.vaultNewsMs);
  const readSettings = (): Settings['vault'] => settings.settings.vault;
  const vault = await Vault.open({ ...parts, ...folders, readSettings, onChange });
  vault.resume().catch((error: unknown) => {
    log.write('warn', 'vault.resume', { detail: error instanceof Error ? error.message : String(error) });
  });
  return vault;
}

function networkConfigReader(
  { identity, clock, random }: Foundations,
  settings: SettingsStore,
  local: () => readonly RendezvousServer[],
): () => NetworkConfig {
  const turnLabel = toHex(random(8));
  return () =>
    networkConfig({
      settings: settings.settings,
      local: local(),
      tokenFor: (url) => registrationToken(identity, url),
      turnLabel,
      nowMs: clock.now(),
    });
}

/** Follows what the person wants and who they are. */
function openNearby(
  parts: Foundations & Pick<Services, 'contacts' | 'events' | 'settings'>,
  addresses: () => readonly NearAddress[],
): Nearby {
  const { contacts, events, settings, identity, clock, random, log } = parts;
  let trouble = '';
  const nearby = new Nearby({
    clock,
    random,
    addresses,
    contacts: () => contacts.list().map(({ peerId }) => peerId),
    onBlob: (blob) => events.emit('nearbyReceived', blob),
    onFound: (peerId) => events.emit('nearbyFound', peerId),
    onChange: (state) => {
      log.write('info', 'nearby.changed', { state });
      events.emit('nearbyChanged', state);
    },
    onTrouble: ({ message }) => {
      if (message !== trouble) log.write('warn', 'nearby.trouble', { detail: message });
      trouble = message;
    },
  });
  const follow = (): void => {
    const isWanted = identity.state.state === 'ready' && isNearbyOn(settings.settings);
    nearby.announce(isWanted ? identity.keys.peerId : null);
  };
  events.on('networkChanged', follow);
  follow();
  return nearby;
}

function followInDht(
  parts: Foundations & Pick<Services, 'contacts' | 'invites' | 'events' | 'settings'> & Pick<DhtOptions, 'load'>,
): Dht {
  const { events } = parts;
  return openDht({
    ...parts,
    onBlob: (blob) => events.emit('dhtReceived', blob),
    onChange: (state) => events.emit('dhtChanged', state),
    onNetworkChange: (listener) => events.on('networkChanged', listener),
    onPeopleChange: (listener) => events.on('contactsChanged', listener).on('invitesChanged', listener),
  });
}

/** Once per turn or within so many milliseconds, and after the transaction that caused it has ended. */
function announceLater(announce: () => void, log: LogFile, withinMs = 0): () => void {
  let isDue = false;
  const now = (): void => {
    isDue = false;
    try {
      announce();
    } catch (error) {
      log.write('error', 'change.unannounced', { detail: error instanceof Error ? error.message : String(error) });
    }
  };
  return () => {
    if (isDue) return;
    isDue = true;
    if (withinMs > 0) setTimeout(now, withinMs).unref();
    else queueMicrotask(now);
  };
}

/** The same for a server after each start, so that it gives the mailbox back at once; it tells no two servers apart who we are. */
function registrationToken(identity: IdentityStore, url: string): string {
  if (identity.state.state !== 'ready') return toHex(secureRandom(16));
  return toHex(identity.keys.deriveSecret('roundtable/rendezvous-token/1', url).subarray(0, 16));
}

function secureRandom(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(randomBytes(length));
}
