// A vault over the years, in virtual time, by the code the app runs: how friends who come and go, and break, keep what was put. Beside it
// the same vault as three whole copies, in the same world.
import * as v from 'valibot';
import { PeerId } from '#shared/identity';
import { PieceId } from '#shared/vault';
import { planSegment, schemeFor, type PieceFacts } from '#main/services/vault/placement';
import { hourMs, Presence, SimulatedKeeper } from '#scripts/sim/vault-keepers';

function numberOf(name: string, usual: number): number {
  const at = process.argv.indexOf(name);
  const value = at < 0 ? usual : Number(process.argv[at + 1]);
  if (!Number.isInteger(value) || value < 1 || value > 100_000) throw new Error(`${name} takes a whole number.`);
  return value;
}

/** Numbers that follow from a seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Scheme {
  readonly needed: number;
  readonly total: number;
}

const keepersMost = numberOf('--keepers', 10);
const years = numberOf('--years', 1);
const segmentsMost = numberOf('--segments', 60);
const runs = numberOf('--runs', 40);
/** A friend is gone for good after so many years on average, and another comes after so many days. */
const keeperYears = numberOf('--keeper-years', 2);
const newFriendDays = numberOf('--new-friend-days', 30);
/** Of all pieces, those that are damaged or deleted by mistake in a year. */
const forgottenAYear = 0.02;
/** Pieces that go to a keeper in an hour. */
const piecesAnHour = 100;

interface Outcome {
  lost: number;
  /** Pieces left in all beyond the first of each place, as a share of what was put. */
  repairCopies: number;
}

interface Segment {
  readonly at: number;
  isLost: boolean;
}

const letters = 'abcdefghijklmnopqrstuvwxyz234567';
const idOf = (at: number): PeerId => {
  let name = '';
  for (let left = at, place = 0; place < 51; place += 1, left = Math.floor(left / 32))
    name = (letters[left % 32] ?? 'a') + name;
  return v.parse(PeerId, `${name}a`);
};
const pieceName = (segment: number, share: number): PieceId =>
  v.parse(PieceId, (segment * 1_000 + share).toString(16).padStart(64, '0'));

class World {
  readonly #scheme: Scheme;
  readonly #random: () => number;
  readonly #owner: Presence;
  readonly #segments: Segment[];
  readonly #byPeer = new Map<PeerId, SimulatedKeeper>();
  /** Which keepers are to have a piece, and have it. */
  readonly #copies = new Map<PieceId, Map<PeerId, 'assigned' | 'kept'>>();
  readonly #here = new Set<PieceId>();
  readonly #comeAtHour: number[] = [];
  /** Days on which the owner was there. */
  readonly #days: number[] = [];
  #keepers: SimulatedKeeper[] = [];
  #made = 0;
  #left = 0;
  #firstLeft = 0;

