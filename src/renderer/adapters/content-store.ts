// Drops on this machine as the core sees them: what main keeps, and beside it the files only the page can read.
import { blockBytes, decodeHeader, encodeHeader, hasBit, pageCount, type FileManifest } from '#shared/content';
import type { HostApi } from '#shared/contract';
import { blocksPerCall } from '#shared/contract/drop-calls';
import type { DropFacts, DropId, DropProgress, DropRecord, FileEntry, FileId, KeptDrop, KeptFile } from '#shared/drop';
import { Failure } from '#shared/failure';
import type { Host } from '#core/ports';
import type {
  ContentStore,
  GivenFile,
  HeldFile,
  IncomingDrop,
  IncomingFile,
  OutgoingDrop,
  OutgoingFile,
} from '#core/ports/content';
import { PickedFile } from '#adapters/content-given-files';
import { hashFile, type HashingOptions } from '#adapters/content-hashing';
import { HostFile, type ContentHost } from '#adapters/content-host-file';
import { HostLentFile, type LentHost } from '#adapters/content-lent-file';
import { PageFile, readSlice } from '#adapters/content-page-file';
import type { KeptHandles } from '#adapters/kept-handles';

type StoreHost = ContentHost &
  LentHost &
  Pick<Host, 'readFreeBytes' | 'listDrops' | 'readDrop' | 'keepDrop' | 'noteDrop' | 'discardDrop' | 'forgetDrops'>;

export interface ContentStoreOptions {
  readonly host: StoreHost;
  /** Of the desktop app; there main finds files again by itself. */
  readonly rememberFile: HostApi['rememberFile'];
  readonly handles: KeptHandles;
}

export class HostContentStore implements ContentStore {
  readonly #options: ContentStoreOptions;
  /** Files of mine that this page was given. */
  readonly #picked = new Map<FileId, File>();

  constructor(options: ContentStoreOptions) {
    this.#options = options;
  }

  /** A file of mine that this page was given; null of any other. */
  ownFile(fileId: FileId): File | null {
    return this.#picked.get(fileId) ?? null;
  }

  async list(): Promise<readonly DropRecord[]> {
    return await this.#options.host.listDrops();
  }

