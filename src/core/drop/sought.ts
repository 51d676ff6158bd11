// What others than whoever gave a drop could give me of it: files that are known by what they are made of, and not here yet.
import type { ContentId } from '#shared/content';
import type { DropFacts, DropId } from '#shared/drop';
import type { PeerId } from '#shared/identity';
import type { DropFiles } from '#core/drop/drop-files';

interface SoughtFile {
  /** The block of the drop at which it begins. */
  readonly first: number;
  readonly size: number;
  readonly contentId: ContentId;
}

export interface Sought {
  readonly dropId: DropId;
  readonly from: PeerId;
  /** In the order of the drop. */
  readonly files: readonly SoughtFile[];
  /** How many files are known: while it rises, more is soon to be asked for together. */
  readonly known: number;
  /** Who gives besides whoever made it. */
  readonly givers: ReadonlySet<PeerId>;
}

export function soughtOf(
  { dropId, from }: DropFacts,
  files: DropFiles,
  sizes: readonly number[],
  givers: ReadonlySet<PeerId>,
): Sought {
  const sought = sizes.flatMap((size, file): SoughtFile[] => {
    const manifest = size > 0 && !files.isFileWhole(file) ? files.manifest(file) : null;
    return manifest ? [{ first: files.layout.first(file), size, contentId: manifest.contentId }] : [];
  });
  return { dropId, from: from.peerId, files: sought, known: files.known, givers };
}
