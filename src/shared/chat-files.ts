// Files as a message names them: the drop they are offered in, the first of their names, and how much it is in all. What can be
// accepted is the offer of that drop and never the message.
import * as v from 'valibot';
import { maxFileBytes } from '#shared/content';
import { DropId, FileEntry, maxDropFiles } from '#shared/drop';
import { canLieTogether } from '#shared/file-names';

/** So many names are said: together they fit an entry, however long they are. */
export const namedFilesMost = 8;

/** `files` are the first of `fileCount`; `bytes` is the size of all. */
export const NamedFiles = v.pipe(
  v.strictObject({
    dropId: DropId,
    files: v.pipe(v.array(FileEntry), v.minLength(1), v.maxLength(namedFilesMost)),
    fileCount: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(maxDropFiles)),
    bytes: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(maxDropFiles * maxFileBytes)),
  }),
  v.check(({ files, fileCount, bytes }) => {
    const unnamed = fileCount - files.length;
    const unnamedBytes = bytes - bytesOf(files);
    return unnamed >= 0 && unnamedBytes >= 0 && unnamedBytes <= unnamed * maxFileBytes;
  }, 'sizes that contradict each other'),
  v.check(({ files }) => canLieTogether(files.map(({ path }) => path)), 'names in each other’s way'),
);
export type NamedFiles = v.InferOutput<typeof NamedFiles>;

const bytesOf = (files: readonly FileEntry[]): number => files.reduce((sum, { size }) => sum + size, 0);

/** What a message says of these files of a drop; there is at least one. */
export const namedFiles = (dropId: DropId, files: readonly FileEntry[]): NamedFiles => ({
  dropId,
  files: files.slice(0, namedFilesMost).map(({ path, size }) => ({ path: [...path], size })),
  fileCount: files.length,
  bytes: bytesOf(files),
});
