// Handles of files this person gave, kept in the browser's own database, so that giving goes on after the page was loaded again. The
// browser asks the person before such a file is read.
import type { FileId } from '#shared/drop';
import type { FileHandle } from '#adapters/content-given-files';
import { PageDatabase } from '#adapters/page-database';

interface KeptHandle {
  readonly handle: FileHandle;
  readonly size: number;
  readonly lastModified: number;
}

export class KeptHandles {
  readonly #handles = new PageDatabase('roundtable-given', 'handles');

  /** Best effort: without it the person chooses the file again. */
  async keep(fileId: FileId, handle: FileHandle, { size, lastModified }: File): Promise<void> {
    const kept: KeptHandle = { handle, size, lastModified };
    await this.#handles.run('readwrite', (store) => store.put(kept, fileId)).catch(() => undefined);
  }

  /**
   * The file as it was when it was given; `ask` lets the browser ask the person, which it does only on a press of theirs. Null when
   * it may not be read, or is another one by now.
   */
  async find(fileId: FileId, ask: boolean): Promise<File | null> {
    try {
      // Sound: nothing else is put into this store.
      const kept = (await this.#handles.run('readonly', (store) => store.get(fileId))) as KeptHandle | undefined;
      if (!kept) return null;
      const { handle, size, lastModified } = kept;
      let state = (await handle.queryPermission?.({ mode: 'read' })) ?? 'denied';
      if (state === 'prompt' && ask) state = (await handle.requestPermission?.({ mode: 'read' })) ?? 'denied';
      if (state !== 'granted') return null;
      const file = await handle.getFile();
      return file.size === size && file.lastModified === lastModified ? file : null;
    } catch {
      return null; // the file is gone, or the browser keeps nothing
    }
  }

  async forget(fileIds: readonly FileId[]): Promise<void> {
    for (const fileId of fileIds)
      await this.#handles.run('readwrite', (store) => store.delete(fileId)).catch(() => undefined);
  }
}
