// A person's services with the calls of the contract as a page makes them: every input and output is checked as in a shell.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CallInput, CallName, CallOutput } from '#shared/contract';
import type { FileEntry, FileId, KeptDrop } from '#shared/drop';
import { Failure } from '#shared/failure';
import { createHandlers } from '#main/handlers';
import type { ShellActions } from '#main/shell-actions';
import { invoke } from '#main/invoke';
import type { Services } from '#main/services/services';
import { noShell } from '../no-shell';
import { openProfile, temporaryFolder } from '../people';
import { someDrop, type SomeFile } from './some-bytes';

type Input<K extends CallName> = CallInput<K> extends undefined ? [] : [CallInput<K>];

export interface Receiver {
  readonly folder: string;
  readonly downloads: string;
  readonly services: Services;
  call<K extends CallName>(name: K, ...input: Input<K>): Promise<CallOutput<K>>;
}

export async function receiver(folder?: string, shell: ShellActions = noShell): Promise<Receiver> {
  const own = folder ?? (await temporaryFolder());
  const services = await openProfile({ folder: own });
  const handlers = createHandlers(services, shell);
  const call = async (name: string, input: unknown): Promise<unknown> => {
    const reply = await invoke(handlers, name, input, services.log);
    if (!reply.ok) throw new Failure(reply.code, reply.message);
    return reply.value;
  };
  return {
    folder: own,
    downloads: join(own, 'downloads'),
    services,
    // Sound: the handlers' outputs are checked by the schemas the types come from.
    call: async (name, ...input) => (await call(name, input[0])) as never,
  };
}

/** The same person after the program was ended and started again. */
export async function restarted(before: Receiver): Promise<Receiver> {
  before.services.close();
  return await receiver(before.folder);
}

export async function keepDrop(at: Receiver, files: readonly FileEntry[], facts = someDrop()): Promise<KeptDrop> {
  return await at.call('keepDrop', { facts, files: [...files], state: 'open', sources: files.map(() => null) });
}

export async function begin(at: Receiver, fileId: FileId, file: SomeFile): Promise<void> {
  await at.call('describeFile', { fileId, header: file.header });
  for (const [page, hashes] of file.pages.entries()) await at.call('writeHashes', { fileId, page, hashes });
}

export async function writeBlocks(
  at: Receiver,
  fileId: FileId,
  file: SomeFile,
  indices: readonly number[],
): Promise<void> {
  for (const index of indices) await at.call('writeBlocks', { fileId, blocks: [{ index, bytes: file.block(index) }] });
}

export const allOf = (file: SomeFile): number[] =>
  Array.from({ length: Math.ceil(file.bytes.length / (256 * 1024)) }, (_, index) => index);

/** All of it, from the header to its name. */
export async function receive(at: Receiver, fileId: FileId, file: SomeFile): Promise<boolean> {
  await begin(at, fileId, file);
  await writeBlocks(at, fileId, file, allOf(file));
  return (await at.call('finishFile', { fileId })).isPlaced;
}

export const fileIdOf = ({ files }: KeptDrop, position = 0): FileId => {
  const file = files[position];
  if (!file) throw new Error('no such file');
  return file.fileId;
};

/** Every name below a folder, relative, folders with a slash behind. */
export async function walk(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return found
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1) + (entry.isDirectory() ? '/' : ''))
    .sort();
}
