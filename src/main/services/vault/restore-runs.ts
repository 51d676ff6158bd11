// Restores and drills as they are kept: what they are of, how far they are, how they ended.
import * as v from 'valibot';
import { failureCodes } from '#shared/failure';
import { PeerId } from '#shared/identity';
import { VaultRun, VaultRunId, VaultVersionId } from '#shared/vault';
import type { Database } from '#main/services/database';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';

const Count = v.pipe(v.number(), v.integer(), v.minValue(0));
const Run = v.object({
  run_id: VaultRunId,
  kind: VaultRun.entries.kind,
  version_id: VaultVersionId,
  name: v.string(),
  state: v.picklist(['running', 'done', 'failed', 'cancelled']),
  failure: v.nullable(v.picklist(failureCodes)),
  bytes: Count,
  done_bytes: Count,
  parts: Count,
  placing: v.nullable(v.string()),
  placed: v.nullable(v.string()),
  brought: v.pipe(v.string(), v.parseJson(), v.array(v.tuple([PeerId, Count]))),
  started_at: v.number(),
  ended_at: v.nullable(v.number()),
});
export type RunRow = v.InferOutput<typeof Run>;

export type NewRun = Pick<RunRow, 'run_id' | 'kind' | 'version_id' | 'name' | 'bytes' | 'started_at'>;
export type RunProgress = Pick<RunRow, 'done_bytes' | 'parts' | 'brought'>;
export type RunEnd = Pick<RunRow, 'state' | 'failure' | 'placed'>;

const columns = `run_id, kind, version_id, name, state, failure, bytes, done_bytes, parts, placing, placed, brought,
                 started_at, ended_at`;

export class RestoreRuns {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  add({ run_id, kind, version_id, name, bytes, started_at }: NewRun): void {
    this.#database.run(
      `INSERT INTO vault_runs (run_id, kind, version_id, name, state, bytes, done_bytes, parts, brought, started_at)
       VALUES (:run_id, :kind, :version_id, :name, 'running', :bytes, 0, 0, '[]', :started_at)`,
      { run_id, kind, version_id, name, bytes, started_at: Math.round(started_at) },
    );
    this.#database.run(
      `DELETE FROM vault_runs WHERE state <> 'running' AND run_id NOT IN
       (SELECT run_id FROM vault_runs WHERE state <> 'running' ORDER BY started_at DESC LIMIT :kept)`,
      { kept: limits.vaultRunsKept },
    );
  }

  find(runId: VaultRunId): RunRow | null {
    return this.#database.one(`SELECT ${columns} FROM vault_runs WHERE run_id = :runId`, { runId }, Run);
  }

  /** The newest first. */
  list(): RunRow[] {
    return this.#database.all(`SELECT ${columns} FROM vault_runs ORDER BY started_at DESC, rowid DESC`, {}, Run);
  }

  note(runId: VaultRunId, { done_bytes, parts, brought }: RunProgress): void {
    this.#database.run(
      'UPDATE vault_runs SET done_bytes = :done_bytes, parts = :parts, brought = :brought WHERE run_id = :runId',
      { runId, done_bytes, parts, brought: JSON.stringify(brought) },
    );
  }

  /** The name that is about to be taken. */
  notePlacing(runId: VaultRunId, placing: string): void {
    this.#database.run('UPDATE vault_runs SET placing = :placing WHERE run_id = :runId', { runId, placing });
  }

  /** Over, in whichever way. */
  end(runId: VaultRunId, { state, failure, placed }: RunEnd, nowMs: number): void {
    this.#database.run(
      `UPDATE vault_runs SET state = :state, failure = :failure, placed = :placed, ended_at = :nowMs
       WHERE run_id = :runId`,
      { runId, state, failure, placed, nowMs: Math.round(nowMs) },
    );
  }

  /** One that is over. */
  forget(runId: VaultRunId): void {
    this.#database.run("DELETE FROM vault_runs WHERE run_id = :runId AND state <> 'running'", { runId });
  }
}
