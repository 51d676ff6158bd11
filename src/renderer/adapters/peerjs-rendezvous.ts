// The mailbox at a stock PeerServer: keeps one registration open, comes back by itself, sends and receives sealed blobs.
import { Failure, type FailureCode } from '#shared/failure';
import type { RendezvousServer } from '#shared/ice';
import type { PeerId } from '#shared/identity';
import { backoffMs } from '#core/base/backoff';
import { Emitter } from '#core/base/emitter';
import { Store } from '#core/base/store';
import type { Clock, OpenRendezvous, Rendezvous, RendezvousState } from '#core/ports';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';
import { InTurn } from '#adapters/in-turn';
import { Pace } from '#adapters/pace';
import { PendingSends } from '#adapters/pending-sends';
import type { PeerJsSocket, PeerJsSocketListener } from '#adapters/peerjs-rendezvous-socket';
import { systemClock } from '#adapters/system-clock';

const retryRange = { minMs: paces.rendezvousRetryMinMs, maxMs: paces.rendezvousRetryMaxMs };
const pace = { perSecond: paces.rendezvousSendsPerSecond, burst: paces.rendezvousSendsBurst };
/** Loaded when the first rendezvous is opened: a page that is not on the network yet starts without PeerJS. */
const loadSocket = async (): Promise<typeof PeerJsSocket> =>
  (await import('#adapters/peerjs-rendezvous-socket')).PeerJsSocket;

function readableName(url: string): string {
  if (!URL.canParse(url)) return url;
  const { host, pathname } = new URL(url);
  return host + pathname.replace(/\/$/, '');
}

class PeerJsRendezvous implements Rendezvous {
  readonly name: string;
  readonly state = new Store<RendezvousState>({ phase: 'connecting' });
  readonly events = new Emitter<{ received: Uint8Array }>();
  readonly #self: PeerId;
  readonly #config: RendezvousServer;
  readonly #clock: Clock;
  readonly #pending: PendingSends;
  readonly #pace = new Pace(pace);
  readonly #inTurn = new InTurn();
  #socket: PeerJsSocket | null = null;
  #attempt = 0;
  #openedAtMs = 0;
  #cancelRetry: (() => void) | null = null;
  /** Asked whether it is there: lost now, it is opened anew without a wait. */
  #isChecking = false;

  constructor(self: PeerId, config: RendezvousServer, clock: Clock) {
    this.#self = self;
    this.#config = config;
    this.#clock = clock;
    this.#pending = new PendingSends(clock, paces.rendezvousAbsentMs);
    this.name = readableName(config.url);
    window.addEventListener('online', this.#retryNow);
    void this.#connect();
  }

  async send(to: PeerId, blob: Uint8Array, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw new Failure('aborted');
    if (blob.length > limits.sealedBlobBytes) throw new Failure('input-invalid', `${blob.length} bytes`);
    if (this.state.snapshot.phase !== 'open') throw new Failure('rendezvous-down', this.name);
    const waitMs = this.#pace.take(this.#clock.now(), paces.rendezvousSendWaitMs);
    if (waitMs === null) throw new Failure('rendezvous-rate-limited', this.name);
    // Of two timers the one that is due later may end first.
    await this.#inTurn.run(this.#pause(waitMs, signal), () => {
      if (this.#socket?.send(to, blob) !== true) throw new Failure('rendezvous-down', this.name);
    });
    await this.#pending.track(to, signal);
  }

  check(): void {
    this.#isChecking = true;
    if (this.state.snapshot.phase === 'down') this.#retryNow();
    else this.#socket?.check();
  }

  close(): void {
    if (this.#isClosed()) return;
    this.state.set({ phase: 'closed' });
    window.removeEventListener('online', this.#retryNow);
    this.#cancelRetry?.();
    this.#socket?.close();
    this.#socket = null;
    this.#pending.failAll('rendezvous-down');
  }

  #isClosed(): boolean {
    return this.state.snapshot.phase === 'closed';
  }

  async #pause(delayMs: number, signal: AbortSignal): Promise<void> {
    if (delayMs === 0) return;
    await new Promise<void>((resolve, reject) => {
      const abandon = (): void => {
        cancel();
        reject(new Failure('aborted'));
      };
      const cancel = this.#clock.after(delayMs, () => {
        signal.removeEventListener('abort', abandon);
        resolve();
      });
      signal.addEventListener('abort', abandon, { once: true });
    });
  }

  readonly #retryNow = (): void => {
    if (this.state.snapshot.phase !== 'down') return;
    this.#cancelRetry?.();
    void this.#connect();
  };

  async #connect(): Promise<void> {
    this.state.set({ phase: 'connecting' });
    try {
      const Socket = await loadSocket();
      if (!this.#isClosed()) this.#socket = new Socket(this.#self, this.#config, this.#clock, this.#listener);
    } catch {
      // The browser refuses such an address outright: no URL, a forbidden port, or mixed content.
      this.#lost('rendezvous-address-wrong');
    }
  }

  readonly #listener: PeerJsSocketListener = {
    opened: () => {
      this.#isChecking = false;
      this.#openedAtMs = this.#clock.now();
      this.state.set({ phase: 'open' });
    },
    lost: (code) => {
      this.#lost(code);
    },
    blobReceived: (from, blob) => {
      this.#pending.notePresent(from);
      this.events.emit('received', blob);
    },
    peerAbsent: (peerId) => {
      this.#pending.noteAbsent(peerId);
    },
  };

  #lost(code: FailureCode): void {
    if (this.#isClosed()) return;
    const wasSteady =
      this.state.snapshot.phase === 'open' && this.#clock.now() - this.#openedAtMs > paces.rendezvousSteadyMs;
    if (wasSteady) this.#attempt = 0;
    this.#socket = null;
    const retryInMs = this.#isChecking ? 0 : backoffMs(this.#attempt, retryRange, Math.random());
    this.#isChecking = false;
    this.#attempt += 1;
    this.#cancelRetry = this.#clock.after(retryInMs, () => {
      void this.#connect();
    });
    this.state.set({ phase: 'down', code, retryInMs });
    this.#pending.failAll('rendezvous-down');
  }
}

export const openPeerJsRendezvous: OpenRendezvous = (self, config) => new PeerJsRendezvous(self, config, systemClock);
