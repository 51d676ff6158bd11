// Shared folders: the person's own, and what a contact may see and have of them.
import * as v from 'valibot';
import { bulk, call, count, nothing } from '#shared/contract/call';
import { Block, BlockIndex, blocksPerCall } from '#shared/contract/drop-calls';
import { DropId, SourceId, maxDropFiles } from '#shared/drop';
import { PeerId } from '#shared/identity';
import {
  LentFile,
  Share,
  ShareAudience,
  ShareHit,
  ShareId,
  SharePage,
  SharePath,
  ShareQuery,
  SharedFile,
  SoughtContent,
  maxSought,
} from '#shared/share';

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
  /**
   * Those of the sought files that the proven peer may have here. Files of such a size are hashed for it, one after the other, unless
   * they were before; it takes as long as that. Fails `shares-busy` when too much waits to be hashed.
   */
  findLentFor: bulk(
    v.strictObject({
      peerId: PeerId,
      dropId: DropId,
      files: v.pipe(v.array(SoughtContent), v.minLength(1), v.maxLength(maxSought)),
    }),
    v.array(LentFile),
  ),
  /** Of a file that was found so. Fails `file-changed`, `file-gone`. */
  readLentBlocks: bulk(
    v.strictObject({
      sourceId: SourceId,
      indices: v.pipe(v.array(BlockIndex), v.minLength(1), v.maxLength(blocksPerCall)),
    }),
    v.array(Block),
  ),
  readLentHashes: bulk(v.strictObject({ sourceId: SourceId, page: BlockIndex }), Block),
};
