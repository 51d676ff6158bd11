// One person's part in the trees of one cast: who feeds them, whom they feed, what they repair, and what they tell upwards.
// Speaks of people and numbers alone: the app runs it over links, the simulator over a model of lines.
import type { PeerId } from '#shared/identity';
import { Delivery } from '#core/cast/delivery';
import { Feed } from '#core/cast/feed';
import { isInner, stripes, type Member } from '#core/cast/member';
import { Missing } from '#core/cast/missing';
import type { OverlayMessage, OverlayWire, Report } from '#core/cast/overlay-wire';
import { stripeOf } from '#core/cast/packet';
import { PacketWindow, type Held } from '#core/cast/packet-window';
import { ParentSearch } from '#core/cast/parent-search';
import { planRepairs } from '#core/cast/repair-policy';
import { SeatDesk } from '#core/cast/seat-desk';
import { Seats } from '#core/cast/seats';
import { Tidings } from '#core/cast/tidings';
import type { Clock } from '#core/ports';
import { paces } from '#core/wire/paces';

type OfPackets = 'want' | 'catch-up' | 'key-frame';

export interface OverlayDeps {
  readonly self: Member;
  readonly caster: PeerId;
  readonly wire: OverlayWire;
  readonly clock: Pick<Clock, 'now'>;
  readonly memberOf: (peerId: PeerId) => Member | null;
  /** A child asks the caster for a key frame. */
  readonly wantsKeyFrame: () => void;
}

