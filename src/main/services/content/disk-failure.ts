// Errors of the operating system while files are received or given, as what a person can do something about.
import { Failure, type FailureCode } from '#shared/failure';
import { isErrorCode } from '#main/services/atomic-file';

const codeOf: Readonly<Record<string, FailureCode>> = {
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full',
  /** The file system holds no larger file. */
  EFBIG: 'disk-full',
  EMFILE: 'too-many-open',
  ENFILE: 'too-many-open',
};

function failureAs(other: FailureCode, error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return Failure.from(error);
  return new Failure(codeOf[error.code] ?? other, error.message, { cause: error });
}

/** While writing among the downloads. */
export const writeFailure = (error: unknown): Failure => failureAs('downloads-folder', error);

/** While writing or reading what the app keeps for itself. */
export const storeFailure = (error: unknown): Failure => failureAs('internal', error);

/** While reading a file that was there. */
export function readFailure(error: unknown): Failure {
  const isGone = isErrorCode(error, 'ENOENT') || isErrorCode(error, 'ENOTDIR') || isErrorCode(error, 'ELOOP');
  return failureAs(isGone ? 'file-gone' : 'file-unreadable', error);
}
