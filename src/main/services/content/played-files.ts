// Files that are played, also while they still come: whoever plays one gets its bytes in their order, block by block and no faster
// than they are taken, waits for those that are not here yet, and the page is told which place is wanted first.
import { blockBytes, hasBit } from '#shared/content';
import type { DropId, FileId } from '#shared/drop';
import { Failure } from '#shared/failure';
import { mediaType } from '#shared/media';
import type { DropRows } from '#main/services/content/drop-rows';
import type { OpenFiles } from '#main/services/content/open-files';
import { PartialFile } from '#main/services/content/partial-file';
import { serviceLimits as limits } from '#main/services/service-limits';

type Block = Uint8Array<ArrayBuffer>;

/** From here on a file is wanted. */
export interface WantedPlace {
  readonly dropId: DropId;
  /** Which file of the drop, and which of its blocks. */
  readonly file: number;
  readonly block: number;
}

export interface PlayedFile {
  readonly name: string;
  readonly size: number;
  /**
   * From `start` up to, and without, `end`. Holds a block at most. Fails when a block does not come in time, when nothing more comes at
   * all, and when too many newer ones were asked for; cancel it when nobody reads it any more.
   */
  stream(start: number, end: number): ReadableStream<Block>;
}

export interface PlayedFilesOptions {
  readonly rows: Pick<DropRows, 'file' | 'find'>;
  readonly files: Pick<OpenFiles, 'use'>;
  /** While nothing of the drop is given its name or removed. */
  readonly inTurn: <T>(dropId: DropId, work: () => Promise<T>) => Promise<T>;
  readonly wanted: (place: WantedPlace) => void;
  /** How long a block is waited for. */
  readonly waitMs?: number;
}

interface Place {
  readonly dropId: DropId;
  readonly fileId: FileId;
  readonly file: number;
  readonly isComing: boolean;
}

interface Request {
  readonly fileId: FileId;
  end(): void;
}

interface Waiter {
  readonly place: Place;
  readonly index: number;
  news: PromiseWithResolvers<void>;
}

export class PlayedFiles {
  readonly #options: PlayedFilesOptions;
  /** The oldest first. */
  readonly #requests = new Set<Request>();
  readonly #waiters = new Set<Waiter>();
  /** Drops whose unfinished files are removed. */
  readonly #stopped = new Set<DropId>();

  constructor(options: PlayedFilesOptions) {
    this.#options = options;
  }

