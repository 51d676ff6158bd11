// Brings things back from the vault: whole ones into the download folder, and now and then a sample, to see that it would go. What
// is not over when the program ends goes on at the next start.
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import { VaultRunId, type VaultRun, type VaultVersionId } from '#shared/vault';
import { toHex } from '#main/services/byte-layout';
import type { Clock } from '#main/services/clock';
import { ContentFolders } from '#main/services/content/content-folders';
import type { Database } from '#main/services/database';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';
import { ActiveRun } from '#main/services/vault/active-run';
import { checkDrilled, removeDrilled, sampleOf } from '#main/services/vault/drill';
import { ItemRows, type SegmentRow, type VersionRow } from '#main/services/vault/item-rows';
import type { PieceGroups } from '#main/services/vault/piece-groups';
import { RestoreRuns, type NewRun, type RunEnd, type RunRow } from '#main/services/vault/restore-runs';
import { RestoredFiles } from '#main/services/vault/restored-files';
import { SegmentSource, type SegmentSourceOptions } from '#main/services/vault/segment-source';
import { Restorable, type RestorableOptions } from '#main/services/vault/sharing/restorable';

export interface RestoringOptions extends Pick<RestorableOptions, 'store' | 'copiesOf'> {
  /** What others let this person read; null where there is nothing like it. */
  readonly shared: RestorableOptions['shared'];
  readonly database: Database;
  readonly groups: PieceGroups;
  readonly segments: SegmentSourceOptions['segments'];
  readonly clock: Clock;
  readonly random: (length: number) => Uint8Array;
  readonly downloadsFolder: string;
  readonly nameOf: (peerId: PeerId) => string;
  /** A run began, went on, fell silent or ended: there is something to show, and maybe to fetch. */
  readonly onChange: () => void;
}

export class Restoring {
  readonly #options: RestoringOptions;
  readonly #rows: Restorable;
  readonly #runs: RestoreRuns;
  readonly #source: SegmentSource;
  readonly #folders: ContentFolders;
  readonly #active = new Map<VaultRunId, ActiveRun>();
  readonly #ahead = { bytes: 0 };

