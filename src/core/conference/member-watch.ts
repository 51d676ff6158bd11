// Keeps a link with every member that the topology gives me, and knows how each one fares: there, coming back, out of
// reach, or gone.
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { RosterMember, StayId } from '#shared/room';
import { backoffMs } from '#core/base/backoff';
import type { Scope } from '#core/base/scope';
import type { RoomWire } from '#core/conference/room-wire';
import { linksOf, type Topology } from '#core/conference/topology';
import type { Peers } from '#core/peers/peers';
import type { Session } from '#core/peers/session';
import type { Clock, RandomBytes } from '#core/ports';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';

/** How I fare with a member over our own link. */
export type Fare = 'connecting' | 'connected' | 'reconnecting' | 'unreachable';

export interface MemberWatchDeps {
  readonly self: PeerId;
  readonly peers: Pick<Peers, 'reach' | 'greet'>;
  readonly wire: Pick<RoomWire, 'session'>;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly scope: Scope;
  /** Somebody I am linked with says they have a link with this member. */
  readonly isHeardByOthers: (peerId: PeerId) => boolean;
  readonly changed: () => void;
  /** Nobody reached this stay for `paces.memberGoneMs`. */
  readonly lost: (peerId: PeerId, stay: StayId) => void;
  readonly topology?: Topology;
}

interface Watched {
  readonly peerId: PeerId;
  readonly stay: StayId;
  readonly scope: Scope;
  /** Since when there is no working link; null while there is one. */
  downSinceMs: number | null;
  wasConnected: boolean;
  /** When they last gave a sign of life that I asked for. */
  heardAtMs: number;
  isPursued: boolean;
  /** They said goodbye, or their page did. */
  isGoodbye: boolean;
  isLost: boolean;
  /** My place among the members: who comes first says first that somebody is gone. */
  rank: number;
  said: Fare;
}

const everyMs = 1_000;
const retry = { minMs: paces.memberRetryMinMs, maxMs: paces.memberRetryMaxMs };

export class MemberWatch {
  readonly #deps: MemberWatchDeps;
  readonly #watched = new Map<PeerId, Watched>();

  constructor(deps: MemberWatchDeps) {
    this.#deps = deps;
    this.#tick();
  }

  /** Takes the present members, me among them. Nobody is linked with while I am not one of them. */
  follow(members: readonly RosterMember[]): void {
    const ids = members.map(({ peerId }) => peerId);
    const wanted = new Set((this.#deps.topology ?? linksOf)(this.#deps.self, ids));
    const own = members.find(({ peerId }) => peerId === this.#deps.self);
    for (const watched of [...this.#watched.values()]) {
      const member = members.find(({ peerId }) => peerId === watched.peerId);
      if (!wanted.has(watched.peerId) || member?.stay !== watched.stay) this.#drop(watched.peerId);
    }
    const rank = ids.indexOf(this.#deps.self);
    for (const member of members) {
      if (!own || !wanted.has(member.peerId)) continue;
      const watched = this.#watched.get(member.peerId) ?? this.#begin(member, isBefore(member, own));
      watched.rank = rank;
    }
  }

  fareOf(peerId: PeerId): Fare {
    const watched = this.#watched.get(peerId);
    return watched ? this.#fare(watched) : 'connecting';
  }

  /** The links with members, also those under repair. */
  get links(): ReadonlyMap<PeerId, Session> {
    return new Map(
      [...this.#watched.keys()].flatMap((peerId) => {
        const session = this.#deps.wire.session(peerId);
        return session ? [[peerId, session] as const] : [];
      }),
    );
  }

  /** A link opened, faltered, came back or closed. */
  linkChanged(peerId: PeerId, session: Session): void {
    const watched = this.#watched.get(peerId);
    if (!watched) return;
    const state = session.state.snapshot;
    if (state.phase === 'open') this.#noteUp(watched);
    else {
      watched.isGoodbye = state.phase === 'closed' && state.code === null;
      this.#noteDown(watched, this.#deps.clock.now());
      if (state.phase === 'closed') void this.#pursue(watched, paces.memberRetryMinMs);
    }
  }

  #begin(member: RosterMember, wasThereFirst: boolean): Watched {
    const watched: Watched = {
      peerId: member.peerId,
      stay: member.stay,
      scope: this.#deps.scope.child(),
      downSinceMs: this.#deps.clock.now(),
      wasConnected: false,
      heardAtMs: this.#deps.clock.now(),
      isPursued: false,
      isGoodbye: false,
      isLost: false,
      rank: 0,
      said: 'connecting',
    };
    this.#watched.set(member.peerId, watched);
    const session = this.#deps.wire.session(member.peerId);
    if (session?.state.snapshot.phase === 'open') this.#noteUp(watched);
    // Who came later dials: both at once would cost both an attempt.
    else if (wasThereFirst) void this.#pursue(watched, 0);
    else {
      this.#greetSoon(watched);
      void this.#pursue(watched, paces.memberDialHoldMs);
    }
    this.#probe(watched);
    return watched;
  }

  /** Their offer may have come before the roster said who they are, and was dropped unread: a greeting calls for it again. */
  #greetSoon({ peerId, scope }: Watched): void {
    const cancel = this.#deps.clock.after(limits.memberGreetMs, () => {
      forget();
      this.#deps.peers.greet([peerId]);
    });
    const forget = scope.onEnd(cancel);
  }

