// What the rooms need from outside, and the two parts of a room that others build: its media and its recording.
import type { PeerId } from '#shared/identity';
import type { RecordingId, RoomId } from '#shared/room';
import type { Subscribable } from '#core/base/emitter';
import type { Scope } from '#core/base/scope';
import type { ReadableStore } from '#core/base/store';
import type { OwnRecording, TracksByMember } from '#core/conference/snapshot';
import type { Mailbox } from '#core/peers/mailbox';
import type { Peers } from '#core/peers/peers';
import type { Session } from '#core/peers/session';
import type { Clock, Host, LocalMedia, LocalMediaSnapshot, RandomBytes, ScreenSource } from '#core/ports';

export type RoomHost = Pick<
  Host,
  | 'openRoom'
  | 'makeRoomLink'
  | 'inspectRoomLink'
  | 'enterRoom'
  | 'reopenRoom'
  | 'standAtDoor'
  | 'leaveDoor'
  | 'closeRoom'
  | 'actInRoom'
  | 'checkRoomPass'
  | 'applyRosterEntries'
  | 'listRosterEntries'
  | 'signConsent'
>;

export interface SentMedia {
  readonly microphone: boolean;
  readonly camera: boolean;
  readonly screen: boolean;
  readonly screenAudio: boolean;
  readonly isHolding: boolean;
}

/** Fills the lanes of the members' links and gathers what comes in them. */
export interface RoomMediaPart {
  /** Members with an open proven link. */
  setLinks(links: ReadonlyMap<PeerId, Session>): void;
  setRemote(states: ReadonlyMap<PeerId, SentMedia>): void;
  /** What they look at of mine, px; 0 when it is not seen. */
  setWatched(peerId: PeerId, heights: { video: number; screen: number }): void;
  setHeld(isHeld: boolean): void;
  /** To whom I carry whose voice. */
  carryOut(plan: ReadonlyMap<PeerId, PeerId>): void;
  /** Whose voice comes through whom. */
  carryIn(plan: ReadonlyMap<PeerId, PeerId>): void;
  readonly tracks: ReadableStore<TracksByMember>;
  readonly speaker: ReadableStore<PeerId | null>;
  /** The number by which I took the floor last; 0 while I never did. */
  readonly ownTurn: number;
  /** A member takes the floor. False for a claim that no honest member can make. */
  receiveFloor(from: PeerId, turn: number): boolean;
  /** Somebody claims to be loud and is not; I took the floor, and all others are to be told. */
  readonly events: Subscribable<{ levelRefused: PeerId; floorTaken: number }>;
  close(): void;
}

export interface RecordingStart {
  readonly roomId: RoomId;
  readonly name: string;
  /** Everybody inside, me among them. */
  readonly members: readonly { readonly peerId: PeerId; readonly name: string }[];
  readonly perSpeaker: boolean;
  readonly tracks: ReadableStore<TracksByMember>;
  readonly own: ReadableStore<LocalMediaSnapshot>;
  /** Asks a member for their consent. */
  readonly ask: (peerId: PeerId, recordingId: RecordingId) => void;
}

/** The recording that this person makes of a room. */
export interface RecordingPart {
  readonly store: ReadableStore<OwnRecording>;
  /** A consent that was not genuine. */
  readonly events: Subscribable<{ consentRefused: PeerId }>;
  start(options: RecordingStart): void;
  receiveConsent(from: PeerId, recordingId: RecordingId, consent: Uint8Array | null): void;
  memberJoined(peerId: PeerId, name: string): void;
  memberLeft(peerId: PeerId): void;
  /** Pauses while the room is held. */
  setHeld(isHeld: boolean): void;
  pause(): void;
  resume(): void;
  stop(): void;
}

export interface RoomsDeps {
  readonly self: PeerId;
  /** My present name. */
  readonly readName: () => Promise<string>;
  readonly host: RoomHost;
  readonly peers: Pick<Peers, 'reach' | 'session' | 'events' | 'dropUnaccepted' | 'greet'>;
  readonly mailbox: Pick<Mailbox, 'requestRoom' | 'events'>;
  readonly media: LocalMedia;
  readonly screen: ScreenSource;
  readonly clock: Clock;
  readonly random: RandomBytes;
  /** An accepted contact: may ring me into rooms. */
  readonly mayRing: (peerId: PeerId) => boolean;
  readonly openMedia: (scope: Scope) => RoomMediaPart;
  readonly openRecording: (scope: Scope) => RecordingPart;
  readonly scope: Scope;
}
