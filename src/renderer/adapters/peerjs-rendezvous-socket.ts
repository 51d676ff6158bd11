// One registration at a PeerServer through the PeerJS client, from connecting to lost. PeerJS registers, beats its heart
// and writes; what it reads passes a filter first, so that no message of a stranger makes it open a connection.
import { Peer, type PeerJSOption } from 'peerjs';
import type { FailureCode } from '#shared/failure';
import type { RendezvousServer } from '#shared/ice';
import type { PeerId } from '#shared/identity';
import { Scope } from '#core/base/scope';
import type { Clock } from '#core/ports';
import { paces } from '#core/wire/paces';
import { toBase64 } from '#adapters/base64';
import { blobMessage, parseServerMessage, probeMessage, type ServerMessage } from '#adapters/peerjs-rendezvous-wire';
import { randomBytes } from '#adapters/random-bytes';

export interface PeerJsSocketListener {
  opened(): void;
  /** Once, and not after close(). */
  lost(code: FailureCode): void;
  blobReceived(from: string, blob: Uint8Array): void;
  /** The server knows that this person is not registered with it. */
  peerAbsent(peerId: string): void;
}

/** PeerJS appends `peerjs?key=…&id=…&token=…` without encoding. It has a public default host: ours is always given. */
function createPeer(self: PeerId, { url, key, token }: RendezvousServer): Peer {
  const { protocol, hostname, port, pathname } = new URL(url);
  const secure = protocol === 'wss:';
  const options: PeerJSOption = {
    host: hostname,
    port: port === '' ? (secure ? 443 : 80) : Number(port),
    path: pathname,
    secure,
    key: encodeURIComponent(key),
    token: encodeURIComponent(token),
    config: { iceServers: [] },
  };
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- PeerJS exports only the type of that class
  return new Peer(self, options);
}

/** PeerJS keeps its WebSocket in a private field; the pinned version is checked here and by the adapter's tests. */
function webSocketOf(peer: Peer): WebSocket {
  const socket: unknown = Reflect.get(peer.socket, '_socket');
  if (!(socket instanceof WebSocket)) throw new Error('PeerJS has no WebSocket where 1.5.5 keeps it');
  return socket;
}

export class PeerJsSocket {
  readonly #self: PeerId;
  readonly #peer: Peer;
  readonly #webSocket: WebSocket;
  readonly #listener: PeerJsSocketListener;
  readonly #clock: Clock;
  readonly #scope = new Scope();
  readonly #nonce = toBase64(randomBytes(12));
  #isOpen = false;
  #hasHeard = false;
  #isBeingChecked = false;
  readonly #startedAtMs: number;

  /** Throws when the address cannot be opened at all. */
  constructor(self: PeerId, config: RendezvousServer, clock: Clock, listener: PeerJsSocketListener) {
    this.#self = self;
    this.#clock = clock;
    this.#startedAtMs = clock.now();
    this.#listener = listener;
    this.#peer = createPeer(self, config);
    this.#webSocket = webSocketOf(this.#peer);
    this.#scope.onEnd(() => {
      this.#peer.destroy();
    });
    this.#filterMessages();
    this.#followPeer();
    this.#webSocket.addEventListener('open', () => {
      this.#knock(0);
    });
    this.#after(paces.rendezvousOpenTimeoutMs, () => {
      // A WebSocket that opened and then understood nothing is some other service.
      const isForeign = this.#webSocket.readyState === WebSocket.OPEN;
      if (!this.#isOpen) this.#lose(isForeign ? 'rendezvous-address-wrong' : 'rendezvous-down');
    });
  }

  /** False when the socket is not open; nothing was sent then. */
  send(to: PeerId, blob: Uint8Array): boolean {
    if (this.#scope.hasEnded || this.#webSocket.readyState !== WebSocket.OPEN) return false;
    this.#peer.socket.send(blobMessage(to, blob));
    return true;
  }

  /** Lost unless it says something soon, or opens soon. */
  check(): void {
    if (this.#isBeingChecked || this.#scope.hasEnded) return;
    if (!this.#isOpen) {
      if (this.#clock.now() - this.#startedAtMs > paces.rendezvousSlowOpenMs) this.#lose('rendezvous-down');
      return;
    }
    this.#isBeingChecked = true;
    this.#hasHeard = false;
    this.#probe();
    this.#after(paces.rendezvousCheckMs, () => {
      this.#isBeingChecked = false;
      if (!this.#hasHeard) this.#lose('rendezvous-down');
    });
  }

  close(): void {
    this.#scope.end();
  }

  /** Nothing reaches PeerJS but words of the server about our registration; its answers to stock offers leak addresses. */
  #filterMessages(): void {
    const webSocket = this.#webSocket;
    const passOn = webSocket.onmessage;
    webSocket.onmessage = (event: MessageEvent<unknown>) => {
      if (this.#scope.hasEnded) return;
      const message = parseServerMessage(event.data);
      if (!message) return;
      this.#hasHeard = true;
      if (message.kind === 'registered' || message.kind === 'refused' || message.kind === 'absent') {
        passOn?.call(webSocket, event);
      }
      this.#receive(message);
    };
  }

  #receive(message: ServerMessage): void {
    if (message.kind === 'absent') this.#listener.peerAbsent(message.peerId);
    else if (message.kind === 'blob') this.#listener.blobReceived(message.from, message.blob);
    else if (message.kind === 'probe' && message.from === this.#self && message.nonce === this.#nonce) this.#opened();
  }

  #followPeer(): void {
    const peer = this.#peer;
    peer.on('open', () => {
      this.#opened();
    });
    peer.on('error', ({ type, message }) => {
      if (type === 'peer-unavailable') return; // heard as 'absent' already
      if (type === 'unavailable-id') this.#lose('rendezvous-id-taken');
      else if (type === 'invalid-key') this.#lose('rendezvous-address-wrong');
      else if (type === 'server-error') {
        this.#lose(/\b(?:key|parameters)\b/i.test(message) ? 'rendezvous-address-wrong' : 'rendezvous-down');
      } else this.#lose('rendezvous-down');
    });
    peer.on('disconnected', () => {
      this.#lose('rendezvous-down');
    });
  }

  /** A server that still holds our former socket takes the new one over without a word, so we ask by a message to ourselves. */
  #knock(delayMs: number): void {
    this.#after(delayMs, () => {
      if (this.#isOpen) return;
      this.#probe();
      this.#knock(paces.rendezvousProbeMs);
    });
  }

  #probe(): void {
    if (this.#webSocket.readyState === WebSocket.OPEN) this.#peer.socket.send(probeMessage(this.#self, this.#nonce));
  }

  #opened(): void {
    if (this.#isOpen || this.#scope.hasEnded) return;
    this.#isOpen = true;
    this.#watchSilence();
    this.#listener.opened();
  }

  /** A server does not answer heartbeats: without this a cut line would look open until TCP gives up. */
  #watchSilence(): void {
    this.#hasHeard = false;
    this.#after(paces.rendezvousAliveMs, () => {
      if (this.#hasHeard) {
        this.#watchSilence();
        return;
      }
      this.#probe();
      this.#after(paces.rendezvousOpenTimeoutMs, () => {
        if (this.#hasHeard) this.#watchSilence();
        else this.#lose('rendezvous-down');
      });
    });
  }

  #after(delayMs: number, callback: () => void): void {
    const cancel = this.#clock.after(delayMs, () => {
      forget();
      callback();
    });
    const forget = this.#scope.onEnd(cancel);
  }

  #lose(code: FailureCode): void {
    if (this.#scope.hasEnded) return;
    this.#scope.end();
    this.#listener.lost(code);
  }
}
