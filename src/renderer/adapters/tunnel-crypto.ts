// Keys of a connection that a friend carries, by Web Crypto: X25519 (RFC 7748), HKDF with SHA-256 (RFC 5869), AES-256-GCM.
import { Failure } from '#shared/failure';
import type { AgreedTunnel, CreateTunnelKey, TunnelCipher } from '#core/ports/relay';

type Bytes = Uint8Array<ArrayBuffer>;

const agreement = 'X25519';
const nonceBytes = 12;

function joined(...parts: readonly Uint8Array[]): Bytes {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

const text = (label: string): Bytes => new TextEncoder().encode(`roundtable/relay/1/${label}\0`);

/** The count as a big-endian number: each key is of one tunnel and one direction, so that none comes twice. */
function nonceOf(count: number): Bytes {
  const nonce = new Uint8Array(nonceBytes);
  new DataView(nonce.buffer).setBigUint64(nonceBytes - 8, BigInt(count));
  return nonce;
}

const fingerprintOf = async (publicKey: Bytes): Promise<Bytes> =>
  new Uint8Array(await globalThis.crypto.subtle.digest('SHA-256', joined(text('key'), publicKey)));

function cipherOf(mine: CryptoKey, theirs: CryptoKey): TunnelCipher {
  const { subtle } = globalThis.crypto;
  const by = (count: number): AesGcmParams => ({ name: 'AES-GCM', iv: nonceOf(count) });
  return {
    seal: async (count, plaintext) => new Uint8Array(await subtle.encrypt(by(count), mine, plaintext)),
    open: async (count, sealed) => {
      try {
        return new Uint8Array(await subtle.decrypt(by(count), theirs, sealed));
      } catch {
        return null; // altered, or another message: the browser says no more than that
      }
    },
  };
}

/** All that both sides must agree on is in the keys: with anything else they cannot read each other. */
async function agree(
  own: CryptoKeyPair,
  publicKey: Bytes,
  theirs: Bytes,
  role: 'initiator' | 'responder',
  tunnel: Bytes,
): Promise<AgreedTunnel> {
  const { subtle } = globalThis.crypto;
  const remote = await subtle.importKey('raw', theirs, agreement, false, []);
  const shared = await subtle.deriveBits({ name: agreement, public: remote }, own.privateKey, 256);
  const secret = await subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey']);
  const both = role === 'initiator' ? [publicKey, theirs] : [theirs, publicKey];
  const keyOf = async (sender: 'initiator' | 'responder'): Promise<CryptoKey> =>
    await subtle.deriveKey(
      { name: 'HKDF', hash: 'SHA-256', salt: tunnel, info: joined(text(sender), ...both) },
      secret,
      { name: 'AES-GCM', length: 256 },
      false,
      ['encrypt', 'decrypt'],
    );
  const [initiator, responder] = await Promise.all([keyOf('initiator'), keyOf('responder')]);
  const cipher = role === 'initiator' ? cipherOf(initiator, responder) : cipherOf(responder, initiator);
  const [localPrint, remotePrint] = await Promise.all([fingerprintOf(publicKey), fingerprintOf(theirs)]);
  return { cipher, fingerprints: { local: localPrint, remote: remotePrint } };
}

export const createTunnelKey: CreateTunnelKey = async () => {
  const { subtle } = globalThis.crypto;
  const own = await subtle.generateKey(agreement, false, ['deriveBits']);
  const publicKey = new Uint8Array(await subtle.exportKey('raw', own.publicKey));
  return {
    publicKey,
    agree: async (theirs, role, tunnel) => {
      try {
        return await agree(own, publicKey, theirs, role, tunnel);
      } catch (reason) {
        throw new Failure('key-unacceptable', 'no key to agree with', { cause: reason });
      }
    },
  };
};
