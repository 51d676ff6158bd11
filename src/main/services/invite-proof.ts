// Shows that one holds an invite without showing the invite: a MAC over the very message it stands in.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import * as v from 'valibot';
import { InviteId } from '#shared/invite';
import { toHex } from '#main/services/byte-layout';

export const inviteProofBytes = 32;
const idLabel = 'roundtable/invite-id/1';
const proofLabel = 'roundtable/invite-proof/1';

/** A name for the invite that tells nothing of its secret. */
export function inviteIdOf(secret: Uint8Array): InviteId {
  const hash = createHash('sha256').update(`${idLabel}\0`).update(secret).digest();
  return v.parse(InviteId, toHex(hash.subarray(0, 16)));
}

/** HMAC-SHA-256 (RFC 2104) of the context: who asks whom, in which message. 32 bytes. */
export function inviteProof(secret: Uint8Array, context: Uint8Array): Uint8Array {
  return new Uint8Array(createHmac('sha256', secret).update(`${proofLabel}\0`).update(context).digest());
}

export function isInviteProof(secret: Uint8Array, context: Uint8Array, proof: Uint8Array): boolean {
  return proof.length === inviteProofBytes && timingSafeEqual(inviteProof(secret, context), proof);
}
