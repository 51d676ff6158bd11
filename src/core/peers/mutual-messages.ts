// How a sealed blob travels between two people who have a link with the carrier, but not yet with each other. In parts,
// because a sealed blob may be longer than a control message; the carrier passes each part on and keeps none.
import * as v from 'valibot';
import { PeerId } from '#shared/identity';
import { limits } from '#core/wire/limits';

export const BlobPart = v.strictObject({
  /** One blob, 8 random bytes as hex. */
  blobId: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)),
  index: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(limits.mutualParts - 1)),
  parts: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(limits.mutualParts)),
  bytes: v.pipe(v.instance(Uint8Array), v.minLength(1), v.maxLength(limits.mutualPartBytes)),
});
export type BlobPart = v.InferOutput<typeof BlobPart>;

export const mutualMessages = {
  'mutual.carry': v.strictObject({ to: PeerId, ...BlobPart.entries }),
  'mutual.carried': v.strictObject({ from: PeerId, ...BlobPart.entries }),
  /** I have no link with them. */
  'mutual.absent': v.strictObject({ to: PeerId }),
} as const;
