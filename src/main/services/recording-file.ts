// One growing file of a recording. It is opened anew for every append, so that a drive which was full, read-only or away
// can be gone on with once it is back; it never ends in half an append.
import { constants } from 'node:fs';
import { rm, type open } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '#shared/failure';
import { isErrorCode } from '#main/services/atomic-file';
import { recordingName } from '#main/services/recording-names';

/** The part of a file handle that appending needs. */
export interface OpenFile {
  write(bytes: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesWritten: number }>;
  truncate(length: number): Promise<void>;
  datasync(): Promise<void>;
  stat(): Promise<{ size: number }>;
  close(): Promise<void>;
}
export type OpenRecordingFile = (...parts: Parameters<typeof open>) => Promise<OpenFile>;

const maxNamesakes = 100;
/** Windows has no such flag. */
const notThroughLinks = (constants as Partial<typeof constants>).O_NOFOLLOW ?? 0;

/** Errors of the operating system as the two things a person can do something about. */
export function recordingFailure(error: unknown): Failure {
  if (error instanceof Failure && error.code !== 'internal') return error;
  const cause = error instanceof Failure ? error.cause : error;
  // EFBIG: the file system holds no larger file.
  const isFull = ['ENOSPC', 'EDQUOT', 'EFBIG'].some((code) => isErrorCode(cause, code));
  if (isFull) return new Failure('disk-full', '', { cause });
  const isSystem = cause instanceof Error && 'code' in cause;
  return isSystem ? new Failure('recording-folder', cause.message, { cause }) : Failure.from(error);
}

export class RecordingFile {
  readonly #folder: string;
  readonly #stem: string;
  readonly #open: OpenRecordingFile;
  #name: string | null = null;
  #length = 0;

  constructor(folder: string, stem: string, openFile: OpenRecordingFile) {
    this.#folder = folder;
    this.#stem = stem;
    this.#open = openFile;
  }

  /** Null until something was appended. */
  get name(): string | null {
    return this.#length > 0 ? this.#name : null;
  }

  /** On disk when it resolves. Fails `disk-full` or `recording-folder`: the file is as before then. */
  async append(bytes: Uint8Array): Promise<void> {
    try {
      const file = await this.#openForWriting();
      try {
        await this.#appendTo(file, bytes);
        if (this.#length === bytes.length) await this.#syncFolder();
      } finally {
        await file.close();
      }
    } catch (error) {
      throw recordingFailure(error);
    }
  }

  /** Removes a file that nothing could be written into. */
  async removeIfEmpty(): Promise<void> {
    if (this.#name !== null && this.#length === 0) await rm(join(this.#folder, this.#name), { force: true });
  }

  /** A new file survives a power cut only once its folder is flushed; Windows has no such call. */
  async #syncFolder(): Promise<void> {
    if (process.platform === 'win32') return;
    const folder = await this.#open(this.#folder, 'r');
    try {
      await folder.datasync();
    } finally {
      await folder.close();
    }
  }

  async #appendTo(file: OpenFile, bytes: Uint8Array): Promise<void> {
    const { size } = await file.stat();
    if (size < this.#length) throw new Failure('recording-folder', 'the file was cut by something else');
    try {
      for (let at = 0; at < bytes.length;) {
        const { bytesWritten } = await file.write(bytes, at, bytes.length - at, this.#length + at);
        if (bytesWritten <= 0) throw new Failure('disk-full', 'nothing was written');
        at += bytesWritten;
      }
      const end = this.#length + bytes.length;
      if (size > end) await file.truncate(end); // the rest of an append that failed and could not be taken back
      await file.datasync();
      this.#length = end;
    } catch (error) {
      await file.truncate(this.#length).catch(() => undefined); // also done by the next append that works
      throw error;
    }
  }

  /** Exclusive creation (O_EXCL) the first time: never over another file. */
  async #openForWriting(): Promise<OpenFile> {
    if (this.#name !== null) {
      return await this.#open(join(this.#folder, this.#name), constants.O_RDWR | notThroughLinks);
    }
    for (let count = 1; count <= maxNamesakes; count += 1) {
      const name = recordingName(this.#stem, count, '.ogg');
      try {
        const file = await this.#open(join(this.#folder, name), 'wx', 0o600);
        this.#name = name;
        return file;
      } catch (error) {
        if (!isErrorCode(error, 'EEXIST')) throw error;
      }
    }
    throw new Failure('recording-folder', 'too many files of one name');
  }
}
