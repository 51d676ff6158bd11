// All of some bytes at a place in a file: the system may take or give fewer at once.
import { Failure } from '#shared/failure';

type Write = (
  buffer: Uint8Array,
  offset: number,
  length: number,
  position: number,
) => Promise<{ bytesWritten: number }>;
type Read = (buffer: Uint8Array, offset: number, length: number, position: number) => Promise<{ bytesRead: number }>;

/** Fails `disk-full` when nothing more is taken. */
export async function writeFully(file: { readonly write: Write }, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, at, bytes.length - at, position + at);
    if (bytesWritten <= 0) throw new Failure('disk-full', 'nothing was written');
    at += bytesWritten;
  }
}

/** Fails `file-changed` when the file ends before. */
export async function readFully(file: { readonly read: Read }, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const { bytesRead } = await file.read(bytes, at, bytes.length - at, position + at);
    if (bytesRead <= 0) throw new Failure('file-changed', 'the file is shorter than it was');
    at += bytesRead;
  }
}
