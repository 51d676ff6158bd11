// "I agree to be recorded by this person in this recording of this room": its bytes and its signature
// (docs/protocol/recording.md).
import type { PeerId } from '#shared/identity';
import type { RecordingId, RoomId } from '#shared/room';
import { ByteReader, ByteWriter, fromHex, joinBytes, toHex } from '#main/services/byte-layout';
import type { IdentityKeys } from '#main/services/identity-keys';
import { peerIdOf, peerKey } from '#main/services/peer-keys';
import { isSignedBy, signatureBytes } from '#main/services/signing';

const consentVersion = 1;
const label = 'roundtable/recording-consent/1';

export interface ConsentFacts {
  readonly roomId: RoomId;
  readonly recordingId: RecordingId;
  readonly recorder: PeerId;
}

export interface Consent {
  readonly signer: PeerId;
  /** The signer's clock, milliseconds. */
  readonly at: number;
  /** What was signed. */
  readonly statement: Uint8Array;
  readonly signature: Uint8Array;
}

export function signConsent(
  keys: IdentityKeys,
  { roomId, recordingId, recorder }: ConsentFacts,
  at: number,
): Uint8Array<ArrayBuffer> {
  const statement = new ByteWriter()
    .uint(consentVersion, 1)
    .bytes(fromHex(roomId))
    .bytes(fromHex(recordingId))
    .bytes(peerKey(recorder).bytes)
    .bytes(keys.publicKey)
    .uint(at, 6)
    .finish();
  return joinBytes([statement, keys.sign(label, statement)]);
}

/** The consent of `signer` to exactly these facts, or null. Never throws. */
export function readConsent(bytes: Uint8Array, facts: ConsentFacts, signer: PeerId): Consent | null {
  const statement = bytes.slice(0, Math.max(0, bytes.length - signatureBytes));
  const signature = bytes.slice(statement.length);
  try {
    const read = readStatement(statement);
    if (read?.signer !== signer || !isAbout(read, facts)) return null;
    return isSignedBy(peerKey(signer), label, statement, signature)
      ? { signer, at: read.at, statement, signature }
      : null;
  } catch {
    return null; // no key where one should stand
  }
}

function isAbout(read: ConsentFacts, facts: ConsentFacts): boolean {
  const { roomId, recordingId, recorder } = facts;
  return read.roomId === roomId && read.recordingId === recordingId && read.recorder === recorder;
}

function readStatement(statement: Uint8Array): (ConsentFacts & { signer: PeerId; at: number }) | null {
  const reader = new ByteReader(statement);
  const version = reader.uint(1);
  const room = reader.bytes(16);
  const recording = reader.bytes(16);
  const recorder = reader.bytes(32);
  const signer = reader.bytes(32);
  const at = reader.uint(6);
  if (version !== consentVersion || !room || !recording || !recorder || !signer) return null;
  if (at === null || reader.left > 0) return null;
  return {
    roomId: toHex(room) as RoomId, // sound: 16 bytes as hex; compared with the id asked for before anything else
    recordingId: toHex(recording) as RecordingId, // as above
    recorder: peerIdOf(recorder),
    signer: peerIdOf(signer),
    at,
  };
}
