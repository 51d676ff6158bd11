// The one place files for the person are written to: never over another file, never through a link, never elsewhere.
import { mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '#shared/failure';
import { diskFailure, isErrorCode } from '#main/services/atomic-file';
import { isSafeFileName, numberedName } from '#shared/file-names';

const maxNamesakes = 1_000;

export class Downloads {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /**
   * Writes a new file part by part; a name already taken gets a number. Answers the name it got. Fails `file-refused`
   * for a name that is not safe and `disk-full`; nothing is left behind then.
   */
  async write(name: string, parts: Iterable<Uint8Array>): Promise<string> {
    if (!isSafeFileName(name)) throw new Failure('file-refused', 'unsafe name');
    const { file, given } = await this.#create(name);
    try {
      for (const part of parts) await file.writeFile(part);
      await file.sync();
      return given;
    } catch (error) {
      await rm(join(this.folder, given), { force: true });
      throw diskFailure(error);
    } finally {
      await file.close();
    }
  }

  /** Exclusive creation (O_EXCL) neither overwrites nor follows a link in the last place. */
  async #create(name: string): Promise<{ file: FileHandle; given: string }> {
    try {
      await mkdir(this.folder, { recursive: true });
      for (let count = 1; count <= maxNamesakes; count += 1) {
        const given = numberedName(name, count);
        const file = await open(join(this.folder, given), 'wx', 0o600).catch((error: unknown) => {
          if (isErrorCode(error, 'EEXIST')) return null;
          throw error;
        });
        if (file) return { file, given };
      }
    } catch (error) {
      throw diskFailure(error);
    }
    throw new Failure('file-refused', 'too many of one name');
  }
}
