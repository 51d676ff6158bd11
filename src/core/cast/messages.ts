// What those who give, pass on and watch a cast tell each other over their control links (docs/protocol/cast.md).
import * as v from 'valibot';
import { CastCard, CastId, CastPass, castStripes } from '#shared/cast';
import { DisplayName, PeerId } from '#shared/identity';
import { limits } from '#core/wire/limits';

const cast = { castId: CastId };
const integer = (most: number) => v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(most));
const stripe = integer(castStripes - 1);
const depth = integer(0xffff);
const count = integer(0xffff_ffff);
const passes = v.pipe(v.array(CastPass), v.maxLength(limits.castInstead));
/** Chosen by the receiver: what comes of this cast over this link carries it. */
const stream = integer(0xffff);

export const castMessages = {
  /** I am live, and you may watch. */
  'cast.live': v.strictObject({ card: CastCard }),
  /** The caster's own word that it is over. */
  'cast.over': v.strictObject(cast),

  /** To the caster: let me watch; I can pass a stripe on to so many. */
  'cast.join': v.strictObject({ ...cast, name: DisplayName, lends: integer(limits.castLends) }),
  /** The key opens the frames. */
  'cast.welcome': v.strictObject({
    ...cast,
    card: CastCard,
    pass: CastPass,
    key: v.pipe(v.instance(Uint8Array), v.length(16)),
  }),
  /** `busy`: come again in a moment. */
  'cast.refuse': v.strictObject({ ...cast, why: v.picklist(['over', 'not-for-you', 'full', 'busy']) }),

  /** Feed me in this stripe; with a start from the newest key frame if I am new. To the caster: these did so badly. */
  'cast.ask': v.strictObject({
    ...cast,
    stripe,
    pass: CastPass,
    stream,
    failed: v.pipe(v.array(PeerId), v.maxLength(4)),
    isNew: v.boolean(),
  }),
  'cast.seat': v.strictObject({ ...cast, stripe, depth, above: passes }),
  'cast.no-seat': v.strictObject({ ...cast, stripe, instead: passes }),
  'cast.unseat': v.strictObject({ ...cast, stripe, instead: passes }),
  'cast.leave': v.strictObject({ ...cast, stripe }),
  /** Somebody is sent to `to`, who is you or somebody below you. */
  'cast.meet': v.strictObject({ ...cast, to: PeerId, pass: CastPass }),

  'cast.want': v.strictObject({
    ...cast,
    stream,
    numbers: v.pipe(v.array(count), v.minLength(1), v.maxLength(limits.castWantNumbers)),
  }),
  'cast.catch-up': v.strictObject({ ...cast, stream }),
  'cast.key-frame': v.strictObject(cast),

  /** The tree of a stripe from me downwards. */
  'cast.report': v.strictObject({
    ...cast,
    stripe,
    viewers: count,
    lenders: count,
    seats: count,
    spare: v.pipe(
      v.array(v.strictObject({ peerId: PeerId, free: integer(64), leaves: integer(64), depth })),
      v.maxLength(limits.castSpare),
    ),
    edges: v.pipe(v.array(v.strictObject({ peerId: PeerId, parent: PeerId, depth })), v.maxLength(limits.castEdges)),
  }),
} as const;

type Kinds = typeof castMessages;
export type CastKind = keyof Kinds;
export type CastBody<K extends CastKind> = v.InferOutput<Kinds[K]>;
/** One message, told apart by its kind. */
export type CastMessage = { [K in CastKind]: { readonly kind: K; readonly body: CastBody<K> } }[CastKind];
// Sound: the keys of a constant object literal.
export const castKinds = Object.keys(castMessages) as CastKind[];
