// Connections without any server in common: a text for them, a text back, and the proof as on every other link. Holds one
// exchange per person open while its texts are carried. Nothing here begins without a press of the person.
import { handLifeMs, type HandSignal } from '#shared/by-hand';
import { Failure, type FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { SessionId } from '#shared/signal';
import { toHex } from '#core/base/bytes';
import type { Scope } from '#core/base/scope';
import { Store, type ReadableStore } from '#core/base/store';
import type { Clock, Connection, Host, RandomBytes } from '#core/ports';
import { HandSession } from '#core/peers/hand-session';
import type { Mailbox } from '#core/peers/mailbox';
import type { Peers } from '#core/peers/peers';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';

/** `offer`: mine began it; `answer`: theirs did. */
export type HandExchange = { readonly part: HandSignal['kind'] } & (
  | { readonly phase: 'gathering' }
  /** The text is there to be carried. */
  | { readonly phase: 'carried'; readonly text: string; readonly madeAtMs: number }
  /** Both texts are where they belong. */
  | { readonly phase: 'connecting' }
  | { readonly phase: 'failed'; readonly code: FailureCode }
);

export interface ByHandDeps {
  self: PeerId;
  peers: Pick<Peers, 'adopt' | 'events'>;
  mailbox: Pick<Mailbox, 'send' | 'check'>;
  host: Pick<Host, 'sealByHand' | 'inspectByHand' | 'openByHand' | 'advanceProof'>;
  openConnection: (isPolite: boolean) => Connection;
  /** Why there can be no link with them; null when there can. */
  obstacle: (peerId: PeerId) => FailureCode | null;
  clock: Clock;
  random: RandomBytes;
  scope: Scope;
}

interface Open {
  readonly hand: HandSession;
  readonly part: HandSignal['kind'];
  cancel: () => void;
}

export class ByHand {
  readonly #deps: ByHandDeps;
  readonly #store = new Store<ReadonlyMap<PeerId, HandExchange>>(new Map());
  readonly #open = new Map<PeerId, Open>();
  readonly #held = new Store(false);
  /** Links that came about by hand and stand. */
  readonly #links = new Set<PeerId>();

  constructor(deps: ByHandDeps) {
    this.#deps = deps;
    deps.scope.onEnd(
      deps.peers.events.on('opened', (session) => {
        const { peerId } = session;
        if (this.#open.get(peerId)?.hand.session === session) this.#links.add(peerId);
        else this.#links.delete(peerId);
        this.drop(peerId);
      }),
    );
    deps.scope.onEnd(
      deps.peers.events.on('closed', ({ peerId }) => {
        this.#links.delete(peerId);
        this.#tellHeld();
      }),
    );
    deps.scope.onEnd(() => {
      for (const peerId of [...this.#open.keys()]) this.drop(peerId);
    });
  }

  /** What is under way or failed, by person; gone once connected or dropped. */
  get store(): ReadableStore<ReadonlyMap<PeerId, HandExchange>> {
    return this.#store;
  }

  /** A page that is loaded again would lose what people have carried, and could not get it back by itself. */
  get held(): ReadableStore<boolean> {
    return this.#held;
  }

  /** A text for them, in place of any before. What goes wrong shows in the store, but for `link-limit` and the obstacle. */
  async offer(peerId: PeerId): Promise<void> {
    this.#assertRoom(peerId);
    const sessionId = toHex(this.#deps.random(16)) as SessionId; // sound: 32 lower-case hex digits
    const open = this.#begin(peerId, sessionId, 'offer');
    open.hand.session.dial();
    await this.#write(peerId, sessionId, open);
  }

  /**
   * Uses the text they gave me: answers their offer, or connects by their answer to mine. Fails as `inspectByHand` does,
   * `by-hand-over`, `link-limit` or with the obstacle.
   */
  async take(text: string): Promise<void> {
    const { host } = this.#deps;
    const { kind, from, session } = await host.inspectByHand({ text });
    const mine = this.#open.get(from);
    if (kind === 'offer') this.#assertRoom(from);
    else if (mine?.hand.session.sessionId !== session) throw new Failure('by-hand-over');
    const { signal } = await host.openByHand({ text });
    if (kind === 'offer') {
      const open = this.#begin(from, session, 'answer');
      open.hand.take(signal);
      await this.#write(from, session, open);
    } else if (mine && this.#open.get(from) === mine) this.#connect(from, mine, signal);
    else throw new Failure('by-hand-over', 'given up meanwhile');
  }

  /** Gives up what is under way, or forgets what failed. */
  drop(peerId: PeerId): void {
    const open = this.#open.get(peerId);
    this.#open.delete(peerId);
    open?.cancel();
    // An exchange that became the link is not touched.
    if (open?.hand.session.spoken === null) open.hand.session.close('aborted');
    this.#show(peerId, null);
  }

  /** After a change of contacts: nothing stays open with somebody who is none any more. */
  recheck(): void {
    for (const [peerId, open] of [...this.#open]) {
      const obstacle = this.#deps.obstacle(peerId);
      if (obstacle !== null) this.#fail(peerId, open, obstacle);
    }
  }

  #assertRoom(peerId: PeerId): void {
    const obstacle = this.#deps.obstacle(peerId);
    if (obstacle !== null) throw new Failure(obstacle);
    const others = [...this.#open.keys()].filter((other) => other !== peerId);
    if (others.length >= limits.handExchanges) throw new Failure('link-limit', 'texts under way');
  }

  #begin(peerId: PeerId, sessionId: SessionId, part: HandSignal['kind']): Open {
    const { self, peers, mailbox, host, clock, openConnection } = this.#deps;
    this.drop(peerId);
    const isPolite = self < peerId;
    const connection = openConnection(isPolite);
    const role = part === 'offer' ? 'initiator' : 'responder';
    const hand = new HandSession({ peerId, sessionId, role, isPolite, connection, mailbox, host, clock });
    const open: Open = { hand, part, cancel: () => undefined };
    this.#open.set(peerId, open);
    this.#show(peerId, { part, phase: 'gathering' });
    const { session } = hand;
    session.state.onChange(() => {
      const state = session.state.snapshot;
      if (state.phase === 'closed') this.#fail(peerId, open, state.code ?? 'link-lost');
      if (state.phase === 'open' && this.#open.get(peerId) === open) peers.adopt(session);
    });
    return open;
  }

  #connect(peerId: PeerId, open: Open, answer: HandSignal): void {
    open.hand.take(answer);
    open.cancel();
    open.cancel = this.#deps.clock.after(paces.handConnectMs, () => {
      this.#fail(peerId, open, 'by-hand-no-path');
    });
    this.#show(peerId, { part: open.part, phase: 'connecting' });
  }

  async #write(peerId: PeerId, session: SessionId, open: Open): Promise<void> {
    const { host, clock } = this.#deps;
    const isOver = (): boolean => this.#open.get(peerId) !== open;
    const signal = await open.hand.gather(open.part);
    if (isOver()) return;
    if (!signal) {
      this.#fail(peerId, open, 'by-hand-no-network');
      return;
    }
    try {
      const text = await host.sealByHand({ to: peerId, session, signal });
      if (isOver()) return;
      this.#show(peerId, { part: open.part, phase: 'carried', text, madeAtMs: clock.now() });
      open.cancel = clock.after(handLifeMs, () => {
        this.#fail(peerId, open, 'by-hand-stale');
      });
    } catch (reason) {
      this.#fail(peerId, open, Failure.from(reason).code);
    }
  }

  #fail(peerId: PeerId, open: Open, code: FailureCode): void {
    if (this.#open.get(peerId) !== open) return;
    this.drop(peerId);
    this.#show(peerId, { part: open.part, phase: 'failed', code });
  }

  /** After this turn: one exchange that takes the place of another leaves no gap. */
  #tellHeld(): void {
    queueMicrotask(() => {
      this.#held.set(this.#open.size > 0 || this.#links.size > 0);
    });
  }

  #show(peerId: PeerId, exchange: HandExchange | null): void {
    this.#tellHeld();
    const before = this.#store.snapshot;
    if (!exchange && !before.has(peerId)) return;
    const next = new Map(before);
    if (exchange) next.set(peerId, exchange);
    else next.delete(peerId);
    this.#store.set(next);
  }
}
