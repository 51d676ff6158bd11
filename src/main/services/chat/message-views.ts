// What the rows of a conversation look like to a person: one message with its last wording, reactions and how far it has come.
import type { ChatMessage, Delivery, EntryId, MessageContent } from '#shared/chat';
import type { PeerId } from '#shared/identity';
import { readBody } from '#main/services/chat/body-layout';
import { isActCode, kindOfCode, saidCodes, type ActBody, type EntryBody } from '#main/services/chat/bodies';
import { filesOf } from '#main/services/chat/files';
import { voiceOf } from '#main/services/chat/voices';
import type { EntryRow, EntryRows } from '#main/services/chat/entry-rows';
import type { MarkRows } from '#main/services/chat/mark-rows';
import type { WordsLeft } from '#main/services/chat/words-left';
import type { OpenConversation } from '#main/services/chat/open-conversation';
import { serviceLimits as limits } from '#main/services/service-limits';

interface Sight {
  readonly conversation: OpenConversation;
  readonly self: PeerId;
  /** Everything that arrived up to here has been read. */
  readonly readArrival: number;
}

const excerptLength = 160;
/** No message of this program is older. */
const clocksBeganMs = Date.UTC(2024, 0, 1);

export class MessageViews {
  readonly #rows: EntryRows;
  readonly #marks: MarkRows;
  readonly #left: Pick<WordsLeft, 'keepersOf'>;

  constructor(rows: EntryRows, marks: MarkRows, left: Pick<WordsLeft, 'keepersOf'>) {
    this.#rows = rows;
    this.#marks = marks;
    this.#left = left;
  }

  /** Null for what is no message, or an act that has no effect. */
  view(row: EntryRow, sight: Sight): ChatMessage | null {
    const { conversation, self, readArrival } = sight;
    const body = bodyOf(row);
    const content = this.#content(row, body, conversation);
    if (!content || row.counts === 0 || row.is_hidden !== 0) return null;
    const isMine = row.author === self;
    const isSaid = content.kind === 'text' || content.kind === 'voice' || content.kind === 'files';
    return {
      messageId: row.entry_id,
      conversationId: row.conversation_id,
      from: row.author,
      name: nameIn(conversation, row.author),
      isMine,
      ...clampedTime(row),
      arrival: row.arrival,
      content,
      replyTo: body && 'replyTo' in body && body.replyTo ? this.#quoted(body.replyTo, row) : null,
      isEdited:
        content.kind === 'text' && this.#rows.about(row.entry_id, 33).some(({ author }) => author === row.author),
      reactions: isSaid ? this.#reactions(row) : [],
      isForked: this.#rows.at(row.log_id, row.sequence).length > 1,
      isUnread: !isMine && isSaid && row.arrival > readArrival,
      delivery: isMine && !isActCode(row.code) && content.kind !== 'withdrawn' ? this.#delivery(row, sight) : null,
    };
  }

  #content(row: EntryRow, body: EntryBody | null, conversation: OpenConversation): MessageContent | null {
    if (saidCodes.includes(row.code) && body === null) return { kind: row.proof === null ? 'missing' : 'withdrawn' };
    if (!body) return null;
    switch (body.kind) {
      case 'text':
        return { kind: 'text', text: this.#rows.wordsOf(row) ?? body.text };
      case 'call':
      case 'missed-call':
        return body;
      case 'voice':
        return { kind: 'voice', durationMs: body.durationMs, peaks: new Uint8Array(body.peaks) };
      case 'files':
        return { kind: 'files', offer: body.offer };
      case 'edit':
      case 'withdraw':
      case 'react':
      case 'sound':
        return null;
      default:
        return conversation.hasEffect(row.entry_id) ? { kind: 'act', act: actShown(body, conversation) } : null;
    }
  }

