// The rendezvous that needs no server: sealed blobs go through people I have an open link with, to people they have one
// with; and the same service for others, where the policy lets me. A carrier can read nothing in a blob.
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import { toHex } from '#core/base/bytes';
import { Emitter } from '#core/base/emitter';
import type { Scope } from '#core/base/scope';
import { Store } from '#core/base/store';
import type { Clock, RandomBytes, Rendezvous, RendezvousState } from '#core/ports';
import { BlobAssembly, cutBlob } from '#core/peers/blob-parts';
import { mutualMessages, type BlobPart } from '#core/peers/mutual-messages';
import type { Peers } from '#core/peers/peers';
import type { Session } from '#core/peers/session';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';
import { TokenBucket } from '#core/wire/rate-limit';
import type { Joined } from '#core/wire/router';

export interface MutualDeps {
  peers: Pick<Peers, 'events'>;
  clock: Clock;
  random: RandomBytes;
  /** Whether I pass blobs of `from` on to `to`: both are members of a room of mine. */
  mayCarry: (from: PeerId, to: PeerId) => boolean;
  /** Who may know `to`: members of the rooms I share with them. */
  carriersFor: (to: PeerId) => readonly PeerId[];
  scope: Scope;
}

interface Link {
  readonly session: Session;
  readonly joined: Joined<typeof mutualMessages>;
  /** What I have carried by them, and what they have carried by me. */
  readonly outgoing: TokenBucket;
  readonly incoming: TokenBucket;
}

const rate = { perSecond: limits.mutualPerSecond, burst: limits.mutualBurst };

/** Lives as long as the network; `open` answers the rendezvous for a mailbox. */
export class MutualRendezvous {
  readonly #deps: MutualDeps;
  readonly #links = new Map<PeerId, Link>();
  readonly #assembly: BlobAssembly<PeerId>;
  /** Open rendezvous: what arrives goes to each. */
  readonly #boxes = new Set<{ state: Store<RendezvousState>; events: Emitter<{ received: Uint8Array }> }>();
  /** Those who wait to hear that somebody is absent. */
  readonly #absences = new Emitter<{ absent: { carrier: PeerId; to: PeerId } }>();

  constructor(deps: MutualDeps) {
    this.#deps = deps;
    this.#assembly = new BlobAssembly(deps.clock);
    deps.scope.onEnd(() => {
      this.#assembly.clear();
    });
    deps.scope.onEnd(
      deps.peers.events.on('opened', (session) => {
        this.#adopt(session);
      }),
    );
  }

  /** Open while there is anybody to carry, else connecting. */
  open(): Rendezvous {
    const state = new Store<RendezvousState>(this.#state());
    const events = new Emitter<{ received: Uint8Array }>();
    const box = { state, events };
    this.#boxes.add(box);
    return {
      name: 'members',
      state,
      events,
      send: async (to, blob, signal) => {
        await this.#send(to, blob, signal);
      },
      check: () => undefined, // each link looks after itself
      close: () => {
        this.#boxes.delete(box);
        state.set({ phase: 'closed' });
      },
    };
  }

  #state(): RendezvousState {
    const isOpen = [...this.#links.values()].some(({ session }) => session.state.snapshot.phase === 'open');
    return isOpen ? { phase: 'open' } : { phase: 'connecting' };
  }

  #publish(): void {
    const next = this.#state();
    for (const { state } of this.#boxes) if (state.snapshot.phase !== next.phase) state.set(next);
  }

  #adopt(session: Session): void {
    const { peerId } = session;
    const nowMs = this.#deps.clock.now();
    const joined = session.router.join(mutualMessages, {
      'mutual.carry': ({ to, ...part }) => {
        this.#carry(peerId, to, part);
      },
      'mutual.carried': ({ from, ...part }) => {
        const blob = this.#assembly.take(from, part);
        if (blob) for (const { events } of [...this.#boxes]) events.emit('received', blob);
      },
      'mutual.absent': ({ to }) => {
        this.#absences.emit('absent', { carrier: peerId, to });
      },
    });
    const [outgoing, incoming] = [new TokenBucket(rate, nowMs), new TokenBucket(rate, nowMs)];
    this.#links.set(peerId, { session, joined, outgoing, incoming });
    session.state.onChange(() => {
      if (session.state.snapshot.phase === 'closed' && this.#links.get(peerId)?.session === session) {
        this.#links.delete(peerId);
      }
      this.#publish();
    });
    this.#publish();
  }

  /** Somebody asks me to pass a part on. More than the rate is dropped; signals are repeated by those who need them. */
  #carry(from: PeerId, to: PeerId, part: BlobPart): void {
    const source = this.#links.get(from);
    if (!source?.incoming.take(this.#deps.clock.now())) return;
    const target = this.#openLink(to);
    const isPassedOn =
      target !== null && this.#deps.mayCarry(from, to) && target.joined.send('mutual.carried', { from, ...part });
    if (!isPassedOn) source.joined.send('mutual.absent', { to });
  }

  #openLink(peerId: PeerId): Link | null {
    const link = this.#links.get(peerId);
    return link?.session.state.snapshot.phase === 'open' ? link : null;
  }

  /** Through a few carriers at once, then through the next ones, until one did not say that `to` is absent. */
  async #send(to: PeerId, blob: Uint8Array, signal: AbortSignal): Promise<void> {
    const carriers = this.#deps.carriersFor(to).filter((peerId) => peerId !== to && this.#openLink(peerId));
    const parts = cutBlob(toHex(this.#deps.random(8)), blob);
    for (let at = 0; at < carriers.length; at += paces.mutualCarriers) {
      const wave = carriers.slice(at, at + paces.mutualCarriers);
      if (await this.#offer(wave, to, parts, signal)) return;
    }
    throw new Failure('peer-unreachable', 'no member could pass it on');
  }

  /** Whether at least one of these carriers took all parts. */
  #offer(carriers: readonly PeerId[], to: PeerId, parts: readonly BlobPart[], signal: AbortSignal): Promise<boolean> {
    const { clock } = this.#deps;
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(new Failure('aborted'));
        return;
      }
      const settle = (finish: () => void): void => {
        off();
        cancel();
        signal.removeEventListener('abort', abandon);
        finish();
      };
      const abandon = (): void => {
        settle(() => {
          reject(new Failure('aborted'));
        });
      };
      const taking = new Set(carriers);
      const strike = (carrier: PeerId): void => {
        if (taking.delete(carrier) && taking.size === 0) {
          settle(() => {
            resolve(false);
          });
        }
      };
      const off = this.#absences.on('absent', (absence) => {
        if (absence.to === to) strike(absence.carrier);
      });
      const cancel = clock.after(paces.mutualAbsentMs, () => {
        settle(() => {
          resolve(true);
        });
      });
      signal.addEventListener('abort', abandon, { once: true });
      for (const carrier of carriers) if (!this.#hand(carrier, to, parts)) strike(carrier);
    });
  }

  #hand(carrier: PeerId, to: PeerId, parts: readonly BlobPart[]): boolean {
    const link = this.#openLink(carrier);
    const nowMs = this.#deps.clock.now();
    return (
      link !== null &&
      parts.every((part) => link.outgoing.take(nowMs) && link.joined.send('mutual.carry', { to, ...part }))
    );
  }
}
