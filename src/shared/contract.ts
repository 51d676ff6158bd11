// The one contract between main and renderer. Main's handler table, the preload API, the web shell's socket and the
// renderer's type all derive from this object: a call forgotten anywhere is a compile error.
import * as v from 'valibot';
import { CallId, CallRecord } from '#shared/call-record';
import {
  ChatChange,
  ChatDigests,
  ChatDraft,
  ChatEntries,
  ChatEntryBytes,
  ChatMarks,
  ChatMessage,
  ChatVector,
  Conversation,
  ConversationId,
  EntryId,
  GroupAct,
  MayAdd,
  SearchHit,
  TimelineAt,
  TimelinePage,
  groupMembersMost,
  timelinePageMost,
} from '#shared/chat';
import { Contact, ContactId, SafetyNumber } from '#shared/contact';
import { HeaderBytes, blockBytes, maxFileBytes } from '#shared/content';
import {
  DropFacts,
  DropId,
  DropProgress,
  DropRecord,
  FileEntries,
  FileId,
  KeptDrop,
  SourceId,
  maxDropFiles,
} from '#shared/drop';
import type { FailureCode } from '#shared/failure';
import { NetworkConfig } from '#shared/ice';
import { DisplayName, Identity, IdentityState, PeerId } from '#shared/identity';
import { InviteId, InvitePreview, OpenInvite, inviteTextMaxLength } from '#shared/invite';
import { OfferedScreen, ScreenId } from '#shared/offered-screen';
import {
  EnteredRoom,
  KnownRoom,
  RecordingId,
  RoomDoor,
  RoomId,
  RoomLinkText,
  RoomName,
  RoomOutlook,
  RoomPreview,
  RosterAct,
  RosterChange,
  SignedConsent,
  SignedEntry,
} from '#shared/room';
import { KeyCombination } from '#shared/key-combination';
import { Settings, SettingsPatch } from '#shared/settings';
import { OpenedSignal, ProofResult, ProofStep, SealedBlob, SessionId, SessionSignal } from '#shared/signal';

const call = <I extends v.GenericSchema, O extends v.GenericSchema>(input: I, output: O) => ({
  input,
  output,
  isBulk: false,
});
/** Carries files: larger messages, and more of them a second. */
const bulk = <I extends v.GenericSchema, O extends v.GenericSchema>(input: I, output: O) => ({
  input,
  output,
  isBulk: true,
});
const nothing = v.undefined();
/** What of a message is shown outside the window. */
export const noticeTextLength = 200;
const BadgeCount = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(9999));
const InviteText = v.pipe(v.string(), v.maxLength(inviteTextMaxLength * 2));

export const AppInfo = v.strictObject({
  shell: v.picklist(['desktop', 'web']),
  version: v.string(),
  profile: v.string(),
  platform: v.string(),
});

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const LogEntry = v.strictObject({
  level: v.picklist(['info', 'warn', 'error']),
  /** Dotted, e.g. `link.opened`. */
  event: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9.-]{0,63}$/)),
  fields: v.optional(
    v.record(
      v.pipe(v.string(), v.maxLength(32)),
      v.union([v.pipe(v.string(), v.maxLength(200)), v.number(), v.boolean()]),
    ),
  ),
});

/** Blocks in one call. */
export const blocksPerCall = 4;
const BlockIndex = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(maxFileBytes / blockBytes - 1));
const Block = v.pipe(v.instance(Uint8Array), v.minLength(1), v.maxLength(blockBytes));

/** What is on this disk of a file: the header once it is known, a bit per block and per page of block hashes. */
const FileHoldings = v.strictObject({
  header: v.nullable(HeaderBytes),
  blocks: v.instance(Uint8Array),
  pages: v.instance(Uint8Array),
});

