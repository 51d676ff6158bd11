// Ed25519 signatures, each under a label of its own, so that a signature made for one purpose never fits another.
import { sign, verify, type KeyObject } from 'node:crypto';
import type { PeerKey } from '#main/services/peer-keys';

/** A new purpose is a new label. */
export type SignatureLabel =
  | 'roundtable/invite/1'
  | 'roundtable/signal/1'
  | 'roundtable/link-proof/1/initiator'
  | 'roundtable/link-proof/1/responder'
  | 'roundtable/room-entry/1'
  | 'roundtable/room-link/1'
  | 'roundtable/recording-consent/1'
  | 'roundtable/chat-entry/1'
  | 'roundtable/custody-envelope/1'
  | 'roundtable/custody-taken/1'
  | 'roundtable/vault-order/1'
  | 'roundtable/vault-head/1'
  | 'roundtable/vault-grant/1'
  | 'roundtable/vault-mend/1'
  | 'roundtable/cast-card/1'
  | 'roundtable/cast-pass/1'
  | 'roundtable/cast-link/1';

export const signatureBytes = 64;

/** Signs label, a zero byte, and the bytes. 64 bytes, RFC 8032. */
export function signAs(label: SignatureLabel, key: KeyObject, bytes: Uint8Array): Uint8Array {
  return new Uint8Array(sign(null, labelled(label, bytes), key));
}

/**
 * Strict RFC 8032 verification: the scalar is canonical, the equation is compared byte by byte without the cofactor, and
 * the key passed the checks of `peerKey`.
 */
export function isSignedBy(key: PeerKey, label: SignatureLabel, bytes: Uint8Array, signature: Uint8Array): boolean {
  return signature.length === signatureBytes && verify(null, labelled(label, bytes), key.verifier, signature);
}

function labelled(label: SignatureLabel, bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(label, 'ascii'), Buffer.of(0), bytes]);
}
