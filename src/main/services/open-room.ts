// One room that is open here: its entries, what they add up to, and who asked to be let near.
import type { PeerId } from '#shared/identity';
import type { RoomId } from '#shared/room';
import { toHex } from '#main/services/byte-layout';
import { readEntry, type SignedRosterEntry } from '#main/services/room-entry';
import { byLamport, mergeRoster, type Merged } from '#main/services/room-roster';
import { serviceLimits as limits } from '#main/services/service-limits';

interface EntriesChange {
  /** Entries that count now and did not before, causes before effects. */
  readonly gained: readonly SignedRosterEntry[];
  /** Entries that counted before and do not now. */
  readonly lost: readonly SignedRosterEntry[];
}

export class OpenRoom {
  readonly roomId: RoomId;
  readonly opener: PeerId;
  /** Who made the link it was entered by. */
  readonly host: PeerId | null;
  #merged: Merged<SignedRosterEntry>;
  readonly #requestsUntilMs = new Map<PeerId, number>();

  constructor(roomId: RoomId, opener: PeerId, host: PeerId | null) {
    this.roomId = roomId;
    this.opener = opener;
    this.host = host;
    this.#merged = mergeRoster<SignedRosterEntry>(opener, []);
  }

  get merged(): Merged<SignedRosterEntry> {
    return this.#merged;
  }

  /** Causes before effects, so that whoever reads them one after the other need not keep any for later. */
  get entries(): SignedRosterEntry[] {
    return [...this.#merged.counting].sort(byLamport);
  }

  get #held(): SignedRosterEntry[] {
    return [...this.#merged.counting, ...this.#merged.waiting];
  }

  /** Those that are what they claim to be; how many are not. */
  read(signed: readonly Uint8Array[]): { entries: SignedRosterEntry[]; refused: number } {
    const known = new Map(this.#held.map((entry) => [toHex(entry.bytes), entry]));
    const entries = signed.map((bytes) => known.get(toHex(bytes)) ?? readEntry(bytes, this.roomId, this.opener));
    const genuine = entries.filter((entry) => entry !== null);
    return { entries: genuine, refused: entries.length - genuine.length };
  }

  add(entries: readonly SignedRosterEntry[]): EntriesChange {
    const before = this.#merged;
    const known = new Map(this.#held.map((entry) => [entry.id, entry]));
    const share = new Map<PeerId, number>();
    for (const { author } of known.values()) share.set(author, (share.get(author) ?? 0) + 1);
    for (const entry of entries) {
      const count = share.get(entry.author) ?? 0;
      if (known.has(entry.id) || count >= limits.roomEntriesPerAuthor) continue;
      if (known.size >= limits.roomEntries + limits.roomEntriesWaiting) break;
      known.set(entry.id, entry);
      share.set(entry.author, count + 1);
    }
    this.#merged = this.#bounded(mergeRoster(this.opener, [...known.values()]), known);
    const counted = new Set(before.counting.map(({ id }) => id));
    const counting = new Set(this.#merged.counting.map(({ id }) => id));
    return {
      gained: this.entries.filter(({ id }) => !counted.has(id)),
      lost: before.counting.filter(({ id }) => !counting.has(id)),
    };
  }

  /** Lets signals of this person in for a while; false when too many others asked. */
  takeRequest(from: PeerId, nowMs: number): boolean {
    for (const [person, untilMs] of this.#requestsUntilMs) {
      const isOver = untilMs <= nowMs || untilMs > nowMs + limits.roomRequestMs;
      if (isOver) this.#requestsUntilMs.delete(person);
    }
    if (!this.#requestsUntilMs.has(from) && this.#requestsUntilMs.size >= limits.roomRequests) return false;
    this.#requestsUntilMs.set(from, nowMs + limits.roomRequestMs);
    return true;
  }

  isPerson(peerId: PeerId, nowMs: number): boolean {
    if (peerId === this.host) return true;
    const untilMs = this.#requestsUntilMs.get(peerId) ?? 0;
    return this.#merged.standings.admitted.has(peerId) || untilMs > nowMs;
  }

  /** The oldest of those that do not count make room: the others will be told again what they still need. */
  #bounded(
    merged: Merged<SignedRosterEntry>,
    known: ReadonlyMap<string, SignedRosterEntry>,
  ): Merged<SignedRosterEntry> {
    if (merged.waiting.length <= limits.roomEntriesWaiting) return merged;
    const waits = new Set(merged.waiting.map(({ id }) => id));
    const inOrder = [...known.values()].filter(({ id }) => waits.has(id));
    return { ...merged, waiting: inOrder.slice(-limits.roomEntriesWaiting) };
  }
}