export const contract = {
  calls: {
    readAppInfo: call(nothing, AppInfo),
    /** Only one window of a profile may be on the network. `take` closes the other one's hold. */
    claimWindow: call(v.strictObject({ take: v.boolean() }), v.strictObject({ isHeld: v.boolean() })),

    readIdentity: call(nothing, IdentityState),
    createIdentity: call(v.strictObject({ name: DisplayName }), Identity),
    renameSelf: call(v.strictObject({ name: DisplayName }), Identity),
    /** 24 BIP-39 words that restore the identity. */
    readRecoveryWords: call(nothing, v.pipe(v.array(v.string()), v.length(24))),
    restoreIdentity: call(
      v.strictObject({ words: v.pipe(v.array(v.pipe(v.string(), v.maxLength(16))), v.length(24)), name: DisplayName }),
      Identity,
    ),
    /** Moves an unreadable identity aside (never deletes it) so that a new one can be made. Answers where it was kept. */
    setIdentityAside: call(nothing, v.strictObject({ keptAt: v.string() })),

    readSettings: call(
      nothing,
      v.strictObject({ settings: Settings, warning: v.nullable(v.literal('settings-damaged')) }),
    ),
    saveSettings: call(SettingsPatch, Settings),
    readNetworkConfig: call(nothing, NetworkConfig),

    listContacts: call(nothing, v.array(Contact)),
    renameContact: call(v.strictObject({ contactId: ContactId, alias: v.nullable(DisplayName) }), Contact),
    removeContact: call(v.strictObject({ contactId: ContactId }), nothing),
    setContactBlocked: call(v.strictObject({ contactId: ContactId, isBlocked: v.boolean() }), Contact),
    noteContactSeen: call(v.strictObject({ contactId: ContactId }), nothing),
    /** The name they call themself by now, as they said on a proven link. */
    noteContactName: call(v.strictObject({ contactId: ContactId, name: DisplayName }), nothing),
    readSafetyNumber: call(v.strictObject({ contactId: ContactId }), SafetyNumber),
    /** Stores exactly the key that produced the number that was compared; fails when it is not the contact's any more. */
    verifyContact: call(v.strictObject({ contactId: ContactId, peerId: PeerId }), Contact),
    /** Goes on with a changed key without comparing: the contact becomes unverified. */
    acceptChangedKey: call(v.strictObject({ contactId: ContactId, peerId: PeerId }), Contact),
    /** `newer` is the same person as `keep`, with another key: `keep` takes the key, `newer` goes. */
    mergeContacts: call(v.strictObject({ keep: ContactId, newer: ContactId }), Contact),

    createInvite: call(
      v.strictObject({ hours: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(720)) }),
      OpenInvite,
    ),
    listInvites: call(nothing, v.array(OpenInvite)),
    withdrawInvite: call(v.strictObject({ inviteId: InviteId }), nothing),
    inspectInvite: call(v.strictObject({ text: InviteText }), InvitePreview),
    acceptInvite: call(v.strictObject({ text: InviteText, replaces: v.nullable(ContactId) }), Contact),

    /** The sealed contact request of a contact in state `invited`. */
    sealRequest: call(v.strictObject({ contactId: ContactId }), v.strictObject({ to: PeerId, blob: SealedBlob })),
    sealSignal: call(v.strictObject({ to: PeerId, session: SessionId, message: SessionSignal }), SealedBlob),
    openSignal: call(v.strictObject({ blob: SealedBlob }), OpenedSignal),
    advanceProof: call(ProofStep, ProofResult),

    /** A new room with me inside it, not yet seated: `actInRoom` with `join` follows. */
    openRoom: call(v.strictObject({ name: RoomName }), EnteredRoom),
    /** A link into this room that anybody may use until it expires. Fails `room-unknown`. */
    makeRoomLink: call(
      v.strictObject({ roomId: RoomId, hours: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(720)) }),
      v.strictObject({ link: v.string(), expiresAt: v.number() }),
    ),
    inspectRoomLink: call(v.strictObject({ text: RoomLinkText }), RoomPreview),
    /** Keeps the pass of the link and lets its maker be linked with from now on. */
    enterRoom: call(v.strictObject({ text: RoomLinkText }), EnteredRoom),
    /** Opens a room of before again from what is kept on disk. */
    reopenRoom: call(v.strictObject({ roomId: RoomId }), EnteredRoom),
    /** At the door: the link's maker may be linked with until `leaveDoor`. Fails as `enterRoom` and `reopenRoom` do. */
    standAtDoor: call(RoomDoor, RoomOutlook),
    leaveDoor: call(nothing, nothing),
    listRooms: call(nothing, v.array(KnownRoom)),
    /** Nobody can be linked with for this room's sake any more; it stays in the list. */
    closeRoom: call(v.strictObject({ roomId: RoomId }), nothing),
    forgetRoom: call(v.strictObject({ roomId: RoomId }), nothing),
    /** For a link whose maker is no contact: asks them, sealed, to let signals of mine in. */
    sealRoomRequest: call(v.strictObject({ roomId: RoomId }), v.strictObject({ to: PeerId, blob: SealedBlob })),
    /** Signs and applies an entry of mine; fails `room-unknown`, `room-refused` when I may not. */
    actInRoom: call(v.strictObject({ roomId: RoomId, act: RosterAct }), RosterChange),
    /** Whether the pass somebody shows was made by a member of this room, for this room, and still holds. */
    checkRoomPass: call(
      v.strictObject({ roomId: RoomId, pass: SignedEntry }),
      v.strictObject({ verdict: v.picklist(['holds', 'expired', 'refused']) }),
    ),
    applyRosterEntries: call(
      v.strictObject({ roomId: RoomId, entries: v.pipe(v.array(SignedEntry), v.maxLength(64)) }),
      RosterChange,
    ),
    listRosterEntries: call(v.strictObject({ roomId: RoomId }), v.array(SignedEntry)),

    /** Signs my consent to be recorded by `recorder`. */
    signConsent: call(v.strictObject({ roomId: RoomId, recordingId: RecordingId, recorder: PeerId }), SignedConsent),
    /**
     * Makes a folder for an Ogg Opus file per track; `tracks` name the files, which begin with their first pages. Fails
     * `recording-folder`, `disk-full`.
     */
    startRecording: call(
      v.strictObject({
        roomId: RoomId,
        name: RoomName,
        tracks: v.pipe(v.array(DisplayName), v.minLength(1), v.maxLength(13)),
      }),
      v.strictObject({ recordingId: RecordingId }),
    ),
    /** A further speaker's file in a running recording that has one file per speaker; answers its index. */
    addRecordingTrack: call(
      v.strictObject({ recordingId: RecordingId, name: DisplayName }),
      v.strictObject({ track: v.pipe(v.number(), v.integer()) }),
    ),
    /**
     * Appends whole Ogg pages; what was answered is on disk. Fails `disk-full`, `recording-folder` (nothing was appended, and
     * the same may be tried again), `recording-refused` while no consent is kept.
     */
    appendRecording: call(
      v.strictObject({
        recordingId: RecordingId,
        track: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(12)),
        bytes: v.pipe(v.instance(Uint8Array), v.maxLength(256 * 1024)),
      }),
      nothing,
    ),
    /** Checks a consent and keeps it beside the files; false when its signature or its facts are wrong. */
    keepConsent: call(
      v.strictObject({ recordingId: RecordingId, from: PeerId, name: DisplayName, consent: SignedConsent }),
      v.strictObject({ isGenuine: v.boolean() }),
    ),
    /** Ends the files; answers where they are. A recording without any sound leaves nothing behind. */
    finishRecording: call(
      v.strictObject({ recordingId: RecordingId }),
      v.strictObject({ folder: v.string(), files: v.array(v.string()) }),
    ),
    /** Shows the recording in the file manager; fails `recording-unshown` where there is none. */
    showRecording: call(v.strictObject({ recordingId: RecordingId }), nothing),

    /** Of the download folder, less what running drops will still need and a reserve. Fails `downloads-folder`. */
    readFreeBytes: call(nothing, v.strictObject({ freeBytes: v.number() })),
    /** All drops that were kept, newest first; open ones have gone on from where they were once they are read. */
    listDrops: bulk(nothing, v.array(DropRecord)),
    /** Fails `drop-unknown`. */
    readDrop: bulk(v.strictObject({ dropId: DropId }), KeptDrop),
    /**
     * Keeps a drop from its beginning; the order of the files stays. For incoming ones, the space is kept free from here on.
     * `sources` are of the desktop app, null for a file only the page can read. Fails `disk-full`, `downloads-folder`,
     * `file-refused`; nothing is kept then.
     */
    keepDrop: bulk(
      v.strictObject({
        facts: DropFacts,
        files: FileEntries,
        sources: v.pipe(v.array(v.nullable(SourceId)), v.maxLength(maxDropFiles)),
      }),
      KeptDrop,
    ),
    noteDrop: call(v.strictObject({ dropId: DropId, progress: DropProgress }), nothing),
    /** Removes what is unfinished of an incoming drop; what has its name stays. */
    discardDrop: call(v.strictObject({ dropId: DropId }), nothing),
    /** Drops that are over leave the list; their files stay. */
    forgetDrops: call(v.strictObject({ dropIds: v.pipe(v.array(DropId), v.maxLength(500)) }), nothing),
    /** Shows the files in the file manager; fails `files-unshown` where there is none, `file-gone`. */
    showDrop: call(v.strictObject({ dropId: DropId }), nothing),

    readHoldings: bulk(v.strictObject({ fileId: FileId }), FileHoldings),
    /** Begins an incoming file, or says the blocks of one of mine. Fails `file-refused` when another header is known or the size is not the offered one. */
    describeFile: bulk(v.strictObject({ fileId: FileId, header: HeaderBytes }), FileHoldings),
    writeHashes: bulk(v.strictObject({ fileId: FileId, page: BlockIndex, hashes: Block }), nothing),
    readHashes: bulk(v.strictObject({ fileId: FileId, page: BlockIndex }), Block),
    /** The page has verified them. Written when it answers; all of them or, failing `disk-full` or `downloads-folder`, none counts. */
    writeBlocks: bulk(
      v.strictObject({
        fileId: FileId,
        blocks: v.pipe(
          v.array(v.strictObject({ index: BlockIndex, bytes: Block })),
          v.minLength(1),
          v.maxLength(blocksPerCall),
        ),
      }),
      nothing,
    ),
    /** Fails `file-changed`, `file-gone`. */
    readBlocks: bulk(
      v.strictObject({
        fileId: FileId,
        indices: v.pipe(v.array(BlockIndex), v.minLength(1), v.maxLength(blocksPerCall)),
      }),
      v.array(Block),
    ),
    /** Every block is held: flushes the file and gives it its name. `isPlaced` is false while others of its folder are missing. */
    finishFile: call(v.strictObject({ fileId: FileId }), v.strictObject({ isPlaced: v.boolean() })),

    /** Up to which size drops of these people are taken without asking. */
    listDropAllowances: call(nothing, v.array(v.strictObject({ contactId: ContactId, maxBytes: v.number() }))),
    /** Null: they are asked about again. */
    setDropAllowance: call(
      v.strictObject({
        contactId: ContactId,
        maxBytes: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(maxFileBytes))),
      }),
      nothing,
    ),

    /** Newest first. Between two people there is one for every accepted contact, and those of contacts there were before. */
    listConversations: call(nothing, v.array(Conversation)),
    readConversation: call(v.strictObject({ conversationId: ConversationId }), Conversation),
    readTimeline: call(
      v.strictObject({
        conversationId: ConversationId,
        at: TimelineAt,
        limit: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(timelinePageMost)),
      }),
      TimelinePage,
    ),
    /** Those of the named messages that are here. */
    readMessages: call(
      v.strictObject({
        conversationId: ConversationId,
        messageIds: v.pipe(v.array(EntryId), v.maxLength(timelinePageMost)),
      }),
      v.array(ChatMessage),
    ),
    /** Signs and keeps an entry of mine; fails `chat-refused` when I may not write this here, or as the conversation's obstacle. */
    writeChat: call(
      v.strictObject({ conversationId: ConversationId, draft: ChatDraft }),
      v.strictObject({ messageId: EntryId, entry: ChatEntryBytes, sequence: count }),
    ),
    makeGroup: call(
      v.strictObject({
        name: DisplayName,
        mayAdd: MayAdd,
        members: v.pipe(
          v.array(v.strictObject({ peerId: PeerId, isChosen: v.boolean() })),
          v.maxLength(groupMembersMost - 1),
        ),
      }),
      Conversation,
    ),
    /** Fails `chat-refused` when I may not, `group-full`, or as `assertReachable` does for somebody to be added. */
    actInGroup: call(v.strictObject({ conversationId: ConversationId, act: GroupAct }), nothing),
    /** Deletes a message here only. */
    hideMessage: call(v.strictObject({ conversationId: ConversationId, messageId: EntryId }), nothing),
    /** Everything that had arrived up to then counts as read. */
    markRead: call(
      v.strictObject({ conversationId: ConversationId, arrival: v.pipe(v.number(), v.integer()) }),
      nothing,
    ),
    setMuted: call(v.strictObject({ conversationId: ConversationId, isMuted: v.boolean() }), nothing),
    /** Deletes all of it here. A group that I have not left is left first. */
    forgetConversation: call(v.strictObject({ conversationId: ConversationId }), nothing),
    /** Newest first; in all conversations, or in one. */
    searchChats: call(
      v.strictObject({
        text: v.pipe(v.string(), v.maxLength(200)),
        conversationId: v.nullable(ConversationId),
        limit: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(timelinePageMost)),
      }),
      v.array(SearchHit),
    ),
    /** Writes the conversation as text into the downloads folder; answers the file's name and folder. */
    exportConversation: call(
      v.strictObject({ conversationId: ConversationId }),
      v.strictObject({ name: v.string(), folder: v.string() }),
    ),

    /** What is shared with somebody whom a link has proven. */
    listChatDigests: call(v.strictObject({ peerId: PeerId }), ChatDigests),
    /** Those of which we have not the same, with what I have. */
    compareChats: call(
      v.strictObject({ peerId: PeerId, theirs: ChatDigests }),
      v.array(v.strictObject({ conversationId: ConversationId, vector: ChatVector })),
    ),
    readChatVector: call(
      v.strictObject({ peerId: PeerId, conversationId: ConversationId }),
      v.strictObject({ vector: ChatVector }),
    ),
    /** What somebody with this vector lacks and may read, at most a few bundles of it. */
    readChatBundles: call(
      v.strictObject({ peerId: PeerId, conversationId: ConversationId, vector: ChatVector }),
      v.strictObject({
        bundles: v.array(v.strictObject({ entries: ChatEntries, ownSequence: count })),
        isComplete: v.boolean(),
      }),
    ),
    /** Checks and keeps entries. Fails `chat-refused` when they offer a group that is none. */
    takeChatEntries: call(
      v.strictObject({ peerId: PeerId, conversationId: ConversationId, entries: ChatEntries }),
      v.strictObject({ taken: count, refused: count, hasGap: v.boolean() }),
    ),
    /** My words up to there have left this machine. */
    noteChatSent: call(v.strictObject({ conversationId: ConversationId, sequence: count }), nothing),
    /** How far I have received and read what somebody wrote, as far as the settings let them know. */
    readChatMarks: call(v.strictObject({ peerId: PeerId, conversationId: v.nullable(ConversationId) }), ChatMarks),
    takeChatMarks: call(v.strictObject({ peerId: PeerId, marks: ChatMarks }), nothing),

    listCalls: call(
      v.strictObject({ limit: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(500)) }),
      v.array(CallRecord),
    ),
    recordCall: call(CallRecord, nothing),
    markCallsSeen: call(v.strictObject({ contactId: ContactId }), nothing),

    /** Shows the incoming call outside the window where the shell can (desktop notification, tray, taskbar). */
    announceCall: call(v.strictObject({ callId: CallId, name: DisplayName, video: v.boolean() }), nothing),
    withdrawCall: call(v.strictObject({ callId: CallId }), nothing),
    /** Shows a new message outside the window, in place of the one before from the same conversation. */
    announceMessage: call(
      v.strictObject({
        conversationId: ConversationId,
        title: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
        text: v.pipe(v.string(), v.maxLength(noticeTextLength)),
      }),
      nothing,
    ),
    /** Files that were offered, or came: shown outside the window, one for each drop. */
    announceDrop: call(
      v.strictObject({ dropId: DropId, title: v.pipe(v.string(), v.minLength(1), v.maxLength(400)) }),
      nothing,
    ),
    /** How far everything on the way is, 0-1, for the taskbar; null takes it away. */
    setTransferProgress: call(
      v.strictObject({ ratio: v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(1))) }),
      nothing,
    ),
    setBadge: call(v.strictObject({ missedCalls: BadgeCount, unread: BadgeCount }), nothing),
    /** Tells the shell that a call is running, so that the machine stays awake. */
    setCallRunning: call(v.strictObject({ isRunning: v.boolean() }), nothing),
    /** Whether these keys are free to be used in every program. Fails `keys-taken`, also where a shell cannot have any. */
    tryMuteKeys: call(v.strictObject({ keys: KeyCombination }), nothing),
    /** What may be shared; null where the browser or the system asks by itself. Fails `screen-denied`. */
    listScreens: call(nothing, v.nullable(v.array(OfferedScreen))),
    /** The page's next capture, if it comes at once, is of this one. Fails `screen-missing`. */
    chooseScreen: call(v.strictObject({ screenId: ScreenId }), nothing),
    openLink: call(v.strictObject({ url: v.pipe(v.string(), v.maxLength(2048)) }), nothing),
    /** Writes the redacted log into the downloads folder; answers the file's name and folder. */
    saveReport: call(nothing, v.strictObject({ name: v.string(), folder: v.string() })),
    writeLog: call(LogEntry, nothing),
  },
  events: {
    /** A `roundtable:` link was opened, an invite or one into a room: show what it says, nothing more. */
    inviteOpened: v.strictObject({ text: RoomLinkText }),
    contactsChanged: v.array(Contact),
    settingsChanged: Settings,
    /** What was written, arrived or got further in conversations. */
    chatsChanged: v.array(ChatChange),
    /** Network settings or rendezvous servers changed: read the network config again. */
    networkChanged: nothing,
    /** The person pressed the notification of a message. */
    messageNoticePressed: v.strictObject({ conversationId: ConversationId }),
    /** The person acted on the desktop notification. */
    callAnswered: v.strictObject({ callId: CallId, action: v.picklist(['accept', 'decline', 'show']) }),
    /** The person pressed the keys of their settings, in whatever program: the microphone goes on or off. */
    muteKeysPressed: nothing,
    systemSlept: nothing,
    systemWoke: nothing,
    /** Another window of this profile took over. */
    windowLost: nothing,
    /** The servers in use changed and the page's content policy does not name them: load the page again between calls. */
    pageOutdated: nothing,
  },
} as const;

