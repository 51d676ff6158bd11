// Everything the core needs from outside. Adapters implement these with browser powers; tests with fakes.
import type { Host } from '#shared/contract';
import type { NetworkConfig } from '#shared/ice';
import type { PeerId } from '#shared/identity';
import type { IceCandidate } from '#shared/signal';
import type { FailureCode } from '#shared/failure';
import type { Subscribable } from '#core/base/emitter';
import type { ReadableStore } from '#core/base/store';
import type { PathReading } from '#core/ports/diagnosis';

export type { Host };

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once after `delayMs`; returns its own cancel. */
  after(delayMs: number, callback: () => void): () => void;
}

/** Cryptographically strong randomness. */
export type RandomBytes = (length: number) => Uint8Array;

// ---- rendezvous -------------------------------------------------------------------------------------------------

export type RendezvousState =
  | { phase: 'connecting' }
  | { phase: 'open' }
  /** Retried by itself after `retryInMs`. */
  | { phase: 'down'; code: FailureCode; retryInMs: number }
  | { phase: 'closed' };

/** A dumb mailbox: puts a sealed blob into the mailbox of a peer id, and receives blobs. Knows nothing of their content. */
export interface Rendezvous {
  /** For people and logs, e.g. the server's address. */
  readonly name: string;
  readonly state: ReadableStore<RendezvousState>;
  readonly events: Subscribable<{ received: Uint8Array }>;
  /** Resolves when the rendezvous took it; fails `peer-unreachable` when it knows the peer is absent, `rendezvous-down` when it is not open. */
  send(to: PeerId, blob: Uint8Array, signal: AbortSignal): Promise<void>;
  /** The way to it may be gone without a word: makes sure that it answers, and opens it anew at once when it does not. */
  check(): void;
  close(): void;
}

/** Opens every rendezvous of a network config for one's own mailbox. */
export type OpenRendezvous = (self: PeerId, config: NetworkConfig['rendezvous'][number]) => Rendezvous;

// ---- connection -------------------------------------------------------------------------------------------------

export type ConnectionState = 'new' | 'connecting' | 'connected' | 'disconnected' | 'failed' | 'closed';

export type Description = { kind: 'offer' | 'answer'; sdp: string };

/** Opaque to the core; the adapters' MediaStreamTrack. */
export interface MediaTrack {
  readonly id: string;
  readonly kind: string;
}
export type MediaKind = 'audio' | 'video';

/**
 * The places for tracks in a connection: microphone, camera, what a shared screen shows and plays, and the voice of a third
 * person that is carried for a pair which cannot connect.
 */
export type Lane = 'audio' | 'video' | 'screen' | 'screen-audio' | 'carried';
export const lanes = ['audio', 'video', 'screen', 'screen-audio', 'carried'] as const satisfies readonly Lane[];
export type LaneTracks = Readonly<Record<Lane, MediaTrack | null>>;

/** How a picture may be encoded. The adapter turns the height into a divisor of what the source gives. */
export interface VideoLimits {
  /** False pauses the picture: nothing is encoded. */
  readonly isSent: boolean;
  readonly maxHeight: number;
  readonly maxBitsPerSecond: number;
  readonly maxFramesPerSecond: number;
}

/** In force until `limitVideo` is called; whoever limits a lane for a time leaves it at these. */
export const usualLimits: Readonly<Record<'video' | 'screen', VideoLimits>> = {
  video: { isSent: true, maxHeight: Infinity, maxBitsPerSecond: 1_700_000, maxFramesPerSecond: 30 },
  screen: { isSent: true, maxHeight: Infinity, maxBitsPerSecond: 2_500_000, maxFramesPerSecond: 30 },
};

/** How the packets travel, for people: RFC 8445 candidate types of the selected pair, and what getStats measured. */
export interface ConnectionStats {
  readonly localCandidate: 'host' | 'srflx' | 'prflx' | 'relay' | null;
  readonly remoteCandidate: 'host' | 'srflx' | 'prflx' | 'relay' | null;
  readonly protocol: 'udp' | 'tcp' | null;
  readonly roundTripMs: number | null;
  /** Share of remote audio packets lost since the last reading, 0-1. */
  readonly lossRatio: number | null;
  readonly jitterMs: number | null;
  readonly audioCodec: string | null;
  readonly videoCodec: string | null;
  readonly sentBitsPerSecond: number | null;
  readonly receivedBitsPerSecond: number | null;
  readonly framesDecoded: number;
  readonly audioBytesReceived: number;
  /** Mean loudness of what was decoded in the audio lane since the last reading, 0-1 (RMS); null until measured. */
  readonly heardLevel: number | null;
  /** What the congestion control thinks can be sent, bit/s. */
  readonly availableBitsPerSecond: number | null;
}

