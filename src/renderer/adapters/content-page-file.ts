// A file that only the page can read: its blocks come from a `File` the person chose, its hashes lie in main.
import { blockBytes, blockCount, makeBits, pageCount, type FileManifest } from '#shared/content';
import { Failure, type FailureCode } from '#shared/failure';
import { Emitter } from '#core/base/emitter';
import type { HeldFile } from '#core/ports/content';
import { limits } from '#core/wire/limits';
import { Gate } from '#adapters/content-gate';

const reads = new Gate(limits.blockReadsBytes);

/** The browser says so when the file is another than when it was chosen, or none. */
function readFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const name = error instanceof DOMException ? error.name : '';
  const code: FailureCode =
    name === 'NotFoundError' ? 'file-gone' : name === 'NotReadableError' ? 'file-changed' : 'file-unreadable';
  return new Failure(code, error instanceof Error ? error.message : '', { cause: error });
}

/** Fails `file-gone`, `file-changed`, `file-unreadable`. */
export async function readSlice(file: File, start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const bytes = new Uint8Array(await file.slice(start, end).arrayBuffer());
    if (bytes.length !== Math.min(end, file.size) - start) throw new Failure('file-changed', 'shorter than it was');
    return bytes;
  } catch (error) {
    throw readFailure(error);
  }
}

export class PageFile implements HeldFile {
  readonly manifest: FileManifest;
  readonly held: Uint8Array<ArrayBuffer>;
  readonly heldPages: Uint8Array<ArrayBuffer>;
  readonly events = new Emitter<{ held: number; failed: FailureCode }>();
  readonly #file: File;
  readonly #hashes: (page: number) => Promise<Uint8Array<ArrayBuffer>>;

  constructor(manifest: FileManifest, file: File, hashes: (page: number) => Promise<Uint8Array<ArrayBuffer>>) {
    this.manifest = manifest;
    this.#file = file;
    this.#hashes = hashes;
    this.held = makeBits(blockCount(manifest.size)).fill(0xff);
    this.heldPages = makeBits(pageCount(manifest.size)).fill(0xff);
  }

  async readBlock(index: number, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    const start = index * blockBytes;
    try {
      return await reads.through(
        blockBytes,
        signal,
        async () => await readSlice(this.#file, start, Math.min(start + blockBytes, this.manifest.size)),
      );
    } catch (error) {
      const failure = Failure.from(error);
      if (failure.code !== 'aborted') this.events.emit('failed', failure.code);
      throw failure;
    }
  }

  async readHashes(page: number, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    signal.throwIfAborted();
    return await this.#hashes(page);
  }

  async writeBlock(): Promise<void> {
    await Promise.reject(new Failure('internal', 'a file of mine'));
  }

  async writeHashes(): Promise<void> {
    await Promise.reject(new Failure('internal', 'a file of mine'));
  }
}
