// A picture that arrived, as bytes that are safe to show: small, of a kind every browser decodes, and of a bounded number of
// pixels by its own header, so that nothing tiny becomes gigabytes when it is decoded.
import { blockCount } from '#shared/content';
import type { Host } from '#shared/contract';
import { blocksPerCall } from '#shared/contract/drop-calls';
import type { DropId } from '#shared/drop';

const bytesAtMost = 20 * 1024 ** 2;
const pixelsAtMost = 40_000_000;
const types: Readonly<Partial<Record<string, string>>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  bmp: 'image/bmp',
};

/** Of a drop that is a single picture and lies on this disk; null of anything else. */
export async function readPreview(host: Pick<Host, 'readDrop' | 'readBlocks'>, dropId: DropId): Promise<Blob | null> {
  const { files } = await host.readDrop({ dropId });
  const [file] = files;
  if (!file || files.length > 1 || file.place !== 'here' || file.size === 0 || file.size > bytesAtMost) return null;
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
  const type = await safeType(bytes);
  return type === null ? null : new Blob([bytes], { type });
}

/** By what the bytes are, never by the name; null when it is no such picture or too large to decode. */
async function safeType(bytes: Uint8Array): Promise<string | null> {
  const { imageSize, disableTypes, types: known } = await import('image-size');
  // What could not be shown is not parsed either: less of a stranger's bytes is understood.
  disableTypes(known.filter((type) => types[type] === undefined));
  try {
    const { type = '', width, height } = imageSize(bytes);
    return width * height > pixelsAtMost ? null : (types[type] ?? null);
  } catch {
    return null; // no picture that it knows
  }
}