  #drop(peerId: PeerId): void {
    this.#watched.get(peerId)?.scope.end();
    this.#watched.delete(peerId);
  }

  #noteUp(watched: Watched): void {
    watched.downSinceMs = null;
    watched.heardAtMs = this.#deps.clock.now();
    watched.wasConnected = true;
    watched.isGoodbye = false;
    watched.isLost = false;
    this.#say(watched);
  }

  #noteDown(watched: Watched, sinceMs: number): void {
    watched.downSinceMs ??= sinceMs;
    this.#say(watched);
  }

  #say(watched: Watched): void {
    const fare = this.#fare(watched);
    if (fare === watched.said) return;
    watched.said = fare;
    this.#deps.changed();
  }

  #fare({ downSinceMs, wasConnected }: Watched): Fare {
    if (downSinceMs === null) return 'connected';
    const downMs = this.#deps.clock.now() - downSinceMs;
    if (downMs >= paces.pairUnreachableMs) return 'unreachable';
    return wasConnected ? 'reconnecting' : 'connecting';
  }

  /** Dials until there is a link or the stay is over. */
  async #pursue(watched: Watched, afterMs: number): Promise<void> {
    if (watched.isPursued) return;
    watched.isPursued = true;
    let waitMs: number | null = afterMs;
    for (let attempt = 0; waitMs !== null; attempt += 1) {
      await this.#wait(waitMs, watched.scope);
      waitMs = (await this.#dial(watched)) ? null : backoffMs(attempt, retry, (this.#deps.random(1)[0] ?? 0) / 256);
    }
    watched.isPursued = false;
  }

  /** False when it has to be tried again. */
  async #dial({ peerId, scope }: Watched): Promise<boolean> {
    if (scope.hasEnded || this.#deps.wire.session(peerId)) return true;
    try {
      await this.#deps.peers.reach(peerId, scope.signal);
      return true;
    } catch (reason) {
      if (!(reason instanceof Failure)) throw reason;
      return false;
    }
  }

  #wait(ms: number, scope: Scope): Promise<void> {
    return new Promise((resolve) => {
      if (ms === 0 || scope.hasEnded) {
        resolve();
        return;
      }
      const cancel = this.#deps.clock.after(ms, () => {
        forget();
        resolve();
      });
      const forget = scope.onEnd(() => {
        cancel();
        resolve();
      });
    });
  }

  /** The connection notices a crash late; a member that does not answer is shown as reconnecting before that. */
  #probe(watched: Watched): void {
    const { clock, wire } = this.#deps;
    const cancel = clock.after(paces.memberProbeMs, () => {
      forget();
      const session = wire.session(watched.peerId);
      if (session?.state.snapshot.phase === 'open') void this.#askForLife(watched, session);
      this.#probe(watched);
    });
    const forget = watched.scope.onEnd(cancel);
  }

  async #askForLife(watched: Watched, session: Session): Promise<void> {
    const isAlive = await session.probe();
    const isCurrent = this.#deps.wire.session(watched.peerId) === session;
    if (watched.scope.hasEnded || !isCurrent || session.state.snapshot.phase !== 'open') return;
    if (isAlive) this.#noteUp(watched);
    else this.#noteDown(watched, watched.heardAtMs);
  }

  #tick(): void {
    const cancel = this.#deps.clock.after(everyMs, () => {
      forget();
      for (const watched of [...this.#watched.values()]) this.#judge(watched);
      this.#tick();
    });
    const forget = this.#deps.scope.onEnd(cancel);
  }

  #judge(watched: Watched): void {
    this.#say(watched);
    const { peerId, downSinceMs, isGoodbye, isLost, rank, stay } = watched;
    if (downSinceMs === null || isLost) return;
    const goneMs = (isGoodbye ? paces.memberReconnectingMs : paces.memberGoneMs) + rank * everyMs * 0.5;
    const isGone = this.#deps.clock.now() - downSinceMs >= goneMs;
    if (!isGone || this.#deps.isHeardByOthers(peerId)) return;
    watched.isLost = true;
    this.#deps.lost(peerId, stay);
  }
}

const isBefore = (a: RosterMember, b: RosterMember): boolean =>
  a.joinedAt < b.joinedAt || (a.joinedAt === b.joinedAt && a.peerId < b.peerId);
