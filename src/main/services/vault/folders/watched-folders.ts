// Folders that back themselves up: chosen, watched, read a large one and a small one at a time, let go. The system's word that something changed is a hint
// only; what counts is what is there when it is looked through.
import { watch, type FSWatcher } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';
import type { CallInput } from '#shared/contract';
import { Failure } from '#shared/failure';
import { offeredName } from '#shared/file-names';
import type { VaultItemId, VaultVersionId } from '#shared/vault';
import { VaultFolderId, type VaultFolder } from '#shared/vault-folder';
import { toHex } from '#main/services/byte-layout';
import type { Clock } from '#main/services/clock';
import type { Database } from '#main/services/database';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';
import { foldedName } from '#main/services/shares/folded-name';
import { placeToShare } from '#main/services/shares/share-place';
import { freeName } from '#main/services/shares/share-walk';
import { FolderRows, type FolderRow } from '#main/services/vault/folders/folder-rows';
import { surplusVersions } from '#main/services/vault/folders/kept-versions';
import { Turns } from '#main/services/vault/folders/turns';
import { WatchedFolder } from '#main/services/vault/folders/watched-folder';
import { ItemRows } from '#main/services/vault/item-rows';
import type { Putting } from '#main/services/vault/putting';

export interface WatchedFoldersOptions {
  readonly database: Database;
  /** The profile's: never backed up. */
  readonly profileFolder: string;
  readonly putting: Pick<Putting, 'begin' | 'write' | 'finish' | 'abort'>;
  readonly clock: Clock;
  readonly random: (length: number) => Uint8Array;
  /** All of its pieces are with keepers. */
  readonly isLeft: (versionId: VaultVersionId) => boolean;
  /** Something of it is being restored: it stays until that is over. */
  readonly isUsed: (versionId: VaultVersionId) => boolean;
  readonly removeVersion: (versionId: VaultVersionId) => Promise<void>;
  readonly onChange: () => void;
}

interface Watch {
  readonly folder: WatchedFolder;
  readonly hints: FSWatcher | null;
  /** It is being looked through or read. */
  tending: Promise<void> | null;
}

export class WatchedFolders {
  readonly #options: WatchedFoldersOptions;
  readonly #rows: FolderRows;
  readonly #items: ItemRows;
  readonly #watches = new Map<VaultFolderId, Watch>();
  #timer: ReturnType<typeof setInterval> | null = null;
  readonly #looking = new Turns();
  readonly #reading = { small: new Turns(), large: new Turns() };
  #isInCall = false;

  constructor(options: WatchedFoldersOptions) {
    this.#options = options;
    this.#rows = new FolderRows(options.database);
    this.#items = new ItemRows(options.database);
  }

