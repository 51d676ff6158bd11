// Lasting conversations as main and renderer speak of them: what may be written, what a conversation looks like, what a search
// finds. Logs, signatures and the merge are main's; docs/protocol/chat.md has the byte layouts.
import * as v from 'valibot';
import { NamedFiles } from '#shared/chat-files';
import { ContactId } from '#shared/contact';
import { DropId } from '#shared/drop';
import { failureCodes } from '#shared/failure';
import { DisplayName, PeerId } from '#shared/identity';

/** 16 bytes as hex. Of two people it follows from both keys; a group's is random and names its maker's key. */
export const ConversationId = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/), v.brand('ConversationId'));
export type ConversationId = v.InferOutput<typeof ConversationId>;

/** SHA-256 of what an entry's signature covers, hex. */
export const EntryId = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/), v.brand('EntryId'));
export type EntryId = v.InferOutput<typeof EntryId>;

/** One signed line of a log as it travels; opaque to all but main. */
export const chatEntryMaxBytes = 13 * 1024;
export const ChatEntryBytes = v.pipe(v.instance(Uint8Array), v.minLength(1), v.maxLength(chatEntryMaxBytes));

/** What somebody has of a conversation, as it travels; opaque to all but main. */
export const ChatVector = v.pipe(v.instance(Uint8Array), v.maxLength(14 * 1024));

export const ChatEntries = v.pipe(v.array(ChatEntryBytes), v.minLength(1), v.maxLength(64));

/** What two sides compare first: equal where they have the same. */
export const ChatDigests = v.pipe(
  v.array(v.strictObject({ conversationId: ConversationId, digest: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)) })),
  v.maxLength(512),
);

const place = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0x7fff_ffff));

/** How far the words of one membership were received and read. */
export const ChatMarks = v.pipe(
  v.array(
    v.strictObject({
      conversationId: ConversationId,
      spell: v.pipe(v.string(), v.regex(/^(?:[0-9a-f]{32})?$/)),
      delivered: place,
      read: place,
    }),
  ),
  v.maxLength(100),
);
export type ChatMarks = v.InferOutput<typeof ChatMarks>;

export const chatTextLength = 4_000;
export const groupMembersMost = 32;

/** Of a voice message: at most so long, so large, and its loudness from beginning to end in so many numbers. */
export const voiceMostMs = 5 * 60_000;
export const voiceBytesMost = 704 * 1024;
export const voicePeaks = 64;

/** One Ogg Opus file. */
export const VoiceSound = v.pipe(v.instance(Uint8Array), v.minLength(1), v.maxLength(voiceBytesMost));
const VoiceMs = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(voiceMostMs));
const VoicePeaks = v.pipe(
  v.instance(Uint8Array),
  v.check(({ length }) => length === voicePeaks),
);

/** What somebody has spoken, to be kept and sent. */
export const VoiceDraft = v.strictObject({
  sound: VoiceSound,
  durationMs: VoiceMs,
  peaks: VoicePeaks,
  replyTo: v.nullable(EntryId),
});
export type VoiceDraft = v.InferOutput<typeof VoiceDraft>;

/** Control characters, but for line breaks and tabs. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
export const controlCharacters = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/gu;
const halfCharacter = /\p{Cs}/u;

export const ChatText = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(chatTextLength),
  v.check((text) => text.search(controlCharacters) < 0 && !halfCharacter.test(text)),
);

/** One emoji. */
export const Reaction = v.pipe(
  v.string(),
  v.maxLength(24),
  v.regex(/^(?=.*[\p{Extended_Pictographic}\p{Regional_Indicator}])[\p{Extended_Pictographic}\p{Emoji_Component}]+$/u),
);

const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
const CallKey = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/));

