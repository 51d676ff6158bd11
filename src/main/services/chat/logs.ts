// What is here of the logs of one conversation: where each begins and ends. Answers whether an entry fits on, and what two sides
// compare to find out whether they have the same.
import { createHash } from 'node:crypto';
import type { ConversationId, EntryId } from '#shared/chat';
import { referenceOf, type LogFloor, type LogPlace } from '#main/services/chat/bodies';
import type { ChatEntry, LogName } from '#main/services/chat/entry';
import type { EntryRows, LogRow, PlaceRow } from '#main/services/chat/entry-rows';
import { serviceLimits as limits } from '#main/services/service-limits';

export interface Log extends LogName {
  /** Null while there is no entry, only a place to begin after. */
  readonly logId: number | null;
  first: number;
  sent: number;
  /** The ends of its branches, highest first: more than one where its author forked it. */
  tips: readonly PlaceRow[];
}

export const logKey = ({ author, spell, stream }: LogName): string => `${author}/${spell}/${stream}`;

/** How an entry meets what is here. `gap`: what it follows is missing. */
export type Fit = 'fits' | 'gap' | 'refused';

export class ConversationLogs {
  readonly #conversationId: ConversationId;
  readonly #rows: EntryRows;
  readonly #logs = new Map<string, Log>();
  /** Where logs begin for me, because I came later; by the key of the log. */
  #floors = new Map<string, LogFloor>();
  /** Logs with an entry that did not fit: where exactly the two sides part has to be found out. */
  readonly gapped = new Set<string>();
  #highest: number;
  #digest: string | null = null;

  constructor(conversationId: ConversationId, rows: EntryRows) {
    this.#conversationId = conversationId;
    this.#rows = rows;
    for (const row of rows.logs(conversationId)) this.#logs.set(logKey(row), this.#loaded(row));
    this.#highest = rows.highestLamport(conversationId);
  }

  get highestLamport(): number {
    return this.#highest;
  }

