// Keeps the identity's secret with the operating system's key ring (Electron safeStorage).
import type { SafeStorage } from 'electron';
import type { KeyProtector } from '#main/services/key-protector';
import { lockedProtector } from '#main/shell/protector-choice';

type Storage = Pick<
  SafeStorage,
  'decryptStringAsync' | 'encryptStringAsync' | 'getSelectedStorageBackend' | 'isAsyncEncryptionAvailable'
>;

/**
 * safe: a real key ring. unsafe: Linux without one, where safeStorage would only obscure (`basic_text`). unavailable: there
 * is one, but it does not open now (locked, or the person refused).
 */
export type KeyRing =
  { state: 'safe'; protector: KeyProtector } | { state: 'unsafe' } | { state: 'unavailable'; protector: KeyProtector };

/** Part of the stored name, so that a profile is never opened with another key ring than the one that keeps it. */
function backEnd(storage: Storage, platform: NodeJS.Platform): string {
  if (platform === 'darwin') return 'keychain';
  return platform === 'win32' ? 'dpapi' : storage.getSelectedStorageBackend();
}

function protectorOf(storage: Storage, name: string): KeyProtector {
  return {
    name,
    async protect(secret) {
      return new Uint8Array(await storage.encryptStringAsync(Buffer.from(secret).toString('base64')));
    },
    async unprotect(sealed) {
      const { result } = await storage.decryptStringAsync(Buffer.from(sealed));
      return new Uint8Array(Buffer.from(result, 'base64'));
    },
  };
}

/** Looks at the key ring once, after the app is ready. Never rejects. */
export async function openKeyRing(storage: Storage, platform: NodeJS.Platform): Promise<KeyRing> {
  let name = 'safe-storage';
  try {
    const kind = backEnd(storage, platform);
    name = `safe-storage:${kind}`;
    if (kind === 'basic_text' || kind === 'unknown') return { state: 'unsafe' };
    if (await storage.isAsyncEncryptionAvailable()) return { state: 'safe', protector: protectorOf(storage, name) };
    return { state: 'unavailable', protector: lockedProtector(name, 'the key ring is not available') };
  } catch (error) {
    return { state: 'unavailable', protector: lockedProtector(name, `the key ring failed: ${String(error)}`) };
  }
}
