// The block hashes of one file, page by page, kept in the profile. Each page is checked against the header, also when it is read
// after a restart, so no journal is needed.
import { createHash } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import {
  blockBytes,
  hasBit,
  hashBytes,
  makeBits,
  pageCount,
  pageLength,
  setBit,
  type FileManifest,
} from '#shared/content';
import { Failure } from '#shared/failure';
import { isErrorCode } from '#main/services/atomic-file';
import { notThroughLinks } from '#main/services/content/anchored-folder';
import { writeFailure } from '#main/services/content/disk-failure';
import { constants } from 'node:fs';

type Contents = Pick<FileManifest, 'size' | 'pageHashes'>;

export class HashPages {
  /** A set bit is a page that can be read. */
  readonly held: Uint8Array<ArrayBuffer>;
  readonly #file: Contents;
  readonly #path: string;
  /** A file with one page needs no file of hashes while the page is in the database. */
  #only: Uint8Array<ArrayBuffer> | null = null;

  private constructor(file: Contents, path: string) {
    this.#file = file;
    this.#path = path;
    this.held = makeBits(pageCount(file.size));
  }

  /** What was kept before, checked. `only` is the page of a small file. */
  static async open(folder: string, name: string, file: Contents, only: Uint8Array | null): Promise<HashPages> {
    const pages = new HashPages(file, join(folder, `${name}.hashes`));
    if (pageCount(file.size) > 1) await pages.#checkAll();
    else if (only && pages.#isRight(0, only)) {
      pages.#only = new Uint8Array(only);
      setBit(pages.held, 0);
    }
    return pages;
  }

  static async remove(folder: string, name: string): Promise<void> {
    await rm(join(folder, `${name}.hashes`), { force: true });
  }

  /** The page of a small file, for the database. */
  get only(): Uint8Array<ArrayBuffer> | null {
    return this.#only;
  }

  async write(page: number, hashes: Uint8Array): Promise<void> {
    if (page >= pageCount(this.#file.size) || !this.#isRight(page, hashes))
      throw new Failure('input-invalid', 'not a page of this file');
    if (hasBit(this.held, page)) return;
    if (pageCount(this.#file.size) === 1) this.#only = new Uint8Array(hashes);
    else await this.#writeToDisk(page, hashes);
    setBit(this.held, page);
  }

  async read(page: number): Promise<Uint8Array<ArrayBuffer>> {
    if (!hasBit(this.held, page)) throw new Failure('input-invalid', 'a page that is not here');
    if (this.#only) return this.#only;
    const file = await open(this.#path, constants.O_RDONLY | notThroughLinks);
    try {
      return await readPage(file, page, pageLength(this.#file.size, page));
    } finally {
      await file.close();
    }
  }

  async #writeToDisk(page: number, hashes: Uint8Array): Promise<void> {
    try {
      const file = await open(this.#path, constants.O_RDWR | constants.O_CREAT | notThroughLinks, 0o600);
      try {
        const { bytesWritten } = await file.write(hashes, 0, hashes.length, page * blockBytes);
        if (bytesWritten !== hashes.length) throw new Failure('disk-full', 'half a page was written');
      } finally {
        await file.close();
      }
    } catch (error) {
      throw writeFailure(error);
    }
  }

  async #checkAll(): Promise<void> {
    const file = await open(this.#path, constants.O_RDONLY | notThroughLinks).catch((error: unknown) => {
      if (isErrorCode(error, 'ENOENT')) return null;
      throw writeFailure(error);
    });
    if (!file) return;
    try {
      for (let page = 0; page < pageCount(this.#file.size); page += 1) {
        const hashes = await readPage(file, page, pageLength(this.#file.size, page));
        if (this.#isRight(page, hashes)) setBit(this.held, page);
      }
    } finally {
      await file.close();
    }
  }

  #isRight(page: number, hashes: Uint8Array): boolean {
    if (hashes.length !== pageLength(this.#file.size, page)) return false;
    const expected = this.#file.pageHashes.subarray(page * hashBytes, (page + 1) * hashBytes);
    return createHash('sha256').update(hashes).digest().equals(expected);
  }
}

async function readPage(file: FileHandle, page: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const hashes = new Uint8Array(length);
  const { bytesRead } = await file.read(hashes, 0, length, page * blockBytes);
  return hashes.subarray(0, bytesRead);
}
