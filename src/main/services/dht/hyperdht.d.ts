// What is used of `hyperdht` 6.34, which comes without types. Bytes that it gives are Buffers over memory of its own: copy to keep.
declare module 'hyperdht' {
  import type { EventEmitter } from 'node:events';

  /** Ed25519; the secret key is the seed and the public key after it (64 bytes). */
  export interface DhtKeyPair {
    readonly publicKey: Uint8Array;
    readonly secretKey: Uint8Array;
  }

  export interface DhtRequest {
    readonly command: number;
    readonly target: Uint8Array | null;
    readonly from: { readonly host: string; readonly port: number };
    readonly value: Uint8Array | null;
  }

  /** A Noise stream that keeps the bounds of messages. Emits `open`, `data`, `error`, `close`. */
  export interface NoiseStream extends EventEmitter {
    readonly remotePublicKey: Uint8Array;
    /** The encrypted bytes, in pieces of any size. */
    readonly rawStream: (EventEmitter & { write(bytes: Uint8Array): boolean }) | null;
    write(message: Uint8Array): boolean;
    end(): void;
    destroy(): void;
  }

  export interface DhtServer extends EventEmitter {
    /** Nodes that hold the announcement. */
    readonly relayAddresses: readonly unknown[];
    listen(keyPair: DhtKeyPair): Promise<this>;
    /** Announces again, soon. */
    refresh(): void;
    close(): Promise<void>;
  }

  export interface DhtOptions {
    readonly bootstrap: readonly string[];
    readonly ephemeral: boolean;
    readonly host?: string;
  }

  export default class HyperDHT extends EventEmitter {
    static readonly BOOTSTRAP: readonly string[];
    static hash(publicKey: Uint8Array): Uint8Array;
    static keyPair(seed: Uint8Array): DhtKeyPair;
    constructor(options: DhtOptions);
    readonly online: boolean;
    address(): { readonly port: number };
    /** Every request of another node but those of the routing itself; true when it was dealt with. */
    onrequest: (request: DhtRequest) => boolean;
    fullyBootstrapped(): Promise<void>;
    createServer(
      options: { firewall: (remotePublicKey: Uint8Array) => boolean; shareLocalAddress: boolean },
      onConnection: (stream: NoiseStream) => void,
    ): DhtServer;
    request(
      request: { command: number; target: Uint8Array; value: Uint8Array },
      to: { host: string; port: number },
    ): Promise<unknown>;
    connect(publicKey: Uint8Array, options: { keyPair: DhtKeyPair; localConnection: boolean }): NoiseStream;
    mutablePut(keyPair: DhtKeyPair, value: Uint8Array, options: { seq: number }): Promise<unknown>;
    mutableGet(publicKey: Uint8Array): Promise<{ readonly seq: number; readonly value: Uint8Array } | null>;
    destroy(options?: { force: boolean }): Promise<void>;
  }
}

declare module 'hyperdht/testnet' {
  import type HyperDHT from 'hyperdht';

  export default function createTestnet(
    size: number,
    options?: { host?: string; port?: number },
  ): Promise<{
    readonly bootstrap: readonly { host: string; port: number }[];
    readonly nodes: readonly HyperDHT[];
    destroy(): Promise<void>;
  }>;
}
