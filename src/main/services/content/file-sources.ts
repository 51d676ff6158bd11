// Files of this person's that main can find again by itself. The desktop app's preload says where they lie; the page gets a
// name that means nothing elsewhere.
import { realpath, stat } from 'node:fs/promises';
import * as v from 'valibot';
import { SourceId } from '#shared/drop';
import { Failure } from '#shared/failure';
import { toHex } from '#main/services/byte-layout';
import { readFailure } from '#main/services/content/disk-failure';
import { serviceLimits as limits } from '#main/services/service-limits';

export interface FileSource {
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
}

export class FileSources {
  readonly #random: (length: number) => Uint8Array;
  readonly #sources = new Map<SourceId, FileSource>();

  constructor(random: (length: number) => Uint8Array) {
    this.#random = random;
  }

  /** Fails `file-gone`, `file-unreadable`. A link is followed once, now. */
  async remember(path: string): Promise<SourceId> {
    try {
      const real = await realpath(path);
      const found = await stat(real);
      const { size, mtimeMs } = found;
      if (!found.isFile()) throw new Failure('file-unreadable', 'not a file');
      return this.add({ path: real, size, mtimeMs });
    } catch (error) {
      throw readFailure(error);
    }
  }

  /** One that was looked at just now. */
  add(source: FileSource): SourceId {
    const sourceId = v.parse(SourceId, toHex(this.#random(16)));
    this.#sources.set(sourceId, source);
    const [oldest] = this.#sources.keys();
    if (oldest !== undefined && this.#sources.size > limits.sourcesRemembered) this.#sources.delete(oldest);
    return sourceId;
  }

  find(sourceId: SourceId): FileSource {
    const source = this.#sources.get(sourceId);
    if (!source) throw new Failure('file-gone', 'not remembered');
    return source;
  }
}
