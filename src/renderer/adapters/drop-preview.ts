// A picture that arrived, or is given, as bytes that are safe to show: small, of a kind every browser decodes, and of a bounded number of
// pixels by its own header, so that nothing tiny becomes gigabytes when it is decoded.
import { blockCount } from '#shared/content';
import type { Host } from '#shared/contract';
import { blocksPerCall } from '#shared/contract/drop-calls';
import type { DropId, FileId } from '#shared/drop';
import { readSlice } from '#adapters/content-page-file';
import { framesOf } from '#adapters/picture-frames';

const bytesAtMost = 20 * 1024 ** 2;
const pixelsAtMost = 40_000_000;
/** Of all frames of one that moves. */
const drawnAtMost = 1_000_000_000;
const types: Readonly<Partial<Record<string, string>>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  bmp: 'image/bmp',
};

type PreviewHost = Pick<Host, 'readDrop' | 'readBlocks'>;

/**
 * Of a drop that is a single picture; null of anything else, and of what is not on this disk.
 * @param ownOf a file of mine that only the page can read
 */
export async function readPreview(
  host: PreviewHost,
  dropId: DropId,
  ownOf: (fileId: FileId) => File | null,
): Promise<Blob | null> {
  const { files } = await host.readDrop({ dropId });
  const [file] = files;
  if (!file || files.length > 1 || file.size === 0 || file.size > bytesAtMost) return null;
  const own = ownOf(file.fileId);
  if (!own && file.place !== 'here') return null;
  const bytes = own ? await readSlice(own, 0, file.size) : await readAll(host, file);
  const type = await safeType(bytes);
  return type === null ? null : new Blob([bytes], { type });
}

async function readAll(host: PreviewHost, file: { fileId: FileId; size: number }): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(file.size);
  let filled = 0;
  for (let next = 0; next < blockCount(file.size); next += blocksPerCall) {
    const count = Math.min(blocksPerCall, blockCount(file.size) - next);
    const indices = Array.from({ length: count }, (_, at) => next + at);
    for (const block of await host.readBlocks({ fileId: file.fileId, indices })) {
      bytes.set(block, filled);
      filled += block.length;
    }
  }
  return bytes;
}

/** By what the bytes are, never by the name; null when it is no such picture or too large to decode. */
async function safeType(bytes: Uint8Array): Promise<string | null> {
  const { imageSize, disableTypes, types: known } = await import('image-size');
  // What could not be shown is not parsed either: less of a stranger's bytes is understood.
  disableTypes(known.filter((type) => types[type] === undefined));
  try {
    const { type = '', width, height } = imageSize(bytes);
    const shown = types[type] ?? '';
    const pixels = width * height;
    return pixels > pixelsAtMost || pixels * framesOf(shown, bytes) > drawnAtMost || shown === '' ? null : shown;
  } catch {
    return null; // no picture that it knows
  }
}
