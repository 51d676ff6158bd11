// Everything a person can choose, with defaults. Stored by main; `version` rises with each shape, migrations live in main.
import * as v from 'valibot';
import { KeyCombination } from '#shared/key-combination';

export const settingsVersion = 12;

const ServerUrl = v.pipe(v.string(), v.maxLength(300));
const DeviceId = v.nullable(v.pipe(v.string(), v.maxLength(256)));

/** A name or IPv4 address and a port, with the address before it where a name may not be found. */
export const dhtNodePattern = /^(?:\d{1,3}(?:\.\d{1,3}){3}@)?[a-z0-9.-]{1,253}:\d{1,5}$/i;

const Limit = v.nullable(v.pipe(v.number(), v.integer(), v.minValue(64 * 1024), v.maxValue(1024 ** 3)));
const Minute = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_439));

const TurnServer = v.strictObject({
  urls: v.pipe(v.array(v.pipe(v.string(), v.regex(/^turns?:[^\s]{1,255}$/))), v.minLength(1), v.maxLength(4)),
  /** A shared secret makes short-lived credentials (the TURN REST scheme); else a fixed name and password. */
  auth: v.variant('kind', [
    v.strictObject({ kind: v.literal('secret'), secret: v.pipe(v.string(), v.minLength(1), v.maxLength(256)) }),
    v.strictObject({
      kind: v.literal('password'),
      username: v.pipe(v.string(), v.maxLength(256)),
      password: v.pipe(v.string(), v.maxLength(256)),
    }),
  ]),
});

export const Settings = v.strictObject({
  version: v.literal(settingsVersion),
  /** Whether public servers may be contacted. Until it is answered nothing leaves this machine (and, with --lan, this network); unless 'on', nothing leaves this network. */
  reachInternet: v.picklist(['unanswered', 'off', 'on']),
  publicPeerServers: v.pipe(v.array(ServerUrl), v.maxLength(2)),
  stunServers: v.pipe(v.array(v.pipe(v.string(), v.regex(/^stuns?:[^\s]{1,255}$/))), v.maxLength(4)),
  turnServers: v.pipe(v.array(TurnServer), v.maxLength(4)),
  /** PeerServers of one's own, contacted whatever reachInternet says. */
  ownPeerServers: v.pipe(v.array(ServerUrl), v.maxLength(2)),
  relayOnly: v.boolean(),
  /** Whether to find contacts on the local network, without any server; once `reachInternet` is answered, and not under `relayOnly`. */
  findNearby: v.boolean(),
  /** Whether to find contacts in the distributed hash table, without a server in common; only where `reachInternet` is on, and not under `relayOnly`. */
  findByDht: v.boolean(),
  /** Nodes by which the DHT is entered, as hyperdht writes them: `host:port` or `address@host:port`. None is as good as off. */
  dhtNodes: v.pipe(v.array(v.pipe(v.string(), v.regex(dhtNodePattern))), v.maxLength(4)),
  /** UDP ports WebRTC may use (desktop app only), or null for any. */
  portRange: v.nullable(
    v.strictObject({
      min: v.pipe(v.number(), v.integer(), v.minValue(1024)),
      max: v.pipe(v.number(), v.integer(), v.maxValue(65_535)),
    }),
  ),
  microphoneId: DeviceId,
  speakerId: DeviceId,
  cameraId: DeviceId,
  noiseSuppression: v.boolean(),
  echoCancellation: v.boolean(),
  /** Turns the microphone on and off from whatever program is in front (desktop app only); null for no such keys. */
  muteKeys: v.nullable(KeyCombination),
  theme: v.picklist(['system', 'light', 'dark', 'contrast']),
  ringtoneVolume: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  notifications: v.boolean(),
  /** What of a room is said to screen readers as it happens. */
  announcements: v.strictObject({
    joinedLeft: v.boolean(),
    chat: v.boolean(),
    reactions: v.boolean(),
    hands: v.boolean(),
  }),
  /** What others learn of my reading and writing. */
  chat: v.strictObject({
    typing: v.boolean(),
    delivered: v.boolean(),
    read: v.boolean(),
  }),
  /** Sealed messages for people who are away: whether I keep those of friends, and whether mine may be left with friends. */
  custody: v.strictObject({ keeps: v.boolean(), leaves: v.boolean() }),
  /** Pieces of a vault that keepers make again among themselves: whether I do so for those I keep for, and whether mine may be. */
  vault: v.strictObject({ mends: v.boolean(), isMended: v.boolean() }),
  /** What files may take of my line, bytes a second; null for all of it. Speech and pictures are not counted. */
  files: v.strictObject({
    uploadLimit: Limit,
    downloadLimit: Limit,
    /** When these limits hold, in minutes of the day as the clock on the wall shows it; null for always. */
    limitHours: v.nullable(v.strictObject({ from: Minute, to: Minute })),
    /** Nothing is given where the system says that the connection is metered. */
    pausesOnMetered: v.boolean(),
  }),
  /** What of my upload goes to others who watch the same cast, and whether it does where the connection is metered. */
  casts: v.strictObject({ lendShare: v.pipe(v.number(), v.minValue(0), v.maxValue(1)), lendsOnMetered: v.boolean() }),
  /** Links that a friend carries where two cannot connect: whether I carry those of friends, how much, and whether mine may be carried. */
  relay: v.strictObject({
    helps: v.boolean(),
    megabitsPerSecond: v.pipe(v.number(), v.minValue(0.1), v.maxValue(1_000)),
    gigabytesAMonth: v.pipe(v.number(), v.minValue(0.1), v.maxValue(10_000)),
    isHelped: v.boolean(),
  }),
});
export type Settings = v.InferOutput<typeof Settings>;

/** Any part of the settings; what is absent stays as it is. */
export const SettingsPatch = v.partial(v.omit(Settings, ['version']));
export type SettingsPatch = v.InferOutput<typeof SettingsPatch>;

export const defaultSettings: Settings = {
  version: settingsVersion,
  reachInternet: 'unanswered',
  publicPeerServers: ['wss://0.peerjs.com/'],
  stunServers: ['stun:stun.l.google.com:19302'],
  turnServers: [],
  ownPeerServers: [],
  relayOnly: false,
  findNearby: true,
  findByDht: true,
  dhtNodes: [
    '88.99.3.86@node1.hyperdht.org:49737',
    '142.93.90.113@node2.hyperdht.org:49737',
    '138.68.147.8@node3.hyperdht.org:49737',
  ],
  portRange: null,
  microphoneId: null,
  speakerId: null,
  cameraId: null,
  noiseSuppression: true,
  echoCancellation: true,
  muteKeys: null,
  theme: 'system',
  ringtoneVolume: 0.7,
  notifications: true,
  announcements: { joinedLeft: true, chat: true, reactions: true, hands: true },
  chat: { typing: true, delivered: true, read: true },
  custody: { keeps: false, leaves: true },
  vault: { mends: false, isMended: true },
  files: { uploadLimit: null, downloadLimit: null, limitHours: null, pausesOnMetered: true },
  casts: { lendShare: 0.25, lendsOnMetered: false },
  relay: { helps: false, megabitsPerSecond: 2, gigabytesAMonth: 10, isHelped: true },
};
