// The pass of a viewer (docs/protocol/cast-card.md): the caster's signed word on who watches, where they stand, and what they pass
// on; read only when every byte is as it was made.
import * as v from 'valibot';
import { castPassBytes, castStripes, CastViewer, type CastId } from '#shared/cast';
import { DisplayName, type PeerId } from '#shared/identity';
import { ByteReader, ByteWriter, fromHex, joinBytes, toHex } from '#main/services/byte-layout';
import { exactText } from '#main/services/exact-text';
import type { IdentityKeys } from '#main/services/identity-keys';
import { peerIdOf, peerKey } from '#main/services/peer-keys';
import { isSignedBy, signatureBytes } from '#main/services/signing';

const passVersion = 1;
const label = 'roundtable/cast-pass/1';

export function signCastPass(
  keys: IdentityKeys,
  castId: CastId,
  { peerId, name, order, seats }: CastViewer,
): Uint8Array<ArrayBuffer> {
  const nameBytes = new TextEncoder().encode(name);
  const signed = new ByteWriter()
    .uint(passVersion, 1)
    .bytes(fromHex(castId))
    .bytes(peerKey(peerId).bytes)
    .uint(order, 4)
    .bytes(Uint8Array.from(seats))
    .uint(nameBytes.length, 1)
    .bytes(nameBytes)
    .finish();
  return joinBytes([signed, keys.sign(label, signed)]);
}

/** Whom the caster lets watch this cast, or null: malformed, of another cast, or not signed by the caster. Never throws. */
export function readCastPass(bytes: Uint8Array, castId: CastId, caster: PeerId): CastViewer | null {
  if (bytes.length > castPassBytes) return null;
  const signed = bytes.subarray(0, Math.max(0, bytes.length - signatureBytes));
  const viewer = readFields(signed, castId);
  if (!viewer) return null;
  try {
    if (!isSignedBy(peerKey(caster), label, signed, bytes.subarray(signed.length))) return null;
    peerKey(viewer.peerId);
    return viewer;
  } catch {
    return null; // no key where one should stand
  }
}

function readFields(signed: Uint8Array, castId: CastId): CastViewer | null {
  const reader = new ByteReader(signed);
  const version = reader.uint(1);
  const cast = reader.bytes(16);
  const key = reader.bytes(32);
  const order = reader.uint(4);
  const seats = reader.bytes(castStripes);
  const nameBytes = reader.bytes(reader.uint(1) ?? 0);
  const name = nameBytes && exactText(nameBytes, DisplayName);
  if (version !== passVersion || !cast || toHex(cast) !== castId || !key || reader.left > 0) return null;
  const viewer = v.safeParse(CastViewer, { peerId: peerIdOf(key), name, order, seats: seats && [...seats] });
  return viewer.success ? viewer.output : null;
}
