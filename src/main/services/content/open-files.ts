// The files of drops with their handles open: a bounded number, the longest untouched closed first.
import { createHash } from 'node:crypto';
import { blockCount, blockLength, decodeHeader, hasBit, makeBits, type FileManifest } from '#shared/content';
import type { FileId } from '#shared/drop';
import { Failure } from '#shared/failure';
import { toHex } from '#main/services/byte-layout';
import type { ContentFolders } from '#main/services/content/content-folders';
import type { DropRows, FileRow } from '#main/services/content/drop-rows';
import { HashPages } from '#main/services/content/hash-pages';
import { KnownFile } from '#main/services/content/known-file';
import { PartialFile, type OpenPart } from '#main/services/content/partial-file';
import { serviceLimits as limits } from '#main/services/service-limits';

export interface OpenFile {
  readonly row: FileRow;
  readonly isIncoming: boolean;
  /** Null until the header is known. */
  readonly contents: Omit<FileManifest, 'contentId'> | null;
  readonly pages: HashPages | null;
  /** Null for a file that only the page can read, and one that was not begun. */
  readonly blocks: PartialFile | KnownFile | null;
}

interface Entry {
  readonly file: Promise<OpenFile>;
  uses: number;
  /** Taken out of the table; closed when nobody uses it. */
  isStale: boolean;
  /** Resolves when it is closed. */
  readonly closed: PromiseWithResolvers<void>;
}

export interface OpenFilesOptions {
  readonly rows: DropRows;
  readonly folders: ContentFolders;
  /** In the profile; block hashes are kept there. */
  readonly hashFolder: string;
  readonly openPart?: OpenPart | undefined;
}

export class OpenFiles {
  readonly #options: OpenFilesOptions;
  /** The one longest untouched first. */
  readonly #entries = new Map<FileId, Entry>();
  /** Known at once, unlike what a promise holds. */
  readonly #parts = new Set<PartialFile>();
  /** Taken out and not closed yet: a file is never open twice. */
  readonly #leaving = new Map<FileId, Promise<void>>();

  constructor(options: OpenFilesOptions) {
    this.#options = options;
  }

  /** Fails `input-invalid` for a file that is not known, and as opening does. */
  async use<T>(fileId: FileId, work: (file: OpenFile) => Promise<T>): Promise<T> {
    const entry = this.#enter(fileId);
    entry.uses += 1;
    try {
      return await work(await entry.file);
    } catch (error) {
      // Whatever went wrong with its handles, the next use opens it anew and looks at what is there.
      if (!(error instanceof Failure) || error.code !== 'input-invalid') this.#takeOut(fileId, entry);
      throw error;
    } finally {
      entry.uses -= 1;
      await this.#closeIfDone(entry);
    }
  }

  /** Closes it once nobody uses it any more; the next use opens it anew. */
  async release(fileId: FileId): Promise<void> {
    const entry = this.#entries.get(fileId);
    if (!entry) return;
    this.#takeOut(fileId, entry);
    await this.#closeIfDone(entry);
    await entry.closed.promise;
  }

