// The files people drop for each other, on this disk: kept from the offer on, received block by block, given their names when
// they are whole, and read again for others. The page says which file of which drop, never where it lies.
import { lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { blockCount, decodeHeader, makeBits, pageCount } from '#shared/content';
import type { CallInput, CallOutput } from '#shared/contract';
import { FileId, type DropId, type KeptDrop } from '#shared/drop';
import { Failure } from '#shared/failure';
import { canLieTogether } from '#shared/file-names';
import { toHex } from '#main/services/byte-layout';
import type { Clock } from '#main/services/clock';
import { ContentFolders } from '#main/services/content/content-folders';
import { DropItems } from '#main/services/content/drop-items';
import { DropRows, type FileRow, type NewFile } from '#main/services/content/drop-rows';
import { FileSources } from '#main/services/content/file-sources';
import { HashPages } from '#main/services/content/hash-pages';
import { keptFile } from '#main/services/content/kept-files';
import { contentIdOf, OpenFiles, readableBlocks, type OpenFile } from '#main/services/content/open-files';
import { PartialFile, type OpenPart } from '#main/services/content/partial-file';
import { PlayedFiles, type WantedPlace } from '#main/services/content/played-files';
import { markAsReceived, systemMarking, type Marking } from '#main/services/content/quarantine';
import type { Database } from '#main/services/database';
import { serviceLimits as limits } from '#main/services/service-limits';

export interface DropsOptions {
  readonly database: Database;
  readonly downloadsFolder: string;
  /** The profile's. */
  readonly folder: string;
  readonly clock: Clock;
  readonly random: (length: number) => Uint8Array;
  /** From here on a file that still comes is wanted first. */
  readonly onWanted: (place: WantedPlace) => void;
  /** Tests put failing disks and other systems in their places. */
  readonly openPart?: OpenPart;
  readonly marking?: Marking;
}

export class Drops {
  readonly sources: FileSources;
  readonly played: PlayedFiles;
  readonly #options: DropsOptions;
  readonly #rows: DropRows;
  readonly #folders: ContentFolders;
  readonly #files: OpenFiles;
  readonly #hashFolder: string;
  readonly #items = new Map<DropId, DropItems>();
  /** What places or removes files of a drop happens one after another. */
  readonly #turns = new Map<DropId, Promise<unknown>>();

  constructor(options: DropsOptions) {
    this.#options = options;
    this.sources = new FileSources(options.random);
    this.#rows = new DropRows(options.database);
    this.#folders = new ContentFolders(options.downloadsFolder);
    this.#hashFolder = join(options.folder, 'hashes');
    this.#files = new OpenFiles({
      rows: this.#rows,
      folders: this.#folders,
      hashFolder: this.#hashFolder,
      openPart: options.openPart,
    });
    this.played = new PlayedFiles({
      rows: this.#rows,
      files: this.#files,
      inTurn: async (dropId, work) => await this.#inTurn(dropId, work),
      wanted: options.onWanted,
    });
  }

  async readFreeBytes(): Promise<CallOutput<'readFreeBytes'>> {
    const known = this.#rows.bytesToCome();
    const since = (await this.#files.partials()).reduce(
      (sum, { row, heldBytes }) => sum + heldBytes - row.held_bytes,
      0,
    );
    return { freeBytes: Math.max(0, (await this.#folders.freeBytes()) - Math.max(0, known - since)) };
  }

  list(): CallOutput<'listDrops'> {
    return this.#rows.list();
  }

  /** What became whole before a crash gets its place first. */
  async read(dropId: DropId): Promise<KeptDrop> {
    const record = this.#rows.find(dropId);
    if (!record) throw new Failure('drop-unknown');
    const { direction } = record;
    if (direction === 'incoming' && record.state !== 'cancelled' && record.state !== 'declined')
      await this.#settle(dropId);
    const rows = this.#rows.files(dropId);
    const { downloadsFolder } = this.#options;
    const files = await Promise.all(rows.map(async (row) => await keptFile(row, direction, downloadsFolder)));
    return { record: this.#rows.find(dropId) ?? record, files };
  }

  /** Fails `disk-full`, `downloads-folder`, `file-refused`, `file-gone`. */
  async keep({ facts, files, state, sources }: CallInput<'keepDrop'>): Promise<KeptDrop> {
    if (!canLieTogether(files.map(({ path }) => path))) throw new Failure('file-refused', 'names in each other’s way');
    if (this.#rows.find(facts.dropId)) throw new Failure('input-invalid', 'this drop is known');
    const isRunning = ({ state }: { state: string }): boolean => state === 'open' || state === 'paused';
    const isOpen = state === 'open';
    if (isOpen && this.#rows.list().filter(isRunning).length >= limits.dropsRunning)
      throw new Failure('input-invalid', 'too many drops are running');
    if (isOpen && facts.direction === 'incoming')
      await this.#checkSpace(files.reduce((sum, { size }) => sum + size, 0));
    const kept = files.map((entry, position): NewFile => {
      const sourceId = facts.direction === 'outgoing' ? sources[position] : null;
      const source = sourceId ? this.sources.find(sourceId) : null;
      if (source && source.size !== entry.size) throw new Failure('file-changed');
      return { fileId: v.parse(FileId, toHex(this.#options.random(16))), entry, source };
    });
    this.#rows.add(facts, kept, state, this.#options.clock.now());
    for (const dropId of this.#rows.surplus()) await this.#forget(dropId);
    return await this.read(facts.dropId);
  }

  async note({ dropId, progress }: CallInput<'noteDrop'>): Promise<void> {
    for (const { row, heldBytes } of await this.#files.partials()) {
      if (row.drop_id === dropId) this.#rows.patch(row.file_id, { held_bytes: heldBytes });
    }
    this.#rows.flush();
    this.#rows.note(dropId, progress, this.#options.clock.now());
    if (progress.state === 'open' || progress.state === 'paused') this.played.forgetStop(dropId);
    else this.played.stop(dropId);
  }

  async discard({ dropId }: CallInput<'discardDrop'>): Promise<void> {
    if (this.#rows.find(dropId)?.direction !== 'incoming') return;
    this.played.stop(dropId);
    for (const { file_id } of this.#rows.files(dropId)) await this.#files.release(file_id);
    await this.#inTurn(dropId, async () => {
      await this.#itemsOf(dropId).discard();
      this.#items.delete(dropId);
      this.#rows.discardUnplaced(dropId);
    });
    await this.#tidy();
  }

  async forget({ dropIds }: CallInput<'forgetDrops'>): Promise<void> {
    for (const dropId of dropIds) {
      const state = this.#rows.find(dropId)?.state ?? 'open';
      if (state !== 'open' && state !== 'paused') await this.#forget(dropId);
    }
  }

  /** Where its files are, for the shell to show. Fails `file-gone` when nothing of it is there. */
  async placeOf(dropId: DropId): Promise<{ folder: string; item: string }> {
    const { downloadsFolder } = this.#options;
    for (const { placed, source_path: source } of this.#rows.files(dropId)) {
      const item = placed === null ? source : join(downloadsFolder, placed);
      if (item === null) continue;
      const isThere = await lstat(item).catch(() => null);
      if (isThere) return { folder: placed === null ? join(item, '..') : downloadsFolder, item };
    }
    throw new Failure('file-gone');
  }

  async readHoldings({ fileId }: CallInput<'readHoldings'>): Promise<CallOutput<'readHoldings'>> {
    return await this.#files.use(fileId, async (file) => await Promise.resolve(holdingsOf(file)));
  }

  async describe({ fileId, header }: CallInput<'describeFile'>): Promise<CallOutput<'readHoldings'>> {
    const contents = decodeHeader(header);
    const contentId = contentIdOf(header);
    await this.#files.use(fileId, async ({ row, isIncoming }) => {
      if (contents?.size !== row.size) throw new Failure('file-refused', 'not the size that was offered');
      if (row.content_id !== null && row.content_id !== contentId)
        throw new Failure(isIncoming ? 'file-refused' : 'file-changed', 'another header is known');
      await Promise.resolve();
      if (row.header === null) this.#rows.describe(fileId, header, contentId);
    });
    await this.#files.release(fileId);
    return await this.readHoldings({ fileId });
  }

  async writeHashes({ fileId, page, hashes }: CallInput<'writeHashes'>): Promise<void> {
    await this.#files.use(fileId, async ({ pages }) => {
      if (!pages) throw new Failure('input-invalid', 'no header yet');
      await mkdir(this.#hashFolder, { recursive: true, mode: 0o700 });
      await pages.write(page, hashes);
      if (pages.only) this.#rows.patch(fileId, { hashes: pages.only });
    });
  }

  async readHashes({ fileId, page }: CallInput<'readHashes'>): Promise<Uint8Array<ArrayBuffer>> {
    return await this.#files.use(fileId, async ({ pages }) => {
      if (!pages) throw new Failure('input-invalid', 'no header yet');
      return await pages.read(page);
    });
  }

  async writeBlocks({ fileId, blocks }: CallInput<'writeBlocks'>): Promise<void> {
    await this.#files.use(fileId, async (file) => {
      const part = file.blocks;
      if (file.row.is_sealed) return; // asked twice, and written the first time
      if (!(part instanceof PartialFile)) throw new Failure('input-invalid', 'nothing is received here');
      const written = await Promise.allSettled(blocks.map(async ({ index, bytes }) => await part.write(index, bytes)));
      this.played.arrived(
        fileId,
        blocks.map(({ index }) => index),
      );
      const failed = written.find(({ status }) => status === 'rejected');
      if (failed?.status === 'rejected') throw failed.reason;
    });
  }

  async readBlocks({ fileId, indices }: CallInput<'readBlocks'>): Promise<Uint8Array<ArrayBuffer>[]> {
    return await this.#files.use(fileId, async ({ row, blocks }) => {
      if (!blocks || indices.some((index) => index >= blockCount(row.size)))
        throw new Failure('input-invalid', 'no such block');
      if (!(blocks instanceof PartialFile)) return await blocks.read(indices);
      return await Promise.all(indices.map(async (index) => await blocks.read(index)));
    });
  }

  async finish({ fileId }: CallInput<'finishFile'>): Promise<CallOutput<'finishFile'>> {
    const row = await this.#files.use(fileId, async (file) => await this.#seal(file));
    await this.#files.release(fileId);
    const isPlaced = await this.#inTurn(row.drop_id, async () => {
      if (row.placed !== null) return true;
      // The handle of what was released is closed now: some systems move no file that is open.
      return await this.#itemsOf(row.drop_id).seal(row);
    });
    await this.#tidy();
    return { isPlaced };
  }

  /** For the end of the program: what was written and not flushed is, at once. */
  close(): void {
    this.#files.closeNow();
    this.#rows.close();
    void this.#folders.tidy();
  }

  async #seal({ row, blocks }: OpenFile): Promise<FileRow> {
    if (row.is_sealed) return row;
    if (!(blocks instanceof PartialFile)) throw new Failure('input-invalid', 'nothing is received here');
    await blocks.seal();
    const { partial } = await this.#folders.open();
    const part = partial.at(`${row.file_id}.part`);
    await markAsReceived(part, this.#options.marking ?? systemMarking);
    const { mtimeMs } = await lstat(part);
    this.#rows.patch(row.file_id, { is_sealed: true, held_bytes: row.size, mtime_ms: mtimeMs });
    return row;
  }

  async #settle(dropId: DropId): Promise<void> {
    await this.#inTurn(dropId, async () => {
      if (this.#items.has(dropId)) return; // done since the start
      const items = this.#itemsOf(dropId);
      for (const fileId of await items.settle()) this.#rows.patch(fileId, { is_sealed: false, held_bytes: 0 });
    });
  }

  async #checkSpace(bytes: number): Promise<void> {
    const { freeBytes } = await this.readFreeBytes();
    if (bytes > freeBytes) throw new Failure('disk-full', `${bytes} bytes wanted, ${freeBytes} free`);
  }

  async #forget(dropId: DropId): Promise<void> {
    await this.discard({ dropId });
    for (const { file_id } of this.#rows.files(dropId)) {
      await this.#files.release(file_id);
      await HashPages.remove(this.#hashFolder, file_id);
    }
    this.#rows.forget(dropId);
    this.#turns.delete(dropId);
    this.played.forgetStop(dropId);
  }

  /** Nothing is being received any more: the folder for that goes. */
  async #tidy(): Promise<void> {
    if ((await this.#files.partials()).length === 0 && this.#rows.bytesToCome() === 0) await this.#folders.tidy();
  }

  #itemsOf(dropId: DropId): DropItems {
    const known = this.#items.get(dropId);
    if (known) return known;
    const items = new DropItems(dropId, { rows: this.#rows, folders: this.#folders });
    this.#items.set(dropId, items);
    return items;
  }

  async #inTurn<T>(dropId: DropId, work: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(dropId) ?? Promise.resolve()).then(work);
    this.#turns.set(
      dropId,
      turn.catch(() => undefined),
    );
    return await turn;
  }
}

function holdingsOf(file: OpenFile): CallOutput<'readHoldings'> {
  const { row, pages } = file;
  return {
    header: row.header,
    blocks: readableBlocks(file),
    pages: pages?.held ?? makeBits(pageCount(row.size)),
  };
}
