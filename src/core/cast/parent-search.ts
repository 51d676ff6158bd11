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
  /** Whoever feeds me in other stripes: they know who feeds them in this one. */
  readonly neighbours: () => readonly PeerId[];
}

interface Asking {
  readonly peerId: PeerId;
  phase: 'reaching' | 'asked';
  sinceMs: number;
}

export class ParentSearch {
  readonly #deps: ParentSearchDeps;
  #parent: Parent | null = null;
  #isDoubted = false;
  #asking: Asking | null = null;
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

  /** Of whom an answer is awaited. */
  get asked(): PeerId | null {
    return this.#asking?.peerId ?? null;
  }

  get isSearching(): boolean {
    return this.#parent === null || this.#isDoubted;
  }

  /** The parent feeds badly: another is sought while they go on. */
  doubt(): void {
    if (!this.#parent || this.#isDoubted) return;
    this.#isDoubted = true;
    this.#candidates = [...this.#parent.above];
    if (this.#failed.length < 4) this.#failed.push(this.#parent.peerId);
  }

  /** They do well again. */
  trust(): void {
    this.#isDoubted = false;
  }

  tick(nowMs: number): void {
    this.#expire(nowMs);
    if (!this.isSearching || this.#asking) return;
    const next = this.#next(nowMs);
    if (next) this.#approach(next, nowMs);
  }

  linkOpened(peerId: PeerId, nowMs: number): void {
    if (this.#asking?.peerId === peerId && this.#asking.phase === 'reaching') this.#ask(peerId, nowMs);
  }

  linkClosed(peerId: PeerId, nowMs: number): void {
    if (this.#parent?.peerId === peerId) this.#lose([...this.#parent.above], nowMs);
    if (this.#asking?.peerId === peerId) this.#rest(peerId, nowMs, paces.castAskAgainMs);
  }

  /** True when they feed me from now on; whoever did before is told. */
  heardSeat(from: PeerId, depth: number, above: readonly Member[], nowMs: number): boolean {
    const before = this.#parent;
    if (before?.peerId === from) {
      this.#parent = { peerId: from, depth, above };
      return false;
    }
    if (this.#asking?.peerId !== from || this.#asking.phase !== 'asked' || !this.isSearching) {
      this.#deps.wire.send(from, { kind: 'leave', stripe: this.#deps.stripe });
      return false;
    }
    this.#asking = null;
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
    if (this.#asking?.peerId !== from) return;
    if (from === this.#deps.caster) {
      this.#asking = null;
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
    if (this.#failed.length < 4) this.#failed.push(peerId);
    if (this.#parent?.peerId === peerId) this.#lose(this.#parent.above, nowMs);
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
    if (!this.#asking) return;
    const { peerId, phase, sinceMs } = this.#asking;
    const patienceMs = phase === 'reaching' ? paces.castReachMs : paces.castAskMs;
    if (nowMs - sinceMs >= patienceMs) this.#rest(peerId, nowMs, paces.castAskAgainMs * 2);
  }

  #rest(peerId: PeerId, nowMs: number, forMs: number): void {
    if (this.#asking?.peerId === peerId) this.#asking = null;
    if (peerId !== this.#deps.caster) this.#resting.set(peerId, nowMs + forMs);
  }

  #next(nowMs: number): PeerId | null {
    while (this.#candidates.length > 0) {
      const { peerId } = this.#candidates.shift() ?? this.#deps.self;
      if (!this.#resting.has(peerId) && peerId !== this.#parent?.peerId) return peerId;
    }
    const { caster, neighbours } = this.#deps;
    const near = neighbours().find((peerId) => !this.#resting.has(peerId) && peerId !== this.#parent?.peerId);
    if (near) return near;
    const isTurn = nowMs - this.#casterAtMs >= this.#casterWaitMs;
    if (!isTurn || this.#resting.has(caster) || this.#parent?.peerId === caster) return null;
    this.#casterAtMs = nowMs;
    this.#casterWaitMs = Math.min(this.#casterWaitMs * 2, paces.castAskCasterMaxMs);
    return caster;
  }

  #approach(peerId: PeerId, nowMs: number): void {
    this.#asking = { peerId, phase: 'reaching', sinceMs: nowMs };
    if (this.#deps.wire.isLinked(peerId)) this.#ask(peerId, nowMs);
    else this.#deps.wire.reach(peerId);
  }

  #ask(peerId: PeerId, nowMs: number): void {
    const { wire, stripe, self, caster } = this.#deps;
    this.#asking = { peerId, phase: 'asked', sinceMs: nowMs };
    const failed = peerId === caster ? this.#failed : [];
    if (peerId === caster) this.#failed = [];
    wire.send(peerId, { kind: 'ask', stripe, member: self, failed });
  }
}