  async readFreeBytes(): Promise<number> {
    return (await this.#options.host.readFreeBytes()).freeBytes;
  }

  async give(facts: DropFacts, files: readonly GivenFile[]): Promise<OutgoingDrop> {
    const { host, handles } = this.#options;
    const picked = files.map((file) => (file.sourceId === undefined ? asPicked(file) : null));
    const sources = await Promise.all(
      files.map(async ({ sourceId }, at) => sourceId ?? (await this.#remember(picked[at]?.file))),
    );
    const kept = await host.keepDrop({ facts, files: files.map(({ entry }) => entry), state: 'open', sources });
    for (const [at, { fileId }] of kept.files.entries()) {
      const file = picked[at];
      if (file) this.#picked.set(fileId, file.file);
      if (file?.handle && !sources[at]) void handles.keep(fileId, file.handle, file.file);
    }
    return await this.#outgoing(kept, false);
  }

  async take(facts: DropFacts, files: readonly FileEntry[]): Promise<IncomingDrop> {
    const kept = await this.#options.host.keepDrop({ facts, files: [...files], state: 'open', sources: [] });
    return this.#incoming(kept);
  }

  async decline(facts: DropFacts, files: readonly FileEntry[]): Promise<DropRecord> {
    const { record } = await this.#options.host.keepDrop({ facts, files: [...files], state: 'declined', sources: [] });
    return record;
  }

  async reopen(dropId: DropId): Promise<OutgoingDrop | IncomingDrop> {
    const kept = await this.#options.host.readDrop({ dropId });
    return kept.record.direction === 'incoming' ? this.#incoming(kept) : await this.#outgoing(kept, false);
  }

  async allowAgain(dropId: DropId): Promise<boolean> {
    const kept = await this.#options.host.readDrop({ dropId });
    const { files } = await this.#outgoing(kept, true);
    return files.every(({ place }) => place === 'here');
  }

  async giveAgain(dropId: DropId, files: readonly GivenFile[]): Promise<void> {
    const { host, handles } = this.#options;
    const kept = await host.readDrop({ dropId });
    const left = files.map(asPicked);
    for (const { fileId, path, size } of kept.files) {
      // By its own name and size; its blocks are compared when it is prepared.
      const at = left.findIndex(({ entry }) => entry.size === size && entry.path.at(-1) === path.at(-1));
      const [found] = at < 0 ? [] : left.splice(at, 1);
      if (!found) continue;
      this.#picked.set(fileId, found.file);
      if (found.handle) void handles.keep(fileId, found.handle, found.file);
    }
  }

  lend(files: Parameters<ContentStore['lend']>[0]): readonly HeldFile[] {
    return files.map((file) => new HostLentFile(this.#options.host, file));
  }

  async forget(dropIds: readonly DropId[]): Promise<void> {
    const { host, handles } = this.#options;
    for (const dropId of dropIds) {
      const { files } = await host.readDrop({ dropId }).catch(() => ({ files: [] }));
      for (const { fileId } of files) this.#picked.delete(fileId);
      await handles.forget(files.map(({ fileId }) => fileId));
    }
    await host.forgetDrops({ dropIds: [...dropIds] });
  }

  async #remember(file: File | undefined) {
    const reply = file && (await this.#options.rememberFile?.(file));
    return reply?.ok === true ? reply.value : null;
  }

  async #outgoing(kept: KeptDrop, ask: boolean): Promise<OutgoingDrop> {
    const files = [];
    for (const file of kept.files) files.push(await this.#outgoingFile(file, ask));
    return { direction: 'outgoing', record: kept.record, files, note: this.#noteOf(kept) };
  }

  async #outgoingFile(kept: KeptFile, ask: boolean): Promise<OutgoingFile> {
    const { host, handles } = this.#options;
    const { fileId, path, size } = kept;
    const entry = { path, size };
    const known = this.#picked.get(fileId);
    if (known) return new PageOutgoingFile(host, kept, known);
    if (kept.place === 'here') return new HostOutgoingFile(host, kept);
    const again = kept.place === 'elsewhere' ? await handles.find(fileId, ask) : null;
    if (again) {
      this.#picked.set(fileId, again);
      return new PageOutgoingFile(host, kept, again);
    }
    const place = kept.place === 'coming' ? 'gone' : kept.place;
    const code = place === 'changed' ? 'file-changed' : place === 'gone' ? 'file-gone' : 'file-unreadable';
    return { entry, place, prepare: async () => await Promise.reject(new Failure(code)) };
  }

  #incoming(kept: KeptDrop): IncomingDrop {
    const { host } = this.#options;
    const { dropId } = kept.record;
    return {
      direction: 'incoming',
      record: kept.record,
      files: kept.files.map((file) => new HostIncomingFile(host, file)),
      note: this.#noteOf(kept),
      discard: async () => {
        await host.discardDrop({ dropId });
      },
    };
  }

  #noteOf({ record: { dropId } }: KeptDrop): (progress: DropProgress) => Promise<void> {
    return async (progress) => {
      await this.#options.host.noteDrop({ dropId, progress });
    };
  }
}

function asPicked(file: GivenFile): PickedFile {
  if (!(file instanceof PickedFile)) throw new Failure('internal', 'a file of another adapter');
  return file;
}

function manifestOf({ contentId }: KeptFile, header: Uint8Array | null): FileManifest | null {
  const contents = header && decodeHeader(header);
  return contents && contentId !== null ? { contentId, ...contents } : null;
}

/** Hashes a file of mine, and leaves the hashes with main, so that nobody has to do it again. */
async function hashAndKeep(
  host: ContentHost,
  { fileId, size }: KeptFile,
  read: (start: number, end: number) => Promise<Uint8Array<ArrayBuffer>>,
  options: HashingOptions,
): Promise<FileManifest> {
  const { manifest, header, pages } = await hashFile(size, read, options);
  await host.describeFile({ fileId, header });
  for (const [page, hashes] of pages.entries()) await host.writeHashes({ fileId, page, hashes });
  return manifest;
}

/** A file of mine that the page reads. */
class PageOutgoingFile implements OutgoingFile {
  readonly entry: FileEntry;
  readonly place = 'here';
  readonly #host: ContentHost;
  readonly #kept: KeptFile;
  readonly #file: File;
  #prepared: HeldFile | null = null;

  constructor(host: ContentHost, kept: KeptFile, file: File) {
    this.entry = { path: kept.path, size: kept.size };
    this.#host = host;
    this.#kept = kept;
    this.#file = file;
  }

  async prepare(onRead: (bytes: number) => void, signal: AbortSignal): Promise<HeldFile> {
    if (this.#prepared) return this.#prepared;
    const file = this.#file;
    if (file.size !== this.#kept.size) throw new Failure('file-changed');
    const read = async (start: number, end: number): Promise<Uint8Array<ArrayBuffer>> =>
      await readSlice(file, start, end);
    const manifest = await hashAndKeep(this.#host, this.#kept, read, { onRead, signal });
    const { fileId } = this.#kept;
    this.#prepared = new PageFile(manifest, file, async (page) => await this.#host.readHashes({ fileId, page }));
    return this.#prepared;
  }
}

/** A file of mine that main finds by itself. */
class HostOutgoingFile implements OutgoingFile {
  readonly entry: FileEntry;
  readonly place = 'here';
  readonly #host: ContentHost;
  readonly #kept: KeptFile;

  constructor(host: ContentHost, kept: KeptFile) {
    this.entry = { path: kept.path, size: kept.size };
    this.#host = host;
    this.#kept = kept;
  }

  async prepare(onRead: (bytes: number) => void, signal: AbortSignal): Promise<HeldFile> {
    const { fileId, size } = this.#kept;
    const { header, pages } = await this.#host.readHoldings({ fileId });
    const known = manifestOf(this.#kept, header);
    const areHashesKept = Array.from({ length: pageCount(size) }, (_, page) => hasBit(pages, page)).every(Boolean);
    const manifest =
      known && areHashesKept
        ? known
        : await hashAndKeep(this.#host, this.#kept, async (start, end) => await this.#read(start, end), {
            onRead,
            signal,
          });
    onRead(size);
    return await new HostFile(this.#host, fileId, manifest).refresh();
  }

  async #read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const { fileId } = this.#kept;
    const bytes = new Uint8Array(end - start);
    for (let at = start; at < end; at += blocksPerCall * blockBytes) {
      const first = at / blockBytes;
      const last = Math.min(first + blocksPerCall, Math.ceil(end / blockBytes));
      const indices = Array.from({ length: last - first }, (_, offset) => first + offset);
      const blocks = await this.#host.readBlocks({ fileId, indices });
      for (const [offset, block] of blocks.entries()) bytes.set(block, at - start + offset * blockBytes);
    }
    return bytes;
  }
}

class HostIncomingFile implements IncomingFile {
  readonly entry: FileEntry;
  isFinished: boolean;
  readonly #host: ContentHost;
  readonly #kept: KeptFile;
  #held: HostFile | null = null;

  constructor(host: ContentHost, kept: KeptFile) {
    this.entry = { path: kept.path, size: kept.size };
    this.isFinished = kept.place !== 'coming';
    this.#host = host;
    this.#kept = kept;
  }

  async open(signal: AbortSignal): Promise<HeldFile | null> {
    if (signal.aborted) throw new Failure('aborted');
    if (this.#held) return await this.#held.refresh();
    const { header } = await this.#host.readHoldings({ fileId: this.#kept.fileId });
    const manifest = manifestOf(this.#kept, header);
    if (manifest) this.#held = new HostFile(this.#host, this.#kept.fileId, manifest);
    return (await this.#held?.refresh()) ?? null;
  }

  async begin(manifest: FileManifest, signal: AbortSignal): Promise<HeldFile> {
    if (signal.aborted) throw new Failure('aborted');
    if (this.#held?.manifest.contentId === manifest.contentId) return this.#held;
    const header = encodeHeader(manifest.size, manifest.pageHashes);
    await this.#host.describeFile({ fileId: this.#kept.fileId, header });
    this.#held = await new HostFile(this.#host, this.#kept.fileId, manifest).refresh();
    return this.#held;
  }

  async finish(signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw new Failure('aborted');
    await this.#host.finishFile({ fileId: this.#kept.fileId });
    this.isFinished = true;
  }
}
