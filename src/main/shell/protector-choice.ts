// Which mechanism keeps the identity's secret: the one that keeps it already, else the best one there is.
import { join } from 'node:path';
import { readSmallFile } from '#main/services/atomic-file';
import { fileProtector, passphraseProtector } from '#main/services/file-protector';
import { parseIdentityFile } from '#main/services/identity-file';
import type { KeyProtector } from '#main/services/key-protector';
import { serviceLimits } from '#main/services/service-limits';

/** The name of the mechanism a profile's identity is kept with; null when there is none that can be read. */
export async function readProtectorName(folder: string): Promise<string | null> {
  const bytes = await readSmallFile(join(folder, 'identity.json'), serviceLimits.identityFileBytes).catch(() => null);
  return bytes === null ? null : (parseIdentityFile(bytes)?.protector ?? null);
}

/** Opens nothing: the identity behind it shows as locked, and is left as it is. */
export function lockedProtector(name: string, reason: string): KeyProtector {
  const refuse = (): Promise<never> => Promise.reject(new Error(reason));
  return { name, protect: refuse, unprotect: refuse };
}

/** Takes the passphrase out of the environment, so that no child process inherits it. */
export function takePassphrase(env: Record<string, string | undefined>): string | null {
  const passphrase = env['ROUNDTABLE_PASSPHRASE'] ?? '';
  delete env['ROUNDTABLE_PASSPHRASE'];
  return passphrase === '' ? null : passphrase;
}

/** For an identity kept by file or passphrase, and for a new one when a passphrase is given; else null. */
export function plainProtector(storedName: string | null, passphrase: string | null): KeyProtector | null {
  if (storedName === fileProtector.name) return fileProtector;
  if (storedName === 'passphrase' || (storedName === null && passphrase !== null)) {
    return passphrase === null
      ? lockedProtector('passphrase', 'ROUNDTABLE_PASSPHRASE is not set')
      : passphraseProtector(passphrase);
  }
  return null;
}
