// What two people say about shared folders. Every question has a number, and its answers carry it. Files themselves come as a drop.
import * as v from 'valibot';
import { blockCount } from '#shared/content';
import { DropId } from '#shared/drop';
import { ShareEntry, ShareHit, SharePath, ShareQuery, SoughtContent, maxSought } from '#shared/share';
import { limits } from '#core/wire/limits';

const Ask = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffff_ffff));
const Count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));

/** gone: there is no such thing for you. busy: too much at once. too-much: more than one download bears. */
const refusals = ['gone', 'busy', 'too-much'] as const;
export type Refusal = (typeof refusals)[number];

/** Each after the one before, within what a drop can hold. */
const Sought = v.pipe(
  v.array(v.strictObject({ ...SoughtContent.entries, first: v.pipe(v.number(), v.integer(), v.minValue(0)) })),
  v.minLength(1),
  v.maxLength(maxSought),
  v.check((files) => {
    let end = 0;
    return files.every(({ first, size }) => {
      const isAfter = first >= end;
      end = first + blockCount(size);
      return isAfter && end <= limits.dropBlocks;
    });
  }),
);

export const sharesMessages = {
  /** I know shared folders. Said again when what I share may have changed. */
  'shares.hello': v.strictObject({ version: v.literal(1) }),
  /** What is in this folder, from the entry of this number on? The empty path is everything shared with me. */
  'shares.list': v.strictObject({ ask: Ask, path: SharePath, from: Count }),
  'shares.page': v.strictObject({ ask: Ask, entries: v.pipe(v.array(ShareEntry), v.maxLength(256)), total: Count }),
  'shares.search': v.strictObject({ ask: Ask, query: ShareQuery }),
  /** In parts, the last of which says so. */
  'shares.found': v.strictObject({
    ask: Ask,
    hits: v.pipe(v.array(ShareHit), v.maxLength(limits.sharesHits)),
    isLast: v.boolean(),
  }),
  /** Give me this file, or all that is in this folder, as a drop of this name. */
  'shares.want': v.strictObject({ ask: Ask, path: v.pipe(SharePath, v.minLength(1)), dropId: DropId }),
  /** The drop is on its way. */
  'shares.given': v.strictObject({ ask: Ask }),
  /**
   * Whoever lets me have files of these contents takes part, as a giver, in this drop of mine, in which they begin at these blocks. All
   * others say nothing.
   */
  'shares.seek': v.strictObject({ dropId: DropId, files: Sought }),
  'shares.refused': v.strictObject({ ask: Ask, why: v.picklist(refusals) }),
} as const;
