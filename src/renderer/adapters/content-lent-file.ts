// A file of mine that main reads for somebody's download, to which others give too.
import { blockLength, blockCount, decodeHeader, makeBits, pageCount, type FileManifest } from '#shared/content';
import { blocksPerCall } from '#shared/contract/drop-calls';
import { Failure, type FailureCode } from '#shared/failure';
import type { LentFile } from '#shared/share';
import { Emitter } from '#core/base/emitter';
import type { Host } from '#core/ports';
import type { HeldFile } from '#core/ports/content';
import { Batches } from '#adapters/content-batches';
import { reads } from '#adapters/content-host-file';

export type LentHost = Pick<Host, 'readLentBlocks' | 'readLentHashes'>;

const callsAtOnce = 2;

export class HostLentFile implements HeldFile {
  readonly manifest: FileManifest;
  readonly held: Uint8Array<ArrayBuffer>;
  readonly heldPages: Uint8Array<ArrayBuffer>;
  readonly events = new Emitter<{ held: number; failed: FailureCode }>();
  readonly #host: LentHost;
  readonly #sourceId: LentFile['sourceId'];
  readonly #reads: Batches<number, Uint8Array<ArrayBuffer>>;

  /** Fails `internal` for a header that main cannot have made. */
  constructor(host: LentHost, { sourceId, contentId, header }: Pick<LentFile, 'sourceId' | 'contentId' | 'header'>) {
    const contents = decodeHeader(header);
    if (!contents) throw new Failure('internal', 'not a header');
    this.manifest = { contentId, ...contents };
    this.held = makeBits(blockCount(contents.size)).fill(0xff);
    this.heldPages = makeBits(pageCount(contents.size)).fill(0xff);
    this.#host = host;
    this.#sourceId = sourceId;
    this.#reads = new Batches({
      inputsPerCall: blocksPerCall,
      callsAtOnce,
      call: async (indices) => await host.readLentBlocks({ sourceId, indices }),
    });
  }

  async readBlock(index: number, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    const length = blockLength(this.manifest.size, index);
    return await reads.through(length, signal, async () => await this.#reads.request(index));
  }

  async writeBlock(): Promise<void> {
    await Promise.reject(new Failure('internal', 'a file of mine is not written'));
  }

  async readHashes(page: number, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    signal.throwIfAborted();
    return await this.#host.readLentHashes({ sourceId: this.#sourceId, page });
  }

  async writeHashes(): Promise<void> {
    await Promise.reject(new Failure('internal', 'a file of mine is not written'));
  }
}
