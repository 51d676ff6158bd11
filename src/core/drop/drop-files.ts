// The files of one drop by block number: what is held of them, reading, verifying and writing. A block is written only after
// its hash was found in a page of hashes, and a page is taken only if the header that the giver named has its hash.
import {
  decodeHeader,
  hasBit,
  hashBytes,
  hashesPerPage,
  makeBits,
  pageCount,
  setBit,
  type ContentId,
  type FileManifest,
} from '#shared/content';
import type { FileEntry } from '#shared/drop';
import { areEqual, toHex } from '#core/base/bytes';
import { DropLayout } from '#core/drop/layout';
import type { Content } from '#core/drop/messages';
import type { HeldFile, Sha256 } from '#core/ports/content';

export class DropFiles {
  readonly layout: DropLayout;
  /** One bit per block of the drop. */
  readonly held: Uint8Array<ArrayBuffer>;
  readonly #sha256: Sha256;
  readonly #entries: readonly FileEntry[];
  readonly #files: (HeldFile | null)[];
  /** Pages of hashes by file and page. */
  readonly #pages = new Map<number, Uint8Array<ArrayBuffer>>();
  /** Blocks held of each file. */
  readonly #heldOf: number[];
  #heldBytes = 0;

  constructor(entries: readonly FileEntry[], sha256: Sha256) {
    this.#entries = entries;
    this.#sha256 = sha256;
    this.layout = new DropLayout(entries.map(({ size }) => size));
    this.held = makeBits(this.layout.blocks);
    this.#files = entries.map(() => null);
    this.#heldOf = entries.map(() => 0);
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  get isWhole(): boolean {
    return this.#heldBytes === this.layout.bytes && this.#files.every((file) => file !== null);
  }

  /** How many files from the first on are known by what they are made of. */
  get known(): number {
    const at = this.#files.indexOf(null);
    return at < 0 ? this.#files.length : at;
  }

  /** Blocks from the first on that belong to known files. */
  get knownBlocks(): number {
    return this.layout.first(this.known);
  }

  isKnown(file: number): boolean {
    return (this.#files[file] ?? null) !== null;
  }

  isFileWhole(file: number): boolean {
    return this.isKnown(file) && this.#heldOf[file] === this.layout.count(file);
  }

  /** What it is made of is known, and what is held of it. */
  open(file: number, held: HeldFile): void {
    this.#files[file] = held;
    const first = this.layout.first(file);
    for (let index = 0; index < this.layout.count(file); index += 1) {
      if (hasBit(held.held, index)) this.#hold(first + index);
    }
  }

  /** Null when it is not of the size that was offered. */
  async manifestOf({ file, header }: Content): Promise<FileManifest | null> {
    const parsed = decodeHeader(header);
    if (!parsed || parsed.size !== this.#entries[file]?.size) return null;
    const hash = await this.#sha256(new Uint8Array(header));
    return { contentId: toHex(hash) as ContentId, ...parsed }; // sound: 64 hex digits
  }

  async readBlock(block: number, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    const { file, index } = this.layout.place(block);
    const held = this.#files[file];
    if (!held) throw new Error(`block ${block} of an unknown file`);
    return await held.readBlock(index, signal);
  }

  async readPage(start: number, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer> | null> {
    const { file, page } = this.layout.page(start);
    const held = this.#files[file];
    return held && hasBit(held.heldPages, page) ? await held.readHashes(page, signal) : null;
  }

  /** Whether the hashes for a block are in memory. */
  hasPage(block: number): boolean {
    return this.#pages.has(this.layout.pageStart(this.layout.page(block)));
  }

  /** From disk, if they are there. */
  async loadPages(file: number, signal: AbortSignal): Promise<void> {
    const held = this.#files[file];
    if (!held) return;
    for (let page = 0; page < pageCount(held.manifest.size); page += 1) {
      const start = this.layout.pageStart({ file, page });
      if (this.#pages.has(start) || !hasBit(held.heldPages, page)) continue;
      this.#pages.set(start, await held.readHashes(page, signal));
    }
  }

  /** False when these are not the hashes that the header names. */
  async takePage(start: number, hashes: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<boolean> {
    const { file, page, length } = this.layout.page(start);
    const held = this.#files[file];
    const wanted = held?.manifest.pageHashes.subarray(page * hashBytes, (page + 1) * hashBytes);
    if (!held || !wanted || hashes.length !== length) return false;
    if (!areEqual(await this.#sha256(hashes), wanted)) return false;
    this.#pages.set(start, hashes);
    await held.writeHashes(page, hashes, signal);
    return true;
  }

  async isGenuine(block: number, bytes: Uint8Array<ArrayBuffer>): Promise<boolean> {
    const { index, length } = this.layout.place(block);
    const page = this.#pages.get(this.layout.pageStart(this.layout.page(block)));
    const at = (index % hashesPerPage) * hashBytes;
    if (!page || bytes.length !== length) return false;
    return areEqual(await this.#sha256(bytes), page.subarray(at, at + hashBytes));
  }

  async writeBlock(block: number, bytes: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<void> {
    const { file, index } = this.layout.place(block);
    const held = this.#files[file];
    if (!held) throw new Error(`block ${block} of an unknown file`);
    await held.writeBlock(index, bytes, signal);
    this.#hold(block);
  }

  /** For others: what a file of mine is made of. */
  manifest(file: number): FileManifest | null {
    return this.#files[file]?.manifest ?? null;
  }

  #hold(block: number): void {
    if (hasBit(this.held, block)) return;
    setBit(this.held, block);
    const { file, length } = this.layout.place(block);
    this.#heldOf[file] = (this.#heldOf[file] ?? 0) + 1;
    this.#heldBytes += length;
  }
}
