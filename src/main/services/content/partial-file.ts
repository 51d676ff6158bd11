// One file that is being received: its blocks go straight to their places in a `.part` file without a name of its own, and a
// journal beside it keeps what is on the disk for good. docs/protocol/content.md says when what is flushed.
import { constants, fdatasyncSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { blockBytes, blockCount, blockLength, hasBit, makeBits, setBit } from '#shared/content';
import { Failure } from '#shared/failure';
import { isErrorCode } from '#main/services/atomic-file';
import { notThroughLinks, type AnchoredFolder } from '#main/services/content/anchored-folder';
import { journalRecords, journalStart, replayJournal } from '#main/services/content/block-journal';
import { writeFailure } from '#main/services/content/disk-failure';
import { readFully, writeFully } from '#main/services/content/file-bytes';

/** The part of a file handle that is used; tests put failing disks in its place. */
export interface PartHandle {
  readonly fd: number;
  read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }>;
  write(buffer: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesWritten: number }>;
  datasync(): Promise<void>;
  truncate(length: number): Promise<void>;
  stat(): Promise<{ size: number }>;
  close(): Promise<void>;
}
export type OpenPart = (path: string, flags: number, mode: number) => Promise<PartHandle>;

interface Files {
  readonly part: PartHandle;
  readonly journal: PartHandle | null;
}

export interface PartialFileOptions {
  readonly folder: AnchoredFolder;
  /** Without extension. */
  readonly name: string;
  readonly contentId: string;
  readonly size: number;
  readonly openPart?: OpenPart;
}

/** What is written and not flushed yet is fetched again after a crash: at most twice this much. */
const flushBytes = 8 * 1024 * 1024;
const flushAfterMs = 1_000;

export class PartialFile {
  /** A set bit is a block that can be read. */
  readonly held: Uint8Array<ArrayBuffer>;
  readonly #size: number;
  readonly #part: PartHandle;
  /** Null for a file of one block: after a crash that one is fetched again. */
  readonly #journal: PartHandle | null;
  #journalEnd: number;
  /** Written, not flushed. */
  #fresh: number[] = [];
  #writing = new Set<number>();
  #flushing = 0;
  #lastFlush: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | null = null;
  /** Set when a flush failed: nobody knows what is on the disk, so it has to be opened anew. */
  #trouble: Failure | null = null;

  private constructor(options: PartialFileOptions, files: Files, held: Uint8Array<ArrayBuffer>, journalEnd: number) {
    this.#size = options.size;
    this.#part = files.part;
    this.#journal = files.journal;
    this.held = held;
    this.#journalEnd = journalEnd;
  }

  /** Goes on with what is there; begins anew where nothing is, or something of another content. */
  static async open(options: PartialFileOptions): Promise<PartialFile> {
    const { folder, name, contentId, size } = options;
    const openPart: OpenPart = options.openPart ?? open;
    try {
      const part = await openOwn(folder.at(`${name}.part`), openPart);
      let journal: PartHandle | null = null;
      try {
        if (blockCount(size) > 1) journal = await openOwn(folder.at(`${name}.journal`), openPart);
        const { held, end } = await readHeld({ part, journal }, contentId, size);
        if (journal) await folder.sync();
        return new PartialFile(options, { part, journal }, held, end);
      } catch (error) {
        await Promise.all([part.close(), journal?.close()]);
        throw error;
      }
    } catch (error) {
      throw writeFailure(error);
    }
  }

