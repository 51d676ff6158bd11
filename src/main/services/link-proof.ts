// Proves that this DTLS connection ends at that person's key, in three messages (docs/protocol/link-proof.md).
import { timingSafeEqual } from 'node:crypto';
import type { PeerId } from '#shared/identity';
import { Failure } from '#shared/failure';
import { proofVersion, type ProofResult, type ProofStep } from '#shared/signal';
import { ByteReader, ByteWriter, fromHex } from '#main/services/byte-layout';
import type { Casts } from '#main/services/cast/casts';
import type { Clock } from '#main/services/clock';
import type { Contacts } from '#main/services/contacts';
import type { IdentityKeys } from '#main/services/identity-keys';
import type { IdentityStore } from '#main/services/identity-store';
import { assertLinkable } from '#main/services/link-permission';
import { peerKey } from '#main/services/peer-keys';
import {
  commitTo,
  initiatorTranscript,
  nonceBytes,
  responderTranscript,
  spokenWords,
  type ProofFacts,
} from '#main/services/proof-transcript';
import type { Rooms } from '#main/services/rooms';
import { serviceLimits as limits } from '#main/services/service-limits';
import { isSignedBy, signatureBytes } from '#main/services/signing';

const types = { commit: 1, respond: 2, reveal: 3 } as const;

type Pending = { atMs: number; local: Uint8Array; remote: Uint8Array } & (
  | { waitsFor: 'respond'; nonce: Uint8Array; commitment: Uint8Array }
  | { waitsFor: 'reveal'; facts: ProofFacts; signature: Uint8Array }
);

interface LinkProofsOptions {
  readonly identity: IdentityStore;
  readonly contacts: Contacts;
  readonly rooms: Pick<Rooms, 'mayLink'>;
  readonly casts: Pick<Casts, 'mayLink'>;
  readonly clock: Clock;
  readonly random: (length: number) => Uint8Array;
}

export class LinkProofs {
  readonly #options: LinkProofsOptions;
  readonly #pending = new Map<string, Pending>();

  constructor(options: LinkProofsOptions) {
    this.#options = options;
  }

  /**
   * The next step. Fails `version-differs` for a message of another version and `identity-unproven` for any other deviation,
   * and the attempt is over; fails as
   * `assertLinkable` does for anybody but an accepted contact or a person of an open room, each with an undisputed key.
   */
  advance(step: ProofStep): ProofResult {
    const key = `${step.peerId}/${step.session}/${step.role}`;
    const pending = this.#takePending(key);
    assertLinkable(this.#options, step.peerId);
    if (pending && !isSameConnection(pending, step)) throw unproven('another connection');
    if (step.message === null) return this.#commit(key, step, pending);
    if (step.role === 'responder' && !pending) return this.#respond(key, step, step.message);
    if (step.role === 'initiator' && pending?.waitsFor === 'respond') return this.#reveal(step, step.message, pending);
    if (step.role === 'responder' && pending?.waitsFor === 'reveal')
      return this.#conclude(step.peerId, step.message, pending);
    throw unproven('out of order');
  }

  /** I: fixes its nonce without showing it. */
  #commit(key: string, step: ProofStep, pending: Pending | null): ProofResult {
    if (step.role !== 'initiator' || pending) throw unproven('out of order');
    const nonce = this.#options.random(nonceBytes);
    const commitment = commitTo(nonce);
    this.#keep(key, { ...this.#connectionOf(step), waitsFor: 'respond', nonce, commitment });
    const reply = header(types.commit).bytes(fromHex(step.session)).bytes(commitment).finish();
    return { reply, proven: null };
  }

