// What the rooms look like from outside: one value. Loudness and tracks are not in it.
import type { FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { RecordingId, RoomId } from '#shared/room';
import type { PairState } from '#core/conference/messages';
import type { MediaTrack } from '#core/ports';

export interface RoomMember {
  readonly peerId: PeerId;
  readonly name: string;
  readonly isSelf: boolean;
  readonly isOpener: boolean;
  readonly joinedAtMs: number;
  /** How I fare with them; `self` for me. */
  readonly pair: PairState | 'self';
  /** Who carries their voice to me. */
  readonly through: PeerId | null;
  readonly microphone: boolean;
  readonly camera: boolean;
  readonly screen: boolean;
  readonly screenAudio: boolean;
  /** Place in the queue of raised hands, from 1; null when down. */
  readonly hand: number | null;
  readonly isHolding: boolean;
  readonly recording: 'no' | 'asking' | 'running' | 'paused';
  /** Their word on how they fare with others. */
  readonly pairs: readonly { readonly peerId: PeerId; readonly state: PairState; readonly through: PeerId | null }[];
  /** They broke the rules of the room: what they sent was refused. */
  readonly isSuspect: boolean;
}

export interface RoomLine {
  readonly id: string;
  readonly atMs: number;
  readonly from: PeerId;
  readonly name: string;
  readonly text: string;
}

/** The recording this person makes. */
export type OwnRecording =
  | { readonly phase: 'none' }
  /** Waits for consents. */
  | { readonly phase: 'asking'; readonly waitsFor: readonly PeerId[] }
  | {
      readonly phase: 'running' | 'paused';
      readonly recordingId: RecordingId;
      readonly sinceMs: number;
      readonly recordedMs: number;
      /** Why it paused by itself. */
      readonly code: FailureCode | null;
      /** Newcomers who have not agreed: it stays paused until they do, or leave. */
      readonly waitsFor: readonly PeerId[];
    }
  | {
      readonly phase: 'finished';
      readonly recordingId: RecordingId;
      readonly folder: string;
      readonly files: readonly string[];
    }
  /** Somebody said no, or it could not start. */
  | { readonly phase: 'refused'; readonly by: PeerId | null; readonly code: FailureCode | null };

export type RoomPhase =
  /** On the way in: the link's maker is being reached, or the answer awaited. */
  | { readonly phase: 'entering' }
  /** The room is locked; its members were asked. */
  | { readonly phase: 'knocking' }
  | { readonly phase: 'inside' }
  /** Inside, but neither heard nor hearing: something else has the microphone. */
  | { readonly phase: 'held' }
  | {
      readonly phase: 'ended';
      readonly reason: 'left' | 'removed' | 'declined' | 'elsewhere' | 'failed';
      readonly code: FailureCode | null;
    };

export interface RoomSnapshot {
  readonly roomId: RoomId;
  readonly name: string;
  readonly stage: RoomPhase;
  readonly sinceMs: number;
  readonly isLocked: boolean;
  /** In the order of seats, me among them. */
  readonly members: readonly RoomMember[];
  readonly knocks: readonly { readonly peerId: PeerId; readonly name: string }[];
  /** Who stands at my door and sees who is inside. */
  readonly lookers: readonly { readonly peerId: PeerId; readonly name: string }[];
  readonly votes: readonly { readonly peerId: PeerId; readonly by: readonly PeerId[] }[];
  /** Who holds the floor, the same on all sides; null while nobody has spoken. */
  readonly speaker: PeerId | null;
  readonly lines: readonly RoomLine[];
  readonly recording: OwnRecording;
  /** Somebody asks for my consent to be recorded. */
  readonly consentAskedBy: readonly { readonly peerId: PeerId; readonly recordingId: RecordingId }[];
  readonly contactsRung: readonly { readonly peerId: PeerId; readonly state: 'ringing' | 'declined' | 'unreachable' }[];
}

/** What is seen of a room from its door. */
export type RoomGlance =
  | { readonly phase: 'asking' }
  | {
      readonly phase: 'seen';
      readonly isLocked: boolean;
      /** In the order of seats. */
      readonly people: readonly {
        readonly peerId: PeerId;
        readonly name: string;
        readonly isOpener: boolean;
        readonly isRecording: boolean;
      }[];
    }
  /** Who is inside is not told. */
  | { readonly phase: 'locked' }
  /** Nobody answered who could tell. */
  | { readonly phase: 'away' }
  /** This door does not open. */
  | { readonly phase: 'over'; readonly code: FailureCode };

/** Somebody asks me into a room. */
export interface RoomRing {
  readonly roomId: RoomId;
  readonly from: PeerId;
  readonly name: string;
  readonly people: number;
  readonly link: string;
  readonly sinceMs: number;
}

export interface RoomsSnapshot {
  /** The room on the stage; another one may be held beside it. */
  readonly current: RoomSnapshot | null;
  readonly held: readonly RoomSnapshot[];
  readonly rings: readonly RoomRing[];
}

/** What happens once and is not state. */
export interface RoomEvents {
  joined: { roomId: RoomId; peerId: PeerId; name: string };
  left: { roomId: RoomId; peerId: PeerId; name: string; how: 'left' | 'lost' | 'removed' };
  reacted: { roomId: RoomId; peerId: PeerId; reaction: string };
  muteAsked: { roomId: RoomId; by: PeerId };
  refused: { roomId: RoomId; peerId: PeerId; what: 'entries' | 'level' | 'consent' | 'chat' };
}

/** What arrives of one member; a carried voice stands in `audio` of whose voice it is. */
export interface MemberTracks {
  readonly audio: MediaTrack | null;
  readonly video: MediaTrack | null;
  readonly screen: MediaTrack | null;
  readonly screenAudio: MediaTrack | null;
}
export type TracksByMember = ReadonlyMap<PeerId, MemberTracks>;

/** How I come into a room: devices are opened by this gesture and no other. */
export interface EnterOptions {
  readonly microphone: boolean;
  readonly camera: boolean;
}
