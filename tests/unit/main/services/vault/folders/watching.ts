// Folders that back themselves up, in a test: a real folder, a real vault on the disk, and a clock that is the test's.
import { mkdir, realpath, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { VaultVersionId } from '#shared/vault';
import type { VaultFolder } from '#shared/vault-folder';
import { FolderRows } from '#main/services/vault/folders/folder-rows';
import { WatchedFolders } from '#main/services/vault/folders/watched-folders';
import type { Putting } from '#main/services/vault/putting';
import { temporaryFolder } from '../../people';
import { vaultFolder, type VaultFolder as TestVault } from '../vault-folder';

export interface Watching {
  readonly vault: TestVault;
  readonly folders: WatchedFolders;
  readonly rows: FolderRows;
  /** Without links. */
  readonly place: string;
  /** Versions that count as being with keepers. */
  readonly left: Set<VaultVersionId>;
  /** Versions of which something is being restored. */
  readonly used: Set<VaultVersionId>;
  readonly write: (path: string, text: string) => Promise<void>;
  readonly view: () => VaultFolder;
  /** Looks through it again and again for so long. */
  readonly pass: (ms: number) => Promise<void>;
  /** What the newest version is made of. */
  readonly newest: () => string[];
}

export interface WatchingOptions {
  readonly vault?: TestVault;
  readonly place?: string;
  readonly putting?: (putting: Putting) => Pick<Putting, 'begin' | 'write' | 'finish' | 'abort'>;
}

export async function watching(options: WatchingOptions = {}): Promise<Watching> {
  const vault = options.vault ?? (await vaultFolder({ startMs: Date.now() }));
  const { database, clock, random, store, rows: items } = vault;
  const place = options.place ?? (await realpath(await temporaryFolder()));
  const left = new Set<VaultVersionId>();
  const used = new Set<VaultVersionId>();
  const rows = new FolderRows(database);
  const folders = new WatchedFolders({
    database,
    profileFolder: vault.folder,
    putting: options.putting?.(vault.putting) ?? vault.putting,
    clock,
    random,
    isLeft: (versionId) => left.has(versionId),
    isUsed: (versionId) => used.has(versionId),
    removeVersion: async (versionId) => await store.remove(items.remove(versionId)),
    onChange: () => undefined,
  });
  onTestFinished(() => folders.close());
  const view = (): VaultFolder => {
    const [one] = folders.list();
    if (!one) throw new Error('no folder is watched');
    return one;
  };
  return {
    vault,
    folders,
    rows,
    place,
    left,
    used,
    view,
    write: async (path, text) => {
      const at = join(place, path);
      await mkdir(dirname(at), { recursive: true });
      await writeFile(at, text);
      // The clock of the test is the only one.
      await utimes(at, clock.now() / 1_000, clock.now() / 1_000);
    },
    pass: async (ms) => {
      for (let passed = 0; passed < ms; passed += 10_000) {
        clock.pass(Math.min(10_000, ms - passed));
        await folders.tend();
      }
    },
    newest: () => {
      const [version] = rows.versions(view().folderId);
      return version ? items.files(version.versionId).map(({ path }) => path.slice(1).join('/')) : [];
    },
  };
}