  /** From now on it goes by itself. */
  start(): void {
    for (const row of this.#rows.list()) this.#watch(row);
    this.#timer ??= setInterval(() => void this.tend(), limits.vaultFolderTendMs).unref();
    void this.tend();
  }

  close(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    for (const folderId of [...this.#watches.keys()]) this.#unwatch(folderId);
  }

  list(): VaultFolder[] {
    return this.#rows.list().map((row) => this.#watch(row).folder.view(this.#isInCall));
  }

  /** One that is watched already gets the new number of versions. */
  async add({ path, keep }: CallInput<'watchVaultFolder'>): Promise<{ folderId: VaultFolderId }> {
    const { profileFolder, random, clock, onChange } = this.#options;
    const place = await placeOf(path, profileFolder);
    const rows = this.#rows.list();
    const known = rows.find((row) => row.path === place);
    if (known) {
      await this.set({ ...known, keep });
      return { folderId: known.folderId };
    }
    if (rows.length >= limits.vaultFoldersMost) throw new Failure('vault-folders-too-many');
    const folderId = v.parse(VaultFolderId, toHex(random(16)));
    const taken = new Set(this.#rows.takenNames().map((name) => foldedName(name)));
    const row = { folderId, path: place, name: freeName(offeredName(basename(place)), taken), keep };
    this.#rows.add(row, clock.now());
    this.#watch({ ...row, isPaused: false });
    onChange();
    void this.tend();
    return { folderId };
  }

  /** Fails `vault-unknown`. */
  async set({ folderId, keep, isPaused }: CallInput<'setVaultFolder'> | FolderRow): Promise<void> {
    const before = this.#find(folderId);
    this.#rows.change({ folderId, keep, isPaused });
    const { folder } = this.#watch(before);
    folder.row = { ...before, keep, isPaused };
    if (before.isPaused && !isPaused) folder.wake();
    this.#options.onChange();
    await this.#thin(folder.row);
    void this.tend();
  }

  /** Fails `vault-unknown`. */
  backUp(folderId: VaultFolderId): void {
    this.#watch(this.#find(folderId)).folder.ask();
    void this.tend();
  }

  /** What is in the vault stays there. Fails `vault-unknown`. */
  remove(folderId: VaultFolderId): void {
    this.#find(folderId);
    this.#unwatch(folderId);
    this.#rows.remove(folderId);
    this.#options.onChange();
  }

  /** The person deletes it from the vault: it does not come back by itself. */
  forgetItem(itemId: VaultItemId): void {
    for (const { folderId, name } of this.#rows.list()) if (this.#rows.itemOf(name) === itemId) this.remove(folderId);
  }

  /** While somebody talks nothing is looked through and nothing encrypted. */
  noteCall(isRunning: boolean): void {
    if (this.#isInCall === isRunning) return;
    this.#isInCall = isRunning;
    this.#options.onChange();
    void this.tend();
  }

  /** All folders, but for those it is being done for. Never rejects. */
  async tend(): Promise<void> {
    await Promise.all([...this.#watches.values()].map(async (watched) => await this.#tend(watched)));
  }

  async #tend(watched: Watch): Promise<void> {
    if (this.#isInCall) return;
    watched.tending ??= this.#tendOne(watched.folder).finally(() => {
      watched.tending = null;
    });
    await watched.tending;
  }

  async #tendOne(folder: WatchedFolder): Promise<void> {
    await folder.tend();
    // What was used when its turn came may have been let go since; where that fails, it is tried again.
    if (this.#watches.has(folder.row.folderId)) await this.#thin(folder.row).catch(() => undefined);
  }

  async #readInTurn(bytes: number, read: () => Promise<void>): Promise<void> {
    const { small, large } = this.#reading;
    await (bytes < limits.vaultFolderSmallBytes ? small : large).take(read);
  }

  #find(folderId: VaultFolderId): FolderRow {
    const row = this.#rows.find(folderId);
    if (!row) throw new Failure('vault-unknown', 'no such folder');
    return row;
  }

  #watch(row: FolderRow): Watch {
    const known = this.#watches.get(row.folderId);
    if (known) return known;
    const { putting, clock, isLeft, onChange } = this.#options;
    const folder = new WatchedFolder(row, {
      rows: this.#rows,
      items: this.#items,
      putting,
      clock,
      isLeft: ({ versionId }) => isLeft(versionId),
      isHeld: () => this.#isInCall,
      lookInTurn: async (look) => await this.#looking.take(look),
      readInTurn: async (bytes, read) => await this.#readInTurn(bytes, read),
      rest: async (workedMs, signal) => await this.#rest(workedMs, signal),
      onPut: async (current) => await this.#thin(current),
      onChange,
    });
    const made: Watch = { folder, hints: hintsOf(row.path, () => folder.hint()), tending: null };
    this.#watches.set(row.folderId, made);
    return made;
  }

  #unwatch(folderId: VaultFolderId): void {
    const known = this.#watches.get(folderId);
    known?.folder.stop();
    known?.hints?.close();
    this.#watches.delete(folderId);
  }

  /** Two that are read at once take no more of the processor than one. */
  async #rest(workedMs: number, signal: AbortSignal): Promise<void> {
    const { small, large } = this.#reading;
    const readers = small.isTaken && large.isTaken ? 2 : 1;
    await sleep(workedMs * (readers * (1 + limits.vaultFolderRestRatio) - 1));
    while (this.#isInCall && !signal.aborted) await sleep(limits.vaultFolderHeldMs);
  }

  /** Versions beyond those that are kept go, but for those that are being restored. */
  async #thin({ folderId, keep }: FolderRow): Promise<void> {
    const { clock, isLeft, isUsed, removeVersion } = this.#options;
    const known = this.#rows.versions(folderId);
    if (known.length <= keep) return;
    const versions = known.map((one) => ({ ...one, isLeft: isLeft(one.versionId) }));
    for (const { versionId } of surplusVersions(versions, keep, clock.now()))
      if (this.#items.version(versionId) && !isUsed(versionId)) await removeVersion(versionId);
  }
}

/** Where the system cannot watch, or the folder is not there, looking through it again and again is enough. */
function hintsOf(path: string, onHint: () => void): FSWatcher | null {
  try {
    // On Linux the folders inside would be watched one by one.
    const watcher = watch(path, { persistent: false, recursive: process.platform !== 'linux' }, onHint);
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return null;
  }
}

/** Fails `vault-folder-missing`, `vault-folder-refused`. */
async function placeOf(path: string, profileFolder: string): Promise<string> {
  return await placeToShare(path, profileFolder).catch((error: unknown) => {
    const { code } = Failure.from(error);
    if (code === 'share-missing') throw new Failure('vault-folder-missing');
    throw code === 'share-refused' ? new Failure('vault-folder-refused') : error;
  });
}