type Calls = typeof contract.calls;
type Events = typeof contract.events;
export type CallName = keyof Calls;
export type EventName = keyof Events;
export type CallInput<K extends CallName> = v.InferOutput<Calls[K]['input']>;
export type CallOutput<K extends CallName> = v.InferOutput<Calls[K]['output']>;
export type EventPayload<K extends EventName> = v.InferOutput<Events[K]>;

export type Reply<T> = { ok: true; value: T } | { ok: false; code: FailureCode; message: string };

/** Main's side: one handler per call; a missing or misspelt one does not compile. */
export type Handlers = { [K in CallName]: (input: CallInput<K>) => Promise<CallOutput<K>> };

type Argument<K extends CallName> = CallInput<K> extends undefined ? [] : [CallInput<K>];

/** The renderer's side as a shell exposes it: replies are values, because errors do not survive the bridge. */
export type HostApi = { readonly [K in CallName]: (...input: Argument<K>) => Promise<Reply<CallOutput<K>>> } & {
  on<K extends EventName>(event: K, listener: (payload: EventPayload<K>) => void): () => void;
  /** Only in the desktop app: lets main find a `File` that the person chose again. Null for a file that lies nowhere. */
  readonly rememberFile?: (file: object) => Promise<Reply<SourceId | null>>;
};

/** The same for the app: failed replies are thrown as `Failure`. */
export type Host = { readonly [K in CallName]: (...input: Argument<K>) => Promise<CallOutput<K>> } & {
  on<K extends EventName>(event: K, listener: (payload: EventPayload<K>) => void): () => void;
};

export const callNames = Object.keys(contract.calls) as CallName[]; // sound: the keys of a constant object literal
export const eventNames = Object.keys(contract.events) as EventName[]; // sound: as above
