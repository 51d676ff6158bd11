// Seals the frames of a cast: SFrame (RFC 9605) with the cipher suite AES_128_GCM_SHA256_128, by Web Crypto.
import type { FrameCipher } from '#core/ports/live';
import { decodeSframeHeader, encodeSframeHeader } from '#adapters/sframe-header';

/** Section 8.1 of the RFC. */
const suite = 0x0004;
const tagBits = 128;
const nonceBytes = 12;

type Bytes = Uint8Array<ArrayBuffer>;

/** Section 4.4.2: a text, the key's id in 8 bytes and the suite in 2. */
function label(purpose: 'key' | 'salt', keyId: number): Bytes {
  const text = new TextEncoder().encode(`SFrame 1.0 Secret ${purpose} `);
  const bytes = new Uint8Array(text.length + 10);
  bytes.set(text);
  const view = new DataView(bytes.buffer, text.length);
  view.setBigUint64(0, BigInt(keyId));
  view.setUint16(8, suite);
  return bytes;
}

function joined(first: Uint8Array, second: Uint8Array): Bytes {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}

/** The salt and the counter, XORed as big-endian numbers of 12 bytes. */
function nonceOf(salt: Bytes, counter: number): Bytes {
  const nonce = salt.slice();
  let rest = counter;
  for (let at = nonceBytes - 1; rest > 0; at -= 1) {
    nonce[at] = (nonce[at] ?? 0) ^ (rest % 256);
    rest = Math.floor(rest / 256);
  }
  return nonce;
}

async function derive(baseKey: Bytes, keyId: number): Promise<{ key: CryptoKey; salt: Bytes }> {
  const { subtle } = globalThis.crypto;
  const secret = await subtle.importKey('raw', baseKey, 'HKDF', false, ['deriveKey', 'deriveBits']);
  const by = (purpose: 'key' | 'salt'): HkdfParams => ({
    name: 'HKDF',
    hash: 'SHA-256',
    salt: new Uint8Array(),
    info: label(purpose, keyId),
  });
  const [key, salt] = await Promise.all([
    subtle.deriveKey(by('key'), secret, { name: 'AES-GCM', length: 128 }, false, ['encrypt', 'decrypt']),
    subtle.deriveBits(by('salt'), secret, nonceBytes * 8),
  ]);
  return { key, salt: new Uint8Array(salt) };
}

/** Its keys cannot be taken out of it. */
export async function createFrameCipher(baseKey: Bytes, keyId: number): Promise<FrameCipher> {
  const { key, salt } = await derive(baseKey, keyId);
  const parameters = (counter: number, header: Uint8Array, metadata: Bytes): AesGcmParams => ({
    name: 'AES-GCM',
    iv: nonceOf(salt, counter),
    additionalData: joined(header, metadata),
    tagLength: tagBits,
  });
  return {
    async seal(counter, metadata, plaintext) {
      const header = encodeSframeHeader({ keyId, counter });
      const text = await globalThis.crypto.subtle.encrypt(parameters(counter, header, metadata), key, plaintext);
      return joined(header, new Uint8Array(text));
    },
    async open(metadata, sealed) {
      const header = decodeSframeHeader(sealed);
      if (header?.keyId !== keyId) return null;
      const { counter, length } = header;
      const by = parameters(counter, sealed.subarray(0, length), metadata);
      try {
        const text = await globalThis.crypto.subtle.decrypt(by, key, sealed.subarray(length));
        return { counter, plaintext: new Uint8Array(text) };
      } catch {
        return null; // sealed otherwise, or altered: the browser says no more than that
      }
    },
  };
}
