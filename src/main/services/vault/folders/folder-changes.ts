// What of a folder is new or another than in the vault, and which of it lies still long enough to be read whole.
import type { FileRow } from '#main/services/vault/item-rows';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';
import type { ScannedFile } from '#main/services/vault/folders/folder-scan';

const keyOf = (path: readonly string[]): string => path.join('/');

/** Files that the version has not got, or other ones of that name. What went away locally is no change: the vault keeps it. */
export function changedFiles(files: readonly ScannedFile[], inVault: readonly FileRow[]): ScannedFile[] {
  const known = new Map(inVault.map((file) => [keyOf(file.path), file]));
  return files.filter(({ path, size, mtimeMs }) => {
    const before = known.get(keyOf(path));
    return before?.bytes !== size || before.mtime_ms !== mtimeMs;
  });
}

/** Remembers since when each changed file has looked the way it does. */
export class Restlessness {
  readonly #seen = new Map<string, { readonly look: string; readonly sinceMs: number }>();

  /** Those of the changed ones that may still be being written. Others are forgotten. */
  note(changed: readonly ScannedFile[], nowMs: number): ScannedFile[] {
    const keys = new Set(changed.map(({ path }) => keyOf(path)));
    for (const key of this.#seen.keys()) if (!keys.has(key)) this.#seen.delete(key);
    return changed.filter((file) => nowMs - this.#stillSince(file, nowMs) < limits.vaultFolderQuietMs);
  }

  #stillSince(file: ScannedFile, nowMs: number): number {
    const key = keyOf(file.path);
    const look = [file.size, file.mtimeMs, file.ctimeMs].join(' ');
    const before = this.#seen.get(key);
    if (before?.look === look) return before.sinceMs;
    // Seen for the first time, its own times tell; a clock that is ahead tells nothing.
    const ownMs = Math.max(file.mtimeMs, file.ctimeMs);
    const sinceMs = !before && ownMs <= nowMs ? ownMs : nowMs;
    this.#seen.set(key, { look, sinceMs });
    return sinceMs;
  }
}
