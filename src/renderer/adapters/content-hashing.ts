// Reads a file of this person's once, from end to end, and hashes its blocks; the next piece is read while one is hashed. Only the
// hashes are held: an 8,192nd of the file.
import * as v from 'valibot';
import {
  blockBytes,
  ContentId,
  encodeHeader,
  hashBytes,
  hashesPerPage,
  pageCount,
  pageLength,
  type FileManifest,
} from '#shared/content';
import { Failure } from '#shared/failure';
import { toHex } from '#core/base/bytes';
import { paces } from '#core/wire/paces';
import { sha256 } from '#adapters/sha256';

export interface HashedFile {
  readonly manifest: FileManifest;
  readonly header: Uint8Array<ArrayBuffer>;
  readonly pages: readonly Uint8Array<ArrayBuffer>[];
}

export interface HashingOptions {
  /** How many bytes were read in all. */
  readonly onRead: (bytes: number) => void;
  readonly signal: AbortSignal;
}

/** Exactly these bytes of the file, or a failure. */
type ReadBytes = (start: number, end: number) => Promise<Uint8Array<ArrayBuffer>>;

/** Fails `aborted`, and as reading does. */
export async function hashFile(
  size: number,
  readBytes: ReadBytes,
  { onRead, signal }: HashingOptions,
): Promise<HashedFile> {
  const pages = Array.from({ length: pageCount(size) }, (_, page) => new Uint8Array(pageLength(size, page)));
  const read = (start: number): Promise<Uint8Array<ArrayBuffer>> | null =>
    start < size ? readBytes(start, Math.min(start + paces.hashReadBytes, size)) : null;
  let next = read(0);
  for (let start = 0; next !== null; start += paces.hashReadBytes) {
    if (signal.aborted) throw new Failure('aborted');
    const piece = await next;
    next = read(start + paces.hashReadBytes);
    next?.catch(() => undefined); // told when its turn comes
    const first = start / blockBytes;
    const hashes = await hashBlocks(piece);
    for (const [at, hash] of hashes.entries()) {
      const index = first + at;
      pages[Math.floor(index / hashesPerPage)]?.set(hash, (index % hashesPerPage) * hashBytes);
    }
    onRead(start + piece.length);
  }
  const pageHashes = joined(await Promise.all(pages.map(sha256)));
  const header = encodeHeader(size, pageHashes);
  const contentId = v.parse(ContentId, toHex(await sha256(header)));
  return { manifest: { contentId, size, pageHashes }, header, pages };
}

function joined(hashes: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(hashes.length * hashBytes);
  for (const [at, hash] of hashes.entries()) whole.set(hash, at * hashBytes);
  return whole;
}

async function hashBlocks(piece: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>[]> {
  const blocks = Array.from({ length: Math.ceil(piece.length / blockBytes) }, (_, at) =>
    piece.subarray(at * blockBytes, (at + 1) * blockBytes),
  );
  return await Promise.all(blocks.map(sha256));
}
