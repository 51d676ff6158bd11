// One message as it is shown: with the names I use for people, and with what was said about it.
import type { CallRecord } from '#shared/call-record';
import type { ChatMessage, Delivery, EntryId, MessageContent } from '#shared/chat';
import type { NamedFiles } from '#shared/chat-files';
import type { ContactId } from '#shared/contact';
import type { PeerId } from '#shared/identity';
import { m } from '#messages/messages';
import { filesLine } from '#state/file-message';

export interface ReactionView {
  readonly reaction: string;
  readonly names: readonly string[];
  readonly isMine: boolean;
}

export interface MessageView {
  readonly id: EntryId;
  readonly from: PeerId;
  readonly name: string;
  readonly isMine: boolean;
  readonly atMs: number;
  readonly isClockWrong: boolean;
  /** Null when it cannot be read. */
  readonly text: string | null;
  /** Null for what is not spoken. */
  readonly voice: { readonly durationMs: number; readonly peaks: Uint8Array } | null;
  /** Null for what names no files. */
  readonly files: NamedFiles | null;
  /** What stands in place of all of them. */
  readonly absence: string | null;
  readonly reply: { readonly id: EntryId; readonly name: string | null; readonly text: string | null } | null;
  readonly reactions: readonly ReactionView[];
  readonly isEdited: boolean;
  /** Its author wrote another message at the same place. */
  readonly isForked: boolean;
  /** Null for messages of others. */
  readonly delivery: Delivery | null;
  /** Friends who keep it for somebody who is away. */
  readonly keptBy: readonly string[];
}

export type NameOf = (peerId: PeerId, theirs: string | null) => string;

export function messageView(message: ChatMessage, self: PeerId, nameOf: NameOf): MessageView {
  const { messageId, from, isMine, replyTo, sentAtMs } = message;
  const { isClockWrong, isEdited, isForked, delivery } = message;
  const about = { isMine, atMs: sentAtMs, isClockWrong, isEdited, isForked, delivery };
  return {
    ...about,
    keptBy: (delivery?.keptBy ?? []).map((peerId) => nameOf(peerId, null)),
    id: messageId,
    from,
    name: nameOf(from, message.name),
    text: contentWords(message.content),
    voice: message.content.kind === 'voice' ? message.content : null,
    files: message.content.kind === 'files' ? message.content.offer : null,
    absence: absenceWords(message.content),
    reply: replyTo && {
      id: replyTo.messageId,
      name: replyTo.from && nameOf(replyTo.from, null),
      text: quotedWords(replyTo),
    },
    reactions: message.reactions.map(({ reaction, by }) => ({
      reaction,
      names: by.map((peerId) => (peerId === self ? m.common.you : nameOf(peerId, null))),
      isMine: by.includes(self),
    })),
  };
}

function quotedWords({ excerpt, voiceMs, files }: NonNullable<ChatMessage['replyTo']>): string | null {
  if (files !== null) return filesLine(files);
  return voiceMs === null ? excerpt : m.chat.voice.line(voiceMs);
}

/** What a message says, as text; null when it cannot be read. */
const contentWords = (content: MessageContent): string | null => (content.kind === 'text' ? content.text : null);

function absenceWords(content: MessageContent): string | null {
  if (content.kind === 'withdrawn') return m.chat.withdrawn;
  return content.kind === 'missing' ? m.chat.missing : null;
}

/** A message in one line. */
export function lineOf(content: MessageContent): string {
  if (content.kind === 'voice') return m.chat.voice.line(content.durationMs);
  if (content.kind === 'files') return filesLine(content.offer);
  return contentWords(content) ?? absenceWords(content) ?? '';
}

type CallContent = Extract<MessageContent, { kind: 'call' | 'missed-call' }>;

export const isCall = (content: MessageContent): content is CallContent =>
  content.kind === 'call' || content.kind === 'missed-call';

/** A call that its caller wrote down, as my own history would have it: it may have rung while I was away. */
export function recordOfCall(message: ChatMessage, content: CallContent, contactId: ContactId): CallRecord {
  const isMissed = !message.isMine && content.kind === 'missed-call' && content.reason !== 'declined';
  return {
    callId: content.callId as CallRecord['callId'], // sound: both are 32 hex digits by their schemas
    contactId,
    direction: message.isMine ? 'outgoing' : 'incoming',
    video: content.video,
    startedAt: message.sentAtMs,
    talkedMs: content.kind === 'call' ? content.talkedMs : 0,
    reason: content.kind === 'call' ? 'hung-up' : content.reason,
    isMissed,
    isSeen: !message.isUnread,
  };
}

/** "Ada added Bo": what a member did to the group. */
export function actWords(message: ChatMessage, self: PeerId, nameOf: NameOf): string | null {
  if (message.content.kind !== 'act') return null;
  const { act } = message.content;
  const named = (peerId: PeerId, name: string | null): string =>
    peerId === self ? m.chat.acts.you : nameOf(peerId, name);
  const who = message.isMine ? m.common.you : nameOf(message.from, message.name);
  switch (act.kind) {
    case 'created':
      return m.chat.acts.created(who, act.name);
    case 'added':
      return m.chat.acts.added(who, named(act.peerId, act.name));
    case 'removed':
      return m.chat.acts.removed(who, named(act.peerId, act.name));
    case 'left':
      return m.chat.acts.left(who);
    case 'renamed':
      return m.chat.acts.renamed(who, act.name);
    case 'history-shared':
      return m.chat.acts.shared(who, named(act.peerId, act.name));
  }
}
