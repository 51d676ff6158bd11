// A whole file on this disk that blocks are read from: one that was received, or a source of this person's. It is read only as
// long as it is the file it was.
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { blockBytes, blockLength } from '#shared/content';
import { Failure } from '#shared/failure';
import { notThroughLinks } from '#main/services/content/anchored-folder';
import { readFailure } from '#main/services/content/disk-failure';

export interface FileMark {
  readonly size: number;
  readonly mtimeMs: number;
}

export class KnownFile {
  readonly #handle: FileHandle;
  readonly #mark: FileMark;

  private constructor(handle: FileHandle, mark: FileMark) {
    this.#handle = handle;
    this.#mark = mark;
  }

  /** Fails `file-gone`, `file-changed`, `file-unreadable`. */
  static async open(path: string, mark: FileMark): Promise<KnownFile> {
    try {
      // Without O_NONBLOCK a pipe of this name would be waited at.
      const handle = await open(path, constants.O_RDONLY | notThroughLinks | nonBlocking);
      const file = new KnownFile(handle, mark);
      await file.#check().catch(async (error: unknown) => {
        await handle.close();
        throw error;
      });
      return file;
    } catch (error) {
      throw readFailure(error);
    }
  }

  async read(indices: readonly number[]): Promise<Uint8Array<ArrayBuffer>[]> {
    try {
      const blocks = await Promise.all(indices.map(async (index) => await this.#readBlock(index)));
      await this.#check(); // after reading: what was read before a change is as it was
      return blocks;
    } catch (error) {
      throw readFailure(error);
    }
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  async #readBlock(index: number): Promise<Uint8Array<ArrayBuffer>> {
    const block = new Uint8Array(blockLength(this.#mark.size, index));
    for (let at = 0; at < block.length;) {
      const { bytesRead } = await this.#handle.read(block, at, block.length - at, index * blockBytes + at);
      if (bytesRead <= 0) throw new Failure('file-changed', 'shorter than it was');
      at += bytesRead;
    }
    return block;
  }

  async #check(): Promise<void> {
    const stat = await this.#handle.stat();
    if (!stat.isFile()) throw new Failure('file-gone', 'not a file');
    if (stat.nlink === 0) throw new Failure('file-gone', 'deleted');
    if (stat.size !== this.#mark.size || stat.mtimeMs !== this.#mark.mtimeMs) throw new Failure('file-changed');
  }
}

const nonBlocking = (constants as Partial<typeof constants>).O_NONBLOCK ?? 0;
