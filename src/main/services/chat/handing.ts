// What is handed to somebody who told what they have: the entries they lack and may read, acts before words, in the order of
// the conversation, in bundles of bounded size.
import type { EntryId } from '#shared/chat';
import type { PeerId } from '#shared/identity';
import { referenceOf, type LogPlace } from '#main/services/chat/bodies';
import { entryBytes, type Stream } from '#main/services/chat/entry';
import type { EntryRow, EntryRows, PlaceRow } from '#main/services/chat/entry-rows';
import { logKey, type Log } from '#main/services/chat/logs';
import type { OpenConversation } from '#main/services/chat/open-conversation';
import {
  encodeVector,
  lackingOf,
  locatorSequences,
  type Lacking,
  type OwnLog,
  type Vector,
} from '#main/services/chat/vector';
import { serviceLimits as limits } from '#main/services/service-limits';

interface Bundle {
  readonly entries: Uint8Array<ArrayBuffer>[];
  /** The highest place of my present log in it, 0 when there is none. */
  readonly ownSequence: number;
}

export interface Handed {
  readonly bundles: Bundle[];
  readonly isComplete: boolean;
}

interface Candidate {
  readonly id: EntryId;
  readonly stream: Stream;
  readonly lamport: number;
  readonly sequence: number;
  readonly isOwn: boolean;
}

const hasRoom = (bundle: Bundle, bytes: number): boolean =>
  bundle.entries.length < limits.chatBundleEntries && bundleBytes(bundle) + bytes <= limits.chatBundleBytes;

const bundleBytes = ({ entries }: Bundle): number => entries.reduce((sum, { length }) => sum + length, 0);

export function handOver(
  conversation: OpenConversation,
  rows: EntryRows,
  { self, reader, vector }: { self: PeerId; reader: PeerId; vector: Vector },
): Handed {
  const lacking = candidates(conversation, rows, { self, reader, vector });
  const bundles: Bundle[] = [];
  for (const { id, isOwn, sequence } of lacking) {
    const row = rows.find(id);
    if (!row) continue;
    const bytes = bytesOf(row);
    const last = bundles.at(-1);
    const fits = last !== undefined && hasRoom(last, bytes.length);
    if (!fits && bundles.length >= limits.chatBundlesAtOnce) return { bundles, isComplete: false };
    const bundle = fits ? last : { entries: [], ownSequence: 0 };
    bundle.entries.push(bytes);
    const ownSequence = isOwn ? Math.max(bundle.ownSequence, sequence) : bundle.ownSequence;
    bundles.splice(fits ? -1 : bundles.length, fits ? 1 : 0, { ...bundle, ownSequence });
  }
  return { bundles, isComplete: true };
}

const bytesOf = ({ header, signature, body, proof }: EntryRow): Uint8Array<ArrayBuffer> =>
  new Uint8Array(entryBytes({ header, signature, bodyBytes: body, proof }));

/** What I have, for whoever is to hand me the rest. */
export function vectorOf({ logs }: OpenConversation, rows: EntryRows): Uint8Array<ArrayBuffer> {
  const lines = logs.ends().slice(0, limits.chatLogsTold);
  const told = lines.map(({ log, first, tips }) => ({ ...log, first, points: tips.slice(0, limits.chatForksOfLog) }));
  const withPlaces = told.map((line) => {
    const log = logs.get(line);
    if (!log?.logId || !logs.gapped.has(logKey(line))) return line;
    const places = rows.places(log.logId, locatorSequences(line.points[0]?.sequence ?? 0));
    return { ...line, points: [...line.points, ...places.map(placeOf)].slice(0, 56) };
  });
  const full = encodeVector(withPlaces);
  return full.length <= limits.chatVectorBytes ? full : encodeVector(told);
}

function candidates(
  conversation: OpenConversation,
  rows: EntryRows,
  { self, reader, vector }: { self: PeerId; reader: PeerId; vector: Vector },
): Candidate[] {
  const found = new Map<EntryId, Candidate>();
  const ownSpell = conversation.circle.spellOf(self);
  for (const log of conversation.logs.all) {
    const reach = conversation.circle.reach(reader, log);
    if (!reach || log.logId === null) continue;
    const theirs = vector.find((line) => logKey(line) === logKey(log));
    const isOwn = log.author === self && log.spell === ownSpell && log.stream === 'talk';
    for (const { from, to, except } of lackingOf(ownLog(log, rows), theirs, reach.from)) {
      const lamportMost = Math.min(reach.lamportMost, limits.chatLamportMost);
      for (const { entry_id: id, lamport, sequence } of lackedRows(rows, log.logId, { from, to, except, lamportMost }))
        found.set(id, { id, stream: log.stream, lamport, sequence, isOwn });
    }
  }
  return [...found.values()].sort(actsFirst);
}

/** One more than are handed over at once, so that there being more is noticed. */
const rangeMost = limits.chatBundlesAtOnce * limits.chatBundleEntries + 1;

/** The first of a range that they have not. */
function lackedRows(
  rows: EntryRows,
  logId: number,
  { from, to, except, lamportMost }: Lacking & { readonly lamportMost: number },
): PlaceRow[] {
  const found: PlaceRow[] = [];
  for (let start = from; found.length < rangeMost;) {
    const page = rows.range(logId, start, to, lamportMost, rangeMost);
    found.push(...page.filter(({ entry_id }) => !except?.has(entry_id)));
    const last = page.at(-1)?.sequence ?? to;
    if (page.length < rangeMost || last >= to) break;
    start = last + (except ? 0 : 1); // a place may hold several entries, of which the page ended within
  }
  return found;
}

function actsFirst(one: Candidate, other: Candidate): number {
  if (one.stream !== other.stream) return one.stream === 'acts' ? -1 : 1;
  return one.lamport - other.lamport || one.sequence - other.sequence;
}

function ownLog({ logId, tips }: Log, rows: EntryRows): OwnLog {
  const placesAt = (sequence: number): LogPlace[] =>
    logId === null ? [] : rows.places(logId, [sequence]).map(placeOf);
  return {
    tips: tips.map(placeOf),
    has: ({ sequence, reference }) => placesAt(sequence).some((place) => place.reference === reference),
    ancestors: (places) =>
      ancestorsIn(logId === null ? [] : rows.links(logId), places, (sequence) =>
        logId === null ? [] : rows.places(logId, [sequence]).map(({ entry_id }) => entry_id),
      ),
  };
}

function ancestorsIn(
  links: readonly { id: EntryId; previous: EntryId }[],
  places: readonly LogPlace[],
  idsAt: (sequence: number) => readonly EntryId[],
): ReadonlySet<EntryId> {
  const previousOf = new Map(links.map(({ id, previous }) => [id, previous]));
  const found = new Set<EntryId>();
  for (const { sequence, reference } of places) {
    const start = idsAt(sequence).find((id) => referenceOf(id) === reference);
    for (let at = start; at !== undefined && !found.has(at); at = previousOf.get(at)) found.add(at);
  }
  return found;
}

const placeOf = ({ sequence, entry_id }: { sequence: number; entry_id: EntryId }): LogPlace => ({
  sequence,
  reference: referenceOf(entry_id),
});
