// The keys of a cast by Web Crypto: Ed25519 (RFC 8032) under its packets, SFrame around its frames.
import { Failure } from '#shared/failure';
import type { LiveCrypto } from '#core/ports/live';
import { createFrameCipher } from '#adapters/frame-cipher';

const algorithm = 'Ed25519';

export const liveCrypto: LiveCrypto = {
  async createSigner() {
    const { subtle } = globalThis.crypto;
    const { privateKey, publicKey } = await subtle.generateKey(algorithm, false, ['sign', 'verify']);
    return {
      publicKey: new Uint8Array(await subtle.exportKey('raw', publicKey)),
      sign: async (bytes) => new Uint8Array(await subtle.sign(algorithm, privateKey, bytes)),
    };
  },
  async verifier(publicKey) {
    const { subtle } = globalThis.crypto;
    const key = await subtle.importKey('raw', publicKey, algorithm, false, ['verify']).catch((reason: unknown) => {
      throw new Failure('key-unacceptable', 'not an Ed25519 key', { cause: reason });
    });
    return async (bytes, signature) => await subtle.verify(algorithm, key, signature, bytes).catch(() => false);
  },
  frameCipher: createFrameCipher,
};
