// The one way to SQLite: opened when first needed, migrated, its errors turned into failures. Every query goes through here.
import { chmodSync, closeSync, openSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import * as v from 'valibot';
import { Failure } from '#shared/failure';
import { migrations as knownMigrations } from '#main/services/database-migrations';
import { serviceLimits } from '#main/services/service-limits';

type Parameters = Record<string, SQLInputValue>;

export class Database {
  readonly #path: string;
  readonly #migrations: readonly string[];
  #open: DatabaseSync | null = null;
  readonly #statements = new Map<string, StatementSync>();
  /** Once damage was seen, nothing more is written: the file stays as it is for rescue. */
  #damage: Failure | null = null;
  #isClosed = false;
  #depth = 0;

  constructor(path: string, migrations: readonly string[] = knownMigrations) {
    this.#path = path;
    this.#migrations = migrations;
  }

  /** Rows of a query, each checked. Fails `database-busy`, `database-damaged`, `disk-full`. */
  all<S extends v.GenericSchema>(sql: string, parameters: Parameters, row: S): v.InferOutput<S>[] {
    return this.#guard((database) => this.#prepare(database, sql).all(parameters)).map((found) =>
      v.parse(row, { ...found }),
    );
  }

  one<S extends v.GenericSchema>(sql: string, parameters: Parameters, row: S): v.InferOutput<S> | null {
    const found = this.#guard((database) => this.#prepare(database, sql).get(parameters));
    return found === undefined ? null : v.parse(row, { ...found });
  }

  /** Answers how many rows changed. */
  run(sql: string, parameters: Parameters): number {
    return Number(this.#guard((database) => this.#prepare(database, sql).run(parameters)).changes);
  }

  /** What is read now may yet come to nothing. */
  get isInTransaction(): boolean {
    return this.#depth > 0;
  }

  /** All of `work` or nothing. May be nested: the outermost one decides. */
  transaction<T>(work: () => T): T {
    if (this.#depth > 0) return work();
    this.#guard((database) => {
      database.exec('BEGIN IMMEDIATE');
    });
    this.#depth += 1;
    try {
      const result = work();
      this.#guard((database) => {
        database.exec('COMMIT');
      });
      return result;
    } catch (error) {
      if (this.#open?.isTransaction === true) this.#open.exec('ROLLBACK');
      throw error;
    } finally {
      this.#depth -= 1;
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#statements.clear();
    this.#open?.close();
    this.#open = null;
  }

  #prepare(database: DatabaseSync, sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #guard<T>(work: (database: DatabaseSync) => T): T {
    if (this.#damage) throw this.#damage;
    try {
      return work(this.#opened());
    } catch (error) {
      const failure = databaseFailure(error);
      if (failure.code === 'database-damaged') this.#damage = failure;
      throw failure;
    }
  }

  #opened(): DatabaseSync {
    if (this.#open) return this.#open;
    if (this.#isClosed) throw new Failure('aborted', 'the database is closed');
    if (this.#path !== ':memory:') makePrivate(this.#path);
    const database = new DatabaseSync(this.#path, {
      timeout: serviceLimits.databaseBusyMs,
      enableForeignKeyConstraints: true,
    });
    try {
      database.exec(
        'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF; PRAGMA secure_delete = ON;',
      );
      migrate(database, this.#migrations);
    } catch (error) {
      database.close();
      throw error;
    }
    this.#open = database;
    return database;
  }
}

function makePrivate(path: string): void {
  closeSync(openSync(path, 'a', 0o600));
  if (process.platform !== 'win32') chmodSync(path, 0o600);
}

/** Each step and its number are one transaction: a crash leaves the version before or after it. */
function migrate(database: DatabaseSync, migrations: readonly string[]): void {
  const found = v.parse(v.object({ user_version: v.number() }), {
    ...database.prepare('PRAGMA user_version').get(),
  }).user_version;
  if (found > migrations.length) throw new Failure('update-needed', `database version ${found}`);
  for (const [index, migration] of migrations.entries()) {
    if (index < found) continue;
    database.exec('BEGIN IMMEDIATE');
    try {
      database.exec(migration);
      database.exec(`PRAGMA user_version = ${index + 1}`);
      database.exec('COMMIT');
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }
}

/** https://www.sqlite.org/rescode.html, primary codes. */
const failureOfCode: Partial<Record<number, 'database-busy' | 'database-damaged' | 'disk-full'>> = {
  5: 'database-busy',
  6: 'database-busy',
  11: 'database-damaged',
  13: 'disk-full',
  26: 'database-damaged',
};

function databaseFailure(error: unknown): Failure {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number')
    return Failure.from(error);
  const code = failureOfCode[error.errcode & 0xff];
  return new Failure(code ?? 'internal', error.message, { cause: error });
}
