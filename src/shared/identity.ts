// Who a person is: a peer id (lower-case base32, RFC 4648 without padding, of the 32-byte Ed25519 public key) and a name.
import * as v from 'valibot';

/** 52 characters; 51 × 5 bits leave one bit for the last, so only "a" or "q" may end an id: one id per key. */
export const PeerId = v.pipe(v.string(), v.regex(/^[a-z2-7]{51}[aq]$/), v.brand('PeerId'));
export type PeerId = v.InferOutput<typeof PeerId>;

const controlsAndDirectionMarks = /[\p{Cc}\p{Cs}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;

/** Where a joiner is part of the spelling: inside an emoji, and between letters of scripts that join (RFC 5892 A.1, A.2). */
const spelledJoiners =
  /(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])\u200d(?=\p{Extended_Pictographic})|(?<=[\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}])[\u200c\u200d](?=\p{L})/gu;

/** 1-32 visible characters without control or direction-changing ones, or invisible ones that are no spelling. */
export const DisplayName = v.pipe(
  v.string(),
  v.trim(),
  v.normalize('NFC'),
  v.minLength(1),
  v.maxLength(32),
  v.check((name) => !controlsAndDirectionMarks.test(name.replace(spelledJoiners, ''))),
);

export const Identity = v.strictObject({
  peerId: PeerId,
  name: DisplayName,
  createdAt: v.number(),
});
export type Identity = v.InferOutput<typeof Identity>;

/** What main can say about the identity at start: there is one, there is none yet, or it cannot be read. */
export const IdentityState = v.variant('state', [
  v.strictObject({ state: v.literal('ready'), identity: Identity }),
  v.strictObject({ state: v.literal('missing') }),
  v.strictObject({
    state: v.literal('damaged'),
    code: v.picklist(['identity-damaged', 'identity-locked']),
    keptAt: v.string(),
  }),
]);
export type IdentityState = v.InferOutput<typeof IdentityState>;
