// Files in memory behind the core's port, kept over restarts of the core as main keeps them on a disk.
import { createHash } from 'node:crypto';
import {
  blockBytes,
  blockCount,
  encodeHeader,
  makeBits,
  pageCount,
  pageLength,
  setBit,
  type ContentId,
  type FileManifest,
} from '#shared/content';
import type { DropFacts, DropId, DropRecord, FileEntry, SourceId } from '#shared/drop';
import { Failure, type FailureCode } from '#shared/failure';
import { Emitter } from '#core/base/emitter';
import type {
  ContentStore,
  GivenFile,
  HeldFile,
  IncomingDrop,
  IncomingFile,
  OutgoingDrop,
  OutgoingFile,
  Sha256,
} from '#core/ports/content';

const hash = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  new Uint8Array(createHash('sha256').update(bytes).digest());

export const sha256: Sha256 = async (bytes) => hash(bytes);

export interface MemoryGiven extends GivenFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What a file is made of. */
export function hashPages(bytes: Uint8Array): { manifest: FileManifest; pages: Uint8Array<ArrayBuffer>[] } {
  const count = blockCount(bytes.length);
  const hashes = new Uint8Array(count * 32);
  for (let at = 0; at < count; at += 1)
    hashes.set(hash(bytes.subarray(at * blockBytes, (at + 1) * blockBytes)), at * 32);
  const pages: Uint8Array<ArrayBuffer>[] = [];
  for (let page = 0, at = 0; page < pageCount(bytes.length); page += 1) {
    const length = pageLength(bytes.length, page);
    pages.push(hashes.slice(at, at + length));
    at += length;
  }
  const pageHashes = new Uint8Array(Buffer.concat(pages.map(hash)));
  const contentId = Buffer.from(hash(encodeHeader(bytes.length, pageHashes))).toString('hex') as ContentId; // sound: hex
  return { manifest: { contentId, size: bytes.length, pageHashes }, pages };
}

/** One file: mine, or as much of somebody else's as has come. */
class MemoryFile implements HeldFile {
  readonly manifest: FileManifest;
  readonly held: Uint8Array<ArrayBuffer>;
  readonly heldPages: Uint8Array<ArrayBuffer>;
  readonly events = new Emitter<{ held: number; failed: FailureCode }>();
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #pages: Uint8Array<ArrayBuffer>[];
  readonly #disk: MemoryContent;

  constructor(
    disk: MemoryContent,
    manifest: FileManifest,
    given?: { bytes: Uint8Array<ArrayBuffer>; pages: Uint8Array<ArrayBuffer>[] },
  ) {
    this.#disk = disk;
    this.manifest = manifest;
    const [blocks, pages] = [blockCount(manifest.size), pageCount(manifest.size)];
    this.held = makeBits(blocks);
    this.heldPages = makeBits(pages);
    this.bytes = given?.bytes ?? new Uint8Array(manifest.size);
    this.#pages = given?.pages ?? [];
    if (!given) return;
    for (let at = 0; at < blocks; at += 1) setBit(this.held, at);
    for (let at = 0; at < pages; at += 1) setBit(this.heldPages, at);
  }

