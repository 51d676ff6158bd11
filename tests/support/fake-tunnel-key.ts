// Keys of tunnels that answer at once, so that the test's clock can stand still: node's own X25519 and AES-256-GCM.
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
} from 'node:crypto';
import type { CreateTunnelKey, TunnelCipher } from '#core/ports/relay';

const derPrefix = Buffer.from('302a300506032b656e032100', 'hex');
const tagBytes = 16;

const hashOf = (...parts: readonly (Uint8Array | string)[]): Uint8Array<ArrayBuffer> => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
};

const nonceOf = (count: number): Buffer => {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(count, 8);
  return nonce;
};

const cipherOf = (mine: Uint8Array, theirs: Uint8Array): TunnelCipher => ({
  seal: async (count, plaintext) => {
    const cipher = createCipheriv('aes-256-gcm', mine, nonceOf(count));
    return new Uint8Array(Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]));
  },
  open: async (count, sealed) => {
    const cipher = createDecipheriv('aes-256-gcm', theirs, nonceOf(count));
    cipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
    const text = cipher.update(sealed.subarray(0, sealed.length - tagBytes));
    try {
      return new Uint8Array(Buffer.concat([text, cipher.final()]));
    } catch {
      return null;
    }
  },
});

export const createFakeTunnelKey: CreateTunnelKey = async () => {
  const { privateKey, publicKey: own } = generateKeyPairSync('x25519');
  const publicKey = new Uint8Array(own.export({ format: 'der', type: 'spki' }).subarray(derPrefix.length));
  return {
    publicKey,
    agree: async (theirs, role, tunnel) => {
      const remote = createPublicKey({ key: Buffer.concat([derPrefix, theirs]), format: 'der', type: 'spki' });
      const shared = diffieHellman({ privateKey, publicKey: remote });
      const key = (sender: string): Uint8Array => hashOf(shared, tunnel, sender);
      const other = role === 'initiator' ? 'responder' : 'initiator';
      return {
        cipher: cipherOf(key(role), key(other)),
        fingerprints: { local: hashOf(publicKey), remote: hashOf(theirs) },
      };
    },
  };
};
