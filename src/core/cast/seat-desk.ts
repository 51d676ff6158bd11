// Answers those who ask me for a seat, and sends whoever gets none, or has to make way, to others below me.
import type { PeerId } from '#shared/identity';
import { isInner, isOneOf, mayFeed, stripes, type Member } from '#core/cast/member';
import type { OverlayMessage, OverlayWire, Spare } from '#core/cast/overlay-wire';
import { Rests } from '#core/cast/rests';
import { Rotation } from '#core/cast/rotation';
import { giveCasterSeat, giveSeat, type SeatGiven } from '#core/cast/seat-policy';
import type { Seats } from '#core/cast/seats';
import type { Tidings } from '#core/cast/tidings';
import { Unserved } from '#core/cast/unserved';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';

export interface SeatDeskDeps {
  readonly self: Member;
  readonly isCaster: boolean;
  readonly seats: Seats;
  readonly tidings: Tidings;
  readonly wire: Pick<OverlayWire, 'send'>;
  /** Hops from the caster; null without a place in the stripe. */
  readonly depth: (stripe: number) => number | null;
  readonly above: (stripe: number) => readonly Member[];
  /** Tells whoever feeds me that a child of mine may come to them one day. */
  readonly introduceAbove: (member: Member, stripe: number) => void;
  /** Somebody of the audience: the caster knows them all. */
  readonly memberOf: (peerId: PeerId) => Member | null;
}

type Ask = Extract<OverlayMessage, { kind: 'ask' }>;

export class SeatDesk {
  readonly #deps: SeatDeskDeps;
  /** Who sent whom elsewhere lately: the same seat is not promised to a crowd. */
  readonly #promised = new Map<PeerId, { readonly atMs: number; count: number }>();
  readonly #shunned = new Rests(limits.castComplaintMs, limits.castShunnedMs);
  /** Who says of whom that they feed badly, and when. Whoever starves themself gets such words too: they fade. */
  readonly #complaints = new Map<PeerId, Map<PeerId, number>>();
  readonly #unserved = new Unserved();
  readonly #rotation = new Rotation();

  constructor(deps: SeatDeskDeps) {
    this.#deps = deps;
  }

  answer({ member, stripe, failed }: Ask, nowMs: number): void {
    const { self, seats, wire } = this.#deps;
    const { peerId } = member;
    for (const bad of failed) this.#complain(bad, peerId, nowMs);
    const depth = this.#deps.depth(stripe);
    const isBelow = mayFeed(self, member, stripe) && depth !== null && depth < limits.castDepth;
    if (isBelow && seats.has(peerId, stripe)) this.#tell(peerId, stripe, depth);
    else {
      const given = isBelow ? this.#give(member, stripe, nowMs) : null;
      if (given && depth !== null) {
        this.#unserved.served(peerId, stripe);
        this.#seat(member, stripe, depth, given, nowMs);
      } else {
        this.#unserved.sentAway(peerId, stripe, nowMs);
        const instead =
          depth === null ? [] : this.#others(member, stripe, nowMs).filter((one) => one.peerId !== peerId);
        this.#introduce(member, stripe, instead, nowMs);
        wire.send(peerId, { kind: 'no-seat', stripe, instead });
      }
    }
  }

  /** Those below hear where I am now. */
  tellAll(stripe: number): void {
    const depth = this.#deps.depth(stripe);
    if (depth === null) return;
    for (const child of this.#deps.seats.children(stripe)) {
      this.#tell(child.peerId, stripe, depth);
      this.#deps.introduceAbove(child, stripe);
    }
  }

  /** How many ask for a seat in this stripe again and again. */
  hungry(stripe: number, nowMs: number): number {
    return this.#unserved.count(stripe, nowMs);
  }

  isShunned(peerId: PeerId, nowMs: number): boolean {
    return this.#shunned.has(peerId, nowMs);
  }

  #give(member: Member, stripe: number, nowMs: number): SeatGiven | null {
    const { self, isCaster, seats } = this.#deps;
    if (isCaster) {
      const children = stripes.map((of) => seats.children(of));
      const hasOther = (one: Member, of: number): boolean => this.#others(one, of, nowMs).length > 0;
      const mayPush = this.#rotation.mayPush(member, stripe, nowMs);
      const given = giveCasterSeat({ asker: member, stripe, children, hasOther, mayPush });
      return given ?? (mayPush && !hasOther(member, stripe) ? this.#rotate(member, stripe, nowMs) : null);
    }
    return giveSeat(member, stripe, seats.children(stripe), seats.count(stripe) < (self.seats[stripe] ?? 0));
  }

