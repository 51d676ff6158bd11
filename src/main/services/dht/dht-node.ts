// A node of the DHT that keeps nothing for others, with one place of its own where those who are welcome may call.
import type HyperDHT from 'hyperdht';
import type { DhtKeyPair, DhtServer, NoiseStream } from 'hyperdht';
import type { Clock } from '#main/services/clock';
import { HandshakeGate } from '#main/services/dht/handshake-gate';
import { keyPairOf } from '#main/services/dht/pairing';
import { inTime } from '#main/services/in-time';
import { serviceLimits as limits } from '#main/services/service-limits';

export type DhtLibrary = typeof HyperDHT;

export interface DhtNodeOptions {
  readonly library: DhtLibrary;
  /** `host:port` each; nobody else is contacted first. */
  readonly nodes: readonly string[];
  /** The address of this machine to be bound to; every one when not given. */
  readonly host?: string | undefined;
  /** 32 bytes; the place is new with each. */
  readonly seed: Uint8Array;
  readonly clock: Clock;
  /** Asked before a stranger is answered in any way. */
  readonly isWelcome: (caller: Uint8Array) => boolean;
  readonly onCall: (stream: NoiseStream) => void;
}

export class DhtNode {
  /** The public key of the place. */
  readonly place: Uint8Array;
  readonly #node: HyperDHT;
  readonly #server: DhtServer;
  readonly #placeKeys: DhtKeyPair;

  constructor({ library, nodes, host, seed, clock, isWelcome, onCall }: DhtNodeOptions) {
    this.#placeKeys = keyPairOf(seed);
    this.place = this.#placeKeys.publicKey;
    // Ephemeral: it never becomes a node that serves strangers.
    this.#node = new library({ bootstrap: nodes, ephemeral: true, ...(host === undefined ? {} : { host }) });
    const gate = new HandshakeGate(library.hash(this.place), clock);
    const handle = this.#node.onrequest.bind(this.#node);
    this.#node.onrequest = (request) => !gate.admits(request) || handle(request);
    // True turns away. Addresses of the local network are nobody's business: those who share it meet there.
    const firewall = (caller: Uint8Array): boolean => !isWelcome(caller);
    this.#server = this.#node.createServer({ firewall, shareLocalAddress: false }, onCall);
  }

  /** Resolves when the place is announced, or could not be for want of a network. */
  async listen(): Promise<void> {
    await this.#node.fullyBootstrapped();
    await this.#server.listen(this.#placeKeys);
  }

  /** Whether others can find the place. */
  get isAnnounced(): boolean {
    return this.#node.online && this.#server.relayAddresses.length > 0;
  }

  announceAgain(): void {
    this.#server.refresh();
  }

  /** Stores a record of less than 1000 bytes, in place of an older one; rejects when no node took it. */
  async put(keys: DhtKeyPair, value: Uint8Array, version: number): Promise<void> {
    await this.#node.mutablePut(keys, value, { seq: version });
  }

  /** The newest record, or null: none, or not in time. */
  async get(publicKey: Uint8Array): Promise<Uint8Array | null> {
    const found = await inTime(this.#node.mutableGet(publicKey), limits.dhtWaitMs).catch(() => null);
    return found && new Uint8Array(found.value);
  }

  /** An open stream, or null: nobody there, or turned away, which looks the same and takes the library 8 s to say. */
  async call(place: Uint8Array, caller: DhtKeyPair): Promise<NoiseStream | null> {
    const stream = this.#node.connect(place, { keyPair: caller, localConnection: false });
    return await new Promise((resolve) => {
      stream.on('error', () => undefined); // followed by close
      stream.on('open', () => {
        resolve(stream);
      });
      stream.on('close', () => {
        resolve(null);
      });
    });
  }

  /** Takes the announcement back, if that goes fast. */
  async close(): Promise<void> {
    await inTime(this.#node.destroy(), limits.dhtGoodbyeMs).catch(() => null);
    await this.#node.destroy({ force: true });
  }
}