  async readBlock(index: number): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#disk.readFails) throw new Failure(this.#disk.readFails);
    return this.bytes.slice(index * blockBytes, (index + 1) * blockBytes);
  }

  async writeBlock(index: number, block: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<void> {
    await Promise.resolve();
    if (signal.aborted) throw new Failure('aborted');
    if (this.#disk.writeFails) throw new Failure(this.#disk.writeFails);
    this.bytes.set(block, index * blockBytes);
    setBit(this.held, index);
    this.#disk.writes += 1;
    this.events.emit('held', index);
  }

  async readHashes(page: number): Promise<Uint8Array<ArrayBuffer>> {
    const hashes = this.#pages[page];
    if (!hashes) throw new Error('no such page');
    return hashes;
  }

  async writeHashes(page: number, hashes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#pages[page] = hashes;
    setBit(this.heldPages, page);
  }
}

interface KeptFile {
  readonly entry: FileEntry;
  file: MemoryFile | null;
  isFinished: boolean;
  readonly given: Uint8Array<ArrayBuffer> | null;
}

interface Kept {
  record: DropRecord;
  readonly files: KeptFile[];
}

export class MemoryContent implements ContentStore {
  readonly drops = new Map<DropId, Kept>();
  /** Files under their final names, by path. */
  readonly downloads = new Map<string, Uint8Array>();
  /** What somebody may have of mine beside other givers. */
  readonly lendable = new Map<SourceId, Uint8Array<ArrayBuffer>>();
  writeFails: FailureCode | null = null;
  readFails: FailureCode | null = null;
  /** Files of mine are not at hand until they are chosen again. */
  isDetached = false;
  writes = 0;
  #now = 1;

  async list(): Promise<readonly DropRecord[]> {
    return [...this.drops.values()].map(({ record }) => record);
  }

  async readFreeBytes(): Promise<number> {
    return 2 ** 40;
  }

  async give(facts: DropFacts, files: readonly GivenFile[]): Promise<OutgoingDrop> {
    // Sound: tests give what they made.
    const given = files as readonly MemoryGiven[];
    const kept = this.#keep(
      facts,
      given.map(({ entry, bytes }) => ({ entry, file: null, isFinished: false, given: bytes })),
    );
    return this.#outgoing(kept);
  }

  async take(facts: DropFacts, files: readonly FileEntry[]): Promise<IncomingDrop> {
    if (this.writeFails) throw new Failure(this.writeFails);
    return this.#incoming(
      this.#keep(
        facts,
        files.map((entry) => ({ entry, file: null, isFinished: false, given: null })),
      ),
    );
  }

  async decline(facts: DropFacts, files: readonly FileEntry[]): Promise<DropRecord> {
    if (this.writeFails) throw new Failure(this.writeFails);
    const kept = this.#keep(
      facts,
      files.map((entry) => ({ entry, file: null, isFinished: false, given: null })),
    );
    kept.record = { ...kept.record, state: 'declined' };
    return kept.record;
  }

  async reopen(dropId: DropId): Promise<OutgoingDrop | IncomingDrop> {
    const kept = this.drops.get(dropId);
    if (!kept) throw new Failure('drop-unknown');
    return kept.record.direction === 'outgoing' ? this.#outgoing(kept) : this.#incoming(kept);
  }

  async allowAgain(): Promise<boolean> {
    return !this.isDetached;
  }

  async giveAgain(): Promise<void> {
    this.isDetached = false;
  }

  lend(files: Parameters<ContentStore['lend']>[0]): readonly HeldFile[] {
    return files.map(({ sourceId }) => {
      const bytes = this.lendable.get(sourceId);
      if (!bytes) throw new Failure('file-gone');
      const { manifest, pages } = hashPages(bytes);
      return new MemoryFile(this, manifest, { bytes, pages });
    });
  }

  async forget(dropIds: readonly DropId[]): Promise<void> {
    for (const dropId of dropIds) this.drops.delete(dropId);
  }

  #keep(facts: DropFacts, files: KeptFile[]): Kept {
    const entries = files.map(({ entry }) => entry);
    const bytes = entries.reduce((sum, { size }) => sum + size, 0);
    const progress = { state: 'open' as const, failure: null, sentBytes: 0, heldBytes: 0 };
    this.#now += 1;
    const times = { startedAt: this.#now, endedAt: null };
    const record = { ...facts, ...progress, fileCount: entries.length, bytes, files: entries, ...times };
    const kept = { record, files };
    this.drops.set(facts.dropId, kept);
    return kept;
  }

  #noteOf(kept: Kept): OutgoingDrop['note'] {
    return async (progress) => {
      kept.record = { ...kept.record, ...progress };
      await Promise.resolve();
    };
  }

  #outgoing(kept: Kept): OutgoingDrop {
    const place = this.isDetached ? 'elsewhere' : 'here';
    const files = kept.files.map(({ entry, given }): OutgoingFile => ({
      entry,
      place,
      prepare: async (onRead) => {
        const bytes = given ?? new Uint8Array();
        await Promise.resolve();
        onRead(bytes.length);
        const { manifest, pages } = hashPages(bytes);
        return new MemoryFile(this, manifest, { bytes, pages });
      },
    }));
    return { direction: 'outgoing', record: kept.record, files, note: this.#noteOf(kept) };
  }

  #incoming(kept: Kept): IncomingDrop {
    const files = kept.files.map((file): IncomingFile => ({
      entry: file.entry,
      isFinished: file.isFinished,
      open: async () => {
        await Promise.resolve();
        return file.file;
      },
      begin: async (manifest) => {
        if (file.file && file.file.manifest.contentId !== manifest.contentId) throw new Failure('file-refused');
        return (file.file ??= new MemoryFile(this, manifest));
      },
      finish: async () => {
        if (this.writeFails) throw new Failure(this.writeFails);
        file.isFinished = true;
        this.downloads.set(file.entry.path.join('/'), file.file?.bytes ?? new Uint8Array());
      },
    }));
    const discard = async (): Promise<void> => {
      for (const file of kept.files) if (!file.isFinished) file.file = null;
      await Promise.resolve();
    };
    return { direction: 'incoming', record: kept.record, files, note: this.#noteOf(kept), discard };
  }
}
