// Files and folders a person drops, pastes or picks, as what can be given to others: names made fit for every system, nothing
// read yet. A browser that hands out handles lets them be found again after a restart.
import { maxDropFiles, maxPathDepth, type FileEntry } from '#shared/drop';
import { maxFileBytes } from '#shared/content';
import { Failure } from '#shared/failure';
import { canLieTogether, numberedName, offeredName } from '#shared/file-names';
import type { GivenFile } from '#core/ports/content';

/** What a page needs of a handle (File System Access API); not every browser has them. */
export interface FileHandle {
  readonly kind: 'file';
  getFile(): Promise<File>;
  queryPermission?(options: { mode: 'read' }): Promise<PermissionState>;
  requestPermission?(options: { mode: 'read' }): Promise<PermissionState>;
}
interface FolderHandle {
  readonly kind: 'directory';
  readonly name: string;
  values(): AsyncIterable<FileHandle | FolderHandle>;
}

export class PickedFile implements GivenFile {
  readonly entry: FileEntry;
  readonly file: File;
  readonly handle: FileHandle | null;

  constructor(entry: FileEntry, file: File, handle: FileHandle | null) {
    this.entry = entry;
    this.file = file;
    this.handle = handle;
  }
}

interface Found {
  readonly path: readonly string[];
  readonly file: File;
  readonly handle: FileHandle | null;
}

/**
 * Call it inside the event: afterwards the browser forgets what was dropped. Fails as `givenByList`.
 * @param most files at once
 */
export async function givenByTransfer(transfer: DataTransfer, most = maxDropFiles): Promise<readonly PickedFile[]> {
  const items = [...transfer.items].filter(({ kind }) => kind === 'file').map(startReading);
  const found: Found[] = [];
  for (const read of items) for await (const file of read()) add(found, file, most);
  return given(found);
}

/** Fails `file-unreadable`, `file-too-large`, `files-too-many`. */
export function givenByList(files: Iterable<File>, most = maxDropFiles): readonly PickedFile[] {
  const found: Found[] = [];
  for (const file of files) {
    const path = file.webkitRelativePath === '' ? [file.name] : file.webkitRelativePath.split('/');
    add(found, { path, file, handle: null }, most);
  }
  return given(found);
}

function add(found: Found[], file: Found, most: number): void {
  if (found.length >= most) throw new Failure('files-too-many');
  found.push(file);
}

type HandledItem = DataTransferItem & {
  getAsFileSystemHandle?: () => Promise<FileHandle | FolderHandle | null>;
};

/** Takes everything out of the item now, and reads folders when asked to. */
function startReading(item: HandledItem): () => AsyncGenerator<Found> {
  const handle = item.getAsFileSystemHandle?.().catch(() => null) ?? Promise.resolve(null);
  const entry = item.webkitGetAsEntry();
  const file = item.getAsFile();
  return async function* read() {
    const known = await handle;
    if (known?.kind === 'directory') yield* filesOfHandle(known, [known.name]);
    else if (entry?.isDirectory === true) yield* filesOfEntry(entry, [entry.name]);
    else if (file) yield { path: [file.name], file, handle: known };
    else throw new Failure('file-unreadable', 'neither file nor folder');
  };
}

async function* filesOfHandle(folder: FolderHandle, path: readonly string[]): AsyncGenerator<Found> {
  if (path.length >= maxPathDepth) throw new Failure('files-too-many', 'folders in folders');
  try {
    for await (const inside of folder.values()) {
      if (inside.kind === 'directory') yield* filesOfHandle(inside, [...path, inside.name]);
      else {
        const file = await inside.getFile();
        yield { path: [...path, file.name], file, handle: inside };
      }
    }
  } catch (error) {
    throw unreadable(error);
  }
}

async function* filesOfEntry(entry: FileSystemEntry, path: readonly string[]): AsyncGenerator<Found> {
  if (entry.isFile) {
    // Sound: what says it is a file is a FileSystemFileEntry, by the specification of the File and Directory Entries API.
    const fileEntry = entry as FileSystemFileEntry;
    const file = await new Promise<File>((resolve, reject) => {
      fileEntry.file(resolve, reject);
    }).catch((error: unknown) => {
      throw unreadable(error);
    });
    yield { path, file, handle: null };
    return;
  }
  if (path.length >= maxPathDepth) throw new Failure('files-too-many', 'folders in folders');
  // Sound: as above; what is no file is a folder.
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (let inside = await readSome(reader); inside.length > 0; inside = await readSome(reader)) {
    for (const next of inside) yield* filesOfEntry(next, [...path, next.name]);
  }
}

/** The browser gives a folder in portions; an empty one is the end. */
async function readSome(reader: FileSystemDirectoryReader): Promise<readonly FileSystemEntry[]> {
  return await new Promise<FileSystemEntry[]>((resolve, reject) => {
    reader.readEntries(resolve, reject);
  }).catch((error: unknown) => {
    throw unreadable(error);
  });
}

function unreadable(error: unknown): Failure {
  if (error instanceof Failure) return error;
  return new Failure('file-unreadable', error instanceof Error ? error.message : '', { cause: error });
}

function given(found: readonly Found[]): readonly PickedFile[] {
  if (found.length === 0) throw new Failure('file-unreadable', 'no file in it');
  if (found.some(({ file }) => file.size > maxFileBytes)) throw new Failure('file-too-large');
  const paths = offeredPaths(found.map(({ path }) => path));
  return found.map(({ file, handle }, at) => new PickedFile({ path: paths[at] ?? [], size: file.size }, file, handle));
}

/** As others can take them: every component made fit, and told apart where two became alike. */
function offeredPaths(paths: readonly (readonly string[])[]): string[][] {
  /** Of each folder, by its path as it is here: the names given inside. */
  const folders = new Map<string, { readonly names: Map<string, string>; readonly taken: Set<string> }>();
  const offered = paths.map((path) =>
    path.map((name, depth) => {
      const key = path.slice(0, depth).join('/');
      const folder = folders.get(key) ?? { names: new Map<string, string>(), taken: new Set<string>() };
      folders.set(key, folder);
      // A file is given twice; a folder is the same folder.
      const known = depth === path.length - 1 ? undefined : folder.names.get(name);
      const fit = known ?? free(offeredName(name), folder.taken);
      if (depth < path.length - 1) folder.names.set(name, fit);
      folder.taken.add(fit.toLowerCase());
      return fit;
    }),
  );
  if (!canLieTogether(offered)) throw new Failure('file-unreadable', 'names that cannot lie together');
  return offered;
}

function free(name: string, taken: ReadonlySet<string>): string {
  for (let count = 1; ; count += 1) {
    const numbered = numberedName(name, count);
    if (!taken.has(numbered.toLowerCase())) return numbered;
  }
}
