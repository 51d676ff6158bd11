// Shared folders: the person's own, and what a contact may see and have of them.
import * as v from 'valibot';
import { bulk, call, count, nothing } from '#shared/contract/call';
import { maxDropFiles } from '#shared/drop';
import { PeerId } from '#shared/identity';
import { Share, ShareAudience, ShareHit, ShareId, SharePage, SharePath, ShareQuery, SharedFile } from '#shared/share';

export const shareCalls = {
  listShares: call(nothing, v.array(Share)),
  /**
   * The desktop app asks for the folder by the system's picker and takes no path from the page; in the web shell the person types it.
   * Fails `aborted` when none was chosen, `share-missing`, `share-refused`, `shares-too-many`.
   */
  addShare: call(
    v.strictObject({ path: v.pipe(v.string(), v.maxLength(4_096)), audience: ShareAudience }),
    v.strictObject({ shareId: ShareId }),
  ),
  /** Fails `share-gone`. */
  setShareAudience: call(v.strictObject({ shareId: ShareId, audience: ShareAudience }), nothing),
  /** Others see nothing of it from now on; what they are downloading is theirs to finish. */
  removeShare: call(v.strictObject({ shareId: ShareId }), nothing),
  /** Looks through it again; resolves when that is done. */
  rereadShare: call(v.strictObject({ shareId: ShareId }), nothing),

  /**
   * What the proven peer may see of a folder. Null where there is nothing for them: whether it exists, and is shared with
   * others, makes no difference.
   */
  readShareFor: call(v.strictObject({ peerId: PeerId, path: SharePath, from: count }), v.nullable(SharePage)),
  /** The same for names, all over what they may see. */
  searchSharesFor: call(v.strictObject({ peerId: PeerId, query: ShareQuery }), v.array(ShareHit)),
  /** A file, or everything in a folder, as it lies there now. Fails `share-gone`, `share-too-much`. */
  openShareFor: bulk(
    v.strictObject({ peerId: PeerId, path: SharePath }),
    v.pipe(v.array(SharedFile), v.maxLength(maxDropFiles)),
  ),
};
