// The search for somebody who feeds one stripe: whom to ask next, until one says yes; the caster last, and ever more rarely.
import type { PeerId } from '#shared/identity';
import { isOneOf, mayFeed, type Member } from '#core/cast/member';
import type { OverlayWire } from '#core/cast/overlay-wire';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';

export interface Parent {
  readonly peerId: PeerId;
  /** Mine below them: hops from the caster. */
  readonly depth: number;
  /** Whom to ask when they are gone. */
  readonly above: readonly Member[];
}

export interface ParentSearchDeps {
  readonly stripe: number;
  readonly self: Member;
  readonly caster: PeerId;
  readonly wire: Pick<OverlayWire, 'isLinked' | 'reach' | 'send'>;
  /** Somebody of the audience whose pass was seen. */
  readonly memberOf: (peerId: PeerId) => Member | null;
  /** Nothing can be shown yet: whoever gives a seat is to give a start with it. */
  readonly isNew: () => boolean;
  /** Whoever feeds me in other stripes: they know who feeds them in this one. */
  readonly neighbours: () => readonly PeerId[];
}

/** Links are sought with so many at once. */
const reachedAtOnce = 3;

export class ParentSearch {
  readonly #deps: ParentSearchDeps;
  #parent: Parent | null = null;
  #isDoubted = false;
  /** Of whom an answer is awaited. */
  #asked: { readonly peerId: PeerId; readonly sinceMs: number } | null = null;
  /** With whom a link is sought, since when: whoever is there first is asked, as with addresses in RFC 8305. */
  readonly #reaching = new Map<PeerId, number>();
  #reachNextAtMs = -Infinity;
  /** Were sought, and are linked by now. */
  #linked: PeerId[] = [];
  #candidates: Member[] = [];
  readonly #resting = new Map<PeerId, number>();
  #failed: PeerId[] = [];
  #casterAtMs = -Infinity;
  #casterWaitMs: number = paces.castAskCasterMinMs;
  /** Times the caster knew of nobody. */
  refusals = 0;

  constructor(deps: ParentSearchDeps) {
    this.#deps = deps;
  }

  get parent(): Parent | null {
    return this.#parent;
  }

  /** They feed me, or are to. */
  needs(peerId: PeerId): boolean {
    return this.#parent?.peerId === peerId || this.#asked?.peerId === peerId || this.#reaching.has(peerId);
  }

  get isSearching(): boolean {
    return this.#parent === null || this.#isDoubted;
  }