  constructor(options: RestoringOptions) {
    this.#options = options;
    this.#rows = new Restorable({ ...options, own: new ItemRows(options.database) });
    this.#runs = new RestoreRuns(options.database);
    this.#source = new SegmentSource({
      ...options,
      rows: this.#rows,
      store: this.#rows,
      copiesOf: (versionId, position) => this.#rows.copiesOf(versionId, position),
    });
    this.#folders = new ContentFolders(options.downloadsFolder);
  }

  /** At the start: goes on with what the end of the program interrupted. Drills do not go on. */
  async resume(): Promise<void> {
    for (const row of this.#runs.list()) {
      if (row.state !== 'running' || this.#active.has(row.run_id)) continue;
      if (row.kind === 'restore') {
        this.#start(row, async (run, version) => await this.#restore(run, version, true));
        continue;
      }
      this.#end(row, { state: 'failed', failure: 'aborted', placed: null });
      const folders = await this.#folders.open().catch(() => null);
      if (folders) await removeDrilled(folders.partial, row.run_id);
    }
    if (this.#active.size === 0) await this.#folders.tidy();
  }

  /** Fails `disk-full`, `downloads-folder`, `vault-busy`, `vault-unknown`, `vault-share-over`. */
  async restore(versionId: VaultVersionId): Promise<{ runId: VaultRunId }> {
    const version = this.#rows.version(versionId);
    if (version?.state !== 'put') throw new Failure('vault-unknown', 'nothing that is whole in the vault');
    if (this.#rows.isOver(versionId)) throw new Failure('vault-share-over');
    const free = await this.#folders.freeBytes();
    if (!this.#rows.version(versionId)) throw new Failure('vault-unknown', 'removed meanwhile');
    this.#assertIdle();
    const coming = [...this.#active.values()].reduce((sum, { bytesLeft }) => sum + bytesLeft, 0);
    if (version.bytes + coming > free) throw new Failure('disk-full', `${version.bytes} bytes wanted, ${free} free`);
    const row = this.#add('restore', version, version.bytes);
    this.#start(row, async (run) => await this.#restore(run, version, false));
    return { runId: row.run_id };
  }

  /** Fails `vault-busy`, `vault-empty`, and `downloads-folder`: the sample is written where other things come in. */
  async drill(): Promise<{ runId: VaultRunId }> {
    await this.#folders.open();
    this.#assertIdle();
    const versions = this.#rows.restorable();
    const versionId = versions[this.#below(versions.length)];
    const version = versionId && this.#rows.version(versionId);
    if (!version) throw new Failure('vault-empty');
    const all = this.#rows.segments(version.version_id);
    const sample = sampleOf(all, limits.vaultDrillSegments, (end) => this.#below(end));
    const bytes = sample.reduce((sum, segment) => sum + segment.bytes, 0);
    const row = this.#add('drill', version, bytes);
    this.#start(row, async (run) => await this.#drill(run, version, sample));
    return { runId: row.run_id };
  }

  /** Resolves once nothing of it is left; content with one that is over. Fails `vault-unknown`. */
  async cancel(runId: VaultRunId): Promise<void> {
    const run = this.#active.get(runId);
    if (!run && !this.#runs.find(runId)) throw new Failure('vault-unknown', 'no such run');
    run?.stop('cancelled');
    await run?.over;
  }

  /** One that is over is not shown any more. What was restored stays. */
  forget(runId: VaultRunId): void {
    this.#runs.forget(runId);
    this.#options.onChange();
  }

  /** Where it was restored to, for the shell to show. Fails `file-gone` when it is not there. */
  async placeOf(runId: VaultRunId): Promise<{ folder: string; item: string }> {
    const { downloadsFolder } = this.#options;
    const placed = this.#runs.find(runId)?.placed;
    if (!placed) throw new Failure('file-gone', 'nothing was restored');
    const item = join(downloadsFolder, placed);
    const isThere = await lstat(item).catch(() => null);
    if (!isThere) throw new Failure('file-gone', 'moved or deleted since');
    return { folder: downloadsFolder, item };
  }

  /** The newest first. */
  runs(): VaultRun[] {
    return this.#runs.list().map((row) => this.#view(row));
  }

  /** Something of that version is being restored, or will be once the program goes on with it. */
  uses(versionId: VaultVersionId): boolean {
    return this.#runs.list().some(({ version_id, state }) => version_id === versionId && state === 'running');
  }

  /** That version is not in the vault any more: what is being restored of it fails. */
  versionRemoved(versionId: VaultVersionId): void {
    for (const run of this.#active.values())
      if (run.row.version_id === versionId) run.stop(new Failure('vault-unknown', 'removed meanwhile'));
  }

  /** For the end of the program. */
  close(): void {
    for (const run of this.#active.values()) run.stop('closed');
    void this.#folders.tidy();
  }

  // ---- one run --------------------------------------------------------------------------------------------------------

  #add(kind: NewRun['kind'], { version_id, name }: VersionRow, bytes: number): RunRow {
    const { random, clock } = this.#options;
    const run_id = v.parse(VaultRunId, toHex(random(16)));
    this.#runs.add({ run_id, kind, version_id, name, bytes, started_at: clock.now() });
    const row = this.#runs.find(run_id);
    if (!row) throw new Failure('internal', 'a run that was not kept');
    return row;
  }

  #start(row: RunRow, work: (run: ActiveRun, version: VersionRow) => Promise<string | null>): void {
    const { clock, onChange } = this.#options;
    const run = new ActiveRun(row, { runs: this.#runs, source: this.#source, clock, ahead: this.#ahead, onChange });
    this.#active.set(row.run_id, run);
    // Where the database does not even take the end of it, it goes on at the next start.
    run.over = this.#run(run, work).catch(() => undefined);
    onChange();
  }

  async #run(run: ActiveRun, work: (run: ActiveRun, version: VersionRow) => Promise<string | null>): Promise<void> {
    const { row } = run;
    // Whether keepers are silent is shown, and whether they are late is seen, only when somebody looks.
    const lookAgain = setInterval(this.#options.onChange, limits.vaultLateMs).unref();
    try {
      const version = this.#rows.version(row.version_id);
      if (!version) throw new Failure('vault-unknown', 'removed meanwhile');
      const placed = await work(run, version);
      this.#end(row, { state: 'done', failure: null, placed });
    } catch (error) {
      this.#endBadly(run, Failure.from(error));
    } finally {
      clearInterval(lookAgain);
      this.#active.delete(row.run_id);
      if (this.#active.size === 0) await this.#folders.tidy();
      if (run.stopped !== 'closed') this.#options.onChange();
    }
  }

  #endBadly({ row, stopped }: ActiveRun, failure: Failure): void {
    if (stopped === 'closed') return;
    if (stopped === 'cancelled') this.#end(row, { state: 'cancelled', failure: null, placed: null });
    else this.#end(row, { state: 'failed', failure: (stopped ?? failure).code, placed: null });
  }

  async #restore(run: ActiveRun, version: VersionRow, isResumed: boolean): Promise<string> {
    const { run_id: id, placing } = run.row;
    const ofVersion = this.#rows.files(version.version_id);
    const files = new RestoredFiles({ folders: this.#folders, id, name: version.name, files: ofVersion });
    try {
      if (placing !== null && (await files.hasName(placing))) return placing;
      return await this.#writeAll(run, version, files).catch(async (error: unknown) => {
        // What a crash took from files that were half there is fetched once more.
        if (!isResumed || run.stopped || Failure.from(error).code !== 'file-changed') throw error;
        await files.discard();
        run.startOver();
        return await this.#writeAll(run, version, files);
      });
    } catch (error) {
      if (run.stopped !== 'closed') await files.discard().catch(() => undefined);
      throw error;
    }
  }

  async #writeAll(run: ActiveRun, version: VersionRow, files: RestoredFiles): Promise<string> {
    const segments = this.#rows.segments(version.version_id);
    let offset = segments.slice(0, run.parts).reduce((sum, { bytes }) => sum + bytes, 0);
    await run.fetchAll(version, segments.slice(run.parts), async (_, plain) => {
      await files.write(offset, plain);
      offset += plain.length;
    });
    return await files.place((name) => this.#runs.notePlacing(run.row.run_id, name));
  }

  async #drill(run: ActiveRun, version: VersionRow, sample: readonly SegmentRow[]): Promise<null> {
    await run.fetchAll(version, sample, async ({ sha256 }, plain) => {
      const { partial } = await this.#folders.open();
      await checkDrilled(partial, run.row.run_id, plain, sha256);
    });
    return null;
  }

  #end({ run_id: runId }: RunRow, end: RunEnd): void {
    this.#runs.end(runId, end, this.#options.clock.now());
  }

  #view(row: RunRow): VaultRun {
    const run = this.#active.get(row.run_id);
    const brought = run ? [...run.brought] : row.brought;
    return {
      runId: row.run_id,
      kind: row.kind,
      name: row.name,
      state: run?.isSilent ? 'waiting' : row.state,
      failure: row.failure,
      bytes: row.bytes,
      doneBytes: row.done_bytes,
      from: brought.map(([peerId, bytes]) => ({ peerId, name: this.#options.nameOf(peerId), bytes })),
      parts: row.parts,
      startedAt: row.started_at,
      endedAt: row.ended_at,
    };
  }

  #assertIdle(): void {
    if (this.#active.size >= limits.vaultRunsAtOnce) throw new Failure('vault-busy', 'too many at once');
  }

  /** A random number from 0 on, below `end`. */
  #below(end: number): number {
    return end === 0 ? 0 : Buffer.from(this.#options.random(6)).readUIntBE(0, 6) % end;
  }
}
