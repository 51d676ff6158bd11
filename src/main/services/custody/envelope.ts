// A sealed envelope (docs/protocol/custody.md): for whom and from whom in the open, signed; all else only its recipient can read.
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { EnvelopeId, envelopeMaxBytes } from '#shared/custody';
import type { PeerId } from '#shared/identity';
import { decodeExactly, encodeCbor } from '#main/services/bounded-cbor';
import { fromHex, joinBytes, toHex } from '#main/services/byte-layout';
import type { IdentityKeys } from '#main/services/identity-keys';
import { peerIdOf, peerKey } from '#main/services/peer-keys';
import { openSealed, sealTo } from '#main/services/sealing';
import { serviceLimits as limits } from '#main/services/service-limits';
import { isSignedBy, signatureBytes } from '#main/services/signing';

const layoutVersion = 1;

export interface Envelope {
  readonly envelopeId: EnvelopeId;
  readonly owner: PeerId;
  readonly recipient: PeerId;
  readonly header: Uint8Array;
  readonly signature: Uint8Array;
  readonly sealed: Uint8Array;
}

const bytesOf = (...lengths: readonly number[]) =>
  v.pipe(
    v.instance(Uint8Array),
    v.check((bytes) => lengths.includes(bytes.length)),
  );
const Wire = v.strictTuple([v.instance(Uint8Array), bytesOf(signatureBytes), bytesOf(...limits.custodyClassesBytes)]);
const Header = v.strictTuple([v.literal(layoutVersion), bytesOf(16), bytesOf(32), bytesOf(32)]);

/** `padded` has the length that makes the sealed part one of the size classes; it is the content's business. */
export async function sealEnvelope(
  keys: IdentityKeys,
  { envelopeId, recipient }: { envelopeId: EnvelopeId; recipient: PeerId },
  padded: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const key = peerKey(recipient);
  const header = encodeCbor([layoutVersion, fromHex(envelopeId), keys.publicKey, key.bytes]);
  const sealed = await sealTo(key, padded, { label: 'roundtable/custody/1', bound: header });
  const signature = keys.sign('roundtable/custody-envelope/1', signed(header, sealed));
  return new Uint8Array(encodeCbor([header, signature, sealed]));
}

/** The envelope as it stands, when it is laid out rightly and its owner has signed it; else null. Never throws. */
export function readEnvelope(bytes: Uint8Array): Envelope | null {
  if (bytes.length > envelopeMaxBytes) return null;
  const wire = decodeExactly(Wire, bytes);
  const fields = wire && decodeExactly(Header, wire[0]);
  if (!wire || !fields) return null;
  const [header, signature, sealed] = wire;
  const [, id, owner, recipient] = fields;
  try {
    const key = peerKey(peerIdOf(owner));
    if (!isSignedBy(key, 'roundtable/custody-envelope/1', signed(header, sealed), signature)) return null;
    const envelopeId = v.parse(EnvelopeId, toHex(id));
    return { envelopeId, owner: key.peerId, recipient: peerIdOf(recipient), header, signature, sealed };
  } catch {
    return null; // a key that nothing may trust
  }
}

/** What is inside, still padded; null when it was not sealed to these keys by whoever wrote the header. */
export async function openEnvelope(keys: IdentityKeys, { sealed, header }: Envelope): Promise<Uint8Array | null> {
  return await openSealed(keys, sealed, { label: 'roundtable/custody/1', bound: header });
}

/** The recipient's word that they have an envelope. */
export function signTaken(keys: IdentityKeys, { envelopeId, owner }: Pick<Envelope, 'envelopeId' | 'owner'>) {
  return new Uint8Array(keys.sign('roundtable/custody-taken/1', takenBytes(envelopeId, owner)));
}

export function isTaken(
  { envelopeId, owner, recipient }: Pick<Envelope, 'envelopeId' | 'owner' | 'recipient'>,
  proof: Uint8Array,
): boolean {
  try {
    return isSignedBy(peerKey(recipient), 'roundtable/custody-taken/1', takenBytes(envelopeId, owner), proof);
  } catch {
    return false; // a key that nothing may trust
  }
}

const takenBytes = (envelopeId: EnvelopeId, owner: PeerId): Uint8Array =>
  joinBytes([fromHex(envelopeId), peerKey(owner).bytes]);

const signed = (header: Uint8Array, sealed: Uint8Array): Uint8Array =>
  joinBytes([header, new Uint8Array(createHash('sha256').update(sealed).digest())]);
