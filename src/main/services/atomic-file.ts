// Files that are whole or absent: written beside, flushed, then renamed over; damaged ones are moved aside, never deleted.
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Failure } from '#shared/failure';

/** Replaces `path` in one step; after a crash at any moment the old or the new content is there. Mode 0600. */
export async function writeFileAtomic(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true });
    throw diskFailure(error);
  }
}

/** The bytes of a small file, null when it is absent; a file above `maxBytes` is refused unread. */
export async function readSmallFile(path: string, maxBytes: number): Promise<Buffer | null> {
  try {
    const { size } = await stat(path);
    if (size > maxBytes) throw new Failure('file-refused', `${basename(path)} has ${size} bytes`);
    const file = await open(path, 'r');
    try {
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isErrorCode(error, 'ENOENT')) return null;
    throw error;
  }
}

/** Moves a damaged file to `name.damaged-<time>.ext`, beside; answers where. */
export async function moveAside(path: string, nowMs: number): Promise<string> {
  const stamp = new Date(nowMs).toISOString().replaceAll(':', '-').replace('.', '-');
  const match = /^(.*?)(\.[a-z]+)?$/.exec(basename(path));
  const stem = `${match?.[1] ?? basename(path)}.damaged-${stamp}`;
  const suffix = match?.[2] ?? '';
  for (let count = 1; count <= 100; count += 1) {
    const kept = join(dirname(path), `${stem}${count === 1 ? '' : `-${count}`}${suffix}`);
    if (existsSync(kept)) continue;
    await rename(path, kept);
    return kept;
  }
  throw new Failure('file-refused', 'too many damaged files of one moment');
}

/** Errors of the operating system as failures a person can act on. */
export function diskFailure(error: unknown): Failure {
  if (isErrorCode(error, 'ENOSPC') || isErrorCode(error, 'EDQUOT'))
    return new Failure('disk-full', '', { cause: error });
  return Failure.from(error);
}

export function isErrorCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** The rename itself survives a power cut only once its folder is flushed; Windows has no such call. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
