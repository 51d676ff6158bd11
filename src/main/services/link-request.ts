// The body of a request to the maker of a link (docs/protocol/room.md, cast-link.md): which link, the proof of holding it, and
// who asks.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { ByteReader, fromHex, joinBytes, toHex } from '#main/services/byte-layout';
import { proofContext, readIntroduction, writeIntroduction } from '#main/services/contact-request';
import type { Envelope } from '#main/services/signal-envelope';

const proofBytes = 32;
const labels = {
  room: { id: 'roundtable/room-pass-id/1', proof: 'roundtable/room-proof/1' },
  cast: { id: 'roundtable/cast-link-id/1', proof: 'roundtable/cast-proof/1' },
} as const;

/** What the link leads into. */
type LinkKind = keyof typeof labels;

interface LinkRequestBody {
  /** Hex. */
  readonly linkId: string;
  readonly proof: Uint8Array;
  readonly name: string;
}

/** A name for the link that tells nothing of its secret: the first 16 bytes of a SHA-256, hex. */
export function linkIdOf(kind: LinkKind, secret: Uint8Array): string {
  return toHex(createHash('sha256').update(`${labels[kind].id}\0`).update(secret).digest().subarray(0, 16));
}

export function writeLinkRequest(
  kind: LinkKind,
  secret: Uint8Array,
  header: Pick<Envelope, 'sender' | 'recipient' | 'session' | 'messageId'>,
  name: string,
): Uint8Array {
  const proof = proofOf(kind, secret, proofContext(header));
  return joinBytes([fromHex(linkIdOf(kind, secret)), proof, writeIntroduction(name)]);
}

export function readLinkRequest(body: Uint8Array): LinkRequestBody | null {
  const reader = new ByteReader(body);
  const linkId = reader.bytes(16);
  const proof = reader.bytes(proofBytes);
  const name = linkId && proof && readIntroduction(body.subarray(reader.at));
  return linkId && proof && name !== null ? { linkId: toHex(linkId), proof, name } : null;
}

export function isLinkProof(kind: LinkKind, secret: Uint8Array, context: Uint8Array, proof: Uint8Array): boolean {
  return proof.length === proofBytes && timingSafeEqual(proofOf(kind, secret, context), proof);
}

/** HMAC-SHA-256 (RFC 2104) of who asks whom, in which message. */
function proofOf(kind: LinkKind, secret: Uint8Array, context: Uint8Array): Uint8Array {
  return new Uint8Array(createHmac('sha256', secret).update(`${labels[kind].proof}\0`).update(context).digest());
}
