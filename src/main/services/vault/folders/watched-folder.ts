// One folder that backs itself up: looked through again and again, and put into the vault as a new version once what changed lies still
// and its turn has come. Where it stands after a restart is told by the vault itself: the newest version says what is in it.
import { Failure, type FailureCode } from '#shared/failure';
import type { VaultFolder } from '#shared/vault-folder';
import { AnchoredFolder } from '#main/services/content/anchored-folder';
import type { Clock } from '#main/services/clock';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';
import { changedFiles, Restlessness } from '#main/services/vault/folders/folder-changes';
import { readFolderIn, type FolderReadingOptions } from '#main/services/vault/folders/folder-reading';
import type { FolderRow, FolderRows, FolderVersion } from '#main/services/vault/folders/folder-rows';
import { scanFolder, type FolderScan, type ScannedFile } from '#main/services/vault/folders/folder-scan';
import type { ItemRows } from '#main/services/vault/item-rows';
import type { Putting } from '#main/services/vault/putting';

export interface WatchedFolderOptions {
  readonly rows: FolderRows;
  readonly items: Pick<ItemRows, 'files'>;
  readonly putting: Pick<Putting, 'begin' | 'write' | 'finish' | 'abort'>;
  readonly clock: Clock;
  /** All of its pieces are with keepers. */
  readonly isLeft: (version: FolderVersion) => boolean;
  /** Somebody talks: nothing new is begun. */
  readonly isHeld: () => boolean;
  /** Looking through folders is done for one at a time. */
  readonly lookInTurn: <T>(look: () => Promise<T>) => Promise<T>;
  /** `bytes` are to be read: a folder with little does not wait for one with much. */
  readonly readInTurn: (bytes: number, read: () => Promise<void>) => Promise<void>;
  /** After so much work. */
  readonly rest: (workedMs: number, signal: AbortSignal) => Promise<void>;
  /** A version is in the vault for good. */
  readonly onPut: (folder: FolderRow) => Promise<void>;
  readonly onChange: () => void;
}

type Shown = Pick<VaultFolder, 'state' | 'failure' | 'changed' | 'bytes' | 'doneBytes' | 'nextAt'>;
type LeftOut = VaultFolder['unreadable'];

const still: Omit<Shown, 'state'> = { failure: null, changed: 0, bytes: 0, doneBytes: 0, nextAt: null };
const nothingLeftOut: LeftOut = { count: 0, example: null };
const leftOut = (paths: readonly string[]): LeftOut => ({ count: paths.length, example: paths[0] ?? null });
const sizeOf = (files: readonly ScannedFile[]): number => files.reduce((sum, { size }) => sum + size, 0);

export class WatchedFolder {
  row: FolderRow;
  readonly #options: WatchedFolderOptions;
  readonly #restlessness = new Restlessness();
  readonly #end = new AbortController();
  #shown: Shown = { state: 'looking', ...still };
  #unreadable = nothingLeftOut;
  #restless = nothingLeftOut;
  /** Not looked through before this. */
  #lookAtMs = 0;
  /** Nothing is read before this, after it failed. */
  #retryAtMs = 0;
  /** Nor before this, even when something happened in it: looking takes its time. */
  #restsUntilMs = 0;
  /** Since when it waits for what changed to lie still, once it had its turn. */
  #patientSinceMs: number | null = null;
  /** The person wants it now. */
  #isAsked = false;
  #shownAtMs = 0;

  constructor(row: FolderRow, options: WatchedFolderOptions) {
    this.row = row;
    this.#options = options;
  }

  view(isInCall: boolean): VaultFolder {
    const { folderId, path, name, keep, isPaused } = this.row;
    const { rows } = this.#options;
    const state = this.#shown.state === 'reading' && isInCall ? 'held' : this.#shown.state;
    return {
      folderId,
      path,
      name,
      keep,
      itemId: rows.itemOf(name),
      lastAt: rows.versions(folderId)[0]?.addedAt ?? null,
      ...this.#shown,
      state: isPaused ? 'paused' : state,
      unreadable: this.#unreadable,
      restless: this.#restless,
    };
  }

