// How two people open further connections beside their link, for its blocks alone, over the control channel of that link.
import * as v from 'valibot';
import { IceCandidate, Sdp } from '#shared/signal';
import { candidatesBesideDescription } from '#core/peers/messages';
import { limits } from '#core/wire/limits';

/** With its first candidates. */
const Described = { sdp: Sdp, candidates: v.pipe(v.array(IceCandidate), v.maxLength(candidatesBesideDescription)) };

/**
 * What is left of the signals of a session (`shared/signal.ts`) once the person is proven. bye: it is not needed any more, and nothing is
 * under way in it. lost: it broke, or is refused.
 */
export const SideSignal = v.variant('kind', [
  v.strictObject({ kind: v.literal('offer'), ...Described }),
  v.strictObject({ kind: v.literal('answer'), ...Described }),
  v.strictObject({ kind: v.literal('candidates'), candidates: v.pipe(v.array(IceCandidate), v.maxLength(16)) }),
  v.strictObject({ kind: v.literal('bye') }),
  v.strictObject({ kind: v.literal('lost') }),
]);
export type SideSignal = v.InferOutput<typeof SideSignal>;

export const bulkMessages = {
  /** Of a side connection: whoever opened it numbers it, rising, and `isMine` says that it was the sender of this message. */
  'bulk.side': v.strictObject({
    side: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(limits.bulkSideNumber)),
    isMine: v.boolean(),
    signal: SideSignal,
  }),
} as const;
