// What contacts share with me as it was when I last saw it, and what I asked for while they were away.
import * as v from 'valibot';
import { DropId } from '#shared/drop';
import { PeerId } from '#shared/identity';
import { ShareEntry, ShareHit, SharePage, SharePath } from '#shared/share';

const TimeMs = v.pipe(v.number(), v.minValue(0));

/** A part of a folder of theirs, as of a time. */
export const SeenPage = v.strictObject({ page: SharePage, seenAt: TimeMs });
export type SeenPage = v.InferOutput<typeof SeenPage>;

export const SeenHit = v.strictObject({ peerId: PeerId, hit: ShareHit, seenAt: TimeMs });
export type SeenHit = v.InferOutput<typeof SeenHit>;

/** Somebody of whose folders something was seen, and when for the last time. */
export const SeenSharer = v.strictObject({ peerId: PeerId, seenAt: TimeMs });
export type SeenSharer = v.InferOutput<typeof SeenSharer>;

/** A download that begins when the one who shares it is here: under this drop, as it was shown. */
export const ShareWant = v.strictObject({
  dropId: DropId,
  peerId: PeerId,
  /** Where it lies there. */
  folder: SharePath,
  entry: ShareEntry,
  askedAt: TimeMs,
});
export type ShareWant = v.InferOutput<typeof ShareWant>;
