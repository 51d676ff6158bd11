// Conversations: what is read and written in them, and what is exchanged about them.
import * as v from 'valibot';
import {
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
  VoiceDraft,
  VoiceSound,
  groupMembersMost,
  timelinePageMost,
} from '#shared/chat';
import { bulk, call, count, nothing } from '#shared/contract/call';
import { DisplayName, PeerId } from '#shared/identity';

export const chatCalls = {
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
  /** Keeps what I have spoken, in pieces; fails as `writeChat` does, or `voice-unplayable` when it is no such sound. */
  writeVoice: bulk(
    v.strictObject({ conversationId: ConversationId, voice: VoiceDraft }),
    v.strictObject({ messageId: EntryId }),
  ),
  /** The sound of a voice message; fails `chat-unknown`, or `voice-unplayable` when parts of it are not here. */
  readVoice: bulk(
    v.strictObject({ conversationId: ConversationId, messageId: EntryId }),
    v.strictObject({ sound: VoiceSound }),
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
  markRead: call(v.strictObject({ conversationId: ConversationId, arrival: v.pipe(v.number(), v.integer()) }), nothing),
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
};
