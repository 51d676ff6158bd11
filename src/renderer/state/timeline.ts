// A conversation from top to bottom: messages, what was done to the group and calls, with the days between them.
import type { CallRecord } from '#shared/call-record';
import type { ChatMessage, EntryId } from '#shared/chat';
import type { ContactId } from '#shared/contact';
import type { PeerId } from '#shared/identity';
import { actWords, isCall, messageView, recordOfCall, type MessageView, type NameOf } from '#state/message-view';

type Shown =
  | { readonly kind: 'message'; readonly message: MessageView; readonly isFollowing: boolean }
  | { readonly kind: 'act'; readonly words: string }
  | { readonly kind: 'call'; readonly record: CallRecord };

export type TimelineItem = { readonly key: string; readonly atMs: number } & ({ readonly kind: 'day' | 'new' } | Shown);

export interface TimelineParts {
  /** In their order. */
  readonly messages: readonly ChatMessage[];
  /** My own history of calls in the time that is shown, the earliest first. */
  readonly calls: readonly CallRecord[];
  /** The message before which the line "New" stands. */
  readonly firstNew: EntryId | null;
  readonly self: PeerId;
  readonly nameOf: NameOf;
  /** Of the other person; null in a group. */
  readonly contactId: ContactId | null;
}

/** Messages of one person that follow each other within this stand together. */
const togetherMs = 3 * 60_000;

type Placed = { readonly key: string; readonly atMs: number } & Shown;

export function timelineOf(parts: TimelineParts): readonly TimelineItem[] {
  const items: TimelineItem[] = [];
  let before: Placed | null = null;
  for (const placed of placedOf(parts)) {
    const { key, atMs } = placed;
    if (before === null || dayOf(before.atMs) !== dayOf(atMs)) {
      items.push({ kind: 'day', key: `day before ${key}`, atMs });
      before = null;
    }
    if (key === parts.firstNew) {
      items.push({ kind: 'new', key: 'new', atMs });
      before = null;
    }
    items.push(placed.kind === 'message' ? { ...placed, isFollowing: follows(placed.message, before) } : placed);
    before = placed;
  }
  return items;
}

const dayOf = (ms: number): number => new Date(ms).setHours(0, 0, 0, 0);

const follows = (message: MessageView, before: Placed | null): boolean =>
  before?.kind === 'message' &&
  before.message.from === message.from &&
  message.atMs - before.atMs < togetherMs &&
  message.reply === null;

/** Messages keep their order whatever their clocks say; a call of my history comes before the first message after it. */
function placedOf({ messages, calls, self, nameOf, contactId }: TimelineParts): readonly Placed[] {
  const written = new Set<string>(messages.map(({ content }) => (isCall(content) ? content.callId : '')));
  const byId = new Map<string, CallRecord>(calls.map((record) => [record.callId, record]));
  const unwritten = calls.filter(({ callId }) => !written.has(callId));
  const placed: Placed[] = [];
  let next = 0;
  const takeCalls = (untilMs: number): void => {
    for (let record = unwritten[next]; record && record.startedAt < untilMs; record = unwritten[next]) {
      placed.push({ kind: 'call', key: record.callId, record, atMs: record.startedAt });
      next += 1;
    }
  };
  for (const message of messages) {
    const { messageId: key, sentAtMs: atMs, content } = message;
    takeCalls(atMs);
    if (content.kind === 'act') placed.push({ kind: 'act', key, atMs, words: actWords(message, self, nameOf) ?? '' });
    else if (!isCall(content)) {
      placed.push({ kind: 'message', key, atMs, message: messageView(message, self, nameOf), isFollowing: false });
    } else if (contactId !== null) {
      const record = byId.get(content.callId) ?? recordOfCall(message, content, contactId);
      placed.push({ kind: 'call', key, atMs, record });
    }
  }
  takeCalls(Infinity);
  return placed;
}