  get isComplete(): boolean {
    const count = blockCount(this.#size);
    for (let index = 0; index < count; index += 1) if (!hasBit(this.held, index)) return false;
    return true;
  }

  async read(index: number): Promise<Uint8Array<ArrayBuffer>> {
    if (!hasBit(this.held, index)) throw new Failure('input-invalid', 'a block that is not here');
    const block = new Uint8Array(blockLength(this.#size, index));
    await readFully(this.#part, block, index * blockBytes);
    return block;
  }

  /** Resolves once it can be read. Waits while too much is not flushed yet. */
  async write(index: number, block: Uint8Array): Promise<void> {
    if (index >= blockCount(this.#size) || block.length !== blockLength(this.#size, index))
      throw new Failure('input-invalid', 'no such block');
    if (this.#trouble) throw this.#trouble;
    if (hasBit(this.held, index) || this.#writing.has(index)) return;
    this.#writing.add(index);
    try {
      await writeFully(this.#part, block, index * blockBytes);
    } catch (error) {
      throw writeFailure(error);
    } finally {
      this.#writing.delete(index);
    }
    setBit(this.held, index);
    this.#fresh.push(index);
    await this.#flushWhenDue();
  }

  /** All that was written is on the disk for good. */
  async flush(): Promise<void> {
    await this.#startFlush();
    if (this.#trouble) throw this.#trouble;
  }

  /** Fails when blocks are missing. Flushed, and nothing behind the last block. */
  async seal(): Promise<void> {
    if (!this.isComplete) throw new Failure('input-invalid', 'blocks are missing');
    await this.flush();
    try {
      const { size } = await this.#part.stat();
      if (size < this.#size) throw new Failure('downloads-folder', 'the file was cut by something else');
      if (size > this.#size) await this.#part.truncate(this.#size);
      await this.#part.datasync();
    } catch (error) {
      throw writeFailure(error);
    }
  }

  async close(): Promise<void> {
    await this.flush().catch(() => undefined);
    this.#stopTimer();
    await Promise.all([this.#part.close(), this.#journal?.close()]);
  }

  /** For the end of the program: flushes and closes at once. */
  closeNow(): void {
    this.#stopTimer();
    try {
      if (this.#journal && this.#flushing === 0 && this.#fresh.length > 0 && !this.#trouble) {
        fdatasyncSync(this.#part.fd);
        const records = journalRecords(this.#fresh);
        writeSync(this.#journal.fd, records, 0, records.length, this.#journalEnd);
      }
    } catch {
      // what was not flushed is fetched again
    } finally {
      void this.#part.close().catch(() => undefined);
      void this.#journal?.close().catch(() => undefined);
    }
  }

  async #flushWhenDue(): Promise<void> {
    if (this.#isBatchFull()) {
      // One flush runs while the next blocks are written; whoever fills the second batch waits.
      if (this.#flushing > 0) await this.#lastFlush;
      if (this.#isBatchFull()) void this.#startFlush();
      if (this.#trouble) throw this.#trouble;
      return;
    }
    this.#timer ??= setTimeout(() => {
      void this.#startFlush();
    }, flushAfterMs).unref();
  }

  #isBatchFull(): boolean {
    return this.#fresh.length * blockBytes >= flushBytes;
  }

  /** Resolves when all that was written by now is flushed, or could not be. */
  async #startFlush(): Promise<void> {
    this.#stopTimer();
    const blocks = this.#fresh;
    this.#fresh = [];
    this.#flushing += 1;
    this.#lastFlush = this.#lastFlush
      .then(async () => {
        if (blocks.length > 0 && !this.#trouble) await this.#flushBlocks(blocks);
      })
      .catch((error: unknown) => {
        this.#trouble = writeFailure(error);
      })
      .finally(() => {
        this.#flushing -= 1;
      });
    await this.#lastFlush;
  }

  async #flushBlocks(blocks: number[]): Promise<void> {
    if (!this.#journal) return;
    await this.#part.datasync();
    const records = journalRecords(blocks);
    const at = this.#journalEnd;
    await writeFully(this.#journal, records, at);
    this.#journalEnd = at + records.length;
  }

  #stopTimer(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}

/** A file of this name that this made itself: never through a link, never over another file. */
async function openOwn(path: string, openPart: OpenPart): Promise<PartHandle> {
  const { O_RDWR, O_CREAT, O_EXCL } = constants;
  return await openPart(path, O_RDWR | O_CREAT | O_EXCL | notThroughLinks, 0o600).catch(async (error: unknown) => {
    if (!isErrorCode(error, 'EEXIST')) throw error;
    return await openPart(path, O_RDWR | notThroughLinks, 0o600);
  });
}

async function readHeld(
  { part, journal }: Files,
  contentId: string,
  size: number,
): Promise<{ held: Uint8Array<ArrayBuffer>; end: number }> {
  const count = blockCount(size);
  const told = makeBits(count);
  if (!journal) {
    await part.truncate(0);
    return { held: told, end: 0 };
  }
  const written = Buffer.alloc(Math.min((await journal.stat()).size, journalBytesMost(count)));
  await readFully(journal, written, 0);
  let end = replayJournal(written, contentId, told, count);
  if (end === 0) {
    const start = journalStart(contentId);
    await journal.truncate(0);
    await part.truncate(0);
    await writeFully(journal, start, 0);
    end = start.length;
  }
  await journal.truncate(end);
  // Blocks that something else cut off are not held, whatever the journal says.
  const partSize = (await part.stat()).size;
  const held = makeBits(count);
  for (let index = 0; index < count; index += 1) {
    const isThere = index * blockBytes + blockLength(size, index) <= partSize;
    if (isThere && hasBit(told, index)) setBit(held, index);
  }
  return { held, end };
}

/** No sound journal is longer: a record per block. */
const journalBytesMost = (count: number): number => 64 + count * 12;