export interface ConnectionEvents {
  /** To be signalled to the other side. */
  described: Description;
  gathered: IceCandidate;
  /** No further candidate of the last description will come. */
  gatheringEnded: undefined;
  /** The control channel can carry messages. */
  controlOpened: undefined;
  controlReceived: Uint8Array;
  /** The control channel closed, or a text message or an oversized one came. */
  controlBroken: FailureCode;
  /** A message of the bulk channel; its bytes are the listener's to keep. */
  bulkReceived: Uint8Array<ArrayBuffer>;
  /** The bulk channel opened, or what waits in it fell below `paces.bulkLowWaterBytes`. */
  bulkDrained: undefined;
  /** As `controlBroken`, of the bulk channel. */
  bulkBroken: FailureCode;
  /** As of the bulk channel, with the limits of `live`. Messages may overtake each other. */
  liveReceived: Uint8Array<ArrayBuffer>;
  liveDrained: undefined;
  liveBroken: FailureCode;
  /** As of the bulk channel, with the limits of `relay`: sealed messages of others that this link carries, or of mine. */
  relayReceived: Uint8Array<ArrayBuffer>;
  relayDrained: undefined;
  relayBroken: FailureCode;
}

/**
 * One RTCPeerConnection for a pair of people, or a tunnel through a friend. All its lanes (transceivers) are negotiated with the first offer and stay
 * empty, so that a call, a room or a shared screen only puts tracks into them.
 */
export interface Connection {
  readonly state: ReadableStore<ConnectionState>;
  readonly events: Subscribable<ConnectionEvents>;
  /** Tracks that arrive; to be played only once the peer is proven and a call is accepted. */
  readonly remoteTracks: ReadableStore<LaneTracks>;
  /** Makes the first offer. The answering side calls `accept` with that offer instead. */
  offer(): Promise<void>;
  /** Perfect negotiation (W3C webrtc-pc section 10.7): rolls back or ignores by politeness. */
  accept(description: Description): Promise<void>;
  addCandidates(candidates: readonly IceCandidate[]): Promise<void>;
  /** Offers a search for a new path, also in place of an offer of ours that has no answer yet. */
  restartIce(): void;
  /** SHA-256 fingerprints of both DTLS certificates as this side sees them, never as signalled; of both keys where a friend carries it. */
  fingerprints(): Promise<{ local: Uint8Array; remote: Uint8Array }>;
  /** False when the channel is not open or full; the message was not sent then. */
  sendControl(message: Uint8Array): boolean;
  /** False when the channel is not open or `paces.bulkHighWaterBytes` wait in it; nothing was sent then. */
  sendBulk(message: Uint8Array<ArrayBuffer>): boolean;
  /** What was put into it and is not on its way yet, bytes. */
  readonly bulkWaitingBytes: number;
  /** False when the channel is not open or `paces.liveHighWaterBytes` wait in it; nothing was sent then. */
  sendLive(message: Uint8Array<ArrayBuffer>): boolean;
  /** False when the channel is not open or `limits.relayHighWaterBytes` wait in it; nothing was sent then. */
  sendRelay(message: Uint8Array<ArrayBuffer>): boolean;
  /** Puts a track into the lane, or empties it. */
  setTrack(lane: Lane, track: MediaTrack | null): Promise<void>;
  limitVideo(lane: 'video' | 'screen', limits: VideoLimits): void;
  /** Loudness the sender wrote into the last packet of the lane (RFC 6464), 0-1; cheap, and only a claim. Null when silent. */
  claimedLevel(lane: 'audio' | 'carried'): number | null;
  /** How long ago the last sound that arrived in the audio lane was played, ms; null when none was in the last seconds. */
  soundAgeMs(): number | null;
  stats(): Promise<ConnectionStats>;
  /** Which way was found or is looked for; disturbs nobody who reads `stats`. */
  diagnose(): Promise<PathReading>;
  /**
   * The beginning of the address the other end is seen at: three bytes of IPv4, 48 bits of IPv6; `here` in this machine's own network. Null where
   * it is not seen: through a relay or a friend, or private. Not for people, logs or reports.
   */
  network(): Promise<string | null>;
  close(): void;
}

export interface ConnectionOptions {
  /** As it is now: credentials change, and so may what the person wants. Read before each search for a path. */
  readonly ice: () => Pick<NetworkConfig, 'iceServers' | 'iceTransportPolicy'>;
  /** The polite side yields when both describe at once. */
  readonly isPolite: boolean;
  /** It has no lanes: nothing is seen or heard over it. */
  readonly isDataOnly?: boolean;
}
export type OpenConnection = (options: ConnectionOptions) => Connection;

// ---- the line ---------------------------------------------------------------------------------------------------

/** What the system says of the connection; most say nothing. */
export type LineCost = 'metered' | 'unmetered' | 'unknown';

// ---- local media ------------------------------------------------------------------------------------------------

export type SourceState =
  | { phase: 'off' }
  | { phase: 'opening' }
  | { phase: 'live'; deviceId: string; label: string }
  | { phase: 'failed'; code: FailureCode };

