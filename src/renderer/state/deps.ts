// What the state layer needs from outside. compose.ts builds it from core and adapters; tests and the gallery from fakes.
import type { CallId, EndReason } from '#shared/call-record';
import type { ContactId } from '#shared/contact';
import type { Host } from '#shared/contract';
import type { AppInfo } from '#shared/contract/self-calls';
import type { DropId } from '#shared/drop';
import type { FailureCode } from '#shared/failure';
import type { Identity, PeerId } from '#shared/identity';
import type { RecordingId, RoomDoor, RoomId } from '#shared/room';
import type { Settings } from '#shared/settings';
import type { InferOutput } from 'valibot';
import type { Subscribable } from '#core/base/emitter';
import type { ReadableStore } from '#core/base/store';
import type { Chat } from '#core/chat/chat';
import type { CallSnapshot } from '#core/call/snapshot';
import type { CastsSurface } from '#core/cast/snapshot';
import type { EnterOptions, RoomEvents, RoomGlance, RoomsSnapshot } from '#core/conference/snapshot';
import type { LineCheckState } from '#core/doctor/line-check';
import type { Case, LinkRecord } from '#core/doctor/record';
import type { DropSnapshot } from '#core/drop/snapshot';
import type { ByHand } from '#core/peers/by-hand';
import type { GivenFile, PlayableFile, ReadableFile } from '#core/ports/content';
import type { Clock, ConnectionStats, DeviceControl, EchoTest, LocalMedia, Tones, LineCost } from '#core/ports';
import type { CastSource, OpenLiveEncoder } from '#core/ports/live';
import type { SpokenDrafts, VoicePlayer, VoiceRecorder } from '#core/ports/voice';
import type { Relays } from '#core/relay/relays';
import type { Shares } from '#core/shares/shares';
import type { PresenceMap, Reachability } from '#core/peers/presence';
import type { MediaView } from '#state/media-view';
import type { ScreenPicker } from '#state/screen-picker.svelte';

export type AppFacts = InferOutput<typeof AppInfo>;

/** A call that is over, as the core tells it. */
export interface EndedCall {
  readonly peerId: PeerId;
  readonly callId: CallId;
  readonly direction: 'incoming' | 'outgoing';
  readonly video: boolean;
  readonly startedAt: number;
  readonly talkedMs: number;
  readonly reason: EndReason;
  readonly wasAnswered: boolean;
}

/** The part of the core's Calls that the UI drives. */
export interface CallsPort {
  readonly store: ReadableStore<CallSnapshot>;
  readonly remoteTracks: ReadableStore<{ readonly audio: unknown; readonly video: unknown }>;
  readonly stats: ReadableStore<ConnectionStats | null>;
  readonly spoken: ReadableStore<readonly string[] | null>;
  readonly events: Subscribable<{ ended: EndedCall }>;
  call(peerId: PeerId, options: { video: boolean }): Promise<void>;
  answer(options: { video: boolean }): Promise<void>;
  decline(note: string | null): void;
  hangUp(): void;
  dismiss(): void;
  setMuted(isMuted: boolean): void;
  setCamera(isOn: boolean): Promise<void>;
  rejoin(callId: CallId, peerId: PeerId, options: { video: boolean }): Promise<void>;
}

/** The part of the core's Rooms that the UI drives. What goes wrong inside a room shows in its snapshot. */
export interface RoomsPort {
  readonly store: ReadableStore<RoomsSnapshot>;
  readonly events: Subscribable<RoomEvents>;
  /** A new room, with me inside it as its first member. Another room is held meanwhile. */
  open(name: string, options: EnterOptions): Promise<RoomId>;
  /** Through a link that was inspected; resolves when inside, waiting at a locked door, or ended. */
  enter(link: string, options: EnterOptions): Promise<RoomId>;
  reopen(roomId: RoomId, options: EnterOptions): Promise<RoomId>;
  /** Ends the stay in the current room; the others go on. */
  leave(): void;
  /** What is seen from the door I stand at; null at none. */
  readonly glance: ReadableStore<RoomGlance | null>;
  /** Asks who is inside until `leaveDoor` or until I am on the way in; a gesture of this person, or a contact's ring. */
  standAtDoor(door: RoomDoor): void;
  leaveDoor(): void;
  /** An ended room makes way. */
  dismiss(): void;
  /** Takes the held room back, and holds the current one. */
  resume(roomId: RoomId): void;
  hold(): void;
  makeLink(hours: number): Promise<{ link: string; expiresAt: number }>;

  ring(peerId: PeerId): void;
  stopRinging(peerId: PeerId): void;
  /** Says no to somebody who asks me in; to accept is `enter` with the ring's link. */
  declineRing(roomId: RoomId): void;

  admit(peerId: PeerId): void;
  declineKnock(peerId: PeerId): void;
  /** My voice for removing somebody. */
  remove(peerId: PeerId): void;
  setLocked(isLocked: boolean): void;
  askMute(peerId: PeerId): void;

  setMuted(isMuted: boolean): void;
  setCamera(isOn: boolean): Promise<void>;
  /** Asks which screen; fails as `ScreenSource.open` does. */
  shareScreen(): Promise<void>;
  stopSharing(): void;
  setHand(isRaised: boolean): void;
  react(reaction: string): void;
  /** False when it could not be said: too long, or too many at once. */
  say(text: string): boolean;
  /** How tall a member's pictures are shown here, px; 0 when they are not seen. */
  watch(peerId: PeerId, heights: { video: number; screen: number }): void;
  /** Whether I lend bandwidth to members who cannot connect. */
  setCarries(isCarrying: boolean): void;