  #rotate(asker: Member, stripe: number, nowMs: number): SeatGiven | null {
    const { seats, tidings } = this.#deps;
    const children = seats.children(stripe);
    const facts = {
      asker,
      stripe,
      children,
      hungry: this.hungry(stripe, nowMs),
      worth: ({ peerId }: Member) => tidings.viewers(peerId, stripe),
      isShunned: ({ peerId }: Member) => this.isShunned(peerId, nowMs),
    };
    const member = this.#rotation.choose(facts, nowMs);
    return member && { displaced: { member, stripe } };
  }

  #seat(member: Member, stripe: number, depth: number, { displaced }: SeatGiven, nowMs: number): void {
    const { seats, tidings, wire } = this.#deps;
    if (isInner(member, stripe)) tidings.seated(member.peerId, stripe, nowMs);
    if (displaced) {
      const { member: child, stripe: from } = displaced;
      seats.sendAway(child.peerId, from, nowMs);
      const newcomer = from === stripe && mayFeed(member, child, from) ? [member] : [];
      const others = this.#others(child, from, nowMs).filter(({ peerId }) => !isOneOf(newcomer, peerId));
      const instead = [...newcomer, ...others].slice(0, limits.castInstead);
      seats.add(member, stripe);
      this.#tell(member.peerId, stripe, depth);
      this.#introduce(child, from, instead, nowMs);
      wire.send(child.peerId, { kind: 'unseat', stripe: from, instead });
    } else {
      seats.add(member, stripe);
      this.#tell(member.peerId, stripe, depth);
    }
    this.#deps.introduceAbove(member, stripe);
  }

  #tell(peerId: PeerId, stripe: number, depth: number): void {
    this.#deps.wire.send(peerId, { kind: 'seat', stripe, depth: depth + 1, above: this.#deps.above(stripe) });
  }

  /** Who could feed them, those nearest to the caster first. */
  #others(asker: Member, stripe: number, nowMs: number): Member[] {
    const { seats, tidings } = this.#deps;
    const place = { stripe, children: seats.children(stripe) };
    const found: Member[] = [];
    for (const spare of tidings.spare(place)) {
      const member = this.#known(spare.peerId, stripe);
      if (!member || !mayFeed(member, asker, stripe) || isOneOf(found, member.peerId)) continue;
      if (member.peerId === asker.peerId || this.isShunned(member.peerId, nowMs)) continue;
      if (this.#left(spare, member.seats[stripe] ?? 0, nowMs) + (isInner(asker, stripe) ? spare.leaves : 0) > 0)
        found.push(member);
      if (found.length >= limits.castInstead) break;
    }
    // Not all to the same: one that boasts would get them all.
    const start = found.length > 0 ? (asker.order + stripe) % found.length : 0;
    if (found.length > 0 || this.#deps.isCaster) return [...found.slice(start), ...found.slice(0, start)];
    // Nothing is known to be free: those below me may know better, and whoever feeds me.
    const near = [...place.children, ...this.#deps.above(stripe)];
    return near.filter((member) => mayFeed(member, asker, stripe)).slice(0, limits.castInstead);
  }

  #known(peerId: PeerId, stripe: number): Member | null {
    const child = this.#deps.seats.children(stripe).find((member) => member.peerId === peerId);
    return child ?? this.#deps.memberOf(peerId);
  }

  /** Of what they say, as far as the caster signed so many. */
  #left(spare: Spare, signed: number, nowMs: number): number {
    const promised = this.#promised.get(spare.peerId);
    const isFresh = promised !== undefined && nowMs - promised.atMs <= paces.castReportMs;
    return Math.min(spare.free, signed) - (isFresh ? promised.count : 0);
  }

  #introduce(asker: Member, stripe: number, instead: readonly Member[], nowMs: number): void {
    const [first] = instead;
    if (first) this.#promise(first.peerId, nowMs);
    for (const { peerId } of instead) {
      if (this.#deps.above(stripe).some((member) => member.peerId === peerId)) {
        this.#deps.introduceAbove(asker, stripe);
        continue;
      }
      const via = this.#deps.seats.isChild(peerId) ? peerId : this.#deps.tidings.route(peerId);
      if (via) this.#deps.wire.send(via, { kind: 'meet', to: peerId, member: asker });
    }
  }

  #promise(peerId: PeerId, nowMs: number): void {
    const promised = this.#promised.get(peerId);
    if (promised && nowMs - promised.atMs <= paces.castReportMs) promised.count += 1;
    else this.#promised.set(peerId, { atMs: nowMs, count: 1 });
    for (const [old, { atMs }] of this.#promised) {
      if (nowMs - atMs <= paces.castReportMs && this.#promised.size <= limits.castRoutes) break;
      this.#promised.delete(old);
    }
  }

  #complain(about: PeerId, from: PeerId, nowMs: number): void {
    if (!this.#deps.isCaster || about === from || !this.#deps.memberOf(about)) return;
    const voices = this.#complaints.get(about) ?? new Map<PeerId, number>();
    voices.delete(from);
    voices.set(from, nowMs);
    const [first] = voices.keys();
    if (voices.size > limits.castComplaints && first !== undefined) voices.delete(first);
    this.#complaints.set(about, voices);
    const fresh = [...voices.values()].filter((atMs) => nowMs - atMs <= limits.castComplaintMs);
    if (fresh.length >= limits.castComplaints) {
      this.#shunned.begin(about, nowMs);
      this.#complaints.delete(about);
    }
    const [oldest] = this.#complaints.keys();
    if (this.#complaints.size > limits.castRoutes && oldest !== undefined) this.#complaints.delete(oldest);
  }
}