/** What a person writes; main adds who, where, when, what came before, and signs. */
export const ChatDraft = v.variant('kind', [
  v.strictObject({ kind: v.literal('text'), text: ChatText, replyTo: v.nullable(EntryId) }),
  /** Files that are offered in a drop. */
  v.strictObject({ kind: v.literal('files'), offer: NamedFiles, replyTo: v.nullable(EntryId) }),
  /** Another wording of a text of mine. */
  v.strictObject({ kind: v.literal('edit'), target: EntryId, text: ChatText }),
  /** Takes a message of mine back from everybody. */
  v.strictObject({ kind: v.literal('withdraw'), target: EntryId }),
  v.strictObject({ kind: v.literal('react'), target: EntryId, reaction: Reaction, isOn: v.boolean() }),
  /** Written by the caller once a call has ended. */
  v.strictObject({ kind: v.literal('call'), callId: CallKey, video: v.boolean(), talkedMs: count }),
  v.strictObject({
    kind: v.literal('missed-call'),
    callId: CallKey,
    video: v.boolean(),
    reason: v.picklist(['no-answer', 'cancelled', 'declined', 'busy', 'unreachable']),
  }),
]);
export type ChatDraft = v.InferOutput<typeof ChatDraft>;

export const MayAdd = v.picklist(['all', 'chosen']);

/** What a member does to a group. Those who were chosen may add whatever the setting, and remove those who were not chosen. */
export const GroupAct = v.variant('kind', [
  v.strictObject({ kind: v.literal('add'), peerId: PeerId, isChosen: v.boolean() }),
  v.strictObject({ kind: v.literal('remove'), peerId: PeerId }),
  v.strictObject({ kind: v.literal('leave') }),
  v.strictObject({ kind: v.literal('rename'), name: DisplayName }),
  /** Lets a member read what was written before they came. */
  v.strictObject({ kind: v.literal('share-history'), peerId: PeerId }),
]);
export type GroupAct = v.InferOutput<typeof GroupAct>;

export const GroupMember = v.strictObject({
  peerId: PeerId,
  /** As whoever let them in knew them; a contact's own name goes before. */
  name: DisplayName,
  isChosen: v.boolean(),
  isMaker: v.boolean(),
  /** Whether I may remove them. */
  isRemovable: v.boolean(),
  /** Whether they may read what was written before they came. */
  readsAll: v.boolean(),
});
export type GroupMember = v.InferOutput<typeof GroupMember>;

/** `by` is missing where an act of the person themself is meant. */
const ActShown = v.variant('kind', [
  v.strictObject({ kind: v.literal('created'), name: DisplayName }),
  v.strictObject({ kind: v.literal('added'), peerId: PeerId, name: DisplayName }),
  v.strictObject({ kind: v.literal('removed'), peerId: PeerId, name: DisplayName }),
  v.strictObject({ kind: v.literal('left') }),
  v.strictObject({ kind: v.literal('renamed'), name: DisplayName }),
  v.strictObject({ kind: v.literal('history-shared'), peerId: PeerId, name: DisplayName }),
]);

export const MessageContent = v.variant('kind', [
  v.strictObject({ kind: v.literal('text'), text: v.string() }),
  /** Its sound is read by itself. */
  v.strictObject({ kind: v.literal('voice'), durationMs: VoiceMs, peaks: VoicePeaks }),
  v.strictObject({ kind: v.literal('files'), offer: NamedFiles }),
  v.strictObject({ kind: v.literal('withdrawn') }),
  /** Whoever handed it on had deleted the words; others may still bring them. */
  v.strictObject({ kind: v.literal('missing') }),
  v.strictObject({ kind: v.literal('call'), callId: CallKey, video: v.boolean(), talkedMs: count }),
  v.strictObject({
    kind: v.literal('missed-call'),
    callId: CallKey,
    video: v.boolean(),
    reason: v.picklist(['no-answer', 'cancelled', 'declined', 'busy', 'unreachable']),
  }),
  v.strictObject({ kind: v.literal('act'), act: ActShown }),
]);
export type MessageContent = v.InferOutput<typeof MessageContent>;

/** How far a message of mine has come. */
export const Delivery = v.strictObject({
  /** In a group the least that is true of every member. */
  state: v.picklist(['waiting', 'sent', 'delivered', 'read']),
  deliveredTo: v.array(PeerId),
  readBy: v.array(PeerId),
  /** Friends who keep it for somebody who is away. */
  keptBy: v.array(PeerId),
});
export type Delivery = v.InferOutput<typeof Delivery>;

