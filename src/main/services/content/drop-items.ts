// What a drop puts into the download folder: single files as each is whole, a folder when all of it is. Survives a crash between
// any two steps.
import { lstat, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DropId, FileId } from '#shared/drop';
import { isErrorCode } from '#main/services/atomic-file';
import type { AnchoredFolder } from '#main/services/content/anchored-folder';
import type { ContentFolders, OpenFolders } from '#main/services/content/content-folders';
import { writeFailure } from '#main/services/content/disk-failure';
import type { DropRows, FileRow } from '#main/services/content/drop-rows';
import { placeFile, placeFolder, wasPlaced } from '#main/services/content/placing';

type ItemFile = Pick<FileRow, 'file_id' | 'path'>;

/** The files below one first path component. */
interface Item {
  readonly name: string;
  readonly files: ItemFile[];
  readonly unsealed: Set<FileId>;
  placing: string | null;
  isPlaced: boolean;
}

export interface DropItemsOptions {
  readonly rows: DropRows;
  readonly folders: ContentFolders;
}

/** One thing at a time: the owner calls these in turn. */
export class DropItems {
  readonly #options: DropItemsOptions;
  readonly #items = new Map<string, Item>();

  constructor(dropId: DropId, options: DropItemsOptions) {
    this.#options = options;
    for (const row of options.rows.files(dropId)) this.#add(row);
  }

  /** A file is whole and flushed. Answers whether its item got its place with it. */
  async seal({ file_id, path }: ItemFile): Promise<boolean> {
    const item = this.#items.get(path[0] ?? '');
    if (!item) return false;
    item.unsealed.delete(file_id);
    return await this.#placeWhenWhole(item);
  }

  /** After a start: what was whole and has no place yet gets it. Answers the sealed files that are not on the disk any more. */
  async settle(): Promise<FileId[]> {
    const lost: FileId[] = [];
    for (const item of this.#items.values()) {
      if (item.isPlaced) continue;
      lost.push(...(await this.#findLost(item)));
      await this.#placeWhenWhole(item);
    }
    return lost;
  }

  /** Removes what did not get its place. */
  async discard(): Promise<void> {
    const { partial } = await this.#options.folders.open();
    try {
      for (const item of this.#items.values()) {
        if (item.isPlaced) continue;
        for (const { file_id } of item.files) {
          await rm(partial.at(`${file_id}.part`), { force: true });
          await rm(partial.at(`${file_id}.journal`), { force: true });
        }
        await rm(partial.at(treeOf(item)), { recursive: true, force: true });
      }
    } catch (error) {
      throw writeFailure(error);
    }
  }

  #add(row: FileRow): void {
    const name = row.path[0] ?? '';
    const known = this.#items.get(name);
    const item = known ?? {
      name,
      files: [],
      unsealed: new Set<FileId>(),
      placing: row.placing,
      isPlaced: row.placed !== null,
    };
    item.files.push({ file_id: row.file_id, path: row.path });
    if (!row.is_sealed) item.unsealed.add(row.file_id);
    this.#items.set(name, item);
  }

  async #placeWhenWhole(item: Item): Promise<boolean> {
    if (item.isPlaced) return true;
    if (item.unsealed.size > 0) return false;
    const folders = await this.#options.folders.open();
    const given = (await this.#findPlaced(item, folders)) ?? (await this.#place(item, folders));
    this.#options.rows.notePlace(idsOf(item), 'placed', given);
    item.isPlaced = true;
    return true;
  }

  async #findPlaced(item: Item, { downloads, partial }: OpenFolders): Promise<string | null> {
    if (item.placing === null) return null;
    const attempt = { from: partial, part: partOf(item), to: downloads };
    return (await wasPlaced(attempt, item.placing)) ? item.placing : null;
  }

  async #place(item: Item, { downloads, partial }: OpenFolders): Promise<string> {
    const { rows } = this.#options;
    const note = (name: string): void => {
      item.placing = name;
      rows.notePlace(idsOf(item), 'placing', name);
    };
    const placing = { from: partial, part: partOf(item), to: downloads, name: item.name, note };
    if (!isFolder(item)) {
      const given = await placeFile(placing);
      for (const { file_id } of item.files) await rm(partial.at(`${file_id}.journal`), { force: true });
      return given;
    }
    await buildTree(item, partial);
    return await placeFolder(placing);
  }

  async #findLost(item: Item): Promise<FileId[]> {
    const { downloads, partial } = await this.#options.folders.open();
    // A folder is moved as a whole: none of its files is where it was then.
    if (item.placing !== null && (await exists(downloads, item.placing)) && !(await exists(partial, partOf(item))))
      return [];
    const lost: FileId[] = [];
    for (const file of item.files) {
      if (item.unsealed.has(file.file_id)) continue;
      const isThere =
        (await exists(partial, `${file.file_id}.part`)) ||
        (isFolder(item) && (await exists(partial, treeOf(item), ...file.path.slice(1))));
      if (isThere) continue;
      item.unsealed.add(file.file_id);
      lost.push(file.file_id);
    }
    return lost;
  }
}

const isFolder = ({ files }: Item): boolean => files.some(({ path }) => path.length > 1);
const idsOf = ({ files }: Item): FileId[] => files.map(({ file_id }) => file_id);
/** Named after the first file, whose id is random. */
const treeOf = ({ files }: Item): string => `${files[0]?.file_id ?? ''}.folder`;
const partOf = (item: Item): string => (isFolder(item) ? treeOf(item) : `${item.files[0]?.file_id ?? ''}.part`);

/** Moves the parts into a folder of their names, out of sight; goes on where it stopped. */
async function buildTree(item: Item, partial: AnchoredFolder): Promise<void> {
  const tree = treeOf(item);
  try {
    for (const { file_id, path } of item.files) {
      const place = join(tree, ...path.slice(1));
      await mkdir(partial.at(dirname(place)), { recursive: true, mode: 0o700 });
      await rename(partial.at(`${file_id}.part`), partial.at(place)).catch((error: unknown) => {
        if (!isErrorCode(error, 'ENOENT')) throw error; // moved before the crash
      });
      await rm(partial.at(`${file_id}.journal`), { force: true });
    }
  } catch (error) {
    throw writeFailure(error);
  }
}

async function exists(folder: AnchoredFolder, ...names: string[]): Promise<boolean> {
  return await lstat(folder.at(...names)).then(
    () => true,
    () => false,
  );
}
