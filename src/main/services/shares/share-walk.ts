// Looks through a shared folder, within bounds: plain files and folders, no links, nothing hidden, under names that others can take.
import { lstat, opendir } from 'node:fs/promises';
import { maxFileBytes } from '#shared/content';
import { canLieTogether, numberedName, offeredName } from '#shared/file-names';
import type { AnchoredFolder } from '#main/services/content/anchored-folder';
import { serviceLimits as limits } from '#main/services/service-limits';
import { foldedName } from '#main/services/shares/folded-name';

export interface WalkedEntry {
  readonly entryId: number;
  readonly parentId: number;
  readonly name: string;
  readonly diskName: string;
  readonly isFolder: boolean;
  readonly files: number;
  readonly bytes: number;
}

export interface Walked {
  readonly files: number;
  readonly bytes: number;
  /** Something was left out, as it is too much. */
  readonly isCut: boolean;
}

export interface WalkOptions {
  readonly root: AnchoredFolder;
  /** What the shared folder itself is called. */
  readonly name: string;
  readonly firstId: number;
  /** A folder comes after everything that is in it. */
  readonly found: (entry: WalkedEntry) => void;
  readonly signal: AbortSignal;
}

/** Where the walk is: as others see it, and as it is called on the disk. */
interface Place {
  readonly entryId: number;
  readonly shown: readonly string[];
  readonly disk: readonly string[];
}

interface Child {
  readonly diskName: string;
  readonly isFolder: boolean;
}

export class ShareWalk {
  readonly #options: WalkOptions;
  #nextId: number;
  #left: number = limits.shareEntries;
  #isCut = false;

  constructor(options: WalkOptions) {
    this.#options = options;
    this.#nextId = options.firstId;
  }

  /** Fails as the signal is aborted. */
  async run(): Promise<Walked> {
    const sum = await this.#readFolder({ entryId: 0, shown: [this.#options.name], disk: [] });
    return { ...sum, isCut: this.#isCut };
  }

  async #readFolder(place: Place): Promise<{ files: number; bytes: number }> {
    const sum = { files: 0, bytes: 0 };
    const taken = new Set<string>();
    for (const child of await this.#children(place)) {
      this.#options.signal.throwIfAborted();
      const name = freeName(offeredName(child.diskName), taken);
      if (!canLieTogether([[...place.shown, name]])) {
        this.#isCut = true;
        continue;
      }
      const inside = await this.#readChild(place, child, name);
      if (!inside) continue;
      taken.add(foldedName(name));
      sum.files += inside.files;
      sum.bytes += inside.bytes;
    }
    return sum;
  }

  /** Null for what went away meanwhile or is too large to be sent. */
  async #readChild(place: Place, child: Child, name: string): Promise<{ files: number; bytes: number } | null> {
    const { root, found } = this.#options;
    const { diskName, isFolder } = child;
    const disk = [...place.disk, diskName];
    const entryId = this.#nextId++;
    const inside = isFolder
      ? await this.#readFolder({ entryId, shown: [...place.shown, name], disk })
      : await plainFile(root.at(...disk));
    if (inside) found({ entryId, parentId: place.entryId, name, diskName, isFolder, ...inside });
    return inside;
  }

  /** Sorted, so that two that become alike are told apart the same way every time. */
  async #children({ disk }: Place): Promise<Child[]> {
    const { root } = this.#options;
    const children: Child[] = [];
    if (!(await root.leadsInside(...disk))) return children;
    try {
      for await (const entry of await opendir(root.at(...disk))) {
        const isFolder = entry.isDirectory();
        if (entry.name.startsWith('.') || (!isFolder && !entry.isFile())) continue;
        if (this.#left === 0 || (isFolder && disk.length + 1 >= limits.shareDepth)) {
          this.#isCut = true;
          if (this.#left === 0) break;
          continue;
        }
        this.#left -= 1;
        children.push({ diskName: entry.name, isFolder });
      }
    } catch {
      return children; // a folder that may not be read, or went away: what is known of it
    }
    return children.sort((a, b) => (a.diskName < b.diskName ? -1 : 1));
  }
}

async function plainFile(path: string): Promise<{ files: number; bytes: number } | null> {
  const found = await lstat(path).catch(() => null);
  return found?.isFile() === true && found.size <= maxFileBytes ? { files: 1, bytes: found.size } : null;
}

export function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let count = 1; ; count += 1) {
    const numbered = numberedName(name, count);
    if (!taken.has(foldedName(numbered))) return numbered;
  }
}
