// Public keys of people: peer id to key and back, and the checks a foreign key passes before anything trusts it.
import { createPublicKey, type KeyObject } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import { base32nopad } from '@scure/base';
import * as v from 'valibot';
import { Failure } from '#shared/failure';
import { PeerId } from '#shared/identity';

const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');
const cacheSize = 512;

export interface PeerKey {
  readonly peerId: PeerId;
  /** 32 bytes, RFC 8032. */
  readonly bytes: Uint8Array;
  readonly verifier: KeyObject;
  /** The same key on the Montgomery curve (RFC 7748), for sealing. */
  readonly x25519: Uint8Array;
}

const known = new Map<string, PeerKey>();

export function peerIdOf(publicKey: Uint8Array): PeerId {
  return v.parse(PeerId, base32nopad.encode(publicKey).toLowerCase());
}

/**
 * The key behind a peer id. Fails `key-unacceptable` for encodings RFC 8032 does not allow, keys of small order and keys
 * with a small-order part: with those, one signature may fit several keys or a shared secret be known to everybody.
 */
export function peerKey(peerId: PeerId): PeerKey {
  const cached = known.get(peerId);
  if (cached) return cached;
  const bytes = base32nopad.decode(peerId.toUpperCase());
  const key = checkKey(peerId, bytes);
  if (known.size >= cacheSize) for (const oldest of [...known.keys()].slice(0, cacheSize / 4)) known.delete(oldest);
  known.set(peerId, key);
  return key;
}

/** The same for a key that is nobody's identity. Fails `key-unacceptable`. */
export function assertPublicKey(bytes: Uint8Array): void {
  try {
    const point = ed25519.Point.fromBytes(bytes, false);
    if (point.isSmallOrder() || !point.isTorsionFree()) throw new Failure('key-unacceptable', 'small order');
  } catch (error) {
    throw error instanceof Failure ? error : new Failure('key-unacceptable', 'not canonical', { cause: error });
  }
}

function checkKey(peerId: PeerId, bytes: Uint8Array): PeerKey {
  assertPublicKey(bytes);
  return { peerId, bytes, verifier: verifierOf(bytes), x25519: ed25519.utils.toMontgomery(bytes) };
}

function verifierOf(bytes: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([spkiPrefix, bytes]), format: 'der', type: 'spki' });
}