  get all(): readonly Log[] {
    return [...this.#logs.values()];
  }

  get(name: LogName): Log | null {
    return this.#logs.get(logKey(name)) ?? null;
  }

  /** Equal when two sides end at the same entries. */
  get digest(): string {
    this.#digest ??= this.#computeDigest();
    return this.#digest;
  }

  /** Where each log that has anything begins and ends. */
  ends(): { readonly log: LogName; readonly first: number; readonly tips: readonly LogPlace[] }[] {
    const known = this.all
      .filter(({ tips }) => tips.length > 0)
      .map((log) => ({ log, first: log.first, tips: log.tips.map(placeOf) }));
    const begun = new Set(known.map(({ log }) => logKey(log)));
    const expected = [...this.#floors]
      .filter(([key, { sequence }]) => sequence > 0 && !begun.has(key))
      .map(([, floor]) => ({ log: { ...floor, stream: 'talk' as const }, first: floor.sequence + 1, tips: [floor] }));
    return [...known, ...expected];
  }

  /** Where the logs begin that I may read only in part; empty when I may read all. */
  setFloors(floors: readonly LogFloor[]): void {
    this.#floors = new Map(floors.map((floor) => [logKey({ ...floor, stream: 'talk' }), floor]));
    this.#digest = null;
  }

  fit(entry: ChatEntry): Fit {
    const log = this.get(entry);
    if (entry.lamport > this.#highest + limits.chatLamportAhead) return 'refused';
    if (entry.sequence > 1 && !this.#follows(entry, log)) return 'gap';
    const isBranch = !(log?.tips.some(({ entry_id }) => entry_id === entry.previous) ?? true);
    return isBranch && log !== null && log.tips.length >= limits.chatForksOfLog ? 'refused' : 'fits';
  }

  /** Keeps an entry that fits; answers its arrival. */
  add(entry: ChatEntry, receivedAt: number): number {
    const floor = this.#floors.get(logKey(entry));
    const isAfterFloor = floor !== undefined && entry.sequence === floor.sequence + 1;
    const log = this.get(entry) ?? this.#begin(entry, isAfterFloor ? entry.sequence : 1);
    const logId = log.logId ?? 0;
    const isBelow = entry.sequence < log.first;
    const next = isBelow
      ? this.#rows.at(logId, entry.sequence + 1).filter(({ header }) => follows(header, entry.id))
      : [];
    const place = { entry_id: entry.id, sequence: entry.sequence, lamport: entry.lamport };
    if (entry.previous !== null && log.tips.some(({ entry_id }) => entry_id === entry.previous))
      this.#rows.unsetTip(entry.previous);
    const arrival = this.#rows.add(logId, entry, { receivedAt, isTip: next.length === 0 });
    log.tips = [
      ...(next.length === 0 ? [place] : []),
      ...log.tips.filter(({ entry_id }) => entry_id !== entry.previous),
    ].sort(highestFirst);
    if (next.length > 0 && entry.sequence === log.first - 1) this.#connect(log);
    this.#highest = Math.max(this.#highest, entry.lamport);
    this.#digest = null;
    return arrival;
  }

  noteSent(log: Log, sequence: number): boolean {
    if (log.logId === null || sequence <= log.sent) return false;
    log.sent = sequence;
    return this.#rows.noteSent(log.logId, sequence);
  }

  /** After the rows of this log were changed from outside. */
  reload(): void {
    for (const row of this.#rows.logs(this.#conversationId)) this.#logs.set(logKey(row), this.#loaded(row));
    this.#highest = this.#rows.highestLamport(this.#conversationId);
    this.#digest = null;
  }

  #loaded(row: LogRow): Log {
    return {
      author: row.author,
      spell: row.spell,
      stream: row.stream,
      logId: row.log_id,
      first: row.first_sequence,
      sent: row.sent_sequence,
      tips: this.#rows.tips(row.log_id),
    };
  }

  #begin({ author, spell, stream }: LogName, first: number): Log {
    const log = this.#loaded(this.#rows.addLog(this.#conversationId, { author, spell, stream }, first));
    this.#logs.set(logKey(log), log);
    return log;
  }

  /** What was written before I came has been filled in without a gap. */
  #connect(log: Log): void {
    log.first = 1;
    if (log.logId !== null) this.#rows.setFirst(log.logId, 1);
  }

  #follows(entry: ChatEntry, log: Log | null): boolean {
    const before = entry.sequence - 1;
    const floor = this.#floors.get(logKey(entry));
    if (floor?.sequence === before && entry.previous !== null && referenceOf(entry.previous) === floor.reference)
      return true;
    if (log?.logId === null || log === null) return false;
    const tip = log.tips.find(({ entry_id }) => entry_id === entry.previous);
    const parent = tip ?? this.#rows.places(log.logId, [before]).find(({ entry_id }) => entry_id === entry.previous);
    return parent?.sequence === before && parent.lamport < entry.lamport;
  }

  #computeDigest(): string {
    const lines = this.ends().map(
      ({ log, tips }) =>
        `${logKey(log)}:${tips
          .map(({ reference }) => reference)
          .sort()
          .join()}`,
    );
    return createHash('sha256').update(lines.sort().join('\n')).digest('hex').slice(0, 32);
  }
}

const placeOf = ({ sequence, entry_id }: PlaceRow): LogPlace => ({ sequence, reference: referenceOf(entry_id) });

function highestFirst(one: PlaceRow, other: PlaceRow): number {
  return other.sequence - one.sequence || (one.entry_id < other.entry_id ? -1 : 1);
}

/** Whether a header names this id as the one before: no other field has room for it but the body's hash, which is none. */
function follows(header: Uint8Array, id: EntryId): boolean {
  return Buffer.from(header.buffer, header.byteOffset, header.byteLength).includes(Buffer.from(id, 'hex'));
}
