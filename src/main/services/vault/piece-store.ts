// A folder of pieces on this disk. A piece has its name only when all of it was flushed; a part needs no journal, since its blocks
// tell by their hashes whether they are there.
import { constants } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, statfs, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { blockBytes, blockCount, blockLength, hasBit, makeBits, setBit } from '#shared/content';
import { Failure } from '#shared/failure';
import { PieceId, pieceMaxBytes, type PieceHeader } from '#shared/vault';
import { isErrorCode } from '#main/services/atomic-file';
import { notThroughLinks } from '#main/services/content/anchored-folder';
import { storeFailure } from '#main/services/content/disk-failure';
import { writeFully } from '#main/services/content/file-bytes';
import { serviceLimits as limits } from '#main/services/service-limits';
import { vaultLimits } from '#main/services/vault/vault-limits';
import { isBlockOf, isSoundHeader } from '#main/services/vault/piece';

export interface PieceBlock {
  readonly index: number;
  readonly bytes: Uint8Array;
}

export interface StoredPiece {
  readonly pieceId: PieceId;
  /** False for a part, of which nobody but the header knows which blocks are there. */
  readonly isWhole: boolean;
}

const partSuffix = '.part';

export class PieceStore {
  readonly #folder: string;
  /** One thing at a time with one piece. */
  readonly #turns = new Map<PieceId, Promise<unknown>>();
  /** Blocks of parts that were verified since the start, so that they are not hashed again with every block. */
  readonly #held = new Map<PieceId, Uint8Array>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes the folder where it is missing, for nobody else to read. Parts stay: `list` names them. Fails `disk-full`. */
  static async open(folder: string): Promise<PieceStore> {
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      return new PieceStore(folder);
    } catch (error) {
      throw storeFailure(error);
    }
  }

  /** A piece whose id was made of these very bytes; on the disk for good once it resolves. Fails `disk-full`. */
  async writeWhole(pieceId: PieceId, bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0 || bytes.length > pieceMaxBytes) throw new Failure('input-invalid', 'no size of a piece');
    await this.#inTurn(pieceId, async () => {
      this.#held.delete(pieceId);
      await withFile(
        this.#partOf(pieceId),
        constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC,
        async (part) => {
          await writeFully(part, bytes, 0);
          await part.sync();
        },
      );
      await this.#giveName(pieceId);
    });
  }

  /**
   * Nothing is written when one of the blocks is `wrong`. `whole`: all of the piece is on the disk for good. Fails `disk-full`,
   * with what came before kept, and `input-invalid` for a header that is none.
   */
  async writeBlocks(header: PieceHeader, blocks: readonly PieceBlock[]): Promise<'wrong' | 'part' | 'whole'> {
    assertSound(header);
    if (blocks.some(({ index, bytes }) => !isBlockOf(header, index, bytes))) return 'wrong';
    return await this.#inTurn(header.pieceId, async () => {
      if (await this.#isWhole(header)) return 'whole';
      const held = await this.#heldOf(header);
      const fresh = blocks.filter(({ index }) => !hasBit(held, index));
      await withFile(this.#partOf(header.pieceId), constants.O_RDWR | constants.O_CREAT, async (part) => {
        for (const { index, bytes } of fresh) await writeFully(part, bytes, index * blockBytes);
        for (const { index } of fresh) setBit(held, index);
      });
      if (missingIn(header, held).length > 0) return 'part';
      await this.#finish(header);
      return 'whole';
    });
  }

  /** All of them are looked at: what got damaged on the disk is missing again, and may be written anew. */
  async missingBlocks(header: PieceHeader): Promise<number[]> {
    assertSound(header);
    return await this.#inTurn(header.pieceId, async () => {
      const path = this.#pathOf(header.pieceId);
      const held = await verifiedBlocks(path, header);
      const missing = held && missingIn(header, held);
      if (missing?.length === 0) return [];
      if (held) await rename(path, this.#partOf(header.pieceId));
      this.#held.delete(header.pieceId);
      const left = missingIn(header, await this.#heldOf(header));
      if (left.length === 0) await this.#finish(header); // the program ended after the last block, and before the name
      return left;
    });
  }

  /** In the order of `indices`. Null when the piece is missing here or damaged in one of them. */
  async readBlocks(header: PieceHeader, indices: readonly number[]): Promise<Uint8Array<ArrayBuffer>[] | null> {
    assertSound(header);
    if (indices.some((index) => !Number.isInteger(index) || index < 0 || index >= blockCount(header.bytes)))
      throw new Failure('input-invalid', 'no such block');
    return await this.#inTurn(header.pieceId, async () => {
      return await withExisting(this.#pathOf(header.pieceId), async (file) => {
        const blocks: Uint8Array<ArrayBuffer>[] = [];
        for (const index of indices) {
          const block = await readAt(file, index * blockBytes, blockLength(header.bytes, index));
          if (!isBlockOf(header, index, block)) return null;
          blocks.push(block);
        }
        return blocks;
      });
    });
  }

  /** All of it, or null as with `readBlocks`. */
  async read(header: PieceHeader): Promise<Uint8Array<ArrayBuffer> | null> {
    assertSound(header);
    return await this.#inTurn(header.pieceId, async () => {
      return await withExisting(this.#pathOf(header.pieceId), async (file) => {
        const piece = await readAt(file, 0, header.bytes);
        return missingIn(header, blocksIn(header, piece)).length === 0 ? piece : null;
      });
    });
  }

  /** Parts of them too; those that are not here are none. */
  async remove(pieceIds: readonly PieceId[]): Promise<void> {
    for (const pieceId of pieceIds) {
      await this.#inTurn(pieceId, async () => {
        this.#held.delete(pieceId);
        await rm(this.#pathOf(pieceId), { force: true });
        await rm(this.#partOf(pieceId), { force: true });
      });
    }
  }

  /** What lies here, a piece and a part of it as two, so that whoever keeps count can remove what nobody names. */
  async list(): Promise<StoredPiece[]> {
    try {
      return (await readdir(this.#folder)).flatMap((name) => {
        const isWhole = !name.endsWith(partSuffix);
        const parsed = v.safeParse(PieceId, isWhole ? name : name.slice(0, -partSuffix.length));
        return parsed.success ? [{ pieceId: parsed.output, isWhole }] : [];
      });
    } catch (error) {
      throw storeFailure(error);
    }
  }

  /** What may still be written here: some of the disk is never taken. */
  async freeBytes(): Promise<number> {
    try {
      const { bavail, bsize, blocks } = await statfs(this.#folder);
      const reserve = Math.min(limits.diskReserveBytes, blocks * bsize * limits.diskReserveRatio);
      return Math.max(0, Math.floor(bavail * bsize - reserve));
    } catch (error) {
      throw storeFailure(error);
    }
  }

  #pathOf(pieceId: PieceId): string {
    return join(this.#folder, pieceId);
  }

  #partOf(pieceId: PieceId): string {
    return join(this.#folder, `${pieceId}${partSuffix}`);
  }

  async #isWhole({ pieceId, bytes }: PieceHeader): Promise<boolean> {
    const found = await stat(this.#pathOf(pieceId)).catch((error: unknown) => nullWhenGone(error));
    return found?.size === bytes;
  }

  async #heldOf(header: PieceHeader): Promise<Uint8Array> {
    const known = this.#held.get(header.pieceId);
    const held =
      known ?? (await verifiedBlocks(this.#partOf(header.pieceId), header)) ?? makeBits(blockCount(header.bytes));
    this.#held.delete(header.pieceId);
    this.#held.set(header.pieceId, held);
    const [oldest] = this.#held.keys();
    if (oldest !== undefined && this.#held.size > vaultLimits.vaultPartsRemembered) this.#held.delete(oldest);
    return held;
  }

  /** All blocks of the part are there. */
  async #finish({ pieceId, bytes }: PieceHeader): Promise<void> {
    await withFile(this.#partOf(pieceId), constants.O_RDWR, async (part) => {
      await part.truncate(bytes);
      await part.sync();
    });
    await this.#giveName(pieceId);
  }

  /** The part is flushed. */
  async #giveName(pieceId: PieceId): Promise<void> {
    await rename(this.#partOf(pieceId), this.#pathOf(pieceId));
    this.#held.delete(pieceId);
    await syncFolder(this.#folder);
  }

  async #inTurn<T>(pieceId: PieceId, work: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(pieceId) ?? Promise.resolve()).then(work);
    const settled = turn.catch(() => undefined);
    this.#turns.set(pieceId, settled);
    try {
      return await turn;
    } catch (error) {
      throw storeFailure(error);
    } finally {
      if (this.#turns.get(pieceId) === settled) this.#turns.delete(pieceId);
    }
  }
}

function assertSound(header: PieceHeader): void {
  if (!isSoundHeader(header)) throw new Failure('input-invalid', 'no header of a piece');
}

function missingIn({ bytes }: PieceHeader, held: Uint8Array): number[] {
  return Array.from({ length: blockCount(bytes) }, (_, index) => index).filter((index) => !hasBit(held, index));
}

/** Bits of the blocks that are what they should be; `found` may be shorter than the piece. */
function blocksIn(header: PieceHeader, found: Uint8Array): Uint8Array {
  const held = makeBits(blockCount(header.bytes));
  for (let index = 0; index < blockCount(header.bytes); index += 1) {
    if (isBlockOf(header, index, found.subarray(index * blockBytes, (index + 1) * blockBytes))) setBit(held, index);
  }
  return held;
}

async function verifiedBlocks(path: string, header: PieceHeader): Promise<Uint8Array | null> {
  return await withExisting(path, async (file) => blocksIn(header, await readAt(file, 0, header.bytes)));
}

async function withFile<T>(path: string, flags: number, work: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, flags | notThroughLinks, 0o600);
  try {
    return await work(file);
  } finally {
    await file.close();
  }
}

async function withExisting<T>(path: string, work: (file: FileHandle) => Promise<T>): Promise<T | null> {
  return await withFile(path, constants.O_RDONLY, work).catch((error: unknown) => nullWhenGone(error));
}

function nullWhenGone(error: unknown): null {
  if (isErrorCode(error, 'ENOENT')) return null;
  throw error;
}

/** Shorter where the file ends before. */
async function readAt(file: FileHandle, position: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const { bytesRead } = await file.read(bytes, at, length - at, position + at);
    if (bytesRead <= 0) return bytes.slice(0, at);
    at += bytesRead;
  }
  return bytes;
}

/** New and renamed files survive a power cut once this is done; Windows has no such call. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  await withFile(folder, constants.O_RDONLY, async (handle) => {
    await handle.sync();
  });
}
