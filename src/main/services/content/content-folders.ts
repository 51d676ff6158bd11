// Where received files are: the download folder, and inside it the one in which they lie until they are whole. Also how much
// space there is.
import { chmod, rmdir, statfs } from 'node:fs/promises';
import { Failure } from '#shared/failure';
import { AnchoredFolder } from '#main/services/content/anchored-folder';
import { writeFailure } from '#main/services/content/disk-failure';
import { serviceLimits as limits } from '#main/services/service-limits';

const lingerMs = 60_000;
const partialName = '.roundtable-partial';

export interface OpenFolders {
  readonly downloads: AnchoredFolder;
  readonly partial: AnchoredFolder;
}

export class ContentFolders {
  readonly #path: string;
  /** Where the download folder really was at first. A link put in its place later leads nowhere. */
  #realPath: string | null = null;
  #open: Promise<OpenFolders> | null = null;

  constructor(downloadsPath: string) {
    this.#path = downloadsPath;
  }

  /** Fails `downloads-folder`. Both stay open until `tidy`; a folder that was replaced meanwhile is opened anew. */
  async open(): Promise<OpenFolders> {
    const before = this.#open;
    if (before) {
      const folders = await before.catch(() => null);
      if (folders && (await isInPlace(folders))) return folders;
      if (this.#open === before) {
        this.#open = null;
        if (folders) closeLater(folders);
      }
    }
    this.#open ??= this.#openBoth();
    return await this.#open;
  }

  /** What a drop may still take, before others that run are counted. */
  async freeBytes(): Promise<number> {
    const { downloads } = await this.open();
    try {
      const { bavail, bsize, blocks } = await statfs(downloads.at());
      return bavail * bsize - Math.min(limits.diskReserveBytes, blocks * bsize * limits.diskReserveRatio);
    } catch (error) {
      throw writeFailure(error);
    }
  }

  /** Nothing is being received: the folder of partial files goes unless something is in it. */
  async tidy(): Promise<void> {
    const folders = await this.#open?.catch(() => null);
    this.#open = null;
    if (!folders) return;
    await rmdir(folders.downloads.at(partialName)).catch(() => undefined);
    closeLater(folders);
  }

  async #openBoth(): Promise<OpenFolders> {
    const downloads = await AnchoredFolder.open(this.#path);
    try {
      this.#realPath ??= downloads.path;
      if (downloads.path !== this.#realPath) throw new Failure('downloads-folder', 'it leads elsewhere now');
      const partial = await downloads.openInside(partialName);
      if (process.platform !== 'win32') await chmod(partial.at(), 0o700);
      return { downloads, partial };
    } catch (error) {
      await downloads.close();
      throw writeFailure(error);
    }
  }
}

/** Not before every step that began in them is over: their numbers would be given to other files. */
function closeLater({ downloads, partial }: OpenFolders): void {
  setTimeout(() => {
    void Promise.all([partial.close(), downloads.close()]).catch(() => undefined);
  }, lingerMs).unref();
}

async function isInPlace({ downloads, partial }: OpenFolders): Promise<boolean> {
  return await Promise.all([downloads.check(), partial.check()]).then(
    () => true,
    () => false,
  );
}
