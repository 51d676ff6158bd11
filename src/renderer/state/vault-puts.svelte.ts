// What is on its way into the vault: read here, one thing after another, and handed to main, which encrypts it.
import type { Host } from '#shared/contract';
import { vaultChunkBytes } from '#shared/contract/vault-calls';
import { Failure } from '#shared/failure';
import type { VaultFile, VaultVersionId } from '#shared/vault';
import type { Scope } from '#core/base/scope';
import type { Clock } from '#core/ports';
import type { ReadableFile } from '#core/ports/content';
import { DropSpeed } from '#state/drop-speed';

/** One file or one folder, as it was dropped or chosen. */
export interface VaultThing {
  readonly name: string;
  readonly kind: 'file' | 'folder';
  readonly files: readonly ReadableFile[];
}

export interface VaultPut {
  readonly id: number;
  readonly name: string;
  readonly kind: 'file' | 'folder';
  readonly fileCount: number;
  readonly bytes: number;
  readonly doneBytes: number;
  readonly stage: 'waiting' | 'reading' | 'ending';
  /** Null until main has made it. */
  readonly versionId: VaultVersionId | null;
}

interface Reading {
  readonly thing: VaultThing;
  readonly stop: AbortController;
}

export interface VaultPutsDeps {
  readonly host: Pick<Host, 'beginPut' | 'writePut' | 'finishPut' | 'abortPut'>;
  readonly clock: Clock;
  readonly scope: Scope;
  /** Nothing of it is in the vault. */
  readonly onFailed: (name: string, reason: unknown) => void;
}

/** What lies on the first level, each a thing of its own. */
export function thingsIn(files: readonly ReadableFile[]): VaultThing[] {
  const things: { name: string; kind: VaultThing['kind']; files: ReadableFile[] }[] = [];
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- gone when this returns
  const folders = new Map<string, ReadableFile[]>();
  for (const file of files) {
    const [name = '', ...rest] = file.entry.path;
    const known = folders.get(name);
    if (rest.length > 0 && known) {
      known.push(file);
      continue;
    }
    const thing = { name, kind: rest.length > 0 ? ('folder' as const) : ('file' as const), files: [file] };
    if (rest.length > 0) folders.set(name, thing.files);
    things.push(thing);
  }
  return things;
}

/** All their bytes in a row, in portions of `most`: many small files do not take a call each. */
export async function* portionsOf(
  files: readonly ReadableFile[],
  most: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let portion = new Uint8Array(most);
  let filled = 0;
  for (const file of files) {
    const { size } = file.entry;
    for (let start = 0; start < size;) {
      const end = Math.min(size, start + most - filled);
      portion.set(await file.read(start, end), filled);
      filled += end - start;
      start = end;
      if (filled < most) continue;
      yield portion;
      portion = new Uint8Array(most);
      filled = 0;
    }
  }
  if (filled > 0) yield portion.slice(0, filled);
}

const fileOf = ({ entry, mtimeMs }: ReadableFile): VaultFile => ({ path: entry.path, size: entry.size, mtimeMs });

export class VaultPuts {
  readonly #deps: VaultPutsDeps;
  #list = $state.raw<readonly VaultPut[]>([]);
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- what is drawn is the list
  readonly #things = new Map<number, Reading>();
  #speed = new DropSpeed();
  #isWorking = false;
  #lastId = 0;

  constructor(deps: VaultPutsDeps) {
    this.#deps = deps;
    deps.scope.onEnd(() => {
      this.cancelAll();
    });
  }

  /** The one being read first. */
  get list(): readonly VaultPut[] {
    return this.#list;
  }

  /** 0-1 over everything; null when there is nothing. */
  get ratio(): number | null {
    if (this.#list.length === 0) return null;
    const bytes = this.#list.reduce((sum, put) => sum + put.bytes, 0);
    return bytes === 0 ? 0 : this.#list.reduce((sum, put) => sum + put.doneBytes, 0) / bytes;
  }

  /** Of the one being read; null before there is something to go by. */
  get bytesPerSecond(): number | null {
    return this.#speed.bytesPerSecond;
  }

  add(things: readonly VaultThing[]): void {
    for (const thing of things) {
      const id = (this.#lastId += 1);
      this.#things.set(id, { thing, stop: new AbortController() });
      const bytes = thing.files.reduce((sum, { entry }) => sum + entry.size, 0);
      const { name, kind } = thing;
      const facts = { id, name, kind, fileCount: thing.files.length, bytes };
      this.#list = [...this.#list, { ...facts, doneBytes: 0, stage: 'waiting', versionId: null }];
    }
    void this.#work();
  }

  cancel(id: number): void {
    this.#things.get(id)?.stop.abort();
    // What is being read goes once main knows.
    if (this.#list.find((put) => put.id === id)?.stage === 'waiting') this.#end(id);
  }

  cancelAll(): void {
    for (const { id } of this.#list) this.cancel(id);
  }

  /** The page goes: main is told at once, as nothing that waits for an answer gets to run any more. */
  giveUp(): void {
    for (const { versionId } of this.#list)
      if (versionId !== null) this.#deps.host.abortPut({ versionId }).catch(() => undefined);
    this.cancelAll();
  }

  async #work(): Promise<void> {
    if (this.#isWorking) return;
    this.#isWorking = true;
    for (let [next] = this.#list; next; [next] = this.#list) await this.#put(next.id);
    this.#isWorking = false;
  }

  /** Never rejects: what fails is said, and leaves nothing behind. */
  async #put(id: number): Promise<void> {
    const { host, onFailed } = this.#deps;
    const known = this.#things.get(id);
    if (!known) return;
    const { thing, stop } = known;
    this.#speed = new DropSpeed();
    let versionId: VaultVersionId | null = null;
    try {
      const { name, kind, files } = thing;
      this.#change(id, { stage: 'reading' });
      ({ versionId } = await host.beginPut({ name, kind, files: files.map(fileOf) }));
      this.#change(id, { versionId });
      await this.#read(id, thing, versionId, stop.signal);
      this.#change(id, { stage: 'ending' });
      await host.finishPut({ versionId });
    } catch (reason) {
      if (versionId !== null) await host.abortPut({ versionId }).catch(() => undefined);
      if (!stop.signal.aborted) onFailed(thing.name, reason);
    }
    this.#end(id);
  }

  /** The next portion is read while the one before it is being encrypted. */
  async #read(id: number, { files }: VaultThing, versionId: VaultVersionId, stop: AbortSignal): Promise<void> {
    let doneBytes = 0;
    let writing: Promise<unknown> = Promise.resolve();
    for await (const bytes of portionsOf(files, vaultChunkBytes)) {
      await writing;
      if (stop.aborted) throw new Failure('aborted');
      writing = this.#deps.host.writePut({ versionId, bytes });
      // It is awaited a portion later; until then its failure is nobody's.
      writing.catch(() => undefined);
      doneBytes += bytes.length;
      this.#speed.note(doneBytes, this.#deps.clock.now());
      this.#change(id, { doneBytes });
    }
    await writing;
    if (stop.aborted) throw new Failure('aborted');
  }

  #change(id: number, change: Partial<VaultPut>): void {
    this.#list = this.#list.map((put) => (put.id === id ? { ...put, ...change } : put));
  }

  #end(id: number): void {
    this.#things.delete(id);
    this.#list = this.#list.filter((put) => put.id !== id);
  }
}
