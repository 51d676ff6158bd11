// What the person's settings mean for the network: which servers may be contacted, with which credentials, by which paths.
import type { NetworkConfig, RendezvousServer } from '#shared/ice';
import type { Settings } from '#shared/settings';
import { parsePeerServer } from '#main/services/peer-server-address';
import { turnServer } from '#main/services/turn-credentials';

const maxRendezvous = 4;
const maxIceServers = 8;

export interface NetworkFacts {
  readonly settings: Settings;
  /** The PeerServer of this machine or network, nearest first. */
  readonly local: readonly RendezvousServer[];
  /** The token to register with at a server, the same after each start. */
  readonly tokenFor: (url: string) => string;
  readonly turnLabel: string;
  readonly nowMs: number;
}

/** Public servers stand in it only once the person said yes; servers of their own always. */
export function networkConfig({ settings, local, tokenFor, turnLabel, nowMs }: NetworkFacts): NetworkConfig {
  const isPublic = settings.reachInternet === 'on';
  const turn = settings.turnServers.map((server) => turnServer(server, turnLabel, nowMs));
  const stun = isPublic ? settings.stunServers.map((url) => ({ urls: [url] })) : [];
  const chosen = [...settings.ownPeerServers, ...(isPublic ? settings.publicPeerServers : [])].map(parsePeerServer);
  const servers = [...local, ...chosen].map(({ url, key, scope }) => ({ url, key, scope, token: tokenFor(url) }));
  return {
    iceServers: [...turn, ...stun].slice(0, maxIceServers),
    iceTransportPolicy: settings.relayOnly ? 'relay' : 'all',
    isNearbyOn: isNearbyOn(settings),
    isDhtOn: dhtNodes(settings).length > 0,
    rendezvous: [...new Map(servers.map((server) => [server.url, server])).values()].slice(0, maxRendezvous),
  };
}

/** The local network hears of this person only after they were asked how to be reached, and never while they hide their address. */
export const isNearbyOn = ({ reachInternet, findNearby, relayOnly }: Settings): boolean =>
  findNearby && reachInternet !== 'unanswered' && !relayOnly;

/** By way of which nodes the DHT is entered; none while it is not wanted, which is so unless public servers are. */
export const dhtNodes = ({ reachInternet, findByDht, relayOnly, dhtNodes: nodes }: Settings): readonly string[] =>
  findByDht && reachInternet === 'on' && !relayOnly ? nodes : [];

/** The settings a network config depends on. */
const relevant = [
  'reachInternet',
  'publicPeerServers',
  'stunServers',
  'turnServers',
  'ownPeerServers',
  'relayOnly',
  'findNearby',
  'findByDht',
  'dhtNodes',
  'portRange',
] as const satisfies readonly (keyof Settings)[];

export const isNetworkChange = (before: Settings, after: Settings): boolean =>
  relevant.some((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
