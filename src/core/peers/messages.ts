// What the two ends of a link tell each other about the link itself, over its own control channel.
import * as v from 'valibot';
import { IceCandidate } from '#shared/signal';

export const linkMessages = {
  /** A later session description (perfect negotiation, ICE restart); the first pair travels sealed. */
  'link.description': v.strictObject({
    kind: v.picklist(['offer', 'answer']),
    sdp: v.pipe(v.string(), v.maxLength(14_000)),
  }),
  'link.candidates': v.strictObject({ candidates: v.pipe(v.array(IceCandidate), v.maxLength(16)) }),
  /** Sign of life. `wantsReply` asks for one at once. */
  'link.beat': v.strictObject({ wantsReply: v.boolean() }),
  /** I close this link on purpose. */
  'link.bye': v.strictObject({}),
} as const;

/** Candidates in one message; fits the smallest carrier. */
export const candidatesPerMessage = 16;

/** The first candidates that a sealed description takes along; what fits beside the longest one. */
export const candidatesBesideDescription = 4;
