// All links: at most one proven link and one attempt per person. Dials, answers accepted contacts only, settles glare,
// replaces links of people who came back, and says who is present.
import { Failure, type FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { SessionId, SessionSignal } from '#shared/signal';
import { toHex } from '#core/base/bytes';
import { Emitter, type Subscribable } from '#core/base/emitter';
import type { Scope } from '#core/base/scope';
import { Store, type ReadableStore } from '#core/base/store';
import type { Clock, Connection, Host, RandomBytes } from '#core/ports';
import { IdentityFailures } from '#core/peers/identity-failures';
import type { Mailbox } from '#core/peers/mailbox';
import { decideOffer } from '#core/peers/offer-policy';
import type { Presence, PresenceMap } from '#core/peers/presence';
import { RecentIds } from '#core/peers/recent-ids';
import { Session } from '#core/peers/session';
import { Waiters } from '#core/peers/waiters';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';

export interface PeersEvents {
  /** A connection is about to be dialed or answered. */
  attempted: Session;
  /** Proven and ready; features join its router now. */
  opened: Session;
  /** A link that was open has closed and no other took its place. */
  closed: { peerId: PeerId; code: FailureCode | null };
}

export interface PeersDeps {
  self: PeerId;
  mailbox: Pick<Mailbox, 'send' | 'check' | 'events'>;
  host: Pick<Host, 'advanceProof'>;
  openConnection: (isPolite: boolean) => Connection;
  isAccepted: (peerId: PeerId) => boolean;
  /** Another way to somebody whom this attempt did not reach: settles once it led to a link or did not; null: there is none. */
  elsewhere?: (attempt: Session, code: FailureCode | null) => Promise<unknown> | null;
  /** Only a cast is a reason for a link with them. Such links are counted apart from all others. */
  isOfCrowd?: (peerId: PeerId) => boolean;
  clock: Clock;
  random: RandomBytes;
  scope: Scope;
}

/** An offer that waits until fewer unproven links are being answered. */
interface Waiting {
  readonly from: PeerId;
  readonly sessionId: SessionId;
  readonly offer: Extract<SessionSignal, { kind: 'offer' }>;
  readonly candidates: SessionSignal[];
  readonly atMs: number;
}

export class Peers {
  readonly #deps: PeersDeps;
  readonly #events = new Emitter<PeersEvents>();
  readonly #presence = new Store<PresenceMap>(new Map());
  readonly #links = new Map<PeerId, Session>();
  readonly #attempts = new Map<PeerId, Session>();
  readonly #waiting = new Map<PeerId, Waiting>();
  readonly #waiters = new Waiters<Session>();
  readonly #failures = new IdentityFailures();
  readonly #over = new RecentIds<SessionId>(128);
  readonly #greetedAtMs = new Map<PeerId, number>();
  /** Who said "here" although their link was alive: another window of theirs, which waits for its turn. */
  readonly #heardBeside = new Set<PeerId>();

  constructor(deps: PeersDeps) {
    this.#deps = deps;
    const { mailbox, scope } = deps;
    scope.onEnd(() => {
      this.#waiters.rejectAll(new Failure('aborted'));
    });
    scope.onEnd(
      mailbox.events.on('signalled', ({ from, session, message }) => {
        this.#receive(from, session, message);
      }),
    );
    scope.onEnd(
      mailbox.events.on('opened', () => {
        for (const session of this.#links.values()) session.useNewWay();
      }),
    );
    scope.onEnd(() => {
      for (const session of [...this.#links.values(), ...this.#attempts.values()]) session.close(null);
    });
  }

  get presence(): ReadableStore<PresenceMap> {
    return this.#presence;
  }

  get events(): Subscribable<PeersEvents> {
    return this.#events;
  }

  /** The open or repairing link. */
  session(peerId: PeerId): Session | null {
    return this.#links.get(peerId) ?? null;
  }

  /**
   * The open link, or a new one. Fails `peer-unreachable`, `peer-silent`, `identity-unproven`, `version-differs`,
   * `rendezvous-down`, `key-changed`, `contact-not-accepted`, `link-limit`, `aborted`, or as the link closed.
   */
  async reach(peerId: PeerId, signal: AbortSignal): Promise<Session> {
    const link = this.#links.get(peerId);
    if (link?.state.snapshot.phase === 'open') return link;
    const opened = this.#waiters.wait(peerId, signal);
    if (!this.#attempts.has(peerId) && !this.#waiting.has(peerId)) {
      try {
        this.#dial(peerId);
      } catch (reason) {
        this.#waiters.reject(peerId, Failure.from(reason));
      }
    }
    return await opened;
  }

  /** Takes in a link that came about without my mailbox and has just been proven. */
  adopt(session: Session): void {
    const { peerId } = session;
    if (!this.#deps.isAccepted(peerId)) session.close('contact-not-accepted');
    else if (this.#isFull(peerId)) session.close('link-limit');
    if (session.state.snapshot.phase !== 'open') return;
    const attempt = this.#attempts.get(peerId);
    // A direct path is still worth finding beside a link that a friend carries.
    if (session.via === null) {
      this.#waiting.delete(peerId);
      if (attempt) this.#yield(attempt);
    }
    session.state.onChange(() => {
      this.#follow(session);
    });
    this.#events.emit('attempted', session);
    this.#promote(session);
  }

  /** Dials although a friend carries a link with them: a direct one takes its place. */
  seekDirect(peerId: PeerId): void {
    if (this.#links.get(peerId)?.via) this.#dialQuietly(peerId);
  }

  /** Says "here" to those without a link; whoever hears it may dial. */
  greet(peerIds: readonly PeerId[]): void {
    for (const peerId of peerIds) {
      if (!this.#deps.isAccepted(peerId) || this.#links.has(peerId) || this.#attempts.has(peerId)) continue;
      this.#greetedAtMs.set(peerId, this.#deps.clock.now());
      this.#sealed(peerId, this.#newSessionId(), { kind: 'here' });
    }
  }

  /** Ends links and attempts with people who are not accepted any more: blocked, removed, or under a new key. */
  dropUnaccepted(): void {
    const { isAccepted } = this.#deps;
    // A goodbye like any other: what was said last, e.g. a hang-up, still gets out.
    for (const link of [...this.#links.values()]) if (!isAccepted(link.peerId)) link.close(null);
    for (const attempt of [...this.#attempts.values()]) {
      if (!isAccepted(attempt.peerId)) attempt.close('contact-not-accepted');
    }
    for (const peerId of this.#waiting.keys()) if (!this.#deps.isAccepted(peerId)) this.#waiting.delete(peerId);
  }

  /** After sleep or a network change: every link looks for a new path now. */
  repairAll(): void {
    for (const session of this.#links.values()) session.repair();
  }

  #dial(peerId: PeerId): void {
    const { clock, isAccepted } = this.#deps;
    if (!isAccepted(peerId)) throw new Failure('contact-not-accepted');
    if (this.#failures.isPaused(peerId, clock.now())) throw new Failure('identity-unproven', 'paused');
    if (this.#isFull(peerId)) throw new Failure('link-limit');
    this.#attempt(peerId, this.#newSessionId(), 'initiator').dial();
  }

  #attempt(peerId: PeerId, sessionId: SessionId, role: Session['role']): Session {
    const { mailbox, host, clock, openConnection } = this.#deps;
    const isPolite = this.#isPolite(peerId);
    const connection = openConnection(isPolite);
    const session = new Session({ peerId, sessionId, role, isPolite, connection, mailbox, host, clock });
    session.state.onChange(() => {
      this.#follow(session);
    });
    this.#attempts.set(peerId, session);
    this.#events.emit('attempted', session);
    this.#publish(peerId);
    return session;
  }

  #follow(session: Session): void {
    const { peerId } = session;
    const state = session.state.snapshot;
    if (state.phase === 'open' && this.#attempts.get(peerId) === session) this.#promote(session);
    else if (state.phase === 'closed') this.#forget(session, state.code);
    else if (state.phase === 'open') this.#waiters.resolve(peerId, session);
    this.#publish(peerId);
  }

  #promote(session: Session): void {
    const { peerId } = session;
    const before = this.#links.get(peerId);
    if (session.via === null) this.#attempts.delete(peerId);
    this.#links.set(peerId, session);
    this.#heardBeside.delete(peerId);
    this.#failures.clear(peerId);
    before?.close('link-lost');
    this.#publish(peerId);
    this.#events.emit('opened', session);
    this.#waiters.resolve(peerId, session);
    this.#answerWaiting();
  }

  #forget(session: Session, code: FailureCode | null): void {
    const { peerId, sessionId } = session;
    this.#over.add(sessionId);
    if (code === 'identity-unproven') this.#failures.note(peerId, this.#deps.clock.now());
    if (this.#attempts.get(peerId) === session) {
      this.#attempts.delete(peerId);
      const link = this.#links.get(peerId);
      if (link?.state.snapshot.phase === 'open') this.#waiters.resolve(peerId, link);
      else void this.#giveUp(session, new Failure(code ?? 'link-lost'));
    } else if (this.#links.get(peerId) === session) {
      this.#links.delete(peerId);
      const isElsewhere = this.#heardBeside.delete(peerId);
      if (code === 'link-lost' || isElsewhere) this.#greetLater(peerId);
      this.#publish(peerId);
      this.#events.emit('closed', { peerId, code });
    }
    this.#answerWaiting();
  }

  /** Those who wait are told of it, unless another way leads to a link. */
  async #giveUp(attempt: Session, failure: Failure): Promise<void> {
    const { peerId } = attempt;
    const elsewhere = this.#deps.elsewhere?.(attempt, failure.code) ?? null;
    if (elsewhere) {
      await elsewhere;
      if (this.#links.get(peerId)?.state.snapshot.phase === 'open' || this.#attempts.has(peerId)) return;
    }
    this.#waiters.reject(peerId, failure);
  }

  #receive(from: PeerId, sessionId: SessionId, message: SessionSignal): void {
    const known = [this.#attempts.get(from), this.#links.get(from)].find((one) => one?.sessionId === sessionId);
    const waiting = this.#waiting.get(from);
    if (known) known.receive(message);
    else if (message.kind === 'here') this.#heardHere(from);
    else if (message.kind === 'offer') this.#receiveOffer(from, sessionId, message);
    else if (waiting?.sessionId !== sessionId) return;
    else if (message.kind === 'bye') {
      this.#waiting.delete(from);
      this.#waiters.reject(from, new Failure('peer-silent'));
    } else if (waiting.candidates.length < limits.candidatesPerConnection) waiting.candidates.push(message);
  }

  #receiveOffer(from: PeerId, sessionId: SessionId, offer: Waiting['offer']): void {
    if (this.#over.has(sessionId)) return;
    const { clock, isAccepted } = this.#deps;
    const attempt = this.#attempts.get(from);
    const link = this.#links.get(from);
    const decision = decideOffer({
      isAccepted: isAccepted(from),
      isPaused: this.#failures.isPaused(from, clock.now()),
      isPolite: this.#isPolite(from),
      attempt: !attempt ? 'none' : attempt.role === 'initiator' ? 'mine' : 'theirs',
      link: !link ? 'none' : link.state.snapshot.phase === 'open' ? 'healthy' : 'broken',
      isFull: this.#isFull(from),
    });
    if (decision.do === 'insist') attempt?.insist();
    if (decision.do !== 'answer') return;
    // The offer waits first, so that whoever waits for this person is not told of a failure when the attempt yields.
    this.#waiting.set(from, { from, sessionId, offer, candidates: [], atMs: clock.now() });
    if (decision.closesAttempt && attempt) this.#yield(attempt);
    if (decision.closesLink) link?.close('link-lost');
    this.#answerWaiting();
  }

  /** Drops an attempt in favour of another one; who waits for the person goes on waiting. */
  #yield(attempt: Session): void {
    this.#attempts.delete(attempt.peerId);
    attempt.close('aborted');
  }

  #answerWaiting(): void {
    const nowMs = this.#deps.clock.now();
    for (const [peerId, waiting] of this.#waiting) {
      const answering = [...this.#attempts.values()].filter(({ role }) => role === 'responder').length;
      const isStale = nowMs - waiting.atMs > paces.dialTimeoutMs;
      if (!isStale && answering >= limits.unprovenLinks) return;
      this.#waiting.delete(peerId);
      if (isStale || this.#deps.scope.hasEnded) {
        this.#waiters.reject(peerId, new Failure('peer-silent'));
        continue;
      }
      const session = this.#attempt(peerId, waiting.sessionId, 'responder');
      session.answer(waiting.offer);
      for (const message of waiting.candidates) session.receive(message);
    }
  }

  /** They have no link with me. When both said so at once, only one of us should dial. */
  #heardHere(from: PeerId): void {
    const { clock, isAccepted, scope } = this.#deps;
    if (!isAccepted(from) || this.#waiting.has(from)) return;
    const attempt = this.#attempts.get(from);
    if (attempt) {
      // My offer came before they would take it.
      if (attempt.role === 'initiator' && attempt.state.snapshot.phase === 'dialing') attempt.insist();
      return;
    }
    const link = this.#links.get(from);
    if (link) {
      void this.#dialUnlessAlive(link);
      return;
    }
    const didGreet = clock.now() - (this.#greetedAtMs.get(from) ?? -Infinity) < paces.dialTimeoutMs;
    if (!didGreet || !this.#isPolite(from)) {
      this.#dialQuietly(from);
      return;
    }
    const cancel = clock.after(paces.greetHoldMs, () => {
      forget();
      this.#dialQuietly(from);
    });
    const forget = scope.onEnd(cancel);
  }

  /** They may have reloaded without this link noticing; it is asked before it is replaced. */
  async #dialUnlessAlive(link: Session): Promise<void> {
    const isAlive = link.state.snapshot.phase === 'open' && (await link.probe());
    if (isAlive) this.#heardBeside.add(link.peerId);
    if (isAlive || this.#deps.scope.hasEnded || this.#attempts.has(link.peerId)) return;
    const current = this.#links.get(link.peerId);
    if (current && current !== link) return;
    current?.close('link-lost');
    this.#dialQuietly(link.peerId);
  }

  /** Nobody asked for this link, so nobody is told when it does not come about. */
  #dialQuietly(peerId: PeerId): void {
    if (this.#deps.scope.hasEnded || this.#attempts.has(peerId) || this.#links.get(peerId)?.via === null) return;
    try {
      this.#dial(peerId);
    } catch (reason) {
      if (!(reason instanceof Failure)) throw reason;
    }
  }

  /** A lost peer may be back already without having heard that the link is gone. */
  #greetLater(peerId: PeerId): void {
    const { clock, scope } = this.#deps;
    if (scope.hasEnded) return;
    const cancel = clock.after(paces.greetHoldMs, () => {
      forget();
      this.greet([peerId]);
    });
    const forget = scope.onEnd(cancel);
  }

  #sealed(to: PeerId, session: SessionId, message: SessionSignal): void {
    // An absent person cannot be greeted; they greet when they come.
    this.#deps.mailbox.send(to, session, message, this.#deps.scope.signal).catch(() => undefined);
  }

  #newSessionId(): SessionId {
    return toHex(this.#deps.random(16)) as SessionId; // sound: 32 lower-case hex digits
  }

  #isPolite(peerId: PeerId): boolean {
    return this.#deps.self < peerId;
  }

  /** A crowd that watches keeps no contact out, nor contacts the crowd. */
  #isFull(peerId: PeerId): boolean {
    const { isOfCrowd = () => false } = this.#deps;
    const isOne = isOfCrowd(peerId);
    const all = new Set([...this.#links.keys(), ...this.#attempts.keys()]);
    all.delete(peerId);
    const others = [...all].filter((other) => isOfCrowd(other) === isOne);
    return others.length >= (isOne ? limits.castLinks : limits.linksInAll);
  }

  #publish(peerId: PeerId): void {
    const next = this.#presenceOf(peerId);
    const now = this.#presence.snapshot;
    if ((now.get(peerId) ?? 'offline') === next) return;
    const changed = new Map(now);
    if (next === 'offline') changed.delete(peerId);
    else changed.set(peerId, next);
    this.#presence.set(changed);
  }

  #presenceOf(peerId: PeerId): Presence {
    const link = this.#links.get(peerId)?.state.snapshot.phase;
    if (link === 'open') return 'online';
    if (link === 'repairing') return 'repairing';
    return this.#attempts.has(peerId) ? 'reaching' : 'offline';
  }
}
