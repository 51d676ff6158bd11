// The private keys of this person, all derived from one 32-byte seed. They never leave the main process.
import { createHmac, createPrivateKey, type KeyObject } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import { signAs, type SignatureLabel } from '#main/services/signing';
import { peerIdOf, type PeerKey } from '#main/services/peer-keys';
import type { PeerId } from '#shared/identity';

const ed25519Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const x25519Prefix = Buffer.from('302e020100300506032b656e04220420', 'hex');

type OpeningKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;
interface OpeningKeys {
  readonly privateKey: OpeningKey;
  readonly publicKey: OpeningKey;
}

export class IdentityKeys {
  readonly peerId: PeerId;
  readonly publicKey: Uint8Array;
  /** For opening what was sealed to this person: the same key on the Montgomery curve. */
  readonly opening: OpeningKeys;
  readonly #signer: KeyObject;
  readonly #seed: Uint8Array;

  private constructor(seed: Uint8Array, publicKey: Uint8Array, opening: OpeningKeys) {
    this.#seed = seed;
    this.#signer = createPrivateKey({ key: Buffer.concat([ed25519Prefix, seed]), format: 'der', type: 'pkcs8' });
    this.publicKey = publicKey;
    this.peerId = peerIdOf(publicKey);
    this.opening = opening;
  }

  static async fromSeed(seed: Uint8Array): Promise<IdentityKeys> {
    const publicKey = ed25519.getPublicKey(seed);
    const secret = Buffer.concat([x25519Prefix, ed25519.utils.toMontgomerySecret(seed)]);
    const name = { name: 'X25519' };
    const privateKey = await crypto.subtle.importKey('pkcs8', secret, name, false, ['deriveBits']);
    const montgomery = new Uint8Array(ed25519.utils.toMontgomery(publicKey));
    const opening = { privateKey, publicKey: await crypto.subtle.importKey('raw', montgomery, name, true, []) };
    return new IdentityKeys(new Uint8Array(seed), publicKey, opening);
  }

  /** Signs bytes this process built itself; there is no way to ask for a signature over foreign bytes. */
  sign(label: SignatureLabel, bytes: Uint8Array): Uint8Array {
    return signAs(label, this.#signer, bytes);
  }

  /** The secret that this person and the other come to by their keys alone (X25519, RFC 7748): 32 bytes, to derive from. */
  async agreeWith({ x25519 }: PeerKey): Promise<Uint8Array> {
    const name = 'X25519';
    const theirs = await crypto.subtle.importKey('raw', new Uint8Array(x25519), { name }, true, []);
    return new Uint8Array(await crypto.subtle.deriveBits({ name, public: theirs }, this.opening.privateKey, 256));
  }

  /** A secret of this identity for one purpose and context, the same after every start. 32 bytes. */
  deriveSecret(purpose: string, context: string): Uint8Array {
    return new Uint8Array(createHmac('sha256', this.#seed).update(`${purpose}\0${context}`).digest());
  }
}
