// The keys with which two people, and nobody else, find each other in the DHT: all of them follow from a secret of the two.
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import type { DhtKeyPair } from 'hyperdht';
import type { PeerId } from '#shared/identity';
import { joinBytes, toHex } from '#main/services/byte-layout';

const label = 'roundtable/dht/1';
const version = 1;
const nonceBytes = 12;
const tagBytes = 16;
const placeBytes = 32;

/** What one of the two has; the other can derive it too. */
export interface Side {
  /** Where they say, sealed, at which place they are (BEP 44 style mutable record). */
  readonly record: DhtKeyPair;
  /** As whom they call at the other's place. */
  readonly caller: DhtKeyPair;
  readonly sealKey: Uint8Array;
}

export interface Pairing {
  /** Hex; tells nothing to others. */
  readonly id: string;
  /** Who the other one is; null for whoever holds an invite. */
  readonly peerId: PeerId | null;
  /** Whether my place is said to the other one, and they may call. */
  readonly isWelcome: boolean;
  readonly mine: Side;
  readonly theirs: Side;
}

export interface PairingSource extends Pick<Pairing, 'peerId' | 'isWelcome'> {
  /** Known to both and nobody else. */
  readonly secret: Uint8Array;
  /** What tells the two apart: both say the same of each. */
  readonly me: string;
  readonly them: string;
}

/** An Ed25519 key pair (RFC 8032) of a 32-byte seed, as libsodium lays it out. */
export function keyPairOf(seed: Uint8Array): DhtKeyPair {
  const publicKey = ed25519.getPublicKey(seed);
  return { publicKey, secretKey: joinBytes([seed, publicKey]) };
}

export function pairingOf({ secret, me, them, peerId, isWelcome }: PairingSource): Pairing {
  const salt = [me, them].sort().join(' ');
  /** HKDF (RFC 5869) with SHA-256, 32 bytes. */
  const derive = (who: string, use: string): Uint8Array =>
    new Uint8Array(hkdfSync('sha256', secret, salt, `${label} ${use} ${who}`, 32));
  const sideOf = (who: string): Side => ({
    record: keyPairOf(derive(who, 'record')),
    caller: keyPairOf(derive(who, 'caller')),
    sealKey: derive(who, 'seal'),
  });
  const mine = sideOf(me);
  return { id: toHex(mine.record.publicKey), peerId, isWelcome, mine, theirs: sideOf(them) };
}

/** One byte 1, the nonce, and the public key of the place under AES-256-GCM: 61 bytes. `nonce` of 12 bytes, never used before. */
export function sealPlace({ sealKey }: Side, place: Uint8Array, nonce: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-256-gcm', sealKey, nonce);
  cipher.setAAD(Buffer.of(version));
  return joinBytes([Uint8Array.of(version), nonce, cipher.update(place), cipher.final(), cipher.getAuthTag()]);
}

/** The public key in such a record (32 bytes), or null. */
export function openPlace({ sealKey }: Side, record: Uint8Array): Uint8Array | null {
  if (record.length !== 1 + nonceBytes + placeBytes + tagBytes || record[0] !== version) return null;
  const nonce = record.subarray(1, 1 + nonceBytes);
  const decipher = createDecipheriv('aes-256-gcm', sealKey, nonce, { authTagLength: tagBytes });
  decipher.setAAD(Buffer.of(version));
  decipher.setAuthTag(record.subarray(-tagBytes));
  try {
    return joinBytes([decipher.update(record.subarray(1 + nonceBytes, -tagBytes)), decipher.final()]);
  } catch {
    return null;
  }
}
