// Follows every attempt to link with somebody, and measures the links that are looked at.
import type { PeerId } from '#shared/identity';
import type { SessionId, SessionSignal } from '#shared/signal';
import { Failure } from '#shared/failure';
import type { Scope } from '#core/base/scope';
import type { ReadableStore } from '#core/base/store';
import type { Clock } from '#core/ports';
import type { Mailbox } from '#core/peers/mailbox';
import type { Peers } from '#core/peers/peers';
import type { Session } from '#core/peers/session';
import { FollowedLink } from '#core/doctor/followed-link';
import { LinkLog } from '#core/doctor/link-log';
import type { LinkRecord } from '#core/doctor/record';

export interface DoctorDeps {
  readonly mailbox: Pick<Mailbox, 'send' | 'check' | 'events'>;
  readonly clock: Clock;
  readonly scope: Scope;
}

export class Doctor {
  readonly #deps: DoctorDeps;
  readonly #log: LinkLog;
  readonly #followed = new Map<PeerId, FollowedLink>();
  readonly #watchers = new Map<PeerId, number>();

  constructor(deps: DoctorDeps) {
    this.#deps = deps;
    this.#log = new LinkLog(deps.clock);
    deps.scope.onEnd(
      deps.mailbox.events.on('signalled', ({ from, message }) => {
        this.#log.note(from, { what: 'received', signal: message.kind });
      }),
    );
    deps.scope.onEnd(() => {
      for (const link of this.#followed.values()) link.end();
    });
  }

  /** The mailbox for `Peers`, whose signals are noted. */
  get listenedMailbox(): DoctorDeps['mailbox'] {
    const { mailbox } = this.#deps;
    return {
      events: mailbox.events,
      check: () => {
        mailbox.check();
      },
      send: async (to, session, message, signal) => await this.#send(to, session, message, signal),
    };
  }

  /** Before the first link. */
  follow(peers: Pick<Peers, 'events' | 'session'>): void {
    const { mailbox, scope } = this.#deps;
    // Told after `peers`, so that what comes with an offer finds the attempt that answers it.
    scope.onEnd(
      mailbox.events.on('signalled', ({ from, message }) => {
        if ('candidates' in message) this.#followed.get(from)?.heard(message.candidates);
      }),
    );
    scope.onEnd(
      peers.events.on('attempted', (session) => {
        this.#follow(session, () => {
          const link = peers.session(session.peerId);
          if (link && link !== session) this.#follow(link, () => undefined);
        });
      }),
    );
  }

  of(peerId: PeerId): ReadableStore<LinkRecord> {
    return this.#log.of(peerId);
  }

  /** Measures the link with them every second until the returned function is called. */
  watch(peerId: PeerId): () => void {
    let isWatching = true;
    this.#count(peerId, 1);
    return () => {
      if (isWatching) this.#count(peerId, -1);
      isWatching = false;
    };
  }

  #count(peerId: PeerId, by: 1 | -1): void {
    const count = (this.#watchers.get(peerId) ?? 0) + by;
    if (count > 0) this.#watchers.set(peerId, count);
    else this.#watchers.delete(peerId);
    this.#followed.get(peerId)?.look();
  }

  async #send(
    to: PeerId,
    session: SessionId,
    message: SessionSignal,
    signal: AbortSignal,
  ): ReturnType<Mailbox['send']> {
    try {
      const way = await this.#deps.mailbox.send(to, session, message, signal);
      this.#log.note(to, { what: 'sent', signal: message.kind, way });
      return way;
    } catch (reason) {
      const { code } = Failure.from(reason);
      if (code !== 'aborted') this.#log.note(to, { what: 'unsent', signal: message.kind, code });
      throw reason;
    }
  }

  #follow(session: Session, closed: () => void): void {
    const { peerId } = session;
    const before = this.#followed.get(peerId);
    before?.end();
    const link = new FollowedLink({
      session,
      log: this.#log,
      clock: this.#deps.clock,
      isWatched: () => this.#watchers.has(peerId),
      closed: () => {
        this.#followed.delete(peerId);
        closed();
      },
    });
    this.#followed.set(peerId, link);
  }
}