export class Overlay {
  readonly seats = new Seats();
  readonly window = new PacketWindow();
  readonly feed: Feed;
  readonly desk: SeatDesk;
  readonly #deps: OverlayDeps;
  readonly #isCaster: boolean;
  readonly #tidings = new Tidings();
  readonly #missing = new Missing();
  readonly #delivery = new Delivery();
  readonly #searches: readonly ParentSearch[];
  /** What each stripe was told last: upwards, and below. */
  readonly #told: { report: string; atMs: number; place: string }[] = stripes.map(() => ({
    report: '',
    atMs: 0,
    place: '',
  }));
  #lookedAtMs = -Infinity;
  #cameAtMs: number;
  /** So many who give a seat are to give a start with it, until a key frame has come. */
  #catchUps = 3;
  #keyFrameAtMs = -Infinity;
  lost = 0;

  constructor(deps: OverlayDeps) {
    this.#deps = deps;
    const { self, caster, wire, clock } = deps;
    this.#isCaster = self.peerId === caster;
    this.#cameAtMs = clock.now();
    const lent = self.seats.reduce((sum, seats) => sum + seats, 0);
    this.feed = new Feed({ wire, window: this.window, seats: this.seats, lent, nowMs: clock.now() });
    const neighbours = (): readonly PeerId[] =>
      this.parents.filter((peerId): peerId is PeerId => peerId !== null && peerId !== caster && wire.isLinked(peerId));
    const isNew = (): boolean => this.#catchUps > 0 && this.window.keyFirst === null;
    this.#searches = this.#isCaster
      ? []
      : stripes.map(
          (stripe) => new ParentSearch({ stripe, self, caster, wire, memberOf: deps.memberOf, isNew, neighbours }),
        );
    this.desk = new SeatDesk({
      self,
      isCaster: this.#isCaster,
      seats: this.seats,
      tidings: this.#tidings,
      wire,
      depth: (stripe) => this.depth(stripe),
      above: (stripe) => this.#above(stripe),
      introduceAbove: (member, stripe) => this.#introduceAbove(member, stripe),
      memberOf: deps.memberOf,
    });
  }

  get parents(): readonly (PeerId | null)[] {
    return stripes.map((stripe) => this.#searches[stripe]?.parent?.peerId ?? null);
  }

  /** The longest time since anything of the cast came. */
  get silentMs(): number {
    return this.#deps.clock.now() - this.#cameAtMs;
  }

  /** Stripes in which the caster knew of nobody again and again. */
  get refusals(): number {
    return Math.max(0, ...this.#searches.map(({ parent, refusals }) => (parent ? 0 : refusals)));
  }

  depth(stripe: number): number | null {
    return this.#isCaster ? 0 : (this.#searches[stripe]?.parent?.depth ?? null);
  }

  /** They feed me, I feed them, or one is about to. */
  needs(peerId: PeerId): boolean {
    const nowMs = this.#deps.clock.now();
    return this.#searches.some((search) => search.needs(peerId)) || this.seats.isFed(peerId, nowMs);
  }

  report(stripe: number): Report {
    const { self } = this.#deps;
    const place = { self, stripe, depth: this.depth(stripe) ?? 0, children: this.seats.children(stripe) };
    return this.#tidings.compose(place);
  }

  tick(): void {
    const nowMs = this.#deps.clock.now();
    for (const stripe of stripes) {
      const search = this.#searches[stripe];
      if (!search) break;
      if (search.parent) {
        if (this.#delivery.judge(stripe, nowMs) === 'replace') search.doubt();
        else search.trust();
      }
      search.tick(nowMs);
    }
    if (!this.#isCaster) this.#repair(nowMs);
    if (nowMs - this.#lookedAtMs < paces.castReportSoonMs) return;
    this.#lookedAtMs = nowMs;
    this.#dropSilent(nowMs);
    this.#tellUpAndDown(nowMs);
  }

  linkOpened(peerId: PeerId): void {
    for (const search of this.#searches) search.linkOpened(peerId, this.#deps.clock.now());
  }

  linkClosed(peerId: PeerId): void {
    const nowMs = this.#deps.clock.now();
    this.seats.removeEverywhere(peerId);
    this.feed.forget(peerId);
    for (const stripe of stripes) this.#tidings.drop(peerId, stripe);
    for (const search of this.#searches) {
      search.linkClosed(peerId, nowMs);
      search.tick(nowMs);
    }
  }

  heard(from: PeerId, message: OverlayMessage): void {
    const nowMs = this.#deps.clock.now();
    switch (message.kind) {
      case 'ask':
        this.desk.answer(message, nowMs);
        if (message.isNew && this.seats.has(from, message.stripe)) this.feed.catchUp(from, nowMs);
        break;
      case 'seat':
        this.#heardSeat(from, message, nowMs);
        break;
      case 'no-seat':
        this.#searches[message.stripe]?.heardNoSeat(from, message.instead, nowMs);
        break;
      case 'unseat':
        this.#searches[message.stripe]?.heardUnseat(from, message.instead, nowMs);
        break;
      case 'leave':
        this.seats.remove(from, message.stripe);
        this.#tidings.drop(from, message.stripe);
        break;
      case 'meet':
        this.#passMeet(message);
        break;
      case 'report':
        this.#heardReport(from, message.report, nowMs);
        break;
      default:
        this.#heardOfPackets(from, message, nowMs);
    }
  }

  /** Whether it is new. `from` is null for what the caster made. Verified by then. */
  packetCame(packet: Held, from: PeerId | null): boolean {
    const nowMs = this.#deps.clock.now();
    const stripe = stripeOf(packet.number);
    const isParent = from !== null && this.#searches[stripe]?.parent?.peerId === from;
    if (isParent) this.#delivery.heard(stripe, nowMs);
    if (!this.window.takes(packet.number)) return false;
    this.window.add(packet, nowMs);
    this.#cameAtMs = nowMs;
    if (!this.#isCaster) {
      this.#missing.came(packet.number, nowMs);
      this.#delivery.came(stripe, isParent, nowMs);
    }
    this.feed.passOn(packet, from, nowMs);
    return true;
  }

  /** They brought what was here before. */
  cameAgain(from: PeerId, stripe: number): void {
    if (this.#searches[stripe]?.parent?.peerId === from) this.#delivery.heard(stripe, this.#deps.clock.now());
  }

  /** They are of the audience no more. */
  expel(peerId: PeerId): void {
    for (const stripe of stripes) {
      if (!this.seats.has(peerId, stripe)) continue;
      this.#tidings.drop(peerId, stripe);
      this.#deps.wire.send(peerId, { kind: 'unseat', stripe, instead: [] });
    }
    this.seats.removeEverywhere(peerId);
    this.feed.forget(peerId);
    this.shun(peerId);
  }

  /** What came from them was altered. */
  shun(peerId: PeerId): void {
    for (const search of this.#searches) search.shun(peerId, this.#deps.clock.now());
  }

  /** Nothing can be shown before a key frame: of whoever feeds me, or of the caster. */
  wantKeyFrame(): void {
    const parent = this.parents.find((peerId) => peerId !== null);
    if (parent === undefined) return;
    this.#deps.wire.send(parent, this.window.keyFirst === null ? { kind: 'catch-up' } : { kind: 'key-frame' });
  }

  leave(): void {
    const { wire } = this.#deps;
    for (const [stripe, peerId] of this.parents.entries()) if (peerId) wire.send(peerId, { kind: 'leave', stripe });
  }

  #heardSeat(from: PeerId, { stripe, depth, above }: Extract<OverlayMessage, { kind: 'seat' }>, nowMs: number): void {
    if (!this.#searches[stripe]?.heardSeat(from, depth, above, nowMs)) return;
    this.#delivery.seated(stripe, nowMs);
    this.#tellUpAndDown(nowMs);
    if (this.window.keyFirst === null) this.#catchUps -= 1;
  }

  #heardReport(from: PeerId, report: Report, nowMs: number): void {
    if (this.seats.has(from, report.stripe)) this.#tidings.heard(from, report, this.depth(report.stripe) ?? 0, nowMs);
  }

  #heardOfPackets(from: PeerId, message: Extract<OverlayMessage, { kind: OfPackets }>, nowMs: number): void {
    const isNear = this.seats.isFed(from, nowMs) || this.parents.includes(from);
    if (!isNear) return;
    if (message.kind === 'want') this.feed.repair(from, message.numbers, nowMs);
    else if (message.kind === 'catch-up') this.feed.catchUp(from, nowMs);
    else this.#passKeyFrame(nowMs);
  }

  #passKeyFrame(nowMs: number): void {
    if (nowMs - this.#keyFrameAtMs < paces.castKeyFrameMs) return;
    this.#keyFrameAtMs = nowMs;
    if (this.#isCaster) this.#deps.wantsKeyFrame();
    else this.wantKeyFrame();
  }

  #passMeet(message: Extract<OverlayMessage, { kind: 'meet' }>): void {
    if (message.to === this.#deps.self.peerId) return; // the pass was taken when it came
    const via = this.seats.isChild(message.to) ? message.to : this.#tidings.route(message.to);
    if (via) this.#deps.wire.send(via, message);
  }

  #above(stripe: number): Member[] {
    const parent = this.#searches[stripe]?.parent;
    const member = parent && parent.peerId !== this.#deps.caster ? this.#deps.memberOf(parent.peerId) : null;
    return member ? [member] : [];
  }

  #introduceAbove(member: Member, stripe: number): void {
    const parent = this.#searches[stripe]?.parent?.peerId;
    if (parent && parent !== this.#deps.caster) this.#deps.wire.send(parent, { kind: 'meet', to: parent, member });
  }

  #repair(nowMs: number): void {
    for (const number of this.#missing.giveUp(nowMs)) {
      this.lost += 1;
      this.#delivery.lost(stripeOf(number), nowMs);
    }
    const due = this.#missing.due(nowMs, (stripe) => this.#searches[stripe]?.isSearching !== false);
    if (due.length === 0) return;
    const parents = this.parents;
    const inner = stripes.flatMap((stripe) => this.seats.children(stripe));
    const near = [...parents.filter((peerId) => peerId !== null), ...inner.map(({ peerId }) => peerId)];
    for (const [peerId, numbers] of planRepairs({ due, parents, neighbours: [...new Set(near)] })) {
      for (const number of numbers) this.#missing.asked(number, peerId, nowMs);
      this.#deps.wire.send(peerId, { kind: 'want', numbers });
    }
  }

  /** Children who should tell of those below them, and say nothing: their seats are needed. */
  #dropSilent(nowMs: number): void {
    for (const stripe of stripes)
      for (const child of this.seats.children(stripe)) {
        if (!isInner(child, stripe) || !this.#tidings.isSilent(child.peerId, stripe, nowMs)) continue;
        this.seats.remove(child.peerId, stripe);
        this.#tidings.drop(child.peerId, stripe);
        this.#deps.wire.send(child.peerId, { kind: 'unseat', stripe, instead: [] });
      }
  }

  /** What is new soon, the rest now and then. */
  #tellUpAndDown(nowMs: number): void {
    for (const stripe of stripes) {
      const parent = this.#searches[stripe]?.parent;
      const told = this.#told[stripe];
      if (!parent || !told || !isInner(this.#deps.self, stripe)) continue;
      const report = this.report(stripe);
      const text = JSON.stringify([parent.peerId, report]);
      if (told.report !== text || nowMs - told.atMs >= paces.castReportMs) {
        told.report = text;
        told.atMs = nowMs;
        this.#deps.wire.send(parent.peerId, { kind: 'report', report });
      }
      const place = `${parent.peerId} ${parent.depth}`;
      if (told.place === place) continue;
      told.place = place;
      this.desk.tellAll(stripe);
    }
  }
}
