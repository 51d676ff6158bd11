// What both sides of a link sign: every fact of this one connection, each with its length (docs/protocol/link-proof.md).
import { createHash } from 'node:crypto';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { proofVersion } from '#shared/signal';
import { ByteWriter } from '#main/services/byte-layout';

const transcriptLabel = 'roundtable/link-proof/1/transcript';
const commitmentLabel = 'roundtable/link-proof/1/commitment';
const spokenLabel = 'roundtable/link-proof/1/spoken';
export const nonceBytes = 32;

export interface ProofFacts {
  /** 16 bytes. */
  readonly session: Uint8Array;
  readonly initiatorKey: Uint8Array;
  readonly responderKey: Uint8Array;
  /** SHA-256 of the DTLS certificates, by role, never sorted. */
  readonly initiatorFingerprint: Uint8Array;
  readonly responderFingerprint: Uint8Array;
  /** Hash of the initiator's nonce, sent before the responder chose its own. */
  readonly commitment: Uint8Array;
  readonly responderNonce: Uint8Array;
}

export function commitTo(initiatorNonce: Uint8Array): Uint8Array {
  return hash(commitmentLabel, [initiatorNonce]);
}

/** Signed by the responder. 32 bytes. */
export function responderTranscript(facts: ProofFacts): Uint8Array {
  return hash(transcriptLabel, [
    Uint8Array.of(proofVersion),
    facts.session,
    facts.initiatorKey,
    facts.responderKey,
    facts.initiatorFingerprint,
    facts.responderFingerprint,
    facts.commitment,
    facts.responderNonce,
  ]);
}

/** Signed by the initiator, who has seen the responder's signature and opens the commitment. 32 bytes. */
export function initiatorTranscript(
  facts: ProofFacts,
  responderSignature: Uint8Array,
  initiatorNonce: Uint8Array,
): Uint8Array {
  return hash(transcriptLabel, [responderTranscript(facts), responderSignature, initiatorNonce]);
}

/** Four words (44 bits) that neither side could steer: the first nonce was fixed before the second was known. */
export function spokenWords(facts: ProofFacts, initiatorNonce: Uint8Array): string[] {
  const bits = Buffer.from(hash(spokenLabel, [responderTranscript(facts), initiatorNonce]));
  return [0, 2, 4, 6].map((at) => wordlist[bits.readUInt16BE(at) % 2_048] ?? '');
}

function hash(label: string, fields: readonly Uint8Array[]): Uint8Array {
  const writer = new ByteWriter().field(Buffer.from(label, 'ascii'));
  for (const field of fields) writer.field(field);
  return new Uint8Array(createHash('sha256').update(writer.finish()).digest());
}
