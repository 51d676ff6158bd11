// Calls of casts: what a caster signs, and what a viewer checks before they link with others who watch.
import * as v from 'valibot';
import { CastAudience, CastCard, CastFacts, CastId, CastPass, CastSeats, CastTitle, CastViewer } from '#shared/cast';
import { DisplayName, PeerId } from '#shared/identity';

const nothing = v.undefined();

export const castCalls = {
  /** Opens a cast of mine. Fails `cast-limit`. */
  startCast: {
    input: v.strictObject({
      title: CastTitle,
      liveKey: v.pipe(v.instance(Uint8Array), v.length(32)),
      audience: CastAudience,
    }),
    output: v.strictObject({ facts: CastFacts, card: CastCard }),
  },
  /** Ends a cast of mine, or leaves another's: nobody of it is linked with any more. */
  endCast: { input: v.strictObject({ castId: CastId }), output: nothing },
  /** Whether somebody may watch a cast of mine. */
  mayWatchCast: {
    input: v.strictObject({ castId: CastId, peerId: PeerId }),
    output: v.strictObject({ mayWatch: v.boolean() }),
  },
  /**
   * Signs a place in the audience of a cast of mine; the same person keeps their order. Fails `cast-over`, `cast-not-for-them`,
   * `cast-full` (more viewers than `order` counts).
   */
  issueCastPass: {
    input: v.strictObject({
      castId: CastId,
      peerId: PeerId,
      name: DisplayName,
      seats: CastSeats,
    }),
    output: v.strictObject({ viewer: CastViewer, pass: CastPass }),
  },
  /** What a card says, if its caster signed it. Fails `cast-forged`. */
  readCastCard: { input: v.strictObject({ card: CastCard }), output: CastFacts },
  /** I watch: the card and my own pass. Fails `cast-forged`, `cast-limit`. */
  watchCast: { input: v.strictObject({ card: CastCard, pass: CastPass }), output: CastViewer },
  /**
   * Another who watches a cast of mine or one that I watch; from now on a link with them is allowed while that lasts. Fails
   * `cast-over` (I have left it), `cast-forged`, `contact-blocked`, `cast-limit`.
   */
  admitCastViewer: { input: v.strictObject({ castId: CastId, pass: CastPass }), output: CastViewer },
} as const;
