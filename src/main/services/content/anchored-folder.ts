// A folder that stays the one it was when it was opened: names are resolved inside it by its handle where the system can
// (Linux), so that a link put in its place leads nowhere; elsewhere its place is looked at again around every step.
import { constants } from 'node:fs';
import { access, mkdir, open, realpath, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '#shared/failure';
import { writeFailure } from '#main/services/content/disk-failure';

/** Windows has no such flags. */
const flags: Partial<typeof constants> = constants;
export const notThroughLinks = flags.O_NOFOLLOW ?? 0;
const folderOnly = flags.O_DIRECTORY ?? 0;

export class AnchoredFolder {
  /** Without links in it, as of the opening. */
  readonly path: string;
  readonly #handle: FileHandle | null;
  readonly #base: string;

  private constructor(path: string, handle: FileHandle | null, base: string) {
    this.path = path;
    this.#handle = handle;
    this.#base = base;
  }

  /** Makes the folder where it is missing. A link at `path` itself is followed: it is the person's own folder. */
  static async open(path: string, mode = 0o755): Promise<AnchoredFolder> {
    try {
      await mkdir(path, { recursive: true, mode });
      return await AnchoredFolder.#anchor(await realpath(path));
    } catch (error) {
      throw writeFailure(error);
    }
  }

  /** One that is there already, at a path without links in it. Fails `share-missing`. */
  static async openExisting(path: string): Promise<AnchoredFolder> {
    try {
      if ((await realpath(path)) !== path) throw new Failure('share-missing', 'a link in its path');
      if (!(await stat(path)).isDirectory()) throw new Failure('share-missing', 'not a folder');
      return await AnchoredFolder.#anchor(path);
    } catch (error) {
      throw Failure.from(error).code === 'share-missing' ? error : new Failure('share-missing', '', { cause: error });
    }
  }

  /** Whether these names inside lead through no link, as of now. */
  async leadsInside(...names: string[]): Promise<boolean> {
    return await realpath(this.at(...names)).then(
      (found) => found === join(this.path, ...names),
      () => false,
    );
  }

  /** A folder inside, made where it is missing; refused when something else, a link for instance, has its name. */
  async openInside(name: string, mode = 0o700): Promise<AnchoredFolder> {
    try {
      await mkdir(this.at(name), { mode }).catch((error: unknown) => {
        if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST') throw error;
      });
      const path = join(this.path, name);
      if ((await realpath(this.at(name))) !== path) throw new Failure('downloads-folder', 'a link where a folder was');
      return await AnchoredFolder.#anchor(path);
    } catch (error) {
      throw writeFailure(error);
    }
  }

  static async #anchor(path: string): Promise<AnchoredFolder> {
    if (process.platform === 'win32') return new AnchoredFolder(path, null, path);
    const handle = await open(path, constants.O_RDONLY | folderOnly | notThroughLinks);
    const base = `/proc/self/fd/${handle.fd}`;
    const isReachable = await access(base).then(
      () => process.platform === 'linux',
      () => false,
    );
    return new AnchoredFolder(path, handle, isReachable ? base : path);
  }

  /** Where a name inside is, for one call to the system. Never to be shown or kept. */
  at(...names: string[]): string {
    return join(this.#base, ...names);
  }

  /** Fails `downloads-folder` when the folder is not at its place any more. */
  async check(): Promise<void> {
    try {
      if (!this.#handle) {
        if ((await realpath(this.path)) !== this.path) throw new Failure('downloads-folder', 'moved');
        return;
      }
      const [held, there] = await Promise.all([this.#handle.stat(), stat(this.path), realpath(this.path)]);
      const isSame = held.ino === there.ino && held.dev === there.dev && (await realpath(this.path)) === this.path;
      if (!isSame) throw new Failure('downloads-folder', 'another folder is in its place');
    } catch (error) {
      throw writeFailure(error);
    }
  }

  /** New and renamed files survive a power cut once this is done; Windows has no such call. */
  async sync(): Promise<void> {
    await this.#handle?.sync();
  }

  async close(): Promise<void> {
    await this.#handle?.close();
  }
}