/** One thing in a timeline, with everything that was said about it folded in. */
export const ChatMessage = v.strictObject({
  messageId: EntryId,
  conversationId: ConversationId,
  from: PeerId,
  /** As the group knows them; null between two people. */
  name: v.nullable(DisplayName),
  isMine: v.boolean(),
  /** The author's clock, held within reason; `isClockWrong` when it had to be. The order of messages does not hang on it. */
  sentAtMs: v.number(),
  isClockWrong: v.boolean(),
  /** Rises with each entry that arrives here; for `markRead`. */
  arrival: count,
  content: MessageContent,
  replyTo: v.nullable(
    v.strictObject({
      messageId: EntryId,
      from: v.nullable(PeerId),
      excerpt: v.nullable(v.string()),
      /** Of a voice message; null for what is none, or is not here any more. */
      voiceMs: v.nullable(VoiceMs),
      /** Of a message of files; null as above. */
      files: v.nullable(NamedFiles),
    }),
  ),
  isEdited: v.boolean(),
  reactions: v.array(v.strictObject({ reaction: v.string(), by: v.array(PeerId) })),
  /** Its author has written two different entries in this place of their log. */
  isForked: v.boolean(),
  isUnread: v.boolean(),
  delivery: v.nullable(Delivery),
});
export type ChatMessage = v.InferOutput<typeof ChatMessage>;

export const TimelinePage = v.strictObject({
  /** Oldest first. */
  messages: v.array(ChatMessage),
  hasEarlier: v.boolean(),
  hasLater: v.boolean(),
});
export type TimelinePage = v.InferOutput<typeof TimelinePage>;

export const TimelineAt = v.variant('kind', [
  v.strictObject({ kind: v.literal('end') }),
  /** Where the unread messages begin; the end when there are none. */
  v.strictObject({ kind: v.literal('unread') }),
  v.strictObject({ kind: v.literal('before'), messageId: EntryId }),
  v.strictObject({ kind: v.literal('after'), messageId: EntryId }),
  v.strictObject({ kind: v.literal('around'), messageId: EntryId }),
]);
export type TimelineAt = v.InferOutput<typeof TimelineAt>;
export const timelinePageMost = 200;

export const Conversation = v.strictObject({
  conversationId: ConversationId,
  kind: v.picklist(['person', 'group']),
  /** Of two people; the contact is null once it was removed. */
  contactId: v.nullable(ContactId),
  peerId: v.nullable(PeerId),
  /** The group's name, or the person's as it was last known. */
  name: DisplayName,
  /** Of a group, who made it first. Empty between two people. */
  members: v.array(GroupMember),
  mayAdd: MayAdd,
  iMayAdd: v.boolean(),
  /** Why nothing can be written here now, or null. */
  obstacle: v.nullable(v.picklist(failureCodes)),
  isMuted: v.boolean(),
  unread: count,
  /** Messages of mine that have not left this machine. */
  waiting: count,
  /** Friends would keep more of it for the other person, and have no room. */
  isCustodyFull: v.boolean(),
  last: v.nullable(ChatMessage),
  /** When something last happened here, ms; for sorting. */
  lastAtMs: v.number(),
});
export type Conversation = v.InferOutput<typeof Conversation>;

/** `text` is plain; `matches` are [from, to) in UTF-16 units of it. */
export const SearchHit = v.strictObject({
  conversationId: ConversationId,
  messageId: EntryId,
  from: PeerId,
  sentAtMs: v.number(),
  text: v.string(),
  matches: v.array(v.tuple([count, count])),
});
export type SearchHit = v.InferOutput<typeof SearchHit>;

/** What main tells of changes: `messages` is null when there were too many to name. */
export const ChatChange = v.strictObject({
  conversationId: ConversationId,
  messages: v.nullable(v.array(EntryId)),
  /** Of those, the ones of others that came now and are unread. */
  received: v.array(EntryId),
  /** Drops of messages that `from` has just taken back. */
  takenBack: v.array(v.strictObject({ dropId: DropId, from: PeerId })),
});
export type ChatChange = v.InferOutput<typeof ChatChange>;
