// Seals bytes to one person so that only they can read them: HPKE base mode (RFC 9180) to their key's Montgomery form.
import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';
import { joinBytes } from '#main/services/byte-layout';
import type { IdentityKeys } from '#main/services/identity-keys';
import type { PeerKey } from '#main/services/peer-keys';
import { serviceLimits } from '#main/services/service-limits';

const encapsulatedBytes = 32;
const tagBytes = 16;
/** What sealing adds to the bytes. */
export const sealOverheadBytes = encapsulatedBytes + tagBytes;

const suite = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
/** What was sealed for one purpose, or with other bytes bound to it, does not open as anything else. */
interface SealPurpose {
  readonly label: 'roundtable/seal/1' | 'roundtable/custody/1';
  /** Both sides know these bytes; they are not in the blob. */
  readonly bound: Uint8Array;
}
const signalPurpose: SealPurpose = { label: 'roundtable/seal/1', bound: new Uint8Array() };
const infoOf = ({ label }: SealPurpose): ArrayBuffer => ownBuffer(new TextEncoder().encode(label));
type ImportedKey = ReturnType<typeof crypto.subtle.importKey>;
const importedKeys = new WeakMap<PeerKey, ImportedKey>();

/** Encapsulated key (32 bytes), ciphertext, tag (16 bytes). */
export async function sealTo(
  recipient: PeerKey,
  plain: Uint8Array,
  purpose = signalPurpose,
): Promise<Uint8Array<ArrayBuffer>> {
  const to = { recipientPublicKey: await importKey(recipient), info: infoOf(purpose) };
  const { enc, ct } = await suite.seal(to, ownBuffer(plain), ownBuffer(purpose.bound));
  return joinBytes([new Uint8Array(enc), new Uint8Array(ct)]);
}

/** What was sealed to these keys, or null: not for them, altered, or no sealed bytes at all. Never rejects. */
export async function openSealed(
  keys: IdentityKeys,
  blob: Uint8Array,
  purpose = signalPurpose,
): Promise<Uint8Array | null> {
  if (blob.length <= sealOverheadBytes) return null;
  const enc = ownBuffer(blob.subarray(0, encapsulatedBytes));
  try {
    const plain = await suite.open(
      { recipientKey: keys.opening, enc, info: infoOf(purpose) },
      ownBuffer(blob.subarray(encapsulatedBytes)),
      ownBuffer(purpose.bound),
    );
    return new Uint8Array(plain);
  } catch {
    return null;
  }
}

/** The size a sealed blob of this much content gets, so that its length tells little; null when it is too long. */
export function sealedClass(
  plainBytes: number,
  classesBytes: readonly number[] = serviceLimits.sealedClassesBytes,
): number | null {
  return classesBytes.find((size) => size >= plainBytes + sealOverheadBytes) ?? null;
}

async function importKey(key: PeerKey): Promise<Awaited<ImportedKey>> {
  const known =
    importedKeys.get(key) ?? crypto.subtle.importKey('raw', ownBuffer(key.x25519), { name: 'X25519' }, true, []);
  importedKeys.set(key, known);
  return await known;
}

function ownBuffer(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
