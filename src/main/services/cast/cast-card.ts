// The card of a cast (docs/protocol/cast-card.md): what its caster says it is, signed; read only when every byte is as it was made.
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { castCardBytes, CastId, CastTitle, type CastFacts } from '#shared/cast';
import { DisplayName } from '#shared/identity';
import { ByteReader, ByteWriter, joinBytes, toHex } from '#main/services/byte-layout';
import { exactText } from '#main/services/exact-text';
import type { IdentityKeys } from '#main/services/identity-keys';
import { assertPublicKey, peerIdOf, peerKey, type PeerKey } from '#main/services/peer-keys';
import { isSignedBy, signatureBytes } from '#main/services/signing';

const cardVersion = 1;
const label = 'roundtable/cast-card/1';
export const castSeedBytes = 16;

/** A cast's id says who casts: nobody else can sign a card of this id. */
export function castIdOf(caster: PeerKey, seed: Uint8Array): CastId {
  const hash = createHash('sha256').update('roundtable/cast-id/1\0').update(caster.bytes).update(seed).digest();
  return v.parse(CastId, toHex(hash.subarray(0, 16)));
}

export function signCastCard(
  keys: IdentityKeys,
  seed: Uint8Array,
  { liveKey, startedAt, casterName, title }: Omit<CastFacts, 'castId' | 'caster'>,
): Uint8Array<ArrayBuffer> {
  const [nameBytes, titleBytes] = [new TextEncoder().encode(casterName), new TextEncoder().encode(title)];
  const signed = new ByteWriter()
    .uint(cardVersion, 1)
    .bytes(seed)
    .bytes(keys.publicKey)
    .bytes(liveKey)
    .uint(startedAt, 6)
    .uint(nameBytes.length, 1)
    .bytes(nameBytes)
    .uint(titleBytes.length, 1)
    .bytes(titleBytes)
    .finish();
  return joinBytes([signed, keys.sign(label, signed)]);
}

/** What the card says, or null: malformed, or not signed by the caster it names. Never throws. */
export function readCastCard(bytes: Uint8Array): CastFacts | null {
  if (bytes.length > castCardBytes) return null;
  const signed = bytes.subarray(0, Math.max(0, bytes.length - signatureBytes));
  const fields = readFields(signed);
  if (!fields) return null;
  const { casterKey, seed, ...said } = fields;
  try {
    const key = peerKey(peerIdOf(casterKey));
    assertPublicKey(said.liveKey);
    if (!isSignedBy(key, label, signed, bytes.subarray(signed.length))) return null;
    return { castId: castIdOf(key, seed), caster: key.peerId, ...said };
  } catch {
    return null; // no key where one should stand
  }
}

function readFields(signed: Uint8Array) {
  const reader = new ByteReader(signed);
  const version = reader.uint(1);
  const seed = reader.bytes(castSeedBytes);
  const casterKey = reader.bytes(32);
  const liveKey = reader.bytes(32);
  const startedAt = reader.uint(6);
  const nameBytes = reader.bytes(reader.uint(1) ?? 0);
  const titleBytes = reader.bytes(reader.uint(1) ?? 0);
  const casterName = nameBytes && exactText(nameBytes, DisplayName);
  const title = titleBytes && exactText(titleBytes, CastTitle);
  if (version !== cardVersion || !seed || !casterKey || !liveKey || startedAt === null || reader.left > 0) return null;
  if (casterName === null || title === null) return null;
  return { seed, casterKey, liveKey: new Uint8Array(liveKey), startedAt, casterName, title };
}