  /** The parent feeds badly: another is sought while they go on. */
  doubt(): void {
    if (!this.#parent || this.#isDoubted) return;
    this.#isDoubted = true;
    this.#candidates = [...this.#parent.above];
    this.#complainOf(this.#parent.peerId);
  }

  /** They do well again. */
  trust(): void {
    this.#isDoubted = false;
  }

  tick(nowMs: number): void {
    this.#expire(nowMs);
    const isWaiting = this.#reaching.size >= reachedAtOnce || nowMs < this.#reachNextAtMs;
    if (!this.isSearching || this.#asked || (this.#reaching.size > 0 && isWaiting)) return;
    const next = this.#next(nowMs);
    if (next) this.#approach(next, nowMs);
  }

  linkOpened(peerId: PeerId, nowMs: number): void {
    if (!this.#reaching.delete(peerId)) return;
    if (this.isSearching && !this.#asked) this.#ask(peerId, nowMs);
    else this.#linked.push(peerId);
  }

  linkClosed(peerId: PeerId, nowMs: number): void {
    if (this.#parent?.peerId === peerId) this.#lose([...this.#parent.above], nowMs);
    if (this.#asked?.peerId === peerId || this.#reaching.has(peerId)) this.#rest(peerId, nowMs, paces.castAskAgainMs);
  }

  /** True when they feed me from now on; whoever did before is told. */
  heardSeat(from: PeerId, depth: number, above: readonly Member[], nowMs: number): boolean {
    const before = this.#parent;
    const isGood = this.#mayFeedMe(from) && depth <= limits.castDepth;
    if (before?.peerId === from && isGood) {
      this.#parent = { peerId: from, depth, above };
      return false;
    }
    if (this.#asked?.peerId !== from || !this.isSearching || !isGood) {
      this.#deps.wire.send(from, { kind: 'leave', stripe: this.#deps.stripe });
      if (!isGood) this.#turnDown(from, nowMs);
      return false;
    }
    this.#asked = null;
    this.#reaching.clear();
    this.#linked = [];
    this.#parent = { peerId: from, depth, above };
    if (before) {
      this.#deps.wire.send(before.peerId, { kind: 'leave', stripe: this.#deps.stripe });
      this.#resting.set(before.peerId, nowMs + paces.castFailedMs);
    }
    this.#isDoubted = false;
    this.#candidates = [];
    this.#casterWaitMs = paces.castAskCasterMinMs;
    this.refusals = 0;
    return true;
  }

  heardNoSeat(from: PeerId, instead: readonly Member[], nowMs: number): void {
    if (this.#asked?.peerId !== from) return;
    if (from === this.#deps.caster) {
      this.#asked = null;
      this.refusals = instead.length === 0 ? this.refusals + 1 : 0;
    } else this.#rest(from, nowMs, paces.castAskAgainMs);
    this.#suggest(instead);
    this.tick(nowMs);
  }

  heardUnseat(from: PeerId, instead: readonly Member[], nowMs: number): void {
    if (this.#parent?.peerId !== from) return;
    this.#lose(instead, nowMs);
    this.tick(nowMs);
  }

  /** They are not to be asked: altered packets came from them. */
  shun(peerId: PeerId, nowMs: number): void {
    this.#resting.set(peerId, nowMs + paces.castFailedMs);
    this.#complainOf(peerId);
    if (this.#parent?.peerId === peerId) this.#lose(this.#parent.above, nowMs);
  }

  #mayFeedMe(peerId: PeerId): boolean {
    const { self, caster, stripe, memberOf } = this.#deps;
    const member = memberOf(peerId);
    return peerId === caster || (member !== null && mayFeed(member, self, stripe));
  }

  /** They would have me in a circle, or too far from the caster. */
  #turnDown(peerId: PeerId, nowMs: number): void {
    if (this.#parent?.peerId === peerId) this.#lose(this.#parent.above, nowMs);
    this.#complainOf(peerId);
    this.#rest(peerId, nowMs, paces.castFailedMs);
  }

  /** The caster hears of it when they are asked next. */
  #complainOf(peerId: PeerId): void {
    if (this.#failed.length < 4 && !this.#failed.includes(peerId)) this.#failed.push(peerId);
  }

  #lose(candidates: readonly Member[], nowMs: number): void {
    this.#parent = null;
    this.#isDoubted = false;
    this.#casterAtMs = Math.min(this.#casterAtMs, nowMs - paces.castAskCasterMinMs);
    this.#casterWaitMs = paces.castAskCasterMinMs;
    this.#suggest(candidates);
  }

  #suggest(members: readonly Member[]): void {
    const { self, stripe } = this.#deps;
    const fresh = members.filter((member) => mayFeed(member, self, stripe) && member.peerId !== self.peerId);
    const others = this.#candidates.filter((member) => !isOneOf(fresh, member.peerId));
    this.#candidates = [...fresh, ...others].slice(0, limits.castCandidates);
  }

  #expire(nowMs: number): void {
    for (const [peerId, untilMs] of this.#resting) if (untilMs <= nowMs) this.#resting.delete(peerId);
    if (this.#reaching.size === 0 && !this.#asked) return;
    const late = [...this.#reaching].filter(([, sinceMs]) => nowMs - sinceMs >= paces.castReachMs);
    const silent = this.#asked && nowMs - this.#asked.sinceMs >= paces.castAskMs ? [this.#asked.peerId] : [];
    for (const peerId of [...late.map(([one]) => one), ...silent]) {
      this.#complainOf(peerId);
      this.#rest(peerId, nowMs, paces.castAskAgainMs * 2);
    }
  }

  /** They are not asked for a while; nor waited for. */
  #rest(peerId: PeerId, nowMs: number, forMs: number): void {
    if (this.#asked?.peerId === peerId) this.#asked = null;
    this.#reaching.delete(peerId);
    if (peerId !== this.#deps.caster) this.#resting.set(peerId, nowMs + forMs);
  }

  #next(nowMs: number): PeerId | null {
    const isOpen = (peerId: PeerId): boolean => !this.#resting.has(peerId) && !this.needs(peerId);
    for (let linked = this.#linked.shift(); linked; linked = this.#linked.shift()) if (isOpen(linked)) return linked;
    for (let one = this.#candidates.shift(); one; one = this.#candidates.shift())
      if (isOpen(one.peerId)) return one.peerId;
    const { caster, neighbours } = this.#deps;
    const near = neighbours().find(isOpen);
    if (near) return near;
    const isTurn = nowMs - this.#casterAtMs >= this.#casterWaitMs;
    if (!isTurn || !isOpen(caster)) return null;
    this.#casterAtMs = nowMs;
    this.#casterWaitMs = Math.min(this.#casterWaitMs * 2, paces.castAskCasterMaxMs);
    return caster;
  }

  #approach(peerId: PeerId, nowMs: number): void {
    if (this.#deps.wire.isLinked(peerId)) {
      this.#ask(peerId, nowMs);
      return;
    }
    this.#reaching.set(peerId, nowMs);
    this.#reachNextAtMs = nowMs + paces.castReachNextMs;
    this.#deps.wire.reach(peerId);
  }

  #ask(peerId: PeerId, nowMs: number): void {
    const { wire, stripe, self, caster, isNew } = this.#deps;
    this.#asked = { peerId, sinceMs: nowMs };
    const failed = peerId === caster ? this.#failed : [];
    if (peerId === caster) this.#failed = [];
    wire.send(peerId, { kind: 'ask', stripe, member: self, failed, isNew: isNew() });
  }
}
