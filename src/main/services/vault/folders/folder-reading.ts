// Reads the files of a folder into a version, by the same way as what a page puts in, and slowly: whoever works at the computer comes
// first. A file that is another one once it was read ends the whole version.
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { vaultChunkBytes } from '#shared/contract/vault-calls';
import { Failure } from '#shared/failure';
import type { VaultVersionId } from '#shared/vault';
import { notThroughLinks, type AnchoredFolder } from '#main/services/content/anchored-folder';
import { readFailure } from '#main/services/content/disk-failure';
import { readFully } from '#main/services/content/file-bytes';
import type { ScannedFile } from '#main/services/vault/folders/folder-scan';
import type { Putting } from '#main/services/vault/putting';

export interface FolderReadingOptions {
  readonly root: AnchoredFolder;
  readonly name: string;
  readonly files: readonly ScannedFile[];
  readonly putting: Pick<Putting, 'begin' | 'write' | 'finish' | 'abort'>;
  /** The version is made; its bytes come now. */
  readonly onBegun: (versionId: VaultVersionId) => void;
  readonly onRead: (doneBytes: number) => void;
  /** Waits after so much work; longer where somebody talks. Fails `aborted` when it is not wanted any more. */
  readonly rest: (workedMs: number) => Promise<void>;
}

/** Fails `file-changed`, `file-gone`, `file-unreadable`, `aborted`, and as putting does; then nothing of it is kept. */
export async function readFolderIn(options: FolderReadingOptions): Promise<void> {
  const { name, files, putting, onBegun } = options;
  const all = files.map(({ path, size, mtimeMs }) => ({ path: [...path], size, mtimeMs }));
  const { versionId } = await putting.begin({ name, kind: 'folder', files: all }, { isQuiet: true });
  try {
    onBegun(versionId);
    await readAll(options, versionId);
    await putting.finish({ versionId });
  } catch (error) {
    await putting.abort({ versionId });
    throw error;
  }
}

async function readAll(options: FolderReadingOptions, versionId: VaultVersionId): Promise<void> {
  const { files, putting, onRead, rest } = options;
  let doneBytes = 0;
  let begunMs = performance.now();
  let sinceBytes = 0;
  for (const file of files) {
    for await (const bytes of bytesOf(options.root, file)) {
      await putting.write({ versionId, bytes });
      doneBytes += bytes.length;
      sinceBytes += bytes.length;
      onRead(doneBytes);
      if (sinceBytes < vaultChunkBytes) continue;
      await rest(performance.now() - begunMs);
      begunMs = performance.now();
      sinceBytes = 0;
    }
  }
}

async function* bytesOf(root: AnchoredFolder, file: ScannedFile): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  if (!(await root.leadsInside(...file.disk.slice(0, -1)))) throw new Failure('file-gone', 'its folder went away');
  const handle = await open(root.at(...file.disk), constants.O_RDONLY | notThroughLinks).catch((error: unknown) => {
    throw readFailure(error);
  });
  try {
    await assertSame(handle, file);
    for (let at = 0; at < file.size; at += vaultChunkBytes) {
      const bytes = new Uint8Array(Math.min(vaultChunkBytes, file.size - at));
      await readFully(handle, bytes, at).catch((error: unknown) => {
        throw readFailure(error);
      });
      yield bytes;
    }
    await assertSame(handle, file);
  } finally {
    await handle.close();
  }
}

/** Fails `file-changed`. */
async function assertSame(handle: FileHandle, file: ScannedFile): Promise<void> {
  const now = await handle.stat();
  const { size, mtimeMs, ctimeMs } = file;
  const isSame = now.size === size && now.mtimeMs === mtimeMs && now.ctimeMs === ctimeMs;
  if (!now.isFile() || !isSame) throw new Failure('file-changed', 'written to while it was read');
}
