// The bodies of the three messages that make two people contacts: request, welcome, refusal (docs/protocol/invite.md).
import * as v from 'valibot';
import { DisplayName } from '#shared/identity';
import { InviteId } from '#shared/invite';
import { decodeCbor, encodeCbor } from '#main/services/bounded-cbor';
import { ByteReader, fromHex, joinBytes, toHex } from '#main/services/byte-layout';
import { inviteIdOf, inviteProof, inviteProofBytes } from '#main/services/invite-proof';
import type { Envelope } from '#main/services/signal-envelope';

const Introduction = v.strictObject({ name: DisplayName });

/** Which invite, the proof of holding it, and (undecoded until both are judged) who asks. */
interface RequestBody {
  readonly inviteId: InviteId;
  readonly proof: Uint8Array;
  readonly introduction: Uint8Array;
}

export function writeRequest(
  secret: Uint8Array,
  header: Pick<Envelope, 'sender' | 'recipient' | 'session' | 'messageId'>,
  name: string,
): Uint8Array {
  return joinBytes([fromHex(inviteIdOf(secret)), inviteProof(secret, proofContext(header)), writeIntroduction(name)]);
}

export function readRequest(body: Uint8Array): RequestBody | null {
  const reader = new ByteReader(body);
  const inviteId = reader.bytes(16);
  const proof = reader.bytes(inviteProofBytes);
  if (!inviteId || !proof) return null;
  return { inviteId: v.parse(InviteId, toHex(inviteId)), proof, introduction: body.subarray(reader.at) };
}

/** What a proof is bound to, so that it fits no other message, sender or recipient. */
export function proofContext(header: Pick<Envelope, 'sender' | 'recipient' | 'session' | 'messageId'>): Uint8Array {
  return joinBytes([header.sender, header.recipient, header.session, header.messageId]);
}

export function writeIntroduction(name: string): Uint8Array {
  return encodeCbor({ name });
}

/** The name, or null when it is not one. */
export function readIntroduction(bytes: Uint8Array): string | null {
  const parsed = v.safeParse(Introduction, decodeCbor(bytes));
  return parsed.success ? parsed.output.name : null;
}
