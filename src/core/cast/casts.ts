// Casts of this person: one of mine, one that I watch, and those that I may watch; over every open link.
import { CastTitle, type CastAudience, type CastFacts, type CastId } from '#shared/cast';
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import * as v from 'valibot';
import { keepSame } from '#core/base/keep-same';
import type { Scope } from '#core/base/scope';
import { Store, type ReadableStore } from '#core/base/store';
import { Broadcast } from '#core/cast/broadcast';
import { CastLink } from '#core/cast/cast-link';
import type { CastMessage } from '#core/cast/messages';
import { LinkEntry } from '#core/cast/link-entry';
import { every, type CastsDeps, type CastSideDeps } from '#core/cast/parts';
import type { CastsSnapshot, CastsSurface, OfferedCast } from '#core/cast/snapshot';
import { Watch } from '#core/cast/watch';
import { Guests } from '#core/peers/guests';
import type { Session } from '#core/peers/session';
import type { LiveEncoder, LiveOutput } from '#core/ports/live';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';

interface Mine {
  readonly broadcast: Broadcast;
  readonly castId: CastId;
  readonly card: Uint8Array<ArrayBuffer>;
  readonly scope: Scope;
}

const usualDelayMs = 1_000;

export class Casts implements CastsSurface {
  readonly #deps: CastsDeps;
  readonly #store = new Store<CastsSnapshot>({ mine: null, offered: [], watched: null });
  readonly #output = new Store<LiveOutput | null>(null);
  readonly #links = new Map<PeerId, { readonly link: CastLink; readonly scope: Scope }>();
  readonly #offered = new Map<PeerId, OfferedCast>();
  /** Came by a link of mine, and may dial. */
  readonly #guests: Guests;
  readonly #entry: LinkEntry;
  #mine: Mine | null = null;
  #isStarting = false;
  #watch: { readonly side: Watch; readonly scope: Scope } | null = null;
  #isDue = false;

