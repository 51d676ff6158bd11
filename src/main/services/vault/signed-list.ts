// What an owner of a vault signs for keepers: a list in CBOR and the signature over it, in one encoding.
import * as v from 'valibot';
import type { PeerId } from '#shared/identity';
import { decodeExactly, encodeCbor } from '#main/services/bounded-cbor';
import type { IdentityKeys } from '#main/services/identity-keys';
import { peerIdOf, peerKey } from '#main/services/peer-keys';
import { isSignedBy, signatureBytes, type SignatureLabel } from '#main/services/signing';

export const bytesOf = (length: number) =>
  v.pipe(
    v.instance(Uint8Array),
    v.check((bytes) => bytes.length === length),
  );

const Wire = v.strictTuple([v.instance(Uint8Array), bytesOf(signatureBytes)]);

export function signList(keys: IdentityKeys, label: SignatureLabel, list: readonly unknown[]): Uint8Array<ArrayBuffer> {
  const body = encodeCbor(list);
  return new Uint8Array(encodeCbor([body, keys.sign(label, body)]));
}

/** The list, when it is laid out rightly and signed by the owner it names second; else null. Never throws. */
export function readSignedList<S extends v.GenericSchema<unknown, readonly [unknown, Uint8Array, ...unknown[]]>>(
  label: SignatureLabel,
  schema: S,
  bytes: Uint8Array,
): { owner: PeerId; list: v.InferOutput<S> } | null {
  const wire = decodeExactly(Wire, bytes);
  const list = wire && decodeExactly(schema, wire[0]);
  if (!wire || !list) return null;
  try {
    const key = peerKey(peerIdOf(list[1]));
    return isSignedBy(key, label, ...wire) ? { owner: key.peerId, list } : null;
  } catch {
    return null; // a key that nothing may trust
  }
}
