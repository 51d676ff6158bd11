// Files that come back: written out of sight, flushed, compared with what was put, and only then given a name in the download
// folder, which never is the name of something else.
import { createHash, hash } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure } from '#shared/failure';
import { canLieTogether, isSafeFileName } from '#shared/file-names';
import { notThroughLinks } from '#main/services/content/anchored-folder';
import type { ContentFolders, OpenFolders } from '#main/services/content/content-folders';
import { writeFailure } from '#main/services/content/disk-failure';
import { readFully, writeFully } from '#main/services/content/file-bytes';
import { placeFile, placeFolder, wasPlaced } from '#main/services/content/placing';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';
import type { FileRow } from '#main/services/vault/item-rows';

export interface RestoredFilesOptions {
  readonly folders: ContentFolders;
  /** Of what lies in the folder of partial files. */
  readonly id: string;
  readonly name: string;
  /** In the order of their bytes. */
  readonly files: readonly FileRow[];
}

interface Slice {
  readonly file: FileRow;
  /** In the file. */
  readonly at: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const readBytes = 1024 ** 2;

export class RestoredFiles {
  readonly #options: RestoredFilesOptions;
  readonly #isFolder: boolean;

  /** Fails `file-refused` for names that no system takes, and for some that get in each other’s way. */
  constructor(options: RestoredFilesOptions) {
    const { name, files } = options;
    this.#options = options;
    this.#isFolder = files.some(({ path }) => path.length > 1);
    const areOfOne = files.every(({ path }) => path[0] === name && path.length > 1 === this.#isFolder);
    if (!isSafeFileName(name) || !areOfOne || !canLieTogether(files.map(({ path }) => path)))
      throw new Failure('file-refused', 'names that cannot lie together');
  }

  /**
   * The bytes from `offset` on of all files in a row; on the disk for good once it resolves. Fails `file-changed` when a file that
   * ends in them is not the one that was put, `disk-full`, `downloads-folder`.
   */
  async write(offset: number, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const { partial } = await this.#options.folders.open();
    const slices = slicesOf(this.#options.files, offset, bytes);
    try {
      const made = new Set<string>();
      for (const { file } of slices) made.add(dirname(this.#partOf(file)));
      for (const folder of made) await mkdir(partial.at(folder), { recursive: true, mode: 0o700 });
      await forEach(slices, async (slice) => await writeSlice(partial.at(this.#partOf(slice.file)), slice));
    } catch (error) {
      throw writeFailure(error);
    }
  }

  /** Answers the name it got. Fails `file-changed` when a file is missing or cut off. */
  async place(note: (name: string) => void): Promise<string> {
    const folders = await this.#options.folders.open();
    const { partial: from, downloads: to } = folders;
    try {
      await this.#finish(folders);
    } catch (error) {
      throw writeFailure(error);
    }
    const placing = { from, part: this.#part, to, name: this.#options.name, note };
    return this.#isFolder ? await placeFolder(placing) : await placeFile(placing);
  }

  /** After a crash: whether all of it got that name already. */
  async hasName(name: string): Promise<boolean> {
    const { partial, downloads } = await this.#options.folders.open();
    try {
      return await wasPlaced({ from: partial, part: this.#part, to: downloads }, name);
    } catch (error) {
      throw writeFailure(error);
    }
  }

  /** Nothing of it is left among the partial files. */
  async discard(): Promise<void> {
    const { partial } = await this.#options.folders.open();
    try {
      await rm(partial.at(this.#part), { recursive: true, force: true });
    } catch (error) {
      throw writeFailure(error);
    }
  }

  get #part(): string {
    return `${this.#options.id}${this.#isFolder ? '.folder' : '.part'}`;
  }

  #partOf({ path }: FileRow): string {
    return join(this.#part, ...path.slice(1));
  }

  /** Files without bytes are made; all are there; their folders are flushed. */
  async #finish({ partial }: OpenFolders): Promise<void> {
    const made = new Set<string>();
    for (const file of this.#options.files) {
      const part = this.#partOf(file);
      const folder = dirname(part);
      if (!made.has(folder)) await mkdir(partial.at(folder), { recursive: true, mode: 0o700 });
      made.add(folder);
      if (file.bytes === 0) await writeSlice(partial.at(part), { file, at: 0, bytes: new Uint8Array() });
      const found = await lstat(partial.at(part)).catch(() => null);
      if (!found?.isFile() || found.size !== file.bytes)
        throw new Failure('file-changed', 'not there as it was written');
    }
    if (process.platform === 'win32') return;
    for (const folder of allFolders(made)) await withFile(partial.at(folder), constants.O_RDONLY, (one) => one.sync());
  }
}

/** What of `bytes` belongs to which file. */
function slicesOf(files: readonly FileRow[], offset: number, bytes: Uint8Array<ArrayBuffer>): Slice[] {
  const slices: Slice[] = [];
  let begin = 0;
  for (const file of files) {
    const from = Math.max(begin, offset);
    const to = Math.min(begin + file.bytes, offset + bytes.length);
    if (from < to) slices.push({ file, at: from - begin, bytes: bytes.subarray(from - offset, to - offset) });
    begin += file.bytes;
  }
  return slices;
}

/** Some at once; nothing goes on any more when it fails. */
async function forEach<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const left = [...all].reverse();
  const workInTurn = async (): Promise<void> => {
    try {
      for (let one = left.pop(); one !== undefined; one = left.pop()) await work(one);
    } catch (error) {
      left.length = 0;
      throw error;
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: limits.vaultFilesAtOnce }, workInTurn));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
}

async function writeSlice(path: string, { file, at, bytes }: Slice): Promise<void> {
  await withFile(path, constants.O_RDWR | constants.O_CREAT, async (handle) => {
    await writeFully(handle, bytes, at);
    if (at + bytes.length === file.bytes) {
      await handle.truncate(file.bytes);
      const sha256 = at === 0 ? hash('sha256', bytes, 'buffer') : await hashOf(handle, file.bytes);
      if (!file.sha256 || !sha256.equals(file.sha256)) throw new Failure('file-changed', 'not the file that was put');
      await handle.utimes(file.mtime_ms / 1_000, file.mtime_ms / 1_000);
    }
    await handle.sync();
  });
}

async function hashOf(handle: FileHandle, length: number): Promise<Buffer> {
  const sha256 = createHash('sha256');
  for (let at = 0; at < length; at += readBytes) {
    const part = new Uint8Array(Math.min(readBytes, length - at));
    await readFully(handle, part, at);
    sha256.update(part);
  }
  return sha256.digest();
}

async function withFile<T>(path: string, mode: number, work: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await open(path, mode | notThroughLinks, 0o600);
  try {
    return await work(handle);
  } finally {
    await handle.close();
  }
}

/** These and all they lie in, the innermost first. */
function allFolders(folders: ReadonlySet<string>): string[] {
  const all = new Set<string>();
  for (let folder of folders) for (; folder !== '.'; folder = dirname(folder)) all.add(folder);
  return [...all].sort((a, b) => b.length - a.length);
}
