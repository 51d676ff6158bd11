// A folder that backs itself up into the vault, as the person sees it.
import * as v from 'valibot';
import { failureCodes } from '#shared/failure';
import { VaultItemId } from '#shared/vault';

const Count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));

export const VaultFolderId = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/), v.brand('VaultFolderId'));
export type VaultFolderId = v.InferOutput<typeof VaultFolderId>;

/** How many versions are kept of a folder. */
export const VaultFolderKeep = v.picklist([2, 5, 10, 20]);
export type VaultFolderKeep = v.InferOutput<typeof VaultFolderKeep>;

/** Files that are not in the backup: how many, and one of them. */
const LeftOut = v.strictObject({ count: Count, example: v.nullable(v.string()) });

export const VaultFolder = v.strictObject({
  folderId: VaultFolderId,
  path: v.string(),
  /** What it is called in the vault. */
  name: v.string(),
  /** Null before the first backup. */
  itemId: v.nullable(VaultItemId),
  keep: Count,
  /**
   * watching: all of it is in the vault. settling: something changed, and may still be being written. resting: something changed; its turn
   * comes later. queued: another folder is being encrypted. reading: being encrypted. held: the same, while a call goes on. empty: nothing in it. gone: it is not there. large: more
   * files than fit. failed: see `failure`; it is tried again.
   */
  state: v.picklist([
    'looking',
    'watching',
    'settling',
    'resting',
    'queued',
    'reading',
    'held',
    'paused',
    'empty',
    'gone',
    'large',
    'failed',
  ]),
  failure: v.nullable(v.picklist(failureCodes)),
  /** Files that are new or another than in the vault. */
  changed: Count,
  bytes: Count,
  doneBytes: Count,
  lastAt: v.nullable(v.number()),
  /** When a folder that rests has its turn; null when it has it once the last backup is with keepers. */
  nextAt: v.nullable(v.number()),
  unreadable: LeftOut,
  /** Never still for long enough. */
  restless: LeftOut,
});
export type VaultFolder = v.InferOutput<typeof VaultFolder>;