export interface LocalMediaSnapshot {
  readonly microphone: SourceState;
  readonly camera: SourceState;
  /** Its picture is smaller or slower than it could be, because the processor has too much to do. */
  readonly isCameraEased: boolean;
  readonly isMuted: boolean;
  /** What goes into a link's lanes; replaced when a device or the noise suppression changes. */
  readonly audioTrack: MediaTrack | null;
  readonly videoTrack: MediaTrack | null;
}

/** The person's own microphone and camera. Every open* comes from a gesture of this person, never from a message. */
export interface LocalMedia {
  readonly store: ReadableStore<LocalMediaSnapshot>;
  /** Resolves when live or failed (see the snapshot); never rejects for a missing, busy or denied device. */
  openMicrophone(): Promise<void>;
  openCamera(): Promise<void>;
  closeCamera(): void;
  setMuted(isMuted: boolean): void;
  /** Stops every track: the device lights go off. */
  closeAll(): void;
}

// ---- screens ----------------------------------------------------------------------------------------------------

export interface SharedScreen {
  readonly video: MediaTrack;
  /** Null where the platform or the choice gives no sound. */
  readonly audio: MediaTrack | null;
}

/** A screen, window or tab that this person chose to show. */
export interface ScreenSource {
  readonly store: ReadableStore<SharedScreen | null>;
  /** Asks the person which; a gesture of theirs. Fails `screen-denied`, `screen-missing`, `aborted` when they chose none. */
  open(): Promise<void>;
  /** Also happens by itself when the person ends the sharing outside the app. */
  close(): void;
}

// ---- recording --------------------------------------------------------------------------------------------------

/** A sound to be recorded and the file it goes into; the sounds of one file are mixed. */
export interface RecordedSource {
  readonly file: string;
  readonly track: MediaTrack;
}

export interface SoundRecordingEvents {
  /** Whole Ogg pages (RFC 3533) of Opus (RFC 7845), to be appended to the file. A file begins with its headers. */
  encoded: { readonly file: string; readonly pages: Uint8Array<ArrayBuffer> };
  /** It cannot go on; what was encoded until then stands. */
  failed: FailureCode;
}

/** Files that all begin at the same moment and have the same pauses cut out: one place in them is one moment. */
export interface SoundRecording {
  readonly events: Subscribable<SoundRecordingEvents>;
  pause(): void;
  resume(): void;
  /** Resolves when the last pages have been given out. */
  stop(): Promise<void>;
}

export interface SoundRecorder {
  /**
   * Prepares to record, paused. A file that a source names later begins with silence up to then.
   * @param files recorded from the start, also while nothing sounds in them
   * @param bitsPerSecond of each file
   */
  open(options: {
    readonly files: readonly string[];
    readonly sources: ReadableStore<ReadonlyMap<string, RecordedSource>>;
    readonly bitsPerSecond: number;
  }): Promise<SoundRecording>;
}

// ---- devices ----------------------------------------------------------------------------------------------------

export interface Device {
  readonly deviceId: string;
  readonly label: string;
}

export interface Devices {
  readonly microphones: readonly Device[];
  readonly speakers: readonly Device[];
  readonly cameras: readonly Device[];
}

/** Choices take effect in a running call; null follows the system default. An unplugged device falls back to it. */
export interface DeviceControl {
  readonly devices: ReadableStore<Devices>;
  readonly noiseSuppression: ReadableStore<'off' | 'starting' | 'on' | 'failed'>;
  chooseMicrophone(deviceId: string | null): Promise<void>;
  chooseCamera(deviceId: string | null): Promise<void>;
  chooseSpeaker(deviceId: string | null): Promise<void>;
  setNoiseSuppression(isOn: boolean): Promise<void>;
  setEchoCancellation(isOn: boolean): Promise<void>;
}

/** Loudness of a source, 0-1 (linear, peak of the last 50 ms); for meters, outside reactive state. */
export type WatchLevel = (source: 'microphone' | 'remote', onLevel: (level: number) => void) => () => void;

export type Tone = 'incoming' | 'outgoing' | 'connected' | 'ended' | 'missed' | 'message' | 'muted' | 'unmuted';

/** Sounds of the app itself. Incoming and outgoing repeat until stopped. */
export interface Tones {
  play(tone: Tone, volume: number): () => void;
}

/** The contact that needs no network: plays the microphone back three seconds later. */
export interface EchoTest {
  readonly store: ReadableStore<
    | { readonly phase: 'off' }
    | { readonly phase: 'opening' }
    | { readonly phase: 'listening'; readonly heardAnything: boolean }
    | { readonly phase: 'failed'; readonly code: FailureCode }
  >;
  start(): Promise<void>;
  stop(): void;
  /** Level of what goes in (microphone) and what comes back, 0-1. */
  watchLevel(side: 'in' | 'out', onLevel: (level: number) => void): () => void;
}
