// Files for tests: bytes that differ from block to block, their header and hashes as a page computes them.
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import {
  blockBytes,
  blockCount,
  blockLength,
  ContentId,
  encodeHeader,
  hashBytes,
  hashesPerPage,
  pageCount,
} from '#shared/content';
import { DropId, type DropFacts } from '#shared/drop';
import { PeerId } from '#shared/identity';

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

export interface SomeFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly header: Uint8Array<ArrayBuffer>;
  readonly contentId: ContentId;
  readonly pages: readonly Uint8Array<ArrayBuffer>[];
  block(index: number): Uint8Array<ArrayBuffer>;
}

export function someFile(size: number, seed = 1): SomeFile {
  const bytes = new Uint8Array(size);
  let state = seed;
  for (let at = 0; at < size; at += 64) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[at] = state >>> 24;
  }
  const block = (index: number): Uint8Array<ArrayBuffer> =>
    bytes.slice(index * blockBytes, index * blockBytes + blockLength(size, index));
  const hashes = Buffer.concat(Array.from({ length: blockCount(size) }, (_, index) => sha256(block(index))));
  const perPage = hashesPerPage * hashBytes;
  const pages = Array.from(
    { length: pageCount(size) },
    (_, page) => new Uint8Array(hashes.subarray(page * perPage, (page + 1) * perPage)),
  );
  const header = encodeHeader(size, Buffer.concat(pages.map(sha256)));
  return { bytes, header, contentId: v.parse(ContentId, sha256(header).toString('hex')), pages, block };
}

let serial = 0;
const somePeer = v.parse(PeerId, 'a'.repeat(52));

/** The facts of a drop that nobody has made before. */
export function someDrop(direction: DropFacts['direction'] = 'incoming'): DropFacts {
  serial += 1;
  const dropId = v.parse(DropId, serial.toString(16).padStart(32, '0'));
  return { dropId, direction, from: { peerId: somePeer, name: 'Ada' }, to: [], roomId: null, isShared: false };
}