  constructor(deps: CastsDeps) {
    this.#deps = deps;
    const { peers, mailbox, clock, scope } = deps;
    this.#guests = new Guests(clock, limits.castGuests);
    this.#entry = new LinkEntry({ ...deps, hasLink: (peerId) => this.#links.has(peerId) });
    scope.onEnd(peers.events.on('opened', (session) => this.#adopt(session)));
    scope.onEnd(peers.events.on('closed', ({ peerId }) => this.#drop(peerId)));
    scope.onEnd(mailbox.events.on('castRequested', ({ from, castId }) => this.#takeGuest(from, castId)));
    every(clock, scope, paces.castPulseMs, () => this.#closeIdle());
  }

  get store(): ReadableStore<CastsSnapshot> {
    return this.#store;
  }

  get output(): ReadableStore<LiveOutput | null> {
    return this.#output;
  }

  async start(title: string, audience: CastAudience, encoder: LiveEncoder): Promise<void> {
    const { host, crypto, random, scope } = this.#deps;
    try {
      if (this.#mine || this.#isStarting) throw new Failure('cast-limit');
      this.#isStarting = true;
      const signer = await crypto.createSigner();
      const opened = await host.startCast({ title: v.parse(CastTitle, title), liveKey: signer.publicKey, audience });
      const { facts, card } = opened;
      const key = new Uint8Array(random(16));
      const cipher = await crypto.frameCipher(key, 0);
      const own = scope.child();
      const side = this.#sideDeps(own);
      const letIn = (peerId: PeerId): void => this.#guests.letIn(peerId);
      const broadcast = new Broadcast({ ...side, facts, card, key, signer, cipher, encoder, letIn });
      this.#mine = { broadcast, castId: facts.castId, card, scope: own };
      for (const { link } of this.#links.values()) void this.#offer(link);
      this.#publish();
    } catch (reason) {
      encoder.close();
      throw reason;
    } finally {
      this.#isStarting = false;
    }
  }

  stop(): void {
    const mine = this.#mine;
    if (!mine) return;
    this.#mine = null;
    const { castId } = mine;
    for (const { link } of this.#links.values()) link.send('cast.over', { castId });
    void mine.broadcast.end().finally(() => {
      mine.scope.end();
      for (const { link } of this.#links.values()) link.forget(castId);
      void this.#deps.host.endCast({ castId }).catch(() => undefined);
      this.#deps.peers.dropUnaccepted();
    });
    this.#publish();
  }

  async remove(peerId: PeerId): Promise<void> {
    await this.#mine?.broadcast.remove(peerId);
    this.#deps.peers.dropUnaccepted();
  }

  async watch(castId: CastId): Promise<void> {
    const offered = [...this.#offered.values()].find((offer) => offer.castId === castId);
    if (!offered) throw new Failure('cast-over');
    await this.#begin(offered.facts);
  }

  async enter(link: string): Promise<CastId> {
    return await this.#entry.enter(link);
  }

  leave(): void {
    this.#entry.leave();
    this.#leaveWatch();
  }

  #leaveWatch(): void {
    const watch = this.#watch;
    if (!watch) return;
    this.#watch = null;
    watch.side.leave();
    watch.scope.end();
    for (const { link } of this.#links.values()) link.forget(watch.side.castId);
    this.#output.set(null);
    this.#deps.peers.dropUnaccepted();
    this.#publish();
  }

  /** Whether this person may be linked with for the sake of a cast. */
  isCastPerson(peerId: PeerId): boolean {
    const isGuest = this.#mine !== null && this.#guests.has(peerId);
    const isMine = isGuest || this.#mine?.broadcast.isPerson(peerId) === true;
    return (
      isMine || this.#entry.isPerson(peerId) || this.#offered.has(peerId) || this.#watch?.side.isPerson(peerId) === true
    );
  }

  /** Whether I pass sealed blobs of one on to the other: both belong to a cast of mine. */
  mayCarry(from: PeerId, to: PeerId): boolean {
    const mine = this.#mine?.broadcast;
    const watched = this.#watch?.side;
    const isMine = mine !== undefined && mine.isPerson(from) && mine.isPerson(to);
    return isMine || (watched !== undefined && watched.isPerson(from) && watched.isPerson(to));
  }

  /** Who has a link with them, most likely: first whoever told me of them. */
  carriersFor(to: PeerId): readonly PeerId[] {
    const watched = this.#watch?.side;
    if (!watched?.isPerson(to)) return [];
    const linked = [...this.#links.keys()].filter((peerId) => watched.isPerson(peerId) && peerId !== to);
    const by = watched.toldBy(to);
    return by && linked.includes(by) ? [by, ...linked.filter((peerId) => peerId !== by)] : linked;
  }

  async #begin(facts: CastFacts): Promise<void> {
    this.#leaveWatch();
    const { openOutput, scope, peers } = this.#deps;
    const own = scope.child();
    const output = openOutput({ delayMs: usualDelayMs });
    const peopleChanged = (): void => peers.dropUnaccepted();
    const side = new Watch({ ...this.#sideDeps(own), facts, output, peopleChanged });
    this.#watch = { side, scope: own };
    this.#entry.watching(facts.castId);
    this.#output.set(output);
    this.#publish();
    await side.begin();
    this.#publish();
  }

  #sideDeps(scope: Scope): CastSideDeps {
    const link = (peerId: PeerId): CastLink | null => this.#links.get(peerId)?.link ?? null;
    return { ...this.#deps, scope, link, changed: () => this.#publishSoon() };
  }

  #adopt(session: Session): void {
    this.#drop(session.peerId);
    const { clock, random, scope } = this.#deps;
    const own = scope.child();
    const link: CastLink = new CastLink({
      session,
      clock,
      random,
      scope: own,
      received: async (message) => await this.#received(link, message),
      packetCame: (castId, hop) => {
        if (this.#watch?.side.castId === castId) this.#watch.side.packetCame(session.peerId, hop);
      },
    });
    this.#links.set(session.peerId, { link, scope: own });
    void this.#offer(link);
    this.#watch?.side.linkOpened(session.peerId);
  }

  #drop(peerId: PeerId): void {
    const known = this.#links.get(peerId);
    if (!known) return;
    this.#links.delete(peerId);
    known.scope.end();
    this.#offered.delete(peerId);
    this.#mine?.broadcast.linkClosed(peerId);
    this.#watch?.side.linkClosed(peerId);
    this.#publish();
  }

  /** Those who may watch hear of it. */
  async #offer(link: CastLink): Promise<void> {
    const mine = this.#mine;
    if (!mine) return;
    const { castId, card } = mine;
    const allowed = await this.#deps.host.mayWatchCast({ castId, peerId: link.peerId }).catch(() => null);
    if (allowed?.mayWatch && this.#mine === mine) link.send('cast.live', { card });
  }

  async #received(link: CastLink, message: CastMessage): Promise<void> {
    if (message.kind === 'cast.live') await this.#heardLive(link, new Uint8Array(message.body.card));
    else if (message.kind === 'cast.over') this.#heardOver(link.peerId, message.body.castId);
    else {
      const { castId } = message.body;
      if (this.#mine?.castId === castId) await this.#mine.broadcast.received(link, message);
      else if (this.#watch?.side.castId === castId) await this.#watch.side.received(link, message);
      else if (message.kind === 'cast.join') link.send('cast.refuse', { castId, why: 'over' });
      else if (message.kind === 'cast.ask')
        link.send('cast.no-seat', { castId, stripe: message.body.stripe, instead: [] });
    }
  }

  /** Of a friend, or of whoever's link I followed: others who watch with me offer me nothing. */
  async #heardLive(link: CastLink, card: Uint8Array<ArrayBuffer>): Promise<void> {
    const { peerId } = link;
    const isAwaited = this.#entry.isPerson(peerId) || this.#watch?.side.caster === peerId;
    if (!isAwaited && !this.#deps.isFriend(peerId)) return;
    const facts = await this.#deps.host.readCastCard({ card }).catch(() => null);
    if (facts?.caster !== link.peerId) {
      link.countBreak();
      return;
    }
    if (this.#links.get(link.peerId)?.link !== link || this.#offered.size >= limits.castOffers) return;
    this.#offered.set(link.peerId, { castId: facts.castId, facts, from: link.peerId });
    this.#entry.shown(facts.castId);
    this.#publish();
  }

  #heardOver(from: PeerId, castId: CastId): void {
    if (this.#offered.get(from)?.castId === castId) this.#offered.delete(from);
    const watched = this.#watch?.side;
    if (watched?.castId === castId && watched.caster === from) watched.over();
    this.#publish();
  }

  /** Main has checked their proof of a link. */
  #takeGuest(from: PeerId, castId: CastId): void {
    if (this.#mine?.castId !== castId || !this.#guests.take(from)) return;
    const link = this.#links.get(from)?.link;
    if (link) void this.#offer(link);
    // Their offer may have come before I would take it: "here" makes them repeat it.
    else this.#deps.peers.greet([from]);
  }

  /** Links that only a cast was a reason for, and that it needs no more. */
  #closeIdle(): void {
    const nowMs = this.#deps.clock.now();
    const crowd = [...this.#links.values()].filter(
      ({ link: { peerId } }) => !this.#deps.isFriend(peerId) && this.isCastPerson(peerId),
    );
    const isCrowded = crowd.length >= paces.castCrowdedLinks;
    const patienceMs = isCrowded ? paces.castIdleCrowdedMs : paces.castIdleMs;
    for (const { link } of crowd) {
      const { peerId } = link;
      const isNeeded = this.#mine?.broadcast.needs(peerId) === true || this.#watch?.side.needs(peerId) === true;
      if (isNeeded || this.#isOffering(peerId)) link.idleSinceMs = nowMs;
      else if (nowMs - link.idleSinceMs >= patienceMs) link.session.close(null);
    }
  }

  /** Their cast waits for me to watch it. */
  #isOffering(peerId: PeerId): boolean {
    const offer = this.#offered.get(peerId);
    return offer !== undefined && offer.castId !== this.#watch?.side.castId;
  }

  #publishSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    const { clock, scope } = this.#deps;
    const cancel = clock.after(paces.castShownMs, () => {
      forget();
      this.#isDue = false;
      this.#publish();
    });
    const forget = scope.onEnd(cancel);
  }

  #publish(): void {
    const mine = this.#mine?.broadcast.snapshot ?? null;
    const watched = this.#watch?.side.snapshot ?? null;
    this.#store.set(keepSame(this.#store.snapshot, { mine, offered: [...this.#offered.values()], watched }));
  }
}
