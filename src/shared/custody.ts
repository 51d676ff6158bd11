// Custody: sealed messages that friends keep for somebody who is away (docs/protocol/custody.md).
import * as v from 'valibot';
import { PeerId } from '#shared/identity';

/** 16 random bytes, hex. */
export const EnvelopeId = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/), v.brand('EnvelopeId'));
export type EnvelopeId = v.InferOutput<typeof EnvelopeId>;

/** The largest sealed content, and who it is from and for; fits one control message. */
export const envelopeMaxBytes = 14 * 1024 + 512;
export const EnvelopeBytes = v.pipe(v.instance(Uint8Array), v.minLength(1), v.maxLength(envelopeMaxBytes));

export const EnvelopeIds = v.pipe(v.array(EnvelopeId), v.maxLength(100));

/** The recipient's signature that they have an envelope: Ed25519, 64 bytes. */
export const TakenProof = v.pipe(
  v.instance(Uint8Array),
  v.check(({ length }) => length === 64),
);

/** Envelopes that are not kept any more; with `proof` because their recipient has them. */
export const GoneEnvelopes = v.pipe(
  v.array(v.strictObject({ envelopeId: EnvelopeId, proof: v.nullable(TakenProof) })),
  v.maxLength(100),
);
export type GoneEnvelopes = v.InferOutput<typeof GoneEnvelopes>;

/**
 * What a friend says to an envelope. `declined`: not for this person, or for nobody; `full`: no room for more from me;
 * `busy`: asked for too many people.
 */
export const KeepAnswer = v.picklist(['kept', 'declined', 'full', 'busy']);
export type KeepAnswer = v.InferOutput<typeof KeepAnswer>;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** What this person keeps for others, by who it is from and for. */
export const KeptLine = v.strictObject({ owner: PeerId, recipient: PeerId, count, bytes: count });
export type KeptLine = v.InferOutput<typeof KeptLine>;