  /** Asks everybody, and records when all agreed: one mixed file, or a file per speaker. */
  record(options: { perSpeaker: boolean }): void;
  pauseRecording(): void;
  resumeRecording(): void;
  stopRecording(): void;
  answerConsent(peerId: PeerId, recordingId: RecordingId, agrees: boolean): void;
}

/** The part of the core's Chat that the UI drives. */
export type ChatPort = Pick<Chat, keyof Chat>;

/** The part of the core's Drops that the UI drives. What fails about a drop shows in the store. */
export interface DropsPort {
  readonly store: ReadableStore<readonly DropSnapshot[]>;
  readonly events: Subscribable<{ asked: DropId; finished: DropId; failed: { dropId: DropId; code: FailureCode } }>;
  /** Resolves once it is in the store; reading it goes on. */
  send(
    files: readonly GivenFile[],
    to: { readonly people: readonly PeerId[]; readonly roomId: RoomId | null },
  ): Promise<DropId>;
  /** The files of a drop that is `detached`, chosen again. */
  giveAgain(dropId: DropId, files: readonly GivenFile[]): Promise<void>;
  accept(dropId: DropId): void;
  decline(dropId: DropId): void;
  pause(dropId: DropId): void;
  resume(dropId: DropId): void;
  cancel(dropId: DropId): void;
  retry(dropId: DropId): void;
  clear(dropId: DropId): void;
  /** Their Roundtable is older than file drop. */
  unavailableAt(peerId: PeerId): boolean;
}

/** The part of the core's Shares that the UI drives. */
export type SharesPort = Pick<Shares, 'news' | 'unavailableAt' | 'list' | 'search' | 'obtain'> & {
  readonly waiting: Pick<Shares['waiting'], 'store' | 'events' | 'remove'>;
};

/** The part of the core's Casts that the UI drives. */
export type CastsPort = CastsSurface;

/** The part of the core's ByHand that the UI drives. What goes wrong later shows in the store. */
export type ByHandPort = Pick<ByHand, 'store' | 'offer' | 'take' | 'drop'>;

/** The part of the core's Relays that the UI shows. */
export interface RelaysPort extends Pick<Relays, 'helped' | 'via' | 'events'> {
  /** Passed on for friends this month. */
  readonly carriedBytes: ReadableStore<number>;
}

/** The part of the core's Doctor that the UI drives. */
export interface DoctorPort {
  of(peerId: PeerId): ReadableStore<LinkRecord>;
  /** Measures the link every second until the returned function is called. */
  watch(peerId: PeerId): () => void;
  servers(): Case['servers'];
  readonly line: { readonly store: ReadableStore<LineCheckState>; start(): Promise<void> };
}

/** Up to which size files of a contact are taken without asking. */
export interface AllowancesPort {
  readonly store: ReadableStore<ReadonlyMap<ContactId, number>>;
  set(contactId: ContactId, maxBytes: number | null): Promise<void>;
}

/** What a person dropped, pasted or chose, as files to give. Folders are read to their last file. */
export interface FileIntake {
  /** Called inside the event: a transfer is empty afterwards. */
  ofTransfer(transfer: DataTransfer): Promise<readonly GivenFile[]>;
  ofList(list: FileList): Promise<readonly GivenFile[]>;
  /** For the vault, which takes more files at once. Called inside the event. */
  readable(chosen: DataTransfer | FileList): Promise<readonly ReadableFile[]>;
  /** Of a finished picture: small enough to be shown, by its size and by the pixels its header names; else null. */
  preview(dropId: DropId): Promise<Blob | null>;
  /** A file that can be played, as far as it has come; null where it is not at hand. `position` counts the files of the drop. */
  play(dropId: DropId, position: number): Promise<PlayableFile | null>;
}

/** Everything that exists once there is an identity to be on the network with. */
export interface Network {
  readonly calls: CallsPort;
  readonly rooms: RoomsPort;
  readonly chat: ChatPort;
  readonly drops: DropsPort;
  readonly allowances: AllowancesPort;
  readonly shares: SharesPort;
  readonly casts: CastsPort;
  readonly presence: ReadableStore<PresenceMap>;
  readonly reachability: ReadableStore<readonly Reachability[]>;
  readonly doctor: DoctorPort;
  readonly byHand: ByHandPort;
  readonly relays: RelaysPort;
  /** Goes off the network for good: another window took over, or the identity was set aside. */
  close(): void;
}

/** The two texts the page keeps over a reload; sessionStorage in the app. */
export type TabMemory = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export interface AppDeps {
  readonly host: Host;
  readonly clock: Clock;
  readonly media: LocalMedia;
  readonly devices: DeviceControl;
  readonly tones: Tones;
  readonly echo: EchoTest;
  readonly voiceRecorder: VoiceRecorder;
  readonly voicePlayer: VoicePlayer;
  readonly spokenDrafts: SpokenDrafts;
  readonly castSource: CastSource;
  readonly openLiveEncoder: OpenLiveEncoder;
  readonly view: MediaView;
  readonly screenPicker: ScreenPicker;
  readonly intake: FileIntake;
  /** What the system says of the connection: whether it costs money. */
  readonly lineCost: ReadableStore<LineCost>;
  readonly memory: TabMemory;
  /** Small choices of this computer that last over restarts; localStorage in the app. */
  readonly kept: TabMemory;
  /**
   * Goes on the network as this person; called once the window is held, the identity is ready and the settings are read
   * (at start, after the first run, after a restore). Requests to contacts in state `invited`, greetings and the
   * rereading of the network config after `networkChanged` are its business, not the UI's.
   */
  readonly openNetwork: (identity: Identity, settings: Settings) => Promise<Network>;
}
