// The content layer: a file as blocks, and the header that names them. Its layout and the reasons: docs/protocol/content.md.
import * as v from 'valibot';

/** What is hashed, asked for, verified and written as one. */
export const blockBytes = 256 * 1024;
export const hashBytes = 32;
/** Block hashes travel in pages, and a page is as long as a block. */
export const hashesPerPage = blockBytes / hashBytes;
export const maxFileBytes = 1024 ** 4;

/** SHA-256 of the header, hex: the same for the same bytes, whatever they are called. */
export const ContentId = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/), v.brand('ContentId'));
export type ContentId = v.InferOutput<typeof ContentId>;

export const FileSize = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(maxFileBytes));

export interface FileManifest {
  readonly contentId: ContentId;
  readonly size: number;
  /** The SHA-256 of each page of block hashes, one after another. */
  readonly pageHashes: Uint8Array<ArrayBuffer>;
}

export const blockCount = (size: number): number => Math.ceil(size / blockBytes);

export const blockLength = (size: number, index: number): number =>
  Math.max(0, Math.min(blockBytes, size - index * blockBytes));

export const pageCount = (size: number): number => Math.ceil(blockCount(size) / hashesPerPage);

/** Bytes of a page of block hashes. */
export const pageLength = (size: number, page: number): number =>
  Math.max(0, Math.min(hashesPerPage, blockCount(size) - page * hashesPerPage)) * hashBytes;

/** Its version is part of the label; the zero byte ends it. */
const label = 'roundtable/content/1\0';
const fixedBytes = label.length + 8;

/** What may stand in a message at most, whatever the file's size: 16 KiB of page hashes and the rest. */
const maxHeaderBytes = fixedBytes + pageCount(maxFileBytes) * hashBytes;
export const HeaderBytes = v.pipe(v.instance(Uint8Array), v.minLength(fixedBytes), v.maxLength(maxHeaderBytes));

/** One layout, one encoding: label, size as eight bytes, then the page hashes. */
export function encodeHeader(size: number, pageHashes: Uint8Array): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(fixedBytes + pageHashes.length);
  for (let at = 0; at < label.length; at += 1) header[at] = label.charCodeAt(at);
  new DataView(header.buffer).setBigUint64(label.length, BigInt(size));
  header.set(pageHashes, fixedBytes);
  return header;
}

/** Null for anything but a header that `encodeHeader` makes. Whose id it has, its SHA-256 tells. */
export function decodeHeader(header: Uint8Array): Omit<FileManifest, 'contentId'> | null {
  if (header.length < fixedBytes || header.length > maxHeaderBytes) return null;
  for (let at = 0; at < label.length; at += 1) if (header[at] !== label.charCodeAt(at)) return null;
  const size = new DataView(header.buffer, header.byteOffset, header.length).getBigUint64(label.length);
  if (size > BigInt(maxFileBytes)) return null;
  const pageHashes = header.slice(fixedBytes);
  return pageHashes.length === pageCount(Number(size)) * hashBytes ? { size: Number(size), pageHashes } : null;
}

// ---- one bit per block, the first block in the highest bit of the first byte -----------------------------------------

export const makeBits = (count: number): Uint8Array<ArrayBuffer> => new Uint8Array(Math.ceil(count / 8));

export const hasBit = (bits: Uint8Array, index: number): boolean =>
  ((bits[index >> 3] ?? 0) & (0x80 >> (index & 7))) !== 0;

export function setBit(bits: Uint8Array, index: number): void {
  bits[index >> 3] = (bits[index >> 3] ?? 0) | (0x80 >> (index & 7));
}
