// What stands inside a sealed blob (docs/protocol/signal.md): a signed header and body, then zeros up to a size class.
import { ByteReader, ByteWriter, joinBytes } from '#main/services/byte-layout';
import type { IdentityKeys } from '#main/services/identity-keys';
import type { PeerKey } from '#main/services/peer-keys';
import { sealedClass, sealOverheadBytes } from '#main/services/sealing';
import { isSignedBy, signatureBytes } from '#main/services/signing';
import { Failure } from '#shared/failure';

const envelopeVersion = 1;
const envelopeKinds = { session: 1, request: 2, welcome: 3, refusal: 4, room: 5, hand: 6, cast: 7 } as const;
export type EnvelopeKind = keyof typeof envelopeKinds;

export interface Envelope {
  readonly kind: EnvelopeKind;
  readonly sender: Uint8Array;
  readonly recipient: Uint8Array;
  /** 16 bytes. */
  readonly session: Uint8Array;
  /** The sender's clock, milliseconds. */
  readonly sentAt: number;
  /** 16 random bytes: no two signals carry the same. */
  readonly messageId: Uint8Array;
  readonly body: Uint8Array;
}

export interface ReadEnvelope extends Envelope {
  /** The received bytes the signature covers. */
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

/** Signed and padded, ready to be sealed. Fails `input-invalid` when it fits no size class. */
export function writeEnvelope(
  keys: IdentityKeys,
  envelope: Omit<Envelope, 'sender'>,
  classesBytes?: readonly number[],
): Uint8Array {
  const signed = new ByteWriter()
    .uint(envelopeVersion, 1)
    .uint(envelopeKinds[envelope.kind], 1)
    .bytes(keys.publicKey)
    .bytes(envelope.recipient)
    .bytes(envelope.session)
    .uint(envelope.sentAt, 6)
    .bytes(envelope.messageId)
    .field(bodyOf(envelope))
    .finish();
  const used = signed.length + signatureBytes;
  const size = sealedClass(used, classesBytes);
  if (size === null) throw new Failure('input-invalid', `signal of ${used} bytes`);
  const padding = new Uint8Array(size - sealOverheadBytes - used);
  return joinBytes([signed, keys.sign('roundtable/signal/1', signed), padding]);
}

/** The fields as they stand, nothing verified; null for another version, another layout or padding that is not zeros. */
export function readEnvelope(plain: Uint8Array): ReadEnvelope | null {
  const reader = new ByteReader(plain);
  const version = reader.uint(1);
  const kind = kindOf(reader.uint(1));
  const sender = reader.bytes(32);
  const recipient = reader.bytes(32);
  const session = reader.bytes(16);
  const sentAt = reader.uint(6);
  const messageId = reader.bytes(16);
  const body = reader.bytes(reader.uint(2) ?? 0);
  const signed = plain.subarray(0, reader.at);
  const signature = reader.bytes(signatureBytes);
  if (
    version !== envelopeVersion ||
    !kind ||
    !sender ||
    !recipient ||
    !session ||
    sentAt === null ||
    !messageId ||
    !body ||
    !signature
  ) {
    return null;
  }
  if (plain.subarray(reader.at).some((byte) => byte !== 0)) return null;
  return { kind, sender, recipient, session, sentAt, messageId, body, signed, signature };
}

export function isSenderGenuine(envelope: ReadEnvelope, key: PeerKey): boolean {
  return isSignedBy(key, 'roundtable/signal/1', envelope.signed, envelope.signature);
}

function bodyOf({ body }: Pick<Envelope, 'body'>): Uint8Array {
  if (body.length > 0xffff) throw new Failure('input-invalid', `body of ${body.length} bytes`);
  return body;
}

function kindOf(code: number | null): EnvelopeKind | null {
  // Sound: the keys of a constant object literal.
  const kinds = Object.keys(envelopeKinds) as EnvelopeKind[];
  return kinds.find((kind) => envelopeKinds[kind] === code) ?? null;
}
