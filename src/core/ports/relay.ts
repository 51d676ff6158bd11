// What seals a connection that a friend carries: keys made for this connection alone. Adapters implement it with Web Crypto.

type Bytes = Uint8Array<ArrayBuffer>;

/** AES-256-GCM with a key for each direction. A count stands for one message and is never used twice. */
export interface TunnelCipher {
  /** @param count of my messages, from 0 */
  seal(count: number, plaintext: Bytes): Promise<Bytes>;
  /** Null when it is not what the other end sealed as its message of this count. */
  open(count: number, sealed: Bytes): Promise<Bytes | null>;
}

export interface AgreedTunnel {
  readonly cipher: TunnelCipher;
  /** SHA-256 of a label and each side's public key: for the link proof, in the place of certificates. */
  readonly fingerprints: { readonly local: Bytes; readonly remote: Bytes };
}

/** X25519 (RFC 7748), used once. The private key cannot be taken out of it. */
interface TunnelKey {
  /** 32 bytes. */
  readonly publicKey: Bytes;
  /**
   * Fails `key-unacceptable` for a key of small order.
   * @param theirs 32 bytes @param role of this side @param tunnel 8 bytes that name it on its way
   */
  agree(theirs: Bytes, role: 'initiator' | 'responder', tunnel: Bytes): Promise<AgreedTunnel>;
}

export type CreateTunnelKey = () => Promise<TunnelKey>;
