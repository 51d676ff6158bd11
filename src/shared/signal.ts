// What travels sealed through a rendezvous to open a link. A rendezvous sees ciphertext only.
import * as v from 'valibot';
import { Contact } from '#shared/contact';
import { CastId } from '#shared/cast';
import { DisplayName, PeerId } from '#shared/identity';
import { RoomId } from '#shared/room';

/** 16 random bytes as hex: one attempt to link two people. */
export const SessionId = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/), v.brand('SessionId'));
export type SessionId = v.InferOutput<typeof SessionId>;

export const IceCandidate = v.strictObject({
  candidate: v.pipe(v.string(), v.maxLength(512)),
  sdpMid: v.nullable(v.pipe(v.string(), v.maxLength(16))),
  sdpMLineIndex: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(32))),
});
export type IceCandidate = v.InferOutput<typeof IceCandidate>;

export const Sdp = v.pipe(v.string(), v.maxLength(14_000));

/** With the first candidates, so that one blob is enough where they are found at once. */
const Described = { sdp: Sdp, candidates: v.pipe(v.array(IceCandidate), v.maxLength(16)) };

/**
 * here: I am online, link with me if you like (carries no address).
 * offer and answer: RFC 8829 session descriptions with the DTLS fingerprint in them, and the first candidates.
 * candidates: a batch of further RFC 8445 candidates (trickle ICE, RFC 8838). bye: the link is closed on purpose.
 */
export const SessionSignal = v.variant('kind', [
  v.strictObject({ kind: v.literal('here') }),
  v.strictObject({ kind: v.literal('offer'), ...Described }),
  v.strictObject({ kind: v.literal('answer'), ...Described }),
  v.strictObject({ kind: v.literal('candidates'), candidates: v.pipe(v.array(IceCandidate), v.maxLength(16)) }),
  v.strictObject({ kind: v.literal('bye') }),
]);
export type SessionSignal = v.InferOutput<typeof SessionSignal>;

/** Sealed bytes as a rendezvous carries them. */
export const SealedBlob = v.pipe(v.instance(Uint8Array), v.maxLength(24 * 1024));

export const dropReasons = [
  'malformed',
  'not-for-me',
  'forged',
  'stale',
  'replayed',
  'unknown-sender',
  'blocked',
  'key-changed',
  'invite-refused',
  'room-refused',
  'cast-refused',
  'rate-limited',
] as const;

/** What came out of a sealed blob: nothing (and why), a change of contacts, or a signal of a session. */
export const OpenedSignal = v.variant('outcome', [
  v.strictObject({
    outcome: v.literal('dropped'),
    reason: v.picklist(dropReasons),
    from: v.nullable(PeerId),
    /** To be sent back to `from`: tells the late holder of an invite that somebody else used it. */
    reply: v.optional(SealedBlob),
  }),
  v.strictObject({ outcome: v.literal('contact'), contact: Contact, reply: v.nullable(SealedBlob) }),
  /** Somebody holds a link of mine into a room I am in; signals of theirs are let in from now on. */
  v.strictObject({ outcome: v.literal('room-request'), from: PeerId, roomId: RoomId, name: DisplayName }),
  /** Somebody holds a link to a cast of mine; they may watch, and signals of theirs are let in from now on. */
  v.strictObject({ outcome: v.literal('cast-request'), from: PeerId, castId: CastId, name: DisplayName }),
  v.strictObject({ outcome: v.literal('session'), from: PeerId, session: SessionId, message: SessionSignal }),
]);
export type OpenedSignal = v.InferOutput<typeof OpenedSignal>;

/** A DTLS certificate fingerprint: SHA-256 over the DER certificate, 32 bytes. */
const Fingerprint = v.pipe(v.instance(Uint8Array), v.length(32));

/** One step of proving that this DTLS connection ends at that person's key. `message` is null for the opening step. */
export const ProofStep = v.strictObject({
  peerId: PeerId,
  session: SessionId,
  role: v.picklist(['initiator', 'responder']),
  localFingerprint: Fingerprint,
  remoteFingerprint: Fingerprint,
  message: v.nullable(v.pipe(v.instance(Uint8Array), v.maxLength(1024))),
});
export type ProofStep = v.InferOutput<typeof ProofStep>;

/** Of the link proof: the first byte of each of its messages. */
export const proofVersion = 1;

/** `spoken`: four words, equal on both sides, that nobody in the middle could have chosen. Set once the peer is proven. */
export const ProofResult = v.strictObject({
  reply: v.nullable(v.pipe(v.instance(Uint8Array), v.maxLength(1024))),
  proven: v.nullable(v.strictObject({ spoken: v.pipe(v.array(v.string()), v.length(4)) })),
});
export type ProofResult = v.InferOutput<typeof ProofResult>;