  constructor(scheme: Scheme, seed: number) {
    this.#scheme = scheme;
    this.#random = seeded(seed);
    this.#owner = new Presence({ availability: 0.5, sessionHours: 8 }, this.#random);
    this.#segments = Array.from({ length: segmentsMost }, (_, at) => ({ at, isLost: false }));
    for (let at = 0; at < keepersMost; at += 1) this.#newKeeper(0);
    for (const { at } of this.#segments) for (const piece of this.#piecesOf(at)) this.#here.add(piece);
  }

  run(hours: number): Outcome {
    for (let hour = 1; hour <= hours; hour += 1) this.#hour(hour);
    const lost = this.#segments.filter(({ isLost }) => isLost).length;
    const put = this.#segments.length * this.#scheme.total;
    return { lost, repairCopies: (this.#left - this.#firstLeft) / put };
  }

  #piecesOf(segment: number): PieceId[] {
    const count = this.#scheme.needed === 1 ? 1 : this.#scheme.total;
    return Array.from({ length: count }, (_, share) => pieceName(segment, share));
  }

  #newKeeper(nowMs: number): void {
    const habits = { availability: 0.3 + 0.6 * this.#random(), sessionHours: 6 };
    const keeper = new SimulatedKeeper(idOf((this.#made += 1)), habits, nowMs, this.#random);
    this.#keepers.push(keeper);
    this.#byPeer.set(keeper.peerId, keeper);
  }

  #hour(hour: number): void {
    const nowMs = hour * hourMs;
    this.#owner.hour();
    for (const keeper of this.#keepers) this.#live(keeper, hour);
    if (this.#comeAtHour[0] !== undefined && this.#comeAtHour[0] <= hour) {
      this.#comeAtHour.shift();
      this.#newKeeper(nowMs);
    }
    if (this.#owner.isOnline) {
      const today = Math.floor(hour / 24);
      if (this.#days.at(-1) !== today) this.#days.push(today);
      for (const keeper of this.#keepers) if (keeper.isThere) this.#meet(keeper, nowMs);
      if (hour % 6 === 0 || hour < 48) this.#plan(nowMs);
    }
    if (hour % 24 === 0) this.#mourn();
    if (hour === 24 * 7) this.#firstLeft = this.#left;
  }

  #live(keeper: SimulatedKeeper, hour: number): void {
    keeper.presence.hour();
    if (keeper.isGone) return;
    if (this.#random() < 1 / (keeperYears * 8_760)) {
      keeper.isGone = true;
      keeper.holds.clear();
      this.#comeAtHour.push(hour + newFriendDays * 24);
    } else if (keeper.holds.size > 0 && this.#random() < (forgottenAYear * keeper.holds.size) / 8_760) {
      const held = [...keeper.holds];
      keeper.holds.delete(held[Math.floor(this.#random() * held.length)] ?? '');
    }
  }

  /** Both are there for an hour. */
  #meet(keeper: SimulatedKeeper, nowMs: number): void {
    keeper.seen(nowMs);
    const lost = keeper.audit(nowMs);
    if (lost !== null) this.#forget(keeper, lost);
    let room = piecesAnHour;
    for (const [piece, copies] of this.#copies) {
      if (copies.get(keeper.peerId) !== 'assigned' || !this.#here.has(piece)) continue;
      copies.set(keeper.peerId, 'kept');
      keeper.holds.add(piece);
      keeper.tell(piece, nowMs);
      this.#left += 1;
      if (
        [...copies.values()].filter((state) => state === 'kept').length >=
        (this.#scheme.needed === 1 ? this.#scheme.total : 1)
      )
        this.#here.delete(piece);
      if ((room -= 1) === 0) return;
    }
  }

  #forget(keeper: SimulatedKeeper, piece: string): void {
    keeper.told.delete(piece);
    for (const [known, copies] of this.#copies) if (known === piece) copies.delete(keeper.peerId);
  }

  #plan(nowMs: number): void {
    const daysSince = (ms: number): number => this.#days.filter((day) => day > Math.floor(ms / (24 * hourMs))).length;
    const facts = this.#keepers.map((keeper) => keeper.facts(daysSince));
    for (const { at, isLost } of this.#segments) {
      if (isLost) continue;
      const pieces = this.#piecesOf(at).map((pieceId): PieceFacts => {
        const copies = [...(this.#copies.get(pieceId) ?? [])].map(([keeper, state]) => ({ keeper, state }));
        return { pieceId, bytes: 1, isHere: this.#here.has(pieceId), copies };
      });
      const plan = planSegment({ ...this.#scheme, pieces }, facts, nowMs);
      for (const { pieceId, keeper } of plan.assign) {
        const copies = this.#copies.get(pieceId) ?? new Map<PeerId, 'assigned' | 'kept'>();
        this.#copies.set(pieceId, copies.set(keeper, 'assigned'));
      }
      for (const { pieceId, keeper } of plan.release) {
        this.#copies.get(pieceId)?.delete(keeper);
        this.#byPeer.get(keeper)?.told.delete(pieceId);
        this.#byPeer.get(keeper)?.holds.delete(pieceId);
      }
      if (plan.rebuild.length > 0 && this.#reachable(pieces).size >= this.#scheme.needed)
        for (const pieceId of plan.rebuild) this.#here.add(pieceId);
    }
  }

  /** Pieces that can be had this hour. */
  #reachable(pieces: readonly PieceFacts[]): Set<PieceId> {
    const has = (pieceId: PieceId, peerId: PeerId): boolean => {
      const keeper = this.#byPeer.get(peerId);
      return keeper?.isThere === true && keeper.holds.has(pieceId);
    };
    return new Set(
      pieces
        .filter(({ pieceId, isHere, copies }) => isHere || copies.some(({ keeper }) => has(pieceId, keeper)))
        .map(({ pieceId }) => pieceId),
    );
  }

  /** What nobody can give back any more is lost, however long it takes until that is known. */
  #mourn(): void {
    for (const segment of this.#segments) {
      if (segment.isLost) continue;
      const left = this.#piecesOf(segment.at).filter(
        (pieceId) => this.#here.has(pieceId) || this.#keepers.some(({ holds }) => holds.has(pieceId)),
      );
      segment.isLost = left.length < this.#scheme.needed;
    }
  }
}

function simulate(scheme: Scheme): {
  readonly lost: number;
  readonly repairFactor: number;
  readonly storageFactor: number;
} {
  let lost = 0;
  let repairCopies = 0;
  for (let seed = 1; seed <= runs; seed += 1) {
    const outcome = new World(scheme, seed).run(years * 8_760);
    lost += outcome.lost;
    repairCopies += outcome.repairCopies / runs;
  }
  const storageFactor = scheme.total / scheme.needed;
  return { lost, repairFactor: repairCopies * storageFactor, storageFactor };
}

const scheme = schemeFor(keepersMost);
const ours = simulate(scheme);
const copies = simulate({ needed: 1, total: 3 });
const inAll = segmentsMost * runs;
const report = {
  name: 'vault',
  keepers: keepersMost,
  years,
  runs,
  segments: inAll,
  scheme: `${scheme.needed} of ${scheme.total}`,
  lost: ours.lost,
  storage: ours.storageFactor,
  repair: Number(ours.repairFactor.toFixed(2)),
  copies: { lost: copies.lost, storage: copies.storageFactor, repair: Number(copies.repairFactor.toFixed(2)) },
  storageRatio: Number((ours.storageFactor / copies.storageFactor).toFixed(2)),
};
console.log(
  `${report.scheme}, ${keepersMost} keepers, ${years} years, ${runs} times: ${ours.lost} of ${inAll} segments lost, ` +
    `three copies: ${copies.lost}. Kept ${ours.storageFactor.toFixed(2)} and ${copies.storageFactor.toFixed(2)} times; ` +
    `left again for repair ${report.repair} and ${report.copies.repair} times what was put.`,
);
if (process.argv.includes('--json')) console.log(JSON.stringify({ ok: ours.lost <= copies.lost, ...report }));