  /** Without waiting for its turn; what is still being written is waited for all the same. */
  ask(): void {
    this.#isAsked = true;
    this.#retryAtMs = 0;
    this.wake();
  }

  /** It is looked through at once. */
  wake(): void {
    this.#lookAtMs = 0;
  }

  /** Something happened in it, says the system: it is looked through once that is likely to be over. */
  hint(): void {
    const soonMs = this.#options.clock.now() + limits.vaultFolderQuietMs;
    this.#lookAtMs = Math.min(this.#lookAtMs, Math.max(soonMs, this.#restsUntilMs));
  }

  /** What is being read of it ends, and nothing of that is kept. */
  stop(): void {
    this.#end.abort();
  }

  /** Looks through it and reads it, where that is due. Never rejects. */
  async tend(): Promise<void> {
    const { clock } = this.#options;
    if (this.row.isPaused || this.#end.signal.aborted || clock.now() < this.#lookAtMs) return;
    this.#lookAgainIn(limits.vaultFolderLookMs);
    const root = await AnchoredFolder.openExisting(this.row.path).catch(() => null);
    if (!root) {
      this.#show({ state: 'gone', ...still });
      return;
    }
    try {
      const scan = await this.#options.lookInTurn(async () => await this.#lookThrough(root));
      // Looking takes its time: meanwhile it may have been paused, or somebody begun to talk.
      if (scan && this.#mayBegin()) await this.#judge(root, scan);
      else this.wake();
    } catch (error) {
      this.#failed(Failure.from(error).code);
    } finally {
      await root.close();
    }
  }

  async #lookThrough(root: AnchoredFolder): Promise<FolderScan | null> {
    if (!this.#mayBegin()) return null;
    const begunMs = performance.now();
    const scan = await scanFolder({ root, name: this.row.name, signal: this.#end.signal });
    const { clock } = this.#options;
    this.#restsUntilMs = clock.now() + (performance.now() - begunMs) * limits.vaultFolderLookRestRatio;
    this.#lookAgainIn(limits.vaultFolderLookMs);
    return scan;
  }

  #mayBegin(): boolean {
    return !this.row.isPaused && !this.#options.isHeld() && !this.#end.signal.aborted;
  }

  async #judge(root: AnchoredFolder, scan: FolderScan): Promise<void> {
    this.#unreadable = leftOut(scan.unreadable);
    if (scan.isTooMany) {
      this.#show({ state: 'large', ...still });
      return;
    }
    const versions = this.#options.rows.versions(this.row.folderId);
    const [newest] = versions;
    const changed = changedFiles(scan.files, newest ? this.#options.items.files(newest.versionId) : []);
    const restless = this.#restlessness.note(changed, this.#options.clock.now());
    if (changed.length === 0) {
      this.#atRest(scan.files.length === 0);
      return;
    }
    const turn = this.#turn(newest ?? null, sizeOf(scan.files));
    if (!turn.isNow) {
      this.#patientSinceMs = null;
      this.#show({ ...still, state: 'resting', changed: changed.length, nextAt: turn.atMs });
    } else if (this.#waitsFor(changed, restless)) {
      this.#show({ ...still, state: 'settling', changed: changed.length });
    } else {
      this.#restless = leftOut(restless.map(({ disk }) => disk.join('/')));
      const taken = scan.files.filter((file) => !restless.includes(file));
      this.#show({ ...still, state: 'queued', changed: changed.length });
      await this.#options.readInTurn(sizeOf(taken), async () => {
        if (this.#mayBegin()) await this.#read(root, taken, changed.length);
        else this.wake();
      });
    }
  }

  #atRest(isEmpty: boolean): void {
    this.#patientSinceMs = null;
    this.#isAsked = false;
    this.#restless = nothingLeftOut;
    this.#show({ state: isEmpty ? 'empty' : 'watching', ...still });
  }

  /** What never lies still is gone without after a while, where something else is new. */
  #waitsFor(changed: readonly ScannedFile[], restless: readonly ScannedFile[]): boolean {
    const nowMs = this.#options.clock.now();
    const isPatient = nowMs - (this.#patientSinceMs ??= nowMs) < limits.vaultFolderPatienceMs;
    if (restless.length === 0 || (restless.length < changed.length && !isPatient)) return false;
    this.#lookAgainIn(isPatient ? limits.vaultFolderQuietMs : limits.vaultFolderLookMs);
    return true;
  }

  /** The larger it is, the seldomer; and not while the last version is on its way, unless that takes very long. */
  #turn(newest: FolderVersion | null, bytes: number): { isNow: boolean; atMs: number | null } {
    const nowMs = this.#options.clock.now();
    if (nowMs < this.#retryAtMs) return { isNow: false, atMs: this.#retryAtMs };
    if (this.#isAsked || !newest) return { isNow: true, atMs: null };
    const restMs = limits.vaultFolderRestMs + (bytes / 1024 ** 2) * limits.vaultFolderRestMsPerMiB;
    const atMs = newest.addedAt + restMs;
    if (nowMs < atMs) return { isNow: false, atMs };
    const isUnderWay = !this.#options.isLeft(newest) && nowMs < newest.addedAt + limits.vaultFolderUnderWayMs;
    return { isNow: !isUnderWay, atMs: null };
  }

  async #read(root: AnchoredFolder, files: readonly ScannedFile[], changed: number): Promise<void> {
    const { rows, onPut } = this.#options;
    const bytes = sizeOf(files);
    this.#show({ ...still, state: 'reading', changed, bytes });
    try {
      await readFolderIn(this.#reading(root, files));
    } catch (error) {
      this.#failed(Failure.from(error).code);
      return;
    }
    const current = rows.find(this.row.folderId);
    if (current) await onPut(current);
    this.#isAsked = false;
    this.#patientSinceMs = null;
    // What was left out, and what changed meanwhile, has its turn.
    this.#lookAgainIn(limits.vaultFolderQuietMs);
    this.#show({ state: 'watching', ...still });
  }

  #reading(root: AnchoredFolder, files: readonly ScannedFile[]): FolderReadingOptions {
    const { rows, putting, rest } = this.#options;
    const { signal } = this.#end;
    const { folderId, name } = this.row;
    return {
      root,
      name,
      files,
      putting,
      onBegun: (versionId) => rows.noteVersion(folderId, versionId),
      onRead: (doneBytes) => {
        this.#shown = { ...this.#shown, doneBytes };
        this.#tellSometimes();
      },
      rest: async (workedMs) => {
        await rest(workedMs, signal);
        if (signal.aborted || this.row.isPaused) throw new Failure('aborted', 'not wanted any more');
      },
    };
  }

  /** It is tried again: soon where only something moved, later where something is in the way. */
  #failed(code: FailureCode): void {
    if (this.#end.signal.aborted || this.row.isPaused) return;
    const { clock } = this.#options;
    if (code === 'file-changed' || code === 'file-gone' || code === 'vault-busy' || code === 'vault-unknown') {
      this.#lookAgainIn(limits.vaultFolderQuietMs);
      this.#show({ ...still, state: 'settling', changed: this.#shown.changed });
      return;
    }
    this.#retryAtMs = clock.now() + limits.vaultFolderRestMs;
    this.#lookAtMs = this.#retryAtMs;
    this.#show({ ...still, state: 'failed', failure: code, changed: this.#shown.changed, nextAt: this.#retryAtMs });
  }

  #lookAgainIn(ms: number): void {
    this.#lookAtMs = Math.max(this.#options.clock.now() + ms, this.#restsUntilMs);
  }

  #show(shown: Shown): void {
    const isNews = JSON.stringify(shown) !== JSON.stringify(this.#shown);
    this.#shown = shown;
    if (isNews) this.#options.onChange();
  }

  #tellSometimes(): void {
    const nowMs = this.#options.clock.now();
    if (nowMs - this.#shownAtMs < limits.vaultFolderTellMs) return;
    this.#shownAtMs = nowMs;
    this.#options.onChange();
  }
}
