// Whether the files of a drop are still where main left or found them.
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DropFacts, KeptFile } from '#shared/drop';
import { isErrorCode } from '#main/services/atomic-file';
import type { FileRow } from '#main/services/content/drop-rows';

/** As the page may know it: without any path of this disk. */
export async function keptFile(
  row: FileRow,
  direction: DropFacts['direction'],
  downloadsPath: string,
): Promise<KeptFile> {
  const place = await placeOf(row, direction, downloadsPath);
  return { fileId: row.file_id, path: row.path, size: row.size, contentId: row.content_id, place };
}

async function placeOf(
  row: FileRow,
  direction: DropFacts['direction'],
  downloadsPath: string,
): Promise<KeptFile['place']> {
  if (direction === 'outgoing') return row.source_path === null ? 'elsewhere' : await compare(row.source_path, row);
  if (row.placed !== null) return await compare(join(downloadsPath, row.placed, ...row.path.slice(1)), row);
  return row.is_sealed ? 'here' : 'coming';
}

async function compare(path: string, row: FileRow): Promise<'here' | 'changed' | 'gone'> {
  try {
    const found = await lstat(path);
    const isSame = found.isFile() && found.size === row.size && found.mtimeMs === row.mtime_ms;
    return isSame ? 'here' : 'changed';
  } catch (error) {
    return isErrorCode(error, 'EACCES') ? 'changed' : 'gone';
  }
}
