// The core's ByHand as a scene or a test wants it: exchanges are put in by hand.
import type { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import { Store } from '#core/base/store';
import type { HandExchange } from '#core/peers/by-hand';
import type { ByHandPort } from '#state/deps';

export class FakeByHand implements ByHandPort {
  readonly store = new Store<ReadonlyMap<PeerId, HandExchange>>(new Map());
  /** What the next text put in fails with. */
  takeFails: Failure | null = null;
  readonly #tell: (what: string) => void;

  constructor(tell: (what: string) => void) {
    this.#tell = tell;
  }

  put(peerId: PeerId, exchange: HandExchange): void {
    this.store.set(new Map(this.store.snapshot).set(peerId, exchange));
  }

  async offer(peerId: PeerId): Promise<void> {
    this.put(peerId, { part: 'offer', phase: 'gathering' });
  }

  async take(text: string): Promise<void> {
    if (this.takeFails) throw this.takeFails;
    this.#tell(`take ${text}`);
  }

  drop(peerId: PeerId): void {
    const rest = new Map(this.store.snapshot);
    rest.delete(peerId);
    this.store.set(rest);
  }
}
