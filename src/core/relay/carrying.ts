// Carries connections between friends who cannot reach each other: decides for whom, passes on what it cannot read, keeps to what
// was allowed, and stops all at once when that ends.
import type { PeerId } from '#shared/identity';
import type { Scope } from '#core/base/scope';
import { Store, type ReadableStore } from '#core/base/store';
import { BulkPace } from '#core/bulk/pace';
import type { Clock } from '#core/ports';
import type { SessionId } from '#shared/signal';
import { CarriedFlow } from '#core/relay/carried-flow';
import type { CarryTerms } from '#core/relay/carry-policy';
import type { TunnelId } from '#core/relay/messages';
import type { RelayWire } from '#core/relay/relay-wire';
import { limits } from '#core/wire/limits';
import { TokenBucket } from '#core/wire/rate-limit';

/** Two friends whom I help right now. */
export interface Helped {
  readonly tunnel: TunnelId;
  readonly from: PeerId;
  readonly to: PeerId;
  readonly sinceMs: number;
}

export interface CarryingDeps {
  readonly wire: RelayWire;
  readonly terms: ReadableStore<CarryTerms | null>;
  readonly isFriend: (peerId: PeerId) => boolean;
  /** So much went out for others. */
  readonly carried: (bytes: number) => void;
  readonly clock: Clock;
  readonly scope: Scope;
}

interface Carried extends Helped {
  isOpen: boolean;
  /** Parts that came from `from`, and from `to`. */
  readonly flows: { readonly from: CarriedFlow; readonly to: CarriedFlow };
  cancelAsking: () => void;
}

interface Ask {
  readonly tunnel: TunnelId;
  readonly to: PeerId;
  readonly session: SessionId;
  readonly key: Uint8Array<ArrayBuffer>;
}

const askRate = { perSecond: limits.relayAsksPerSecond, burst: limits.relayAsksBurst };

export class Carrying {
  readonly #deps: CarryingDeps;
  readonly #pace: BulkPace;
  readonly #tunnels = new Map<TunnelId, Carried>();
  readonly #asks = new Map<PeerId, TokenBucket>();
  readonly #helped = new Store<readonly Helped[]>([]);

  constructor(deps: CarryingDeps) {
    this.#deps = deps;
    this.#pace = new BulkPace(deps.clock);
    const heed = (): void => {
      const terms = deps.terms.snapshot;
      if (terms) this.#pace.limitTo(terms.bytesPerSecond);
      else this.stopAll();
    };
    deps.scope.onEnd(deps.terms.onChange(heed));
    deps.scope.onEnd(() => this.stopAll());
    heed();
  }

  /** Whom I help right now. */
  get helped(): ReadableStore<readonly Helped[]> {
    return this.#helped;
  }

  /** Whether sealed signals of `from` are passed on to `to`, so that they may find a direct path. */
  mayCarrySignals(from: PeerId, to: PeerId): boolean {
    const { terms, isFriend } = this.#deps;
    return terms.snapshot !== null && isFriend(from) && isFriend(to);
  }

  /** A friend asks to be brought to another. More than the rate is not even answered. */
  ask(from: PeerId, { tunnel, to, session, key }: Ask): void {
    const { wire, clock } = this.#deps;
    const bucket = this.#asks.get(from) ?? new TokenBucket(askRate, clock.now());
    this.#asks.set(from, bucket);
    if (!bucket.take(clock.now())) return;
    const isTaken = this.#mayCarry(from, to, tunnel) && wire.send(to, 'relay.asked', { tunnel, from, session, key });
    if (!isTaken) {
      wire.send(from, 'relay.left', { tunnel });
      return;
    }
    const cancelAsking = clock.after(limits.relayAnswerMs, () => this.#end(tunnel));
    const flows = { from: this.#flowTo(to), to: this.#flowTo(from) };
    this.#tunnels.set(tunnel, { tunnel, from, to, sinceMs: clock.now(), isOpen: false, flows, cancelAsking });
  }

  /** Whoever was asked for wants it too. */
  answer(by: PeerId, tunnel: TunnelId, key: Uint8Array<ArrayBuffer>): void {
    const carried = this.#tunnels.get(tunnel);
    if (carried?.to !== by || carried.isOpen) return;
    carried.cancelAsking();
    carried.isOpen = true;
    if (this.#deps.wire.send(carried.from, 'relay.answered', { tunnel, key })) this.#publish();
    else this.#end(tunnel);
  }

  leave(by: PeerId, tunnel: TunnelId): void {
    const carried = this.#tunnels.get(tunnel);
    if (carried && (carried.from === by || carried.to === by)) this.#end(tunnel, by);
  }

  /** False when it is of no tunnel that I carry for them. */
  pass(by: PeerId, tunnel: TunnelId, part: Uint8Array<ArrayBuffer>): boolean {
    const carried = this.#tunnels.get(tunnel);
    if (!carried?.isOpen || (carried.from !== by && carried.to !== by)) return false;
    const flow = carried.from === by ? carried.flows.from : carried.flows.to;
    if (!flow.add(part)) this.#end(tunnel);
    return true;
  }

  /** A link took what waited in it. */
  drained(peerId: PeerId): void {
    for (const { from, to, flows } of this.#tunnels.values()) {
      if (to === peerId) flows.from.pump();
      if (from === peerId) flows.to.pump();
    }
  }

  /** A link is gone, or its person is no friend any more. */
  dropOf(peerId: PeerId): void {
    for (const { tunnel, from, to } of [...this.#tunnels.values()]) {
      if (from === peerId || to === peerId) this.#end(tunnel);
    }
  }

  stopAll(): void {
    for (const tunnel of [...this.#tunnels.keys()]) this.#end(tunnel);
  }

  #mayCarry(from: PeerId, to: PeerId, tunnel: TunnelId): boolean {
    const { wire, terms, isFriend } = this.#deps;
    if (terms.snapshot === null || from === to || this.#tunnels.has(tunnel)) return false;
    if (!isFriend(from) || !isFriend(to) || !wire.isOpen(to)) return false;
    const all = [...this.#tunnels.values()];
    const of = (peerId: PeerId): number => all.filter((one) => one.from === peerId || one.to === peerId).length;
    return all.length < limits.relayTunnels && of(from) < limits.relayTunnelsOfOne && of(to) < limits.relayTunnelsOfOne;
  }

  #flowTo(peerId: PeerId): CarriedFlow {
    const { wire, clock, carried } = this.#deps;
    return new CarriedFlow({ pace: this.#pace, clock, send: (part) => wire.sendPart(peerId, part), sent: carried });
  }

  /** @param by whoever needs not be told */
  #end(tunnel: TunnelId, by: PeerId | null = null): void {
    const carried = this.#tunnels.get(tunnel);
    if (!carried) return;
    this.#tunnels.delete(tunnel);
    carried.cancelAsking();
    carried.flows.from.end();
    carried.flows.to.end();
    for (const end of [carried.from, carried.to]) if (end !== by) this.#deps.wire.send(end, 'relay.left', { tunnel });
    if (carried.isOpen) this.#publish();
  }

  #publish(): void {
    const open = [...this.#tunnels.values()].filter(({ isOpen }) => isOpen);
    this.#helped.set(open.map(({ tunnel, from, to, sinceMs }) => ({ tunnel, from, to, sinceMs })));
  }
}
