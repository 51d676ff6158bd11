// Protects the identity of the web shell: by the file's permissions alone, or by a passphrase.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { argon2idAsync } from '@noble/hashes/argon2.js';
import { Failure } from '#shared/failure';
import { joinBytes } from '#main/services/byte-layout';
import type { KeyProtector } from '#main/services/key-protector';

/** RFC 9106: 64 MiB, three passes. */
const argon2 = { m: 64 * 1024, t: 3, p: 1, dkLen: 32, asyncTick: 20 } as const;
const saltBytes = 16;
const nonceBytes = 12;
const tagBytes = 16;

/** The secret as it is; only the file's mode 0600 in a folder of mode 0700 keeps it. */
export const fileProtector: KeyProtector = {
  name: 'file',
  protect: (secret) => Promise.resolve(secret),
  unprotect: (sealed) => Promise.resolve(sealed),
};

/** Salt, nonce, AES-256-GCM ciphertext and tag, under the Argon2id hash of the passphrase. */
export function passphraseProtector(passphrase: string): KeyProtector {
  const password = passphrase.normalize('NFKC');
  return {
    name: 'passphrase',
    async protect(secret) {
      const salt = new Uint8Array(randomBytes(saltBytes));
      const nonce = new Uint8Array(randomBytes(nonceBytes));
      const cipher = createCipheriv('aes-256-gcm', await argon2idAsync(password, salt, argon2), nonce);
      return joinBytes([salt, nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
    },
    async unprotect(sealed) {
      const ciphertextEnd = sealed.length - tagBytes;
      if (ciphertextEnd < saltBytes + nonceBytes) throw new Failure('identity-locked', 'too short');
      const key = await argon2idAsync(password, sealed.subarray(0, saltBytes), argon2);
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(saltBytes, saltBytes + nonceBytes));
      decipher.setAuthTag(sealed.subarray(ciphertextEnd));
      return joinBytes([decipher.update(sealed.subarray(saltBytes + nonceBytes, ciphertextEnd)), decipher.final()]);
    },
  };
}