  /** What is held of incoming files that are open right now, beside what the database knows of them. */
  async partials(): Promise<{ row: FileRow; heldBytes: number }[]> {
    const files = await Promise.all([...this.#entries.values()].map(async ({ file }) => await file.catch(() => null)));
    return files.flatMap((file) =>
      file?.blocks instanceof PartialFile
        ? [{ row: file.row, heldBytes: heldBytes(file.blocks.held, file.row.size) }]
        : [],
    );
  }

  /** For the end of the program. */
  closeNow(): void {
    for (const { file } of this.#entries.values()) {
      void file
        .then(async ({ blocks }) => {
          if (blocks instanceof KnownFile) await blocks.close();
        })
        .catch(() => undefined);
    }
    for (const part of this.#parts) part.closeNow();
    this.#parts.clear();
    this.#entries.clear();
  }

  #enter(fileId: FileId): Entry {
    const known = this.#entries.get(fileId);
    if (known) {
      this.#entries.delete(fileId);
      this.#entries.set(fileId, known);
      return known;
    }
    const closed: PromiseWithResolvers<void> = Promise.withResolvers();
    const entry: Entry = {
      file: this.#openFile(fileId),
      uses: 0,
      isStale: false,
      closed,
    };
    entry.file.catch(() => undefined); // told to whoever uses it
    this.#entries.set(fileId, entry);
    return entry;
  }

  #takeOut(fileId: FileId, entry: Entry): void {
    if (entry.isStale) return;
    entry.isStale = true;
    this.#entries.delete(fileId);
    const leaving = entry.closed.promise.then(() => {
      if (this.#leaving.get(fileId) === leaving) this.#leaving.delete(fileId);
    });
    this.#leaving.set(fileId, leaving);
  }

  async #closeIfDone(entry: Entry): Promise<void> {
    if (entry.uses > 0) return;
    if (entry.isStale) {
      await this.#close(entry);
      return;
    }
    const idle = [...this.#entries].find(([, { uses }]) => uses === 0);
    if (this.#entries.size > limits.dropFilesOpen && idle) {
      this.#takeOut(...idle);
      await this.#close(idle[1]);
    }
  }

  async #close(entry: Entry): Promise<void> {
    try {
      const file = await entry.file.catch(() => null);
      if (file?.blocks instanceof PartialFile) {
        this.#parts.delete(file.blocks);
        await file.blocks.close();
        this.#options.rows.patch(file.row.file_id, { held_bytes: heldBytes(file.blocks.held, file.row.size) });
      } else await file?.blocks?.close();
    } finally {
      entry.closed.resolve();
    }
  }

  async #openFile(fileId: FileId): Promise<OpenFile> {
    const { rows, hashFolder } = this.#options;
    await this.#leaving.get(fileId);
    const found = rows.file(fileId);
    if (!found) throw new Failure('input-invalid', 'no such file');
    const { file: row, direction } = found;
    const contents = row.header && decodeHeader(row.header);
    const isIncoming = direction === 'incoming';
    const blocks = await this.#openBlocks(row, isIncoming, contents !== null);
    if (blocks instanceof PartialFile) this.#parts.add(blocks);
    const pages = contents && (await HashPages.open(hashFolder, fileId, contents, row.hashes));
    return { row, isIncoming, contents, pages, blocks };
  }

  async #openBlocks(row: FileRow, isIncoming: boolean, isBegun: boolean): Promise<PartialFile | KnownFile | null> {
    const { folders, openPart } = this.#options;
    const mark = { size: row.size, mtimeMs: row.mtime_ms ?? -1 };
    if (!isIncoming) return row.source_path === null ? null : await KnownFile.open(row.source_path, mark);
    if (!isBegun) return null;
    const { downloads, partial } = await folders.open();
    if (row.placed !== null) return await KnownFile.open(downloads.at(row.placed, ...row.path.slice(1)), mark);
    if (row.is_sealed) return await KnownFile.open(partial.at(`${row.file_id}.part`), mark);
    const contentId = contentIdOf(row.header ?? new Uint8Array());
    const options = { folder: partial, name: row.file_id, contentId, size: row.size };
    return await PartialFile.open(openPart ? { ...options, openPart } : options);
  }
}

export const contentIdOf = (header: Uint8Array): string => toHex(createHash('sha256').update(header).digest());

/** Which blocks of the file main can read. */
export function readableBlocks({ row, contents, blocks }: OpenFile): Uint8Array<ArrayBuffer> {
  if (blocks instanceof PartialFile) return blocks.held;
  const count = blockCount(row.size);
  return blocks && contents ? makeBits(count).fill(0xff) : makeBits(count);
}

function heldBytes(bits: Uint8Array, size: number): number {
  let bytes = 0;
  for (let index = 0; index < blockCount(size); index += 1) if (hasBit(bits, index)) bytes += blockLength(size, index);
  return bytes;
}
