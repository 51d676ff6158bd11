// The body of a room request (docs/protocol/room.md): which pass, the proof of holding it, and who asks.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { ByteReader, fromHex, joinBytes, toHex } from '#main/services/byte-layout';
import { proofContext, readIntroduction, writeIntroduction } from '#main/services/contact-request';
import { passIdOf } from '#main/services/room-links';
import type { Envelope } from '#main/services/signal-envelope';

const proofBytes = 32;

interface RoomRequestBody {
  /** Hex. */
  readonly passId: string;
  readonly proof: Uint8Array;
  readonly name: string;
}

export function writeRoomRequest(
  secret: Uint8Array,
  header: Pick<Envelope, 'sender' | 'recipient' | 'session' | 'messageId'>,
  name: string,
): Uint8Array {
  return joinBytes([fromHex(passIdOf(secret)), roomProof(secret, proofContext(header)), writeIntroduction(name)]);
}

export function readRoomRequest(body: Uint8Array): RoomRequestBody | null {
  const reader = new ByteReader(body);
  const passId = reader.bytes(16);
  const proof = reader.bytes(proofBytes);
  const name = passId && proof && readIntroduction(body.subarray(reader.at));
  return passId && proof && name !== null ? { passId: toHex(passId), proof, name } : null;
}

export function isRoomProof(secret: Uint8Array, context: Uint8Array, proof: Uint8Array): boolean {
  return proof.length === proofBytes && timingSafeEqual(roomProof(secret, context), proof);
}

/** HMAC-SHA-256 (RFC 2104) of who asks whom, in which message. */
function roomProof(secret: Uint8Array, context: Uint8Array): Uint8Array {
  return new Uint8Array(createHmac('sha256', secret).update('roundtable/room-proof/1\0').update(context).digest());
}
