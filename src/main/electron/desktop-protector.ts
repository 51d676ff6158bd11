// Decides what keeps the identity in the desktop shell. Never puts a secret in a plain file without being told to.
import type { KeyProtector } from '#main/services/key-protector';
import { fileProtector } from '#main/services/file-protector';
import { lockedProtector, plainProtector } from '#main/shell/protector-choice';
import type { KeyRing } from '#main/electron/key-ring';

export interface ProtectorQuestion {
  /** The mechanism that keeps this profile's identity now; null for a new profile. */
  readonly storedName: string | null;
  readonly passphrase: string | null;
  readonly keyRing: KeyRing;
  /** Asks the person whether a plain file will do. */
  readonly askForFile: () => Promise<boolean>;
}

/** Null when the person would rather not go on. */
export async function chooseDesktopProtector({
  storedName,
  passphrase,
  keyRing,
  askForFile,
}: ProtectorQuestion): Promise<KeyProtector | null> {
  const plain = plainProtector(storedName, passphrase);
  if (plain) return plain;
  if (keyRing.state !== 'unsafe') return keyRing.protector;
  if (storedName !== null) return lockedProtector('none', 'the key ring that keeps the identity is not running');
  return (await askForFile()) ? fileProtector : null;
}
