// Gives received files their names in the download folder: never over anything, never half. Before a name is taken it is written
// down, so that after a crash the file is found under one of its two names.
import { constants } from 'node:fs';
import { link, lstat, mkdir, open, rename, rm, rmdir } from 'node:fs/promises';
import { numberedName } from '#shared/file-names';
import { Failure } from '#shared/failure';
import { isErrorCode } from '#main/services/atomic-file';
import type { AnchoredFolder } from '#main/services/content/anchored-folder';
import { writeFailure } from '#main/services/content/disk-failure';

const maxNamesakes = 1_000;

export interface Placing {
  readonly from: AnchoredFolder;
  /** In `from`. */
  readonly part: string;
  readonly to: AnchoredFolder;
  /** Safe, and wanted; a name that is taken gets a number. */
  readonly name: string;
  /** Keeps the name that is about to be taken. */
  readonly note: (name: string) => void;
}

/** Answers the name it got. Fails `downloads-folder`, `disk-full`; the part is as before then. */
export async function placeFile(placing: Placing): Promise<string> {
  return await place(placing, takeFileName);
}

/** The same for a folder, which nobody sees before all of it is there. */
export async function placeFolder(placing: Placing): Promise<string> {
  return await place(placing, takeFolderName);
}

async function place(
  placing: Placing,
  take: (placing: Placing, given: string) => Promise<'taken' | 'exists'>,
): Promise<string> {
  try {
    await placing.to.check();
    for (let count = 1; count <= maxNamesakes; count += 1) {
      const given = numberedName(placing.name, count);
      if (await exists(placing.to, given)) continue;
      placing.note(given);
      if ((await take(placing, given)) === 'exists') continue;
      await placing.to.sync();
      await placing.to.check();
      return given;
    }
  } catch (error) {
    throw writeFailure(error);
  }
  throw new Failure('downloads-folder', 'too many of one name');
}

/** A second name and then the removal of the first: the one way that never replaces a file, on any system. */
async function takeFileName({ from, part, to }: Placing, given: string): Promise<'taken' | 'exists'> {
  try {
    await link(from.at(part), to.at(given));
  } catch (error) {
    if (isErrorCode(error, 'EEXIST')) return 'exists';
    const knowsNoLinks = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL'].some((code) =>
      isErrorCode(error, code),
    );
    if (!knowsNoLinks) throw error;
    return await takeByPlaceholder({ from, part, to }, given);
  }
  await rm(from.at(part), { force: true });
  return 'taken';
}

/** Where a file can have one name only (FAT): an empty file of our own is made first, and replaced. */
async function takeByPlaceholder(
  { from, part, to }: Pick<Placing, 'from' | 'part' | 'to'>,
  given: string,
): Promise<'taken' | 'exists'> {
  try {
    await (await open(to.at(given), constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600)).close();
  } catch (error) {
    if (isErrorCode(error, 'EEXIST')) return 'exists';
    throw error;
  }
  await rename(from.at(part), to.at(given));
  return 'taken';
}

/** A folder replaces an empty folder in one step; on Windows none, and there a name that is taken refuses by itself. */
async function takeFolderName({ from, part, to }: Placing, given: string): Promise<'taken' | 'exists'> {
  const isWindows = process.platform === 'win32';
  try {
    if (!isWindows) await mkdir(to.at(given), { mode: 0o700 });
  } catch (error) {
    if (isErrorCode(error, 'EEXIST')) return 'exists';
    throw error;
  }
  try {
    await rename(from.at(part), to.at(given));
    return 'taken';
  } catch (error) {
    if (!isWindows) await rmdir(to.at(given)).catch(() => undefined);
    if (['EEXIST', 'ENOTEMPTY', 'EPERM'].some((code) => isErrorCode(error, code)) && (await exists(to, given)))
      return 'exists';
    throw error;
  }
}

/** After a crash: whether the part got this name already. What is left of the attempt is cleared away. */
export async function wasPlaced({ from, part, to }: Omit<Placing, 'name' | 'note'>, given: string): Promise<boolean> {
  const [before, after] = await Promise.all([statOf(from, part), statOf(to, given)]);
  if (!after) return false;
  if (!before) return true;
  if (before.ino === after.ino && before.dev === after.dev) {
    await rm(from.at(part), { force: true });
    return true;
  }
  // Removes nothing but an empty folder, which was made to be replaced.
  if (before.isDirectory() && after.isDirectory()) await rmdir(to.at(given)).catch(() => undefined);
  return false;
}

const exists = async (folder: AnchoredFolder, name: string): Promise<boolean> => (await statOf(folder, name)) !== null;

async function statOf(folder: AnchoredFolder, name: string) {
  return await lstat(folder.at(name), { bigint: true }).catch((error: unknown) => {
    if (isErrorCode(error, 'ENOENT')) return null;
    throw error;
  });
}
