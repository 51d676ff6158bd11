// Custody: what friends keep for me, what I keep for them, and what is handed to me.
import * as v from 'valibot';
import { call, count, nothing } from '#shared/contract/call';
import {
  EnvelopeBytes,
  EnvelopeId,
  EnvelopeIds,
  GoneEnvelopes,
  KeepAnswer,
  KeptLine,
  TakenProof,
} from '#shared/custody';
import { PeerId } from '#shared/identity';

export const custodyCalls = {
  /** People who lack something of mine, with those who keep for them already. Empty while the settings leave nothing. */
  listCustodyWork: call(nothing, v.array(v.strictObject({ recipient: PeerId, keepers: v.array(PeerId) }))),
  /** The next envelope for somebody that this friend has not got; null when there is none. */
  sealCustody: call(
    v.strictObject({ keeper: PeerId, recipient: PeerId }),
    v.nullable(v.strictObject({ envelopeId: EnvelopeId, envelope: EnvelopeBytes })),
  ),
  /** What a friend said to an envelope of mine. */
  noteCustodyAnswer: call(v.strictObject({ keeper: PeerId, envelopeId: EnvelopeId, answer: KeepAnswer }), nothing),
  /** What this friend need not keep any more. */
  listCustodyRecalls: call(v.strictObject({ keeper: PeerId }), EnvelopeIds),
  noteCustodyRecalled: call(v.strictObject({ keeper: PeerId, envelopeIds: EnvelopeIds }), nothing),
  /** A friend keeps these no more. */
  noteCustodyGone: call(v.strictObject({ keeper: PeerId, gone: GoneEnvelopes }), nothing),

  /** Checks an envelope that its owner leaves with me and keeps it; null for what nobody honest leaves. */
  keepEnvelope: call(
    v.strictObject({ owner: PeerId, envelope: EnvelopeBytes }),
    v.nullable(v.strictObject({ envelopeId: EnvelopeId, answer: KeepAnswer })),
  ),
  /** The next for somebody after a place, the earliest first; null when there is none. */
  readKeptEnvelope: call(
    v.strictObject({ recipient: PeerId, after: count }),
    v.nullable(v.strictObject({ place: count, envelopeId: EnvelopeId, envelope: EnvelopeBytes })),
  ),
  /** Deletes what its recipient has signed for. */
  endKeptEnvelope: call(
    v.strictObject({ recipient: PeerId, envelopeId: EnvelopeId, proof: TakenProof }),
    v.strictObject({ isProven: v.boolean() }),
  ),
  /** Of an owner, what is not kept any more and they have yet to hear of. */
  listGoneEnvelopes: call(v.strictObject({ owner: PeerId }), GoneEnvelopes),
  /** Deletes what its owner takes back, or has heard the end of. */
  recallEnvelopes: call(v.strictObject({ owner: PeerId, envelopeIds: EnvelopeIds }), nothing),

  /** Opens an envelope a friend hands over and takes in what is inside; null for what nobody honest hands over. */
  openEnvelope: call(
    v.strictObject({ keeper: PeerId, envelope: EnvelopeBytes }),
    v.nullable(v.strictObject({ envelopeId: EnvelopeId, proof: v.nullable(TakenProof) })),
  ),

  /** What I keep, for the person to see. */
  listKept: call(nothing, v.array(KeptLine)),
  /** Deletes all I keep for others; those who left it hear of it. */
  dropKept: call(nothing, nothing),
};
