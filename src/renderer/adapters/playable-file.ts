// A file of a drop for an element that plays it: out of main, as far as it has come, or a file of mine that only the page can read.
import { blockCount, hasBit } from '#shared/content';
import type { Host } from '#shared/contract';
import type { DropId, FileId } from '#shared/drop';
import { mediaAddress, mediaType } from '#shared/media';
import type { PlayableFile } from '#core/ports/content';

type PlayingHost = Pick<Host, 'readDrop' | 'readHoldings'>;

const partsShown = 120;

/**
 * Null for what cannot be played, and for what neither main nor the page has at hand.
 * @param position among the files of the drop
 * @param ownOf a file of mine that only the page can read
 */
export async function openPlayable(
  host: PlayingHost,
  { dropId, position }: { readonly dropId: DropId; readonly position: number },
  ownOf: (fileId: FileId) => File | null,
): Promise<PlayableFile | null> {
  const { files } = await host.readDrop({ dropId });
  const file = files[position];
  const type = mediaType(file?.path.at(-1) ?? '');
  if (!file || type === null) return null;
  const own = ownOf(file.fileId);
  if (own) return ownPlayable(own, type);
  if (file.place !== 'here' && file.place !== 'coming') return null;
  const { fileId, size } = file;
  return {
    address: mediaAddress(dropId, fileId),
    readHeld: async () => heldParts((await host.readHoldings({ fileId })).blocks, blockCount(size), partsShown),
    release: () => undefined,
  };
}

function ownPlayable(file: File, type: string): PlayableFile {
  const address = URL.createObjectURL(file.slice(0, file.size, type));
  return {
    address,
    readHeld: async () => await Promise.resolve([1]),
    release: () => {
      URL.revokeObjectURL(address);
    },
  };
}

/** How much of each of so many equal parts of a file is here, 0-1; fewer parts where there are fewer blocks. */
export function heldParts(bits: Uint8Array, blocks: number, partsMost: number): readonly number[] {
  const parts = Math.min(blocks, partsMost);
  return Array.from({ length: parts }, (_, part) => {
    const [first, end] = [Math.floor((part * blocks) / parts), Math.floor(((part + 1) * blocks) / parts)];
    let held = 0;
    for (let block = first; block < end; block += 1) if (hasBit(bits, block)) held += 1;
    return held / (end - first);
  });
}
