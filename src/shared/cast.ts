// A cast as main and renderer speak of it: a stream of one person that is carried on by those who watch it. Cards and passes
// are signed by the caster and made and read in main; docs/protocol/cast-card.md has the byte layouts.
import * as v from 'valibot';
import { DisplayName, PeerId } from '#shared/identity';
import { linkReader } from '#shared/link-text';

/** 16 bytes as hex, made of the caster's key and a random seed: the id says who casts. */
export const CastId = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/), v.brand('CastId'));
export type CastId = v.InferOutput<typeof CastId>;

const castTitleLength = 80;
const controls = /[\p{Cc}\p{Cs}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;
export const CastTitle = v.pipe(
  v.string(),
  v.trim(),
  v.normalize('NFC'),
  v.minLength(1),
  v.maxLength(castTitleLength),
  v.check((title) => !controls.test(title)),
);

/** Who may watch: these contacts or all of them, and whoever holds a link where there is one. */
export const CastAudience = v.strictObject({
  contacts: v.union([v.literal('all'), v.pipe(v.array(PeerId), v.maxLength(1_000))]),
  isByLink: v.boolean(),
});
export type CastAudience = v.InferOutput<typeof CastAudience>;

/** Trees over which a cast travels; a packet belongs to the one of its number modulo this. */
export const castStripes = 4;

export const castCardBytes = 512;
export const castPassBytes = 320;
/** The caster's signed word on what a cast is. */
export const CastCard = v.pipe(v.instance(Uint8Array), v.minLength(1), v.maxLength(castCardBytes));
/** The caster's signed word that somebody may watch and pass on. */
export const CastPass = v.pipe(v.instance(Uint8Array), v.minLength(1), v.maxLength(castPassBytes));

export const CastFacts = v.strictObject({
  castId: CastId,
  caster: PeerId,
  casterName: DisplayName,
  title: CastTitle,
  startedAt: v.number(),
  /** Ed25519 key of this cast alone, made by the caster's renderer: its packets are signed with it. */
  liveKey: v.pipe(v.instance(Uint8Array), v.length(32)),
});
export type CastFacts = v.InferOutput<typeof CastFacts>;

const Seats = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(64));
/** One number for each stripe. */
export const CastSeats = v.strictTuple([Seats, Seats, Seats, Seats]);
export type CastSeats = v.InferOutput<typeof CastSeats>;

/** A place in the audience, as the caster signed it. */
export const CastViewer = v.strictObject({
  peerId: PeerId,
  name: DisplayName,
  /** Rises with each viewer; who came earlier stands above. */
  order: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(0xffff_ffff)),
  /** To how many they pass packets on, in each stripe: usually in one alone. All 0 for who only watches. */
  seats: CastSeats,
});
export type CastViewer = v.InferOutput<typeof CastViewer>;

/** `roundtable:c1/<base64url>`, or any https page that carries the same text in its fragment. */
export const castLinkMaxLength = 768;
export const CastLinkText = v.pipe(v.string(), v.maxLength(castLinkMaxLength * 2));

/** The version and payload of a link to a cast, or null when the text is none. */
export const parseCastLink = linkReader('c', { payloadLength: 640, textLength: castLinkMaxLength });

/** What a link to a cast says, after its signature was checked. */
export const CastLinkPreview = v.strictObject({
  castId: CastId,
  caster: PeerId,
  casterName: DisplayName,
  title: CastTitle,
  expiresAt: v.number(),
});
export type CastLinkPreview = v.InferOutput<typeof CastLinkPreview>;
