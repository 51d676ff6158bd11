// The index of a vault: all that a new machine needs to find and read what is in it, encrypted for its owner alone and cut into pieces.
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import * as v from 'valibot';
import { PeerId } from '#shared/identity';
import { VaultItemId, VaultVersionId, PieceId, pieceMaxBytes } from '#shared/vault';
import { joinBytes } from '#main/services/byte-layout';
import type { IdentityKeys } from '#main/services/identity-keys';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';
import { padme } from '#main/services/vault/padding';

const layoutVersion = 1;
const nonceBytes = 12;
const tagBytes = 16;
const lengthBytes = 4;

const Count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
export const Base64 = v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]*={0,2}$/));

/** All that a version is made of; bytes in base64. */
export const IndexVersion = v.strictObject({
  versionId: VaultVersionId,
  itemId: VaultItemId,
  number: Count,
  addedAt: Count,
  bytes: Count,
  key: Base64,
  files: v.array(
    v.strictTuple([v.array(v.string()), Count, v.number(), v.nullable(Base64)]), // path, bytes, mtimeMs, sha256
  ),
  segments: v.array(
    v.strictObject({
      salt: Base64,
      bytes: Count,
      needed: Count,
      total: Count,
      sha256: Base64,
      /** Id, share, bytes, block hashes, and the places of its keepers in `keepers`. */
      pieces: v.array(v.strictTuple([PieceId, Count, Count, Base64, v.array(Count)])),
    }),
  ),
});
export type IndexVersion = v.InferOutput<typeof IndexVersion>;

/** Rows as they stand in the database, without what only this machine knows; bytes in base64. */
export const VaultIndex = v.strictObject({
  layout: v.literal(layoutVersion),
  contacts: v.array(
    v.strictObject({ peerId: PeerId, name: v.string(), alias: v.nullable(v.string()), isVerified: v.boolean() }),
  ),
  keepers: v.array(v.strictObject({ peerId: PeerId, pledgedBytes: Count })),
  items: v.array(v.strictObject({ itemId: VaultItemId, name: v.string(), kind: v.picklist(['file', 'folder']) })),
  versions: v.array(IndexVersion),
});
export type VaultIndex = v.InferOutput<typeof VaultIndex>;

/** Pieces of at most `pieceMaxBytes` that only this identity can read. Fails nothing: who has more than fits is told by its length. */
export function sealIndex(
  keys: IdentityKeys,
  version: number,
  index: VaultIndex,
  random: (length: number) => Uint8Array,
): Uint8Array<ArrayBuffer>[] {
  const packed = deflateRawSync(Buffer.from(JSON.stringify(index)));
  const plain = Buffer.alloc(padme(lengthBytes + packed.length));
  plain.writeUInt32BE(packed.length);
  packed.copy(plain, lengthBytes);
  const nonce = random(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', indexKey(keys, version), nonce);
  const sealed = joinBytes([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0; at < sealed.length; at += pieceMaxBytes) pieces.push(sealed.slice(at, at + pieceMaxBytes));
  return pieces;
}

/** Null for anything but what `sealIndex` made of this identity's vault for that version. */
export function openIndex(keys: IdentityKeys, version: number, pieces: readonly Uint8Array[]): VaultIndex | null {
  const sealed = joinBytes(pieces);
  if (sealed.length < nonceBytes + lengthBytes + tagBytes) return null;
  const decipher = createDecipheriv('aes-256-gcm', indexKey(keys, version), sealed.subarray(0, nonceBytes));
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
  try {
    const plain = Buffer.concat([
      decipher.update(sealed.subarray(nonceBytes, sealed.length - tagBytes)),
      decipher.final(),
    ]);
    const packed = plain.subarray(lengthBytes, lengthBytes + plain.readUInt32BE());
    const text = inflateRawSync(packed, { maxOutputLength: limits.vaultIndexMostBytes });
    const parsed = v.safeParse(VaultIndex, JSON.parse(text.toString()));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}

/** A key of its own for each version, so that no nonce is ever used twice under one. */
const indexKey = (keys: IdentityKeys, version: number): Uint8Array =>
  keys.deriveSecret('roundtable/vault-index/1', String(version));

export const base64 = (some: Uint8Array): string =>
  Buffer.from(some.buffer, some.byteOffset, some.length).toString('base64');
export const fromBase64 = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text, 'base64'));
