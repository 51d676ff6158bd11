// Files for the vault: what a person dropped or chose, with the bytes behind each.
import { maxVaultFiles } from '#shared/vault';
import type { ReadableFile } from '#core/ports/content';
import { givenByList, givenByTransfer } from '#adapters/content-given-files';
import { readSlice } from '#adapters/content-page-file';

/** Call it inside the event. Fails `file-unreadable`, `file-too-large`, `files-too-many`. */
export async function readableFiles(chosen: DataTransfer | FileList): Promise<readonly ReadableFile[]> {
  const picked =
    chosen instanceof DataTransfer ? await givenByTransfer(chosen, maxVaultFiles) : givenByList(chosen, maxVaultFiles);
  return picked.map(({ entry, file }) => ({
    entry,
    mtimeMs: file.lastModified,
    read: async (start, end) => await readSlice(file, start, end),
  }));
}
