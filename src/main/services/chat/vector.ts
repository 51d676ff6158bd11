// What one side has of a conversation, as it tells the other, and what the other then lacks. Pure but for the rows it is asked
// to look into.
import * as v from 'valibot';
import type { EntryId } from '#shared/chat';
import { fromHex, toHex } from '#main/services/byte-layout';
import { decodeCbor, encodeCbor } from '#main/services/bounded-cbor';
import type { LogPlace } from '#main/services/chat/bodies';
import type { LogName } from '#main/services/chat/entry';
import { peerIdOf, peerKey } from '#main/services/peer-keys';
import { serviceLimits as limits } from '#main/services/service-limits';

export interface VectorLog extends LogName {
  /** Nothing is missing from here on. */
  readonly first: number;
  /** Ends of branches, and where that was not enough to find the place at which two sides part, places further down. */
  readonly points: readonly LogPlace[];
}

/** What somebody has of each log. */
export type Vector = readonly VectorLog[];

const bytesOf = (...lengths: readonly number[]) =>
  v.pipe(
    v.instance(Uint8Array),
    v.check((bytes) => lengths.includes(bytes.length)),
  );
const sequence = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(limits.chatSequenceMost));
const Layout = v.array(
  v.strictTuple([
    bytesOf(32),
    bytesOf(0, 16),
    v.boolean(),
    sequence,
    v.pipe(v.array(v.strictTuple([sequence, bytesOf(16)])), v.maxLength(64)),
  ]),
);

export function encodeVector(logs: Vector): Uint8Array<ArrayBuffer> {
  const lines = logs.map(({ author, spell, stream, first, points }) => [
    peerKey(author).bytes,
    fromHex(spell),
    stream === 'acts',
    first,
    points.map(({ sequence: at, reference }) => [at, fromHex(reference)]),
  ]);
  return new Uint8Array(encodeCbor(lines));
}

/** Null when the bytes are no vector. Never throws. */
export function decodeVector(bytes: Uint8Array): Vector | null {
  const parsed = v.safeParse(Layout, decodeCbor(bytes));
  if (!parsed.success) return null;
  try {
    return parsed.output.map(([author, spell, isActs, first, points]): VectorLog => ({
      author: peerIdOf(author),
      spell: toHex(spell),
      stream: isActs ? 'acts' : 'talk',
      first,
      points: points.map(([at, reference]) => ({ sequence: at, reference: toHex(reference) })),
    }));
  } catch {
    return null; // no peer id
  }
}

/** Places on the way down from a tip, ever further apart. */
export function locatorSequences(tip: number): number[] {
  const found: number[] = [];
  for (let step = 1, at = tip; at > 0 && found.length < 40; at -= step, step *= 2) found.push(at);
  return tip > 0 && found.at(-1) !== 1 ? [...found, 1] : found;
}

export interface Lacking {
  readonly from: number;
  readonly to: number;
  /** Entries in between that they have nevertheless; null when there are none. */
  readonly except: ReadonlySet<EntryId> | null;
}

export interface OwnLog {
  readonly tips: readonly LogPlace[];
  /** Whether this place is in the log here. */
  has(place: LogPlace): boolean;
  /** Everything these places follow, and they themselves; asked only of a log with forks. */
  ancestors(places: readonly LogPlace[]): ReadonlySet<EntryId>;
}

/**
 * What they lack of a log. `least` is the first they may have. When nothing they named is known here, the entries around it
 * are sent: they will not fit, and then more places are told.
 */
export function lackingOf(own: OwnLog, theirs: VectorLog | undefined, least: number): Lacking[] {
  const last = own.tips[0]?.sequence ?? 0;
  if (last < least) return [];
  if (!theirs || theirs.points.length === 0) return [{ from: least, to: last, except: null }];
  const known = theirs.points.filter((point) => own.has(point));
  const lower = earlierThan(theirs, known, least);
  if (known.length === 0) {
    const lowest = Math.min(...theirs.points.map(({ sequence: at }) => at));
    return lowest <= last ? [...lower, { from: Math.max(least, lowest), to: last, except: null }] : lower;
  }
  if (own.tips.length > 1) return [...lower, { from: least, to: last, except: own.ancestors(known) }];
  const had = Math.max(...known.map(({ sequence: at }) => at));
  return had < last ? [...lower, { from: Math.max(least, had + 1), to: last, except: null }] : lower;
}

/** What they may read by now of the time before they came. */
function earlierThan({ first }: VectorLog, known: readonly LogPlace[], least: number): Lacking[] {
  if (first <= least) return [];
  const had = known.filter(({ sequence: at }) => at < first).map(({ sequence: at }) => at);
  const from = Math.max(least, ...had.map((at) => at + 1));
  return from < first ? [{ from, to: first - 1, except: null }] : [];
}
