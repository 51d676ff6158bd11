// A rendezvous without a network: mailboxes in one map. A test can close it, lose blobs and look at what passes.
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import { Emitter } from '#core/base/emitter';
import { Store } from '#core/base/store';
import type { Rendezvous, RendezvousState } from '#core/ports';

/** The server: knows who is registered, nothing else. */
export class MemoryPost {
  readonly #boxes = new Map<PeerId, MemoryRendezvous>();
  /** Decides what happens to a blob on its way; null loses it, several deliver it several times. */
  onWay: (blob: Uint8Array, to: PeerId) => readonly Uint8Array[] = (blob) => [blob];
  isDown = false;
  passed = 0;

  open = (self: PeerId): MemoryRendezvous => {
    const rendezvous = new MemoryRendezvous(this, self);
    this.#boxes.set(self, rendezvous);
    rendezvous.become(this.isDown ? { phase: 'down', code: 'rendezvous-down', retryInMs: 1000 } : { phase: 'open' });
    return rendezvous;
  };

  setDown(isDown: boolean): void {
    this.isDown = isDown;
    for (const box of this.#boxes.values()) {
      box.become(isDown ? { phase: 'down', code: 'rendezvous-down', retryInMs: 1000 } : { phase: 'open' });
    }
  }

  /** What a check finds out takes no time here. */
  checked(rendezvous: MemoryRendezvous): void {
    if (!rendezvous.isStale || this.isDown) return;
    rendezvous.isStale = false;
    rendezvous.become({ phase: 'connecting' });
    rendezvous.become({ phase: 'open' });
  }

  /** Of this person, who has one. */
  boxOf(self: PeerId): MemoryRendezvous | undefined {
    return this.#boxes.get(self);
  }

  deliver(to: PeerId, blob: Uint8Array): void {
    const box = this.#boxes.get(to);
    if (!box) throw new Failure('peer-unreachable');
    this.passed += 1;
    for (const copy of this.onWay(blob, to)) {
      const bytes = copy.slice();
      queueMicrotask(() => {
        box.arrive(bytes);
      });
    }
  }

  forget(self: PeerId, rendezvous: MemoryRendezvous): void {
    if (this.#boxes.get(self) === rendezvous) this.#boxes.delete(self);
  }
}

export class MemoryRendezvous implements Rendezvous {
  readonly name = 'memory';
  readonly state = new Store<RendezvousState>({ phase: 'connecting' });
  readonly events = new Emitter<{ received: Uint8Array }>();
  /** The line to the server is dead, and this side has not noticed. */
  isStale = false;
  checks = 0;
  readonly #post: MemoryPost;
  readonly #self: PeerId;

  constructor(post: MemoryPost, self: PeerId) {
    this.#post = post;
    this.#self = self;
  }

  become(state: RendezvousState): void {
    if (this.state.snapshot.phase !== 'closed') this.state.set(state);
  }

  arrive(blob: Uint8Array): void {
    if (!this.isStale && this.state.snapshot.phase === 'open') this.events.emit('received', blob);
  }

  async send(to: PeerId, blob: Uint8Array, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw new Failure('aborted');
    if (this.state.snapshot.phase !== 'open') throw new Failure('rendezvous-down');
    if (!this.isStale) this.#post.deliver(to, blob);
  }

  check(): void {
    this.checks += 1;
    this.#post.checked(this);
  }

  close(): void {
    this.#post.forget(this.#self, this);
    this.state.set({ phase: 'closed' });
  }
}
