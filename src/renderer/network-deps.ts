// What the network needs from outside, and what its parts share.
import type { Contact } from '#shared/contact';
import type { Failure } from '#shared/failure';
import type { Identity } from '#shared/identity';
import type { Scope } from '#core/base/scope';
import type { ReadableStore } from '#core/base/store';
import type { WatchOwnLevel } from '#core/conference/own-level';
import type { Doctor } from '#core/doctor/doctor';
import type { Mailbox } from '#core/peers/mailbox';
import type {
  Clock,
  Host,
  LineCost,
  LocalMedia,
  OpenConnection,
  OpenRendezvous,
  RandomBytes,
  Rendezvous,
  ScreenSource,
  SoundRecorder,
} from '#core/ports';
import type { ContentStore, Sha256 } from '#core/ports/content';
import type { LineProbe } from '#core/ports/line-probe';
import type { LiveCrypto, OpenLiveEncoder, OpenLiveOutput } from '#core/ports/live';
import type { CreateTunnelKey } from '#core/ports/relay';
import type { KnownPeople } from './known-people';

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
  /** The mailbox in the DHT. */
  readonly openDht: () => Rendezvous;
  readonly openConnection: OpenConnection;
  readonly lineProbe: LineProbe;
  readonly liveCrypto: LiveCrypto;
  readonly openLiveOutput: OpenLiveOutput;
  readonly openLiveEncoder: OpenLiveEncoder;
  readonly createTunnelKey: CreateTunnelKey;
  /** The invite of an `invited` contact will not be welcomed any more. */
  readonly refused: (failure: Failure) => void;
  /** Somebody whose changed key waits for a decision tried to reach me. */
  readonly turnedAway: (contact: Contact) => void;
}

export interface Parts {
  readonly identity: Identity;
  readonly people: KnownPeople;
  readonly mailbox: Mailbox;
  readonly doctor: Doctor;
  readonly scope: Scope;
}

/** My present name; the one of the beginning while main cannot say. */
export const nameReader = (host: Host, identity: Identity) => async (): Promise<string> => {
  const now = await host.readIdentity();
  return now.state === 'ready' ? now.identity.name : identity.name;
};
