// Calls of casts: what a caster signs, and what a viewer checks before they link with others who watch.
import * as v from 'valibot';
import {
  CastAudience,
  CastCard,
  CastFacts,
  CastId,
  CastLinkPreview,
  CastLinkText,
  CastPass,
  CastSeats,
  CastTitle,
  CastViewer,
} from '#shared/cast';
import { call, nothing } from '#shared/contract/call';
import { DisplayName, PeerId } from '#shared/identity';
import { SealedBlob } from '#shared/signal';

export const castCalls = {
  /** Opens a cast of mine; one that I had before is over. Fails `key-unacceptable`. */
  startCast: call(
    v.strictObject({
      title: CastTitle,
      liveKey: CastFacts.entries.liveKey,
      audience: CastAudience,
    }),
    v.strictObject({ facts: CastFacts, card: CastCard }),
  ),
  /** Ends a cast of mine, or leaves another's: nobody of it is linked with any more. */
  endCast: call(v.strictObject({ castId: CastId }), nothing),
  /** Whether somebody may watch a cast of mine. */
  mayWatchCast: call(v.strictObject({ castId: CastId, peerId: PeerId }), v.strictObject({ mayWatch: v.boolean() })),
  /**
   * Signs a place in the audience of a cast of mine; the same person keeps their order. Fails `cast-over`,
   * `cast-not-for-them`, `cast-full`.
   */
  issueCastPass: call(
    v.strictObject({ castId: CastId, peerId: PeerId, name: DisplayName, seats: CastSeats }),
    v.strictObject({ viewer: CastViewer, pass: CastPass }),
  ),
  /** Somebody may not watch a cast of mine any more, nor come back to it: they get no other pass. Fails `cast-over`. */
  revokeCastPass: call(v.strictObject({ castId: CastId, peerId: PeerId }), nothing),
  /** What a card says, if its caster signed it. Fails `cast-forged`. */
  readCastCard: call(v.strictObject({ card: CastCard }), CastFacts),
  /**
   * I watch: the card and my own pass. Its caster may be linked with until `endCast`. Fails `cast-forged`, `cast-own`,
   * `contact-blocked`, `key-changed`.
   */
  watchCast: call(v.strictObject({ card: CastCard, pass: CastPass }), CastViewer),
  /**
   * Another who watches a cast of mine or one that I watch; from now on a link with them is allowed while that lasts. Fails
   * `cast-over` (I have left it), `cast-forged`, `contact-blocked`, `key-changed`.
   */
  admitCastViewer: call(v.strictObject({ castId: CastId, pass: CastPass }), CastViewer),

  /** A link to a cast of mine that anybody may watch by until it expires. Fails `cast-over`, `cast-not-for-them`, `cast-links-many`. */
  makeCastLink: call(
    v.strictObject({ castId: CastId, hours: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(720)) }),
    v.strictObject({ link: v.string(), expiresAt: v.number() }),
  ),
  inspectCastLink: call(v.strictObject({ text: CastLinkText }), CastLinkPreview),
  /** Lets the caster be linked with until `endCast`. Fails `cast-link-expired`, `cast-own`, `contact-blocked`, `key-changed`. */
  enterCastLink: call(v.strictObject({ text: CastLinkText }), CastLinkPreview),
  /** For a caster who is no contact: asks them, sealed, to let signals of mine in. Fails `cast-over`, `cast-link-expired`. */
  sealCastRequest: call(v.strictObject({ castId: CastId }), v.strictObject({ to: PeerId, blob: SealedBlob })),
};