  /** Null for what is no file of this drop that can be played and read. Does not wait for any of it to come. */
  async open(dropId: DropId, fileId: FileId): Promise<PlayedFile | null> {
    try {
      const found = this.#options.rows.file(fileId);
      const name = found?.file.path.at(-1) ?? '';
      if (found?.file.drop_id !== dropId || mediaType(name) === null) return null;
      const { file: row, direction } = found;
      const isComing = direction === 'incoming' && !row.is_sealed;
      const place = { dropId, fileId, file: row.position, isComing };
      await this.#look(place, null);
      return { name, size: row.size, stream: (start, end) => this.#stream(place, start, end) };
    } catch {
      return null; // changed, gone, or not to be read now: nothing that could be played
    }
  }

  /** These blocks can be read now. */
  arrived(fileId: FileId, indices: readonly number[]): void {
    for (const { place, index, news } of this.#waiters)
      if (place.fileId === fileId && indices.includes(index)) news.resolve();
  }

  /** What is not here will not come: whoever waits for it is told. */
  stop(dropId: DropId): void {
    this.#stopped.add(dropId);
    for (const { place, news } of this.#waiters) if (place.dropId === dropId) news.resolve();
  }

  /** It goes on, or there is nothing left of it that could be played. */
  forgetStop(dropId: DropId): void {
    this.#stopped.delete(dropId);
  }

  #stream(place: Place, start: number, end: number): ReadableStream<Block> {
    const ended = new AbortController();
    const told = { index: -Infinity };
    let at = start;
    let request: Request | null = null;
    const leave = (): void => {
      ended.abort();
      if (request) this.#requests.delete(request);
    };
    return new ReadableStream<Block>(
      {
        start: (controller) => {
          const end = (): void => {
            leave();
            controller.error(new Failure('aborted', 'newer requests took its place'));
          };
          request = { fileId: place.fileId, end };
          this.#enter(request);
        },
        pull: async (controller) => {
          try {
            const index = Math.floor(at / blockBytes);
            const first = index * blockBytes;
            const block = await this.#read(place, index, told, ended.signal);
            controller.enqueue(block.subarray(at - first, end - first));
            at = Math.min(end, first + blockBytes);
            if (at < end) return;
            leave();
            controller.close();
          } catch (error) {
            leave();
            throw error;
          }
        },
        cancel: leave,
      },
      { highWaterMark: 0 },
    );
  }

  /** An element asks anew for every place it goes to and leaves what it asked for before: the oldest give way. */
  #enter(request: Request): void {
    this.#requests.add(request);
    const ofFile = [...this.#requests].filter(({ fileId }) => fileId === request.fileId);
    if (ofFile.length > limits.mediaRequestsOfFile) ofFile[0]?.end();
    const [oldest] = this.#requests;
    if (this.#requests.size > limits.mediaRequests) oldest?.end();
  }

  async #read(place: Place, index: number, told: { index: number }, signal: AbortSignal): Promise<Block> {
    const waiter: Waiter = { place, index, news: Promise.withResolvers() };
    this.#waiters.add(waiter);
    try {
      if (index < told.index || index >= told.index + limits.mediaToldBlocks) this.#tell(place, index, told);
      let limit: AbortSignal | null = null;
      for (;;) {
        signal.throwIfAborted();
        const block = await this.#look(place, index);
        if (block) return block;
        if (index !== told.index) this.#tell(place, index, told);
        limit ??= AbortSignal.any([signal, AbortSignal.timeout(this.#options.waitMs ?? limits.mediaWaitMs)]);
        await unlessAborted(waiter.news.promise, limit);
        waiter.news = Promise.withResolvers();
      }
    } finally {
      this.#waiters.delete(waiter);
    }
  }

  #tell({ dropId, file, isComing }: Place, block: number, told: { index: number }): void {
    told.index = block;
    if (isComing) this.#options.wanted({ dropId, file, block });
  }

  /** The block, null while it is not here; with a null index only whether any could be read. Fails when it never will be. */
  async #look({ dropId, fileId }: Place, index: number | null): Promise<Block | null> {
    const { rows, files, inTurn } = this.#options;
    return await inTurn(dropId, async () => {
      const found = rows.file(fileId);
      if (!found) throw new Failure('file-gone');
      const isIncoming = found.direction === 'incoming';
      // What is given up is not opened: that would begin it anew.
      if (isIncoming && !found.file.is_sealed && !this.#goesOn(dropId)) throw new Failure('file-gone', 'given up');
      return await files.use(fileId, async ({ blocks }) => {
        if (!blocks && !isIncoming) throw new Failure('file-gone', 'only the page can read it');
        if (!blocks) return null;
        if (blocks instanceof PartialFile)
          return index !== null && hasBit(blocks.held, index) ? await blocks.read(index) : null;
        const [block] = await blocks.read(index === null ? [] : [index]);
        return block ?? null;
      });
    });
  }

  #goesOn(dropId: DropId): boolean {
    const state = this.#options.rows.find(dropId)?.state;
    return (state === 'open' || state === 'paused') && !this.#stopped.has(dropId);
  }
}

async function unlessAborted(news: Promise<void>, signal: AbortSignal): Promise<void> {
  const aborted: PromiseWithResolvers<never> = Promise.withResolvers();
  const leave = (): void => {
    aborted.reject(new Failure('aborted', 'it did not come in time, or nobody waits any more'));
  };
  signal.addEventListener('abort', leave, { once: true });
  if (signal.aborted) leave();
  try {
    await Promise.race([news, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
