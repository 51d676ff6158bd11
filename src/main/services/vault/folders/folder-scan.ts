// Looks through a folder that backs itself up, within bounds: plain files, no links, nothing hidden, nothing that programs only put
// there for a while. What cannot be read is named.
import { constants } from 'node:fs';
import { access, lstat, opendir } from 'node:fs/promises';
import { maxFileBytes } from '#shared/content';
import { maxPathDepth } from '#shared/drop';
import { canLieTogether, offeredName } from '#shared/file-names';
import { maxVaultFiles } from '#shared/vault';
import type { AnchoredFolder } from '#main/services/content/anchored-folder';
import { foldedName } from '#main/services/shares/folded-name';
import { freeName } from '#main/services/shares/share-walk';

export interface ScannedFile {
  /** From the name of the folder on, as it is called in the vault. */
  readonly path: readonly string[];
  /** Below the folder, as it is called on the disk. */
  readonly disk: readonly string[];
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

export interface FolderScan {
  readonly files: readonly ScannedFile[];
  /** Paths on the disk of what is there and cannot be put in. */
  readonly unreadable: readonly string[];
  /** More than fits one thing in the vault; then it was not looked through to its end. */
  readonly isTooMany: boolean;
}

export interface FolderScanOptions {
  readonly root: AnchoredFolder;
  /** What the folder is called in the vault. */
  readonly name: string;
  readonly signal: AbortSignal;
}

/** What editors, browsers and systems leave beside the real thing. */
const passing =
  /^(?:~\$.*|thumbs\.db|desktop\.ini|icon\r|.*~|.*\.(?:tmp|temp|part|partial|crdownload|download|swp|swx|lock))$/i;

const isPassing = (name: string): boolean => name.startsWith('.') || passing.test(name);

interface Place {
  readonly path: readonly string[];
  readonly disk: readonly string[];
}

/** Fails as the signal is aborted. */
export async function scanFolder(options: FolderScanOptions): Promise<FolderScan> {
  const scan = new Scan(options);
  await scan.readFolder({ path: [options.name], disk: [] });
  return scan;
}

class Scan implements FolderScan {
  readonly files: ScannedFile[] = [];
  readonly unreadable: string[] = [];
  isTooMany = false;
  readonly #options: FolderScanOptions;
  /** Of everything that was met, so that folders without files end, too. */
  #left = 2 * maxVaultFiles;

  constructor(options: FolderScanOptions) {
    this.#options = options;
  }

  async readFolder(place: Place): Promise<void> {
    const taken = new Set<string>();
    for (const { name: diskName, isFolder } of await this.#children(place)) {
      this.#options.signal.throwIfAborted();
      if (this.isTooMany) return;
      const name = freeName(offeredName(diskName), taken);
      taken.add(foldedName(name));
      const inside = { path: [...place.path, name], disk: [...place.disk, diskName] };
      if (isFolder) await this.#enter(inside);
      else await this.#meet(inside);
    }
  }

  async #enter(place: Place): Promise<void> {
    if (place.path.length >= maxPathDepth) this.#lack(place);
    else await this.readFolder(place);
  }

  async #meet({ path, disk }: Place): Promise<void> {
    const at = this.#options.root.at(...disk);
    const found = await lstat(at).catch(() => null);
    if (found?.isFile() !== true) return; // it went away, or is a link by now
    const mayRead = await access(at, constants.R_OK).then(
      () => true,
      () => false,
    );
    if (!mayRead || found.size > maxFileBytes || !canLieTogether([path])) {
      this.#lack({ path, disk });
      return;
    }
    const { size, mtimeMs, ctimeMs } = found;
    this.files.push({ path, disk, size, mtimeMs, ctimeMs });
    if (this.files.length > maxVaultFiles) this.isTooMany = true;
  }

  /** Sorted, so that two that become alike are told apart the same way every time. */
  async #children(place: Place): Promise<{ name: string; isFolder: boolean }[]> {
    const { root } = this.#options;
    const children: { name: string; isFolder: boolean }[] = [];
    if (!(await root.leadsInside(...place.disk))) return children; // a link by now, or gone
    try {
      for await (const entry of await opendir(root.at(...place.disk))) {
        const isFolder = entry.isDirectory();
        if (isPassing(entry.name) || (!isFolder && !entry.isFile())) continue;
        this.#left -= 1;
        if (this.#left < 0) {
          this.isTooMany = true;
          return [];
        }
        children.push({ name: entry.name, isFolder });
      }
    } catch {
      this.#lack(place);
    }
    return children.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  #lack({ disk }: Place): void {
    this.unreadable.push(disk.join('/'));
  }
}
