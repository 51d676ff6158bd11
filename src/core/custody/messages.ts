// What two friends tell each other of sealed messages for a third (docs/protocol/custody.md). Envelopes are opaque here; main judges.
import * as v from 'valibot';
import { EnvelopeBytes, EnvelopeId, EnvelopeIds, GoneEnvelopes, KeepAnswer, TakenProof } from '#shared/custody';

export const custodyMessages = {
  /** Whether I keep messages of friends. Whoever does not say so is not asked. */
  'custody.ready': v.strictObject({ keeps: v.boolean() }),

  /** Owner to keeper: keep this for whom it names. */
  'custody.leave': v.strictObject({ envelope: EnvelopeBytes }),
  'custody.answer': v.strictObject({ envelopeId: EnvelopeId, answer: KeepAnswer }),
  /** Owner to keeper: these are not needed any more. */
  'custody.recall': v.strictObject({ envelopeIds: EnvelopeIds }),
  /** Keeper to owner: these were handed over, or dropped. Told again until they are recalled. */
  'custody.gone': v.strictObject({ gone: GoneEnvelopes }),

  /** Keeper to recipient: this is for you. */
  'custody.hand': v.strictObject({ envelope: EnvelopeBytes }),
  /** Recipient to keeper: I have it, and this is my signature; with null, not now. */
  'custody.taken': v.strictObject({ envelopeId: EnvelopeId, proof: v.nullable(TakenProof) }),
} as const;
