// A file whose blocks main reads and writes: one that is being received, was received, or lies where main found it.
import { blockLength, hasBit, makeBits, pageCount, setBit, blockCount, type FileManifest } from '#shared/content';
import { blocksPerCall } from '#shared/contract/drop-calls';
import type { FileId } from '#shared/drop';
import { Failure, type FailureCode } from '#shared/failure';
import { Emitter } from '#core/base/emitter';
import type { Host } from '#core/ports';
import type { HeldFile } from '#core/ports/content';
import { limits } from '#core/wire/limits';
import { Batches } from '#adapters/content-batches';
import { Gate } from '#adapters/content-gate';

export type ContentHost = Pick<
  Host,
  'readHoldings' | 'describeFile' | 'writeHashes' | 'readHashes' | 'writeBlocks' | 'readBlocks' | 'finishFile'
>;

interface Block {
  readonly index: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** For all files together. */
const writes = new Gate(limits.blockWritesBytes);
export const reads = new Gate(limits.blockReadsBytes);
const callsAtOnce = 2;

export class HostFile implements HeldFile {
  readonly manifest: FileManifest;
  readonly held: Uint8Array<ArrayBuffer>;
  readonly heldPages: Uint8Array<ArrayBuffer>;
  readonly events = new Emitter<{ held: number; failed: FailureCode }>();
  readonly #host: ContentHost;
  readonly #fileId: FileId;
  readonly #writes: Batches<Block, true>;
  readonly #reads: Batches<number, Uint8Array<ArrayBuffer>>;
  /** After a write failed, main may hold less than it said. */
  #isUnsure = false;

  constructor(host: ContentHost, fileId: FileId, manifest: FileManifest) {
    this.#host = host;
    this.#fileId = fileId;
    this.manifest = manifest;
    this.held = makeBits(blockCount(manifest.size));
    this.heldPages = makeBits(pageCount(manifest.size));
    this.#writes = new Batches({
      inputsPerCall: blocksPerCall,
      callsAtOnce,
      call: async (blocks) => await this.#write(blocks),
    });
    this.#reads = new Batches({
      inputsPerCall: blocksPerCall,
      callsAtOnce,
      call: async (indices) => await host.readBlocks({ fileId, indices }),
    });
  }

  /** Asks main what is there. */
  async refresh(): Promise<this> {
    const { blocks, pages } = await this.#host.readHoldings({ fileId: this.#fileId });
    this.held.set(blocks.subarray(0, this.held.length));
    this.heldPages.set(pages.subarray(0, this.heldPages.length));
    this.#isUnsure = false;
    return this;
  }

  async readBlock(index: number, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    const length = blockLength(this.manifest.size, index);
    const block = await reads.through(length, signal, async () => await this.#reads.request(index));
    if (block.length !== length) throw new Failure('file-changed', 'a block of another length');
    return block;
  }

  async writeBlock(index: number, bytes: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<void> {
    if (this.#isUnsure) await this.refresh();
    if (hasBit(this.held, index)) return;
    await writes.through(bytes.length, signal, async () => await this.#writes.request({ index, bytes }));
    if (hasBit(this.held, index)) return; // written twice at once
    setBit(this.held, index);
    this.events.emit('held', index);
  }

  async readHashes(page: number, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    signal.throwIfAborted();
    return await this.#host.readHashes({ fileId: this.#fileId, page });
  }

  async writeHashes(page: number, hashes: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (hasBit(this.heldPages, page)) return;
    await this.#host.writeHashes({ fileId: this.#fileId, page, hashes });
    setBit(this.heldPages, page);
  }

  async #write(blocks: Block[]): Promise<true[]> {
    try {
      await this.#host.writeBlocks({ fileId: this.#fileId, blocks });
      return blocks.map(() => true);
    } catch (error) {
      const failure = Failure.from(error);
      this.#isUnsure = true;
      this.events.emit('failed', failure.code);
      throw failure;
    }
  }
}