  /** R: adds its nonce and signs what it sees of this connection. */
  #respond(key: string, step: ProofStep, message: Uint8Array): ProofResult {
    const reader = readHeader(message, types.commit);
    const session = reader?.bytes(16);
    const commitment = reader?.bytes(32);
    if (!session || !commitment || reader?.left !== 0 || !isEqual(session, fromHex(step.session)))
      throw unproven('commit');
    const { keys } = this.#options.identity;
    const responderNonce = this.#options.random(nonceBytes);
    const facts = factsOf(step, keys, { commitment, responderNonce });
    const signature = keys.sign('roundtable/link-proof/1/responder', responderTranscript(facts));
    this.#keep(key, { ...this.#connectionOf(step), waitsFor: 'reveal', facts, signature });
    return { reply: header(types.respond).bytes(responderNonce).bytes(signature).finish(), proven: null };
  }

  /** I: R is proven once its signature fits what I sees; then I signs too, and opens its commitment. */
  #reveal(step: ProofStep, message: Uint8Array, pending: Extract<Pending, { waitsFor: 'respond' }>): ProofResult {
    const reader = readHeader(message, types.respond);
    const responderNonce = reader?.bytes(nonceBytes);
    const signature = reader?.bytes(signatureBytes);
    if (!responderNonce || !signature || reader?.left !== 0) throw unproven('respond');
    const { keys } = this.#options.identity;
    const facts = factsOf(step, keys, { commitment: pending.commitment, responderNonce });
    if (!isSignedBy(peerKey(step.peerId), 'roundtable/link-proof/1/responder', responderTranscript(facts), signature)) {
      throw unproven('signature of the responder');
    }
    const own = keys.sign('roundtable/link-proof/1/initiator', initiatorTranscript(facts, signature, pending.nonce));
    const reply = header(types.reveal).bytes(pending.nonce).bytes(own).finish();
    return { reply, proven: { spoken: spokenWords(facts, pending.nonce) } };
  }

  /** R: I is proven once the nonce fits the commitment and the signature fits what R sees. */
  #conclude(
    peerId: PeerId,
    message: Uint8Array,
    { facts, signature }: Extract<Pending, { waitsFor: 'reveal' }>,
  ): ProofResult {
    const reader = readHeader(message, types.reveal);
    const nonce = reader?.bytes(nonceBytes);
    const theirs = reader?.bytes(signatureBytes);
    if (!nonce || !theirs || reader?.left !== 0 || !isEqual(commitTo(nonce), facts.commitment))
      throw unproven('reveal');
    const transcript = initiatorTranscript(facts, signature, nonce);
    if (!isSignedBy(peerKey(peerId), 'roundtable/link-proof/1/initiator', transcript, theirs)) {
      throw unproven('signature of the initiator');
    }
    return { reply: null, proven: { spoken: spokenWords(facts, nonce) } };
  }

  /** The state leaves the map here; only a step that went well puts one back. */
  #takePending(key: string): Pending | null {
    const nowMs = this.#options.clock.now();
    for (const [other, { atMs }] of this.#pending)
      if (Math.abs(nowMs - atMs) > limits.proofLifeMs) this.#pending.delete(other);
    const pending = this.#pending.get(key) ?? null;
    this.#pending.delete(key);
    return pending;
  }

  #keep(key: string, pending: Pending): void {
    if (this.#pending.size >= limits.proofsAtOnce) throw unproven('too many at once');
    this.#pending.set(key, pending);
  }

  #connectionOf(step: ProofStep): Pick<Pending, 'atMs' | 'local' | 'remote'> {
    return { atMs: this.#options.clock.now(), local: step.localFingerprint, remote: step.remoteFingerprint };
  }
}

function factsOf(
  step: ProofStep,
  keys: IdentityKeys,
  values: Pick<ProofFacts, 'commitment' | 'responderNonce'>,
): ProofFacts {
  const mine = { key: keys.publicKey, fingerprint: step.localFingerprint };
  const theirs = { key: peerKey(step.peerId).bytes, fingerprint: step.remoteFingerprint };
  const [initiator, responder] = step.role === 'initiator' ? [mine, theirs] : [theirs, mine];
  return {
    session: fromHex(step.session),
    initiatorKey: initiator.key,
    responderKey: responder.key,
    initiatorFingerprint: initiator.fingerprint,
    responderFingerprint: responder.fingerprint,
    ...values,
  };
}

function header(type: number): ByteWriter {
  return new ByteWriter().uint(proofVersion, 1).uint(type, 1);
}

function readHeader(message: Uint8Array, type: number): ByteReader | null {
  const reader = new ByteReader(message);
  const version = reader.uint(1);
  // Of this version there is no such message; anything else may be a person with an older or newer Roundtable.
  if (version !== proofVersion && version) throw new Failure('version-differs', `proof version ${version}`);
  return version === proofVersion && reader.uint(1) === type ? reader : null;
}

function isSameConnection(pending: Pending, step: ProofStep): boolean {
  return isEqual(pending.local, step.localFingerprint) && isEqual(pending.remote, step.remoteFingerprint);
}

function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

function unproven(detail: string): Failure {
  return new Failure('identity-unproven', detail);
}
