// Folders a person lets contacts look into, and what of them is said to others: names and sizes, never where anything lies.
import * as v from 'valibot';
import { ContactId } from '#shared/contact';
import { ContentId, FileSize, HeaderBytes } from '#shared/content';
import { FileEntry, SourceId, maxPathDepth } from '#shared/drop';
import { fileKinds } from '#shared/file-kinds';
import { holderProofBytes } from '#shared/holder-proof';

/** One shared folder on this machine; made by main. */
export const ShareId = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/), v.brand('ShareId'));
export type ShareId = v.InferOutput<typeof ShareId>;

/** Null: every contact. */
export const ShareAudience = v.nullable(v.pipe(v.array(ContactId), v.maxLength(1_000)));
export type ShareAudience = v.InferOutput<typeof ShareAudience>;

const Count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));

/** A shared folder as its owner sees it. */
export const Share = v.strictObject({
  shareId: ShareId,
  /** What others see it called. */
  name: v.string(),
  /** Where it lies on this machine: for the owner's eyes. */
  path: v.string(),
  audience: ShareAudience,
  /** reading: being looked through. gone: the folder is not there any more, or something else is in its place. */
  state: v.picklist(['reading', 'ready', 'gone']),
  files: Count,
  bytes: Count,
  /** It holds more than can be shown to others: what is beyond is left out. */
  isCut: v.boolean(),
});
export type Share = v.InferOutput<typeof Share>;

/** Where in a person's shares: the shared folder's name, then folders inside it. Components, never a path. */
export const SharePath = v.pipe(v.array(FileEntry.entries.path.item), v.maxLength(maxPathDepth));
export type SharePath = v.InferOutput<typeof SharePath>;

/** Something inside a share. Of a folder: all bytes and files below it. */
export const ShareEntry = v.strictObject({
  name: FileEntry.entries.path.item,
  kind: v.picklist(['file', 'folder']),
  bytes: Count,
  files: Count,
});
export type ShareEntry = v.InferOutput<typeof ShareEntry>;

/** A part of what one folder holds, folders first. */
export const SharePage = v.strictObject({
  entries: v.pipe(v.array(ShareEntry), v.maxLength(256)),
  /** Of how many in all these are some. */
  total: Count,
});
export type SharePage = v.InferOutput<typeof SharePage>;

/** What was found, with the folder it lies in. */
export const ShareHit = v.strictObject({ ...ShareEntry.entries, folder: SharePath });
export type ShareHit = v.InferOutput<typeof ShareHit>;

/** What is looked for: words that are all in the name, and a kind by the last extension. */
export const ShareQuery = v.strictObject({
  words: v.pipe(v.string(), v.maxLength(80)),
  kind: v.nullable(v.picklist([...fileKinds, 'folder'])),
});
export type ShareQuery = v.InferOutput<typeof ShareQuery>;

/** A file about to be given out of a share. */
export const SharedFile = v.strictObject({ entry: FileEntry, sourceId: SourceId });
export type SharedFile = v.InferOutput<typeof SharedFile>;

/** A file somebody looks for at others: how large it is, and a proof (shared/holder-proof.ts) of what is in it. */
export const SoughtContent = v.strictObject({
  size: v.pipe(FileSize, v.minValue(1)),
  proof: v.pipe(v.instance(Uint8Array), v.length(holderProofBytes)),
});
export type SoughtContent = v.InferOutput<typeof SoughtContent>;

/** Files looked for in one question. */
export const maxSought = 200;

/** One of mine that is what was looked for: `at` is its place in the question. */
export const LentFile = v.strictObject({
  at: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(maxSought - 1)),
  entry: FileEntry,
  sourceId: SourceId,
  contentId: ContentId,
  header: HeaderBytes,
});
export type LentFile = v.InferOutput<typeof LentFile>;
