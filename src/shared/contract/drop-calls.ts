// Drops, and the blocks of their files.
import * as v from 'valibot';
import { ContactId } from '#shared/contact';
import { HeaderBytes, blockBytes, maxFileBytes } from '#shared/content';
import { bulk, call, nothing } from '#shared/contract/call';
import {
  DropFacts,
  DropId,
  DropProgress,
  DropRecord,
  FileEntries,
  FileId,
  KeptDrop,
  SourceId,
  maxDropFiles,
} from '#shared/drop';
import { TransferCount, TransferTotals } from '#shared/transfer-totals';

/** Blocks in one call. */
export const blocksPerCall = 4;

export const BlockIndex = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(maxFileBytes / blockBytes - 1));

export const Block = v.pipe(v.instance(Uint8Array), v.minLength(1), v.maxLength(blockBytes));

/** What is on this disk of a file: the header once it is known, a bit per block and per page of block hashes. */
const FileHoldings = v.strictObject({
  header: v.nullable(HeaderBytes),
  blocks: v.instance(Uint8Array),
  pages: v.instance(Uint8Array),
});

export const dropCalls = {
  /** Of the download folder, less what running drops will still need and a reserve. Fails `downloads-folder`. */
  readFreeBytes: call(nothing, v.strictObject({ freeBytes: v.number() })),
  /** All drops that were kept, newest first; open ones have gone on from where they were once they are read. */
  listDrops: bulk(nothing, v.array(DropRecord)),
  /** Fails `drop-unknown`. */
  readDrop: bulk(v.strictObject({ dropId: DropId }), KeptDrop),
  /**
   * Keeps a drop from its beginning; the order of the files stays. For incoming ones, the space is kept free from here on. Of one that was
   * declined only that is kept.
   * `sources` are of the desktop app, null for a file only the page can read. Fails `disk-full`, `downloads-folder`,
   * `file-refused`; nothing is kept then.
   */
  keepDrop: bulk(
    v.strictObject({
      facts: DropFacts,
      files: FileEntries,
      state: v.picklist(['open', 'declined']),
      sources: v.pipe(v.array(v.nullable(SourceId)), v.maxLength(maxDropFiles)),
    }),
    KeptDrop,
  ),
  noteDrop: call(v.strictObject({ dropId: DropId, progress: DropProgress }), nothing),
  /** Removes what is unfinished of an incoming drop; what has its name stays. */
  discardDrop: call(v.strictObject({ dropId: DropId }), nothing),
  /** Drops that are over leave the list; their files stay. */
  forgetDrops: call(v.strictObject({ dropIds: v.pipe(v.array(DropId), v.maxLength(500)) }), nothing),
  /** Shows the files in the file manager; fails `files-unshown` where there is none, `file-gone`. */
  showDrop: call(v.strictObject({ dropId: DropId }), nothing),

  readHoldings: bulk(v.strictObject({ fileId: FileId }), FileHoldings),
  /** Begins an incoming file, or says the blocks of one of mine. Fails `file-refused` when another header is known or the size is not the offered one. */
  describeFile: bulk(v.strictObject({ fileId: FileId, header: HeaderBytes }), FileHoldings),
  writeHashes: bulk(v.strictObject({ fileId: FileId, page: BlockIndex, hashes: Block }), nothing),
  readHashes: bulk(v.strictObject({ fileId: FileId, page: BlockIndex }), Block),
  /** The page has verified them. Written when it answers; all of them or, failing `disk-full` or `downloads-folder`, none counts. */
  writeBlocks: bulk(
    v.strictObject({
      fileId: FileId,
      blocks: v.pipe(
        v.array(v.strictObject({ index: BlockIndex, bytes: Block })),
        v.minLength(1),
        v.maxLength(blocksPerCall),
      ),
    }),
    nothing,
  ),
  /** Fails `file-changed`, `file-gone`. */
  readBlocks: bulk(
    v.strictObject({
      fileId: FileId,
      indices: v.pipe(v.array(BlockIndex), v.minLength(1), v.maxLength(blocksPerCall)),
    }),
    v.array(Block),
  ),
  /** Every block is held: flushes the file and gives it its name. `isPlaced` is false while others of its folder are missing. */
  finishFile: call(v.strictObject({ fileId: FileId }), v.strictObject({ isPlaced: v.boolean() })),

  /** So much went and came since it was said the last time. */
  noteTransfers: call(v.strictObject({ counts: v.pipe(v.array(TransferCount), v.maxLength(64)) }), nothing),
  readTransferTotals: call(nothing, TransferTotals),

  /** Up to which size drops of these people are taken without asking. */
  listDropAllowances: call(nothing, v.array(v.strictObject({ contactId: ContactId, maxBytes: v.number() }))),
  /** Null: they are asked about again. */
  setDropAllowance: call(
    v.strictObject({
      contactId: ContactId,
      maxBytes: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(maxFileBytes))),
    }),
    nothing,
  ),
};
