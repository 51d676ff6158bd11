import { describe, expect, it } from 'vitest';
import { parse } from 'valibot';
import { blockBytes } from '#shared/content';
import { DropId, FileId, type KeptFile } from '#shared/drop';
import { readPreview } from '#adapters/drop-preview';
import type { Host } from '#shared/contract';
import { gif, png } from './some-pictures';

const dropId = parse(DropId, '0'.repeat(32));

/** The first 33 bytes of a PNG, which name its size, and nothing after them. */
function pngHeader(width: number, height: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(33);
  const view = new DataView(bytes.buffer);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  view.setUint32(8, 13);
  bytes.set(new TextEncoder().encode('IHDR'), 12);
  view.setUint32(16, width);
  view.setUint32(20, height);
  bytes.set([8, 6, 0, 0, 0], 24);
  return bytes;
}

interface Lying {
  readonly name?: string;
  readonly place?: KeptFile['place'];
  readonly size?: number;
  readonly count?: number;
  /** What the page has of it. */
  readonly own?: File;
}

async function previewOf(bytes: Uint8Array<ArrayBuffer>, more: Lying = {}): Promise<Blob | null> {
  const { name = 'a.png', place = 'here', size = bytes.length, count = 1, own = null } = more;
  const files = Array.from({ length: count }, (_, at) => ({
    fileId: parse(FileId, String(at).padStart(32, '0')),
    path: [name],
    size,
    contentId: null,
    place,
  }));
  return await readPreview(
    {
      // Sound: the preview looks at the files only.
      readDrop: async () => await Promise.resolve({ files } as unknown as Awaited<ReturnType<Host['readDrop']>>),
      readBlocks: async ({ indices }) =>
        await Promise.resolve(indices.map((at) => bytes.slice(at * blockBytes, (at + 1) * blockBytes))),
    },
    dropId,
    () => own,
  );
}

describe('the preview of a picture that arrived', () => {
  it('is the picture, with the type that its bytes say and not its name', async () => {
    const preview = await previewOf(pngHeader(640, 480), { name: 'a.jpg' });
    expect(preview?.type).toBe('image/png');
    expect(preview?.size).toBe(33);
  });

  it('is put together from all blocks', async () => {
    const bytes = new Uint8Array(3 * blockBytes + 5);
    bytes.set(pngHeader(640, 480));
    bytes[bytes.length - 1] = 7;
    const preview = await previewOf(bytes);
    expect(new Uint8Array((await preview?.arrayBuffer()) ?? new ArrayBuffer(0))).toEqual(bytes);
  });

  it('is refused when its header names more pixels than a page should decode', async () => {
    expect(await previewOf(pngHeader(60_000, 60_000))).toBeNull();
    expect(await previewOf(pngHeader(2 ** 31 - 1, 1))).toBeNull();
  });

  it('is refused when it moves, and all its frames together are more than a page should draw', async () => {
    const bomb = gif({ width: 5_000, height: 5_000, frames: 10_000 });
    const before = process.memoryUsage().rss;
    expect(await previewOf(bomb)).toBeNull();
    expect(await previewOf(png({ width: 5_000, height: 5_000, frames: 10_000 }))).toBeNull();
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 2 ** 20);
    expect((await previewOf(gif({ width: 100, height: 100, frames: 10_000 })))?.type).toBe('image/gif');
  });

  it('is refused over 20 MB, before any of it is read', async () => {
    expect(await previewOf(pngHeader(10, 10), { size: 20 * 1024 ** 2 + 1 })).toBeNull();
  });

  it.each(['<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', '<html><body>', 'GIF', ''])(
    'is refused for bytes that are no picture: %s',
    async (text) => {
      expect(await previewOf(new TextEncoder().encode(text))).toBeNull();
    },
  );

  it('is refused while the file is not wholly here, and for several files', async () => {
    expect(await previewOf(pngHeader(10, 10), { place: 'coming' })).toBeNull();
    expect(await previewOf(pngHeader(10, 10), { count: 2 })).toBeNull();
  });

  it('is that of my own file, which only the page can read, by the same rules', async () => {
    const given = (bytes: Uint8Array<ArrayBuffer>): Lying => ({ place: 'elsewhere', own: new File([bytes], 'a.png') });
    const [small, huge] = [pngHeader(640, 480), pngHeader(60_000, 60_000)];
    expect((await previewOf(small, given(small)))?.type).toBe('image/png');
    expect(await previewOf(huge, given(huge))).toBeNull();
    expect(await previewOf(small, { place: 'elsewhere' })).toBeNull();
  });
});
