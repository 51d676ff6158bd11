// Goes on looking, now and then, for people who were lost: they may sit in the same room on the other side of a broken
// network, and think the same of us.
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { Scope } from '#core/base/scope';
import type { RoomWire } from '#core/conference/room-wire';
import type { Peers } from '#core/peers/peers';
import type { Clock, RandomBytes } from '#core/ports';
import { paces } from '#core/wire/paces';

export interface ReunionDeps {
  readonly peers: Pick<Peers, 'reach'>;
  readonly wire: Pick<RoomWire, 'session'>;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly scope: Scope;
}

export class Reunion {
  readonly #deps: ReunionDeps;
  readonly #sought = new Map<PeerId, { readonly scope: Scope; readonly untilMs: number }>();

  constructor(deps: ReunionDeps) {
    this.#deps = deps;
  }

  /** A link is all it takes: what both sides know of the roster is compared on it. */
  seek(peerId: PeerId, forMs: number = paces.roomSeekForMs): void {
    this.stop(peerId);
    const untilMs = this.#deps.clock.now() + forMs;
    this.#sought.set(peerId, { scope: this.#deps.scope.child(), untilMs });
    this.#later(peerId);
  }

  /** They are here again, or not welcome any more. */
  stop(peerId: PeerId): void {
    this.#sought.get(peerId)?.scope.end();
    this.#sought.delete(peerId);
  }

  #later(peerId: PeerId): void {
    const { clock, random } = this.#deps;
    const sought = this.#sought.get(peerId);
    if (!sought) return;
    // Not all at the same moment.
    const delayMs = paces.roomSeekEveryMs * (0.75 + (random(1)[0] ?? 0) / 512);
    const cancel = clock.after(delayMs, () => {
      forget();
      if (clock.now() >= sought.untilMs) this.stop(peerId);
      else void this.#look(peerId, sought.scope);
    });
    const forget = sought.scope.onEnd(cancel);
  }

  async #look(peerId: PeerId, scope: Scope): Promise<void> {
    const { peers, wire } = this.#deps;
    try {
      if (!wire.session(peerId)) await peers.reach(peerId, scope.signal);
    } catch (reason) {
      if (!(reason instanceof Failure)) throw reason;
    }
    if (!scope.hasEnded) this.#later(peerId);
  }
}
