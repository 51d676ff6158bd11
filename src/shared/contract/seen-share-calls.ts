// What contacts share as it was last seen, and downloads that wait for somebody who is away.
import * as v from 'valibot';
import { call, count, nothing } from '#shared/contract/call';
import { DropId } from '#shared/drop';
import { PeerId } from '#shared/identity';
import { SeenHit, SeenPage, SeenSharer, ShareWant } from '#shared/seen-share';
import { ShareHit, SharePage, SharePath, ShareQuery } from '#shared/share';

export const seenShareCalls = {
  /** What a contact showed of a folder, from this entry on; takes the place of what was known of it. Nothing is kept of others. */
  noteSeenPage: call(v.strictObject({ peerId: PeerId, path: SharePath, from: count, page: SharePage }), nothing),
  /** What a search found at a contact. */
  noteSeenHits: call(v.strictObject({ peerId: PeerId, hits: v.pipe(v.array(ShareHit), v.maxLength(100)) }), nothing),
  /** It is not there for me any more, nor what is in it. */
  forgetSeen: call(v.strictObject({ peerId: PeerId, path: SharePath }), nothing),
  /** Null where nothing is known. */
  readSeen: call(v.strictObject({ peerId: PeerId, path: SharePath, from: count }), v.nullable(SeenPage)),
  /** At everybody but these: they answer for themselves. */
  searchSeen: call(
    v.strictObject({ query: ShareQuery, except: v.pipe(v.array(PeerId), v.maxLength(256)) }),
    v.array(SeenHit),
  ),
  /** The last seen first. */
  listSeenSharers: call(nothing, v.array(SeenSharer)),

  /** The oldest first. */
  listShareWants: call(nothing, v.array(ShareWant)),
  /** Fails `shares-waiting-full`, `contact-unknown` and whatever keeps a contact from being reached. */
  keepShareWant: call(v.omit(ShareWant, ['askedAt']), ShareWant),
  forgetShareWant: call(v.strictObject({ dropId: DropId }), nothing),
};
