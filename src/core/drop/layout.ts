// The files of a drop as one row of blocks: which file a block belongs to, where in it, and how long it is.
import { blockCount, blockLength, hashesPerPage, pageLength } from '#shared/content';

export interface BlockPlace {
  readonly file: number;
  readonly index: number;
  readonly length: number;
}

export interface PagePlace {
  readonly file: number;
  readonly page: number;
  readonly length: number;
}

export class DropLayout {
  readonly bytes: number;
  readonly blocks: number;
  readonly #sizes: readonly number[];
  /** Number of the first block of each file, and of the one behind the last. */
  readonly #firsts: readonly number[];

  constructor(sizes: readonly number[]) {
    this.#sizes = sizes;
    const firsts = [0];
    for (const size of sizes) firsts.push((firsts.at(-1) ?? 0) + blockCount(size));
    this.#firsts = firsts;
    this.blocks = firsts.at(-1) ?? 0;
    this.bytes = sizes.reduce((sum, size) => sum + size, 0);
  }

  first(file: number): number {
    return this.#firsts[file] ?? this.blocks;
  }

  count(file: number): number {
    return this.first(file + 1) - this.first(file);
  }

  /** Only for blocks of this drop: 0 to `blocks` - 1. */
  place(block: number): BlockPlace {
    const file = this.#fileOf(block);
    const index = block - this.first(file);
    return { file, index, length: blockLength(this.#sizes[file] ?? 0, index) };
  }

  length(block: number): number {
    return this.place(block).length;
  }

  /** The page of hashes that a block's own hash stands in. */
  page(block: number): PagePlace {
    const { file, index } = this.place(block);
    const page = Math.floor(index / hashesPerPage);
    return { file, page, length: pageLength(this.#sizes[file] ?? 0, page) };
  }

  /** A page is called by the number of its first block. */
  pageStart({ file, page }: Pick<PagePlace, 'file' | 'page'>): number {
    return this.first(file) + page * hashesPerPage;
  }

  #fileOf(block: number): number {
    let low = 0;
    let high = this.#sizes.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.first(middle) <= block) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
