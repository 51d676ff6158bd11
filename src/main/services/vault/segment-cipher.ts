// Encrypts a segment under a key of its own, in records that cannot be changed, swapped, repeated or left out. The layout and why:
// docs/decisions/0021-vault-format.md.
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { blockBytes } from '#shared/content';
import { Failure } from '#shared/failure';
import type { VaultVersionId } from '#shared/vault';
import { fromHex } from '#main/services/byte-layout';

export const versionKeyBytes = 32;
export const saltBytes = 16;

/** A record with its tag; the last may be shorter. */
const recordBytes = blockBytes;
const tagBytes = 16;
const nonceBytes = 12;
const algorithm = 'aes-256-gcm';
/** Its version is part of the label; the zero byte ends it. */
const label = Buffer.from('roundtable/vault-segment/1\0', 'latin1');

/** What makes the key of a segment, and of no other. */
export interface SegmentSeal {
  /** Of the version: `versionKeyBytes` random ones. */
  readonly key: Uint8Array;
  /** Of the segment: `saltBytes` random ones. */
  readonly salt: Uint8Array;
  readonly versionId: VaultVersionId;
  readonly position: number;
}

interface Record {
  readonly at: number;
  /** With its tag. */
  readonly length: number;
  readonly nonce: Uint8Array;
  readonly isLast: Uint8Array;
}

/** Bytes that fit a segment of so many encrypted ones; 0 when no segment has that length. */
export function plainBytesIn(sealedBytes: number): number {
  const rest = sealedBytes % recordBytes;
  if (sealedBytes <= tagBytes || (rest > 0 && rest <= tagBytes)) return 0;
  return sealedBytes - Math.ceil(sealedBytes / recordBytes) * tagBytes;
}

/** `sealedBytes` in all, what is beyond `plain` being zeros inside the encryption. Fails `input-invalid` when it does not fit. */
export function sealSegment(seal: SegmentSeal, plain: Uint8Array, sealedBytes: number): Uint8Array<ArrayBuffer> {
  if (plain.length > plainBytesIn(sealedBytes)) throw new Failure('input-invalid', 'no room for the segment');
  const key = keyOf(seal);
  const sealed = new Uint8Array(sealedBytes);
  let from = 0;
  for (const { at, length, nonce, isLast } of recordsOf(sealedBytes)) {
    const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes }).setAAD(isLast);
    const part = plain.subarray(from, from + length - tagBytes);
    sealed.set(cipher.update(part), at);
    const padding = length - tagBytes - part.length;
    if (padding > 0) sealed.set(cipher.update(new Uint8Array(padding)), at + part.length);
    cipher.final();
    sealed.set(cipher.getAuthTag(), at + length - tagBytes);
    from += length - tagBytes;
  }
  key.fill(0);
  return sealed;
}

/** The first `plainBytes` of what was sealed. Null for anything but the whole of a segment sealed under the same. */
export function openSegment(seal: SegmentSeal, sealed: Uint8Array, plainBytes: number): Uint8Array<ArrayBuffer> | null {
  const room = plainBytesIn(sealed.length);
  if (room === 0 || plainBytes > room) return null;
  const key = keyOf(seal);
  const plain = new Uint8Array(room);
  const isWhole = recordsOf(sealed.length).every(({ at, length, nonce, isLast }, number) => {
    const end = at + length - tagBytes;
    const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes }).setAAD(isLast);
    decipher.setAuthTag(sealed.subarray(end, end + tagBytes));
    plain.set(decipher.update(sealed.subarray(at, end)), number * (recordBytes - tagBytes));
    return isAuthentic(decipher);
  });
  key.fill(0);
  return isWhole ? plain.subarray(0, plainBytes) : null;
}

function isAuthentic(decipher: ReturnType<typeof createDecipheriv>): boolean {
  try {
    decipher.final();
    return true;
  } catch {
    return false; // the tag is of other bytes
  }
}

function keyOf({ key, salt, versionId, position }: SegmentSeal): Buffer {
  if (key.length !== versionKeyBytes || salt.length !== saltBytes) throw new Failure('input-invalid', 'no key');
  const place = Buffer.alloc(4);
  place.writeUInt32BE(position);
  return Buffer.from(hkdfSync('sha256', key, salt, Buffer.concat([label, fromHex(versionId), place]), 32));
}

function recordsOf(sealedBytes: number): Record[] {
  return Array.from({ length: Math.ceil(sealedBytes / recordBytes) }, (_, number) => {
    const at = number * recordBytes;
    const nonce = Buffer.alloc(nonceBytes);
    nonce.writeUInt32BE(number, nonceBytes - 4);
    const isLast = Uint8Array.of(at + recordBytes >= sealedBytes ? 1 : 0);
    return { at, length: Math.min(recordBytes, sealedBytes - at), nonce, isLast };
  });
}