  #quoted(messageId: EntryId, { conversation_id }: EntryRow): ChatMessage['replyTo'] {
    const row = this.#rows.find(messageId);
    if (row?.conversation_id !== conversation_id)
      return { messageId, from: null, excerpt: null, voiceMs: null, files: null };
    const words = row.is_hidden === 0 ? this.#rows.wordsOf(row) : null;
    return {
      messageId,
      from: row.author,
      excerpt: words === null ? null : beginning(words),
      voiceMs: row.is_hidden === 0 ? (voiceOf(row)?.durationMs ?? null) : null,
      files: row.is_hidden === 0 ? filesOf(row) : null,
    };
  }

  #reactions({ entry_id, conversation_id }: EntryRow): ChatMessage['reactions'] {
    const on = new Map<string, Set<PeerId>>();
    for (const row of this.#rows.about(entry_id, 35)) {
      const body = bodyOf(row);
      if (body?.kind !== 'react' || row.conversation_id !== conversation_id) continue;
      const by = on.get(body.reaction) ?? new Set();
      on.set(body.reaction, by);
      if (body.isOn) by.add(row.author);
      else by.delete(row.author);
    }
    return [...on]
      .filter(([, by]) => by.size > 0)
      .slice(0, limits.chatReactionsShown)
      .map(([reaction, by]) => ({ reaction, by: [...by] }));
  }

  #delivery({ log_id, sequence }: EntryRow, { conversation, self }: Sight): Delivery {
    const others = conversation.circle.present.filter((peerId) => peerId !== self);
    const marks = this.#marks.of(log_id);
    const deliveredTo = marks.filter(({ delivered }) => delivered >= sequence).map(({ peer_id }) => peer_id);
    const readBy = marks.filter(({ read }) => read >= sequence).map(({ peer_id }) => peer_id);
    const isTrueOfAll = (peers: readonly PeerId[]): boolean =>
      others.length > 0 && others.every((peerId) => peers.includes(peerId));
    const hasLeft = deliveredTo.length > 0 || readBy.length > 0 || this.#marks.sentOf(log_id) >= sequence;
    const state = isTrueOfAll(readBy)
      ? 'read'
      : isTrueOfAll([...deliveredTo, ...readBy])
        ? 'delivered'
        : hasLeft
          ? 'sent'
          : 'waiting';
    const keptBy = state === 'waiting' ? this.#left.keepersOf(log_id, sequence) : [];
    return { state, deliveredTo: [...new Set([...deliveredTo, ...readBy])], readBy, keptBy };
  }
}

function bodyOf({ code, body }: EntryRow): EntryBody | null {
  const kind = kindOfCode(code);
  return kind && body && readBody(kind, body);
}

export function clampedTime({ at, received_at }: EntryRow): Pick<ChatMessage, 'sentAtMs' | 'isClockWrong'> {
  const isClockWrong = at > received_at + limits.chatClockAheadMs || at < clocksBeganMs;
  return { sentAtMs: isClockWrong ? received_at : at, isClockWrong };
}

/** As the group knows them; null between two people. */
function nameIn({ standing }: OpenConversation, peerId: PeerId): string | null {
  const known = [...(standing?.memberships.values() ?? [])].filter((membership) => membership.peerId === peerId);
  return known.at(-1)?.name ?? null;
}

type ActContent = Extract<MessageContent, { kind: 'act' }>['act'];

function actShown(act: ActBody, conversation: OpenConversation): ActContent {
  switch (act.kind) {
    case 'create':
      return { kind: 'created', name: act.name };
    case 'add':
      return { kind: 'added', peerId: act.peerId, name: act.name };
    case 'remove':
      return { kind: 'removed', peerId: act.peerId, name: nameIn(conversation, act.peerId) ?? '?' };
    case 'leave':
      return { kind: 'left' };
    case 'rename':
      return { kind: 'renamed', name: act.name };
    case 'share-history':
      return { kind: 'history-shared', peerId: act.peerId, name: nameIn(conversation, act.peerId) ?? '?' };
  }
}

/** Cut between characters. */
function beginning(words: string): string {
  if (words.length <= excerptLength) return words;
  const last = new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(words).containing(excerptLength);
  return words.slice(0, last?.index ?? excerptLength);
}
