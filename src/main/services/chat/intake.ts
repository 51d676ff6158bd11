// Takes entries that somebody handed over: each is laid out rightly, belongs to the conversation, may be said by its author,
// follows what is here, and is signed, before it is kept.
import type { EntryId } from '#shared/chat';
import type { DropId } from '#shared/drop';
import type { PeerId } from '#shared/identity';
import { fromHex } from '#main/services/byte-layout';
import { kindCodes, saidCodes, shownCodes } from '#main/services/chat/bodies';
import { entryBytes, isGenuine, parseChatEntry, type ChatEntry } from '#main/services/chat/entry';
import type { EntryRow, EntryRows } from '#main/services/chat/entry-rows';
import { filesOf, wordsOfFiles } from '#main/services/chat/files';
import { logKey } from '#main/services/chat/logs';
import type { OpenConversation } from '#main/services/chat/open-conversation';
import { serviceLimits as limits } from '#main/services/service-limits';

export interface Taken {
  /** New here. */
  taken: number;
  /** Malformed or forged: nobody honest hands that on. */
  refused: number;
  /** What some of them follow is missing here. */
  hasGap: boolean;
  /** Messages that are new or look different now; null when there are too many to name. */
  changed: Set<EntryId> | null;
  /** Those of others with something to read. */
  readonly received: EntryId[];
  /** Drops of messages that their author has taken back. */
  readonly takenBack: { dropId: DropId; from: PeerId }[];
  /** When the newest that shows was said, 0 when there is none. */
  lastAtMs: number;
}

/** What goes with a withdrawal that names it. */
const takenBackCodes: readonly number[] = [...saidCodes, kindCodes.edit, kindCodes.sound];

export const nothingTaken = (): Taken => ({
  taken: 0,
  refused: 0,
  hasGap: false,
  changed: new Set(),
  received: [],
  takenBack: [],
  lastAtMs: 0,
});

export class Intake {
  readonly #rows: EntryRows;
  readonly #self: () => PeerId;

  constructor(rows: EntryRows, self: () => PeerId) {
    this.#rows = rows;
    this.#self = self;
  }

  /** Within a transaction of the caller. */
  take(conversation: OpenConversation, bytes: Uint8Array, nowMs: number, into: Taken): void {
    const entry = parseChatEntry(bytes);
    if (entry?.conversationId !== conversation.conversationId) {
      into.refused += 1;
      return;
    }
    const known = this.#rows.find(entry.id);
    if (known) {
      this.#fill(known, entry, into);
      return;
    }
    const voice = conversation.circle.judge(entry);
    const fit = voice === 'heard' ? conversation.logs.fit(entry) : voice === 'not-yet' ? 'gap' : 'late';
    if (!isGenuine(entry)) {
      into.refused += 1;
      return;
    }
    // Whoever handed on what lies beyond the end of a membership, or too much of something, need not have known.
    if (fit === 'late' || fit === 'refused' || this.#isTooMany(conversation, entry)) return;
    if (fit === 'gap') {
      into.hasGap = true;
      conversation.logs.gapped.add(logKey(entry));
      return;
    }
    this.keep(conversation, entry, nowMs, into);
  }

  /** Keeps an entry that fits, mine or another's, and what follows from it. */
  keep(conversation: OpenConversation, entry: ChatEntry, nowMs: number, into: Taken): void {
    const arrival = conversation.logs.add(entry, nowMs);
    conversation.logs.gapped.delete(logKey(entry));
    into.taken += 1;
    if (conversation.takeAct(entry)) into.changed = null;
    const { body } = entry;
    if (body?.kind === 'text') this.#rows.addWords(arrival, body.text);
    if (body?.kind === 'files') this.#rows.addWords(arrival, wordsOfFiles(body.offer));
    if (saidCodes.includes(entry.code) && this.#rows.isSpokenOf(entry.id)) this.#catchUp(entry, into);
    if (body?.kind === 'edit') this.#renewWords(body.target);
    if (body?.kind === 'withdraw') this.#withdraw(entry, [body.target, ...body.also], entryBytes(entry), into);
    const target = body && 'target' in body ? body.target : entry.id;
    into.changed?.add(target);
    if (saidCodes.includes(entry.code) && entry.bodyBytes && entry.author !== this.#self())
      into.received.push(entry.id);
    if (shownCodes.includes(entry.code)) into.lastAtMs = Math.max(into.lastAtMs, Math.min(entry.at, nowMs));
  }

  /** Words that were missing, or the proof that they were taken back. */
  #fill(known: EntryRow, entry: ChatEntry, into: Taken): void {
    if (known.body !== null || known.proof !== null || known.is_hidden !== 0) return;
    if (entry.proof === null && entry.bodyBytes === null) return;
    this.#rows.fill(known.arrival, entry.bodyBytes, entry.proof);
    if (entry.body?.kind === 'text') this.#renewWords(entry.id);
    if (entry.body?.kind === 'files') this.#rows.setWords(known.arrival, wordsOfFiles(entry.body.offer));
    into.changed?.add(entry.id);
  }

  #isTooMany(conversation: OpenConversation, { stream, body, author }: ChatEntry): boolean {
    if (stream === 'acts') return conversation.actCount >= limits.groupActs;
    if (body?.kind !== 'edit') return false;
    return this.#rows.about(body.target, 33).filter((edit) => edit.author === author).length >= limits.chatEditsMost;
  }

  /** What was said about a message may have come before it, through another membership of its author. */
  #catchUp(entry: ChatEntry, into: Taken): void {
    const { id, author, body } = entry;
    const pieces = body?.kind === 'voice' ? body.pieces : [];
    const withdrawal = this.#rows.about(id, 34).find((row) => row.author === author);
    if (withdrawal) this.#withdraw(entry, [id, ...pieces], proofOf(withdrawal), into);
    this.#renewWords(id);
  }

  /** Takes back what its author wrote in this conversation, and nothing else. */
  #withdraw(
    of: Pick<ChatEntry, 'author' | 'conversationId'>,
    targets: readonly EntryId[],
    proof: Uint8Array,
    into: Taken,
  ): void {
    for (const id of targets) {
      const row = this.#rows.find(id);
      if (row?.author !== of.author || row.conversation_id !== of.conversationId) continue;
      if (!takenBackCodes.includes(row.code)) continue;
      const dropId = filesOf(row)?.dropId;
      if (dropId) into.takenBack.push({ dropId, from: row.author });
      this.#rows.takeBack(id, proof);
      this.#rows.setWords(row.arrival, null);
    }
  }

  #renewWords(id: EntryId): void {
    const row = this.#rows.find(id);
    if (row?.code !== 32) return;
    this.#rows.setWords(row.arrival, row.is_hidden === 0 ? this.#rows.wordsOf(row) : null);
  }
}

const proofOf = ({ header, signature, body }: EntryRow): Uint8Array =>
  entryBytes({ header, signature, bodyBytes: body ?? fromHex(''), proof: null });
