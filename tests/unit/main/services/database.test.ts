import { execFile } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Database } from '#main/services/database';
import { migrations } from '#main/services/database-migrations';
import { failureCode } from './failure-code';
import { befriend, openProfile, person, temporaryFolder } from './people';

const Count = v.object({ count: v.number() });
const table = 'CREATE TABLE notes (text TEXT NOT NULL) STRICT;';
const count = (database: Database): number | undefined =>
  database.one('SELECT count(*) AS count FROM notes', {}, Count)?.count;

async function openNotes(steps: readonly string[] = [table]): Promise<{ database: Database; path: string }> {
  const path = join(await temporaryFolder(), 'notes.sqlite');
  const database = new Database(path, steps);
  onTestFinished(() => {
    database.close();
  });
  return { database, path };
}

describe('the database', () => {
  test('keeps what was written, in a file only this user may read', async () => {
    const { database, path } = await openNotes();
    database.run('INSERT INTO notes VALUES (:text)', { text: 'kept' });
    database.close();
    const again = new Database(path, [table]);
    expect(count(again)).toBe(1);
    again.close();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test('takes all of a transaction or nothing, also of one within another', async () => {
    const { database } = await openNotes();
    const failing = (): void => {
      database.transaction(() => {
        database.run('INSERT INTO notes VALUES (:text)', { text: 'one' });
        database.transaction(() => database.run('INSERT INTO notes VALUES (:text)', { text: 'two' }));
        throw new Error('third');
      });
    };
    expect(failing).toThrow('third');
    expect(count(database)).toBe(0);
    expect(database.transaction(() => database.run('INSERT INTO notes VALUES (:text)', { text: 'four' }))).toBe(1);
    expect(count(database)).toBe(1);
  });

  test('runs only the migrations that are new, and keeps the data', async () => {
    const { database, path } = await openNotes();
    database.run('INSERT INTO notes VALUES (:text)', { text: 'old' });
    database.close();
    const newer = new Database(path, [
      table,
      "ALTER TABLE notes ADD COLUMN mark TEXT NOT NULL DEFAULT 'none'; CREATE TABLE more (id INTEGER) STRICT;",
    ]);
    expect(newer.all('SELECT text, mark FROM notes', {}, v.object({ text: v.string(), mark: v.string() }))).toEqual([
      { text: 'old', mark: 'none' },
    ]);
    newer.close();
  });

  test('is left at its version when a migration fails half way', async () => {
    const { database, path } = await openNotes();
    database.run('INSERT INTO notes VALUES (:text)', { text: 'old' });
    database.close();
    const failing = new Database(path, [
      table,
      'CREATE TABLE more (id INTEGER) STRICT; INSERT INTO nowhere VALUES (1);',
    ]);
    expect(await failureCode(() => count(failing))).toBe('internal');
    failing.close();
    const before = new Database(path, [table]);
    expect(count(before)).toBe(1);
    before.close();
  });

  test('of a later version is not touched', async () => {
    const { database, path } = await openNotes([table, 'CREATE TABLE more (id INTEGER) STRICT;']);
    expect(count(database)).toBe(0);
    database.close();
    const older = new Database(path, [table]);
    expect(await failureCode(() => count(older))).toBe('update-needed');
    older.close();
  });

  test('that another program holds is busy, and works again afterwards', async () => {
    const { database, path } = await openNotes();
    expect(count(database)).toBe(0);
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    expect(await failureCode(() => database.run('INSERT INTO notes VALUES (:text)', { text: 'x' }))).toBe(
      'database-busy',
    );
    expect(await failureCode(() => database.transaction(() => 1))).toBe('database-busy');
    other.exec('COMMIT');
    other.close();
    expect(database.transaction(() => database.run('INSERT INTO notes VALUES (:text)', { text: 'x' }))).toBe(1);
  });

  test('that is damaged says so, is left as it is, and does not keep the rest from opening', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'roundtable.sqlite');
    const alice = await person('Alice', { folder });
    await befriend(alice, await person('Bob'));
    alice.services.close();
    for (const content of [
      Buffer.from('this is no database, but it is long enough to be looked at as one'.repeat(20)),
      await damagedPages(path),
    ]) {
      await writeFile(path, content);
      const damaged = await openProfile({ folder });
      expect(damaged.identity.state.state).toBe('ready');
      expect(await failureCode(() => damaged.contacts.list())).toBe('database-damaged');
      expect(await failureCode(() => damaged.invites.create(1))).toBe('database-damaged');
      damaged.close();
      expect(await readFile(path)).toEqual(content);
    }
  });

  test(
    'survives being killed in the middle of writing: all that was acknowledged is there',
    { timeout: 30_000 },
    async () => {
      const { database, path } = await openNotes();
      expect(count(database)).toBe(0);
      database.close();
      const script = `
      const { DatabaseSync } = require('node:sqlite');
      const database = new DatabaseSync(${JSON.stringify(path)});
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
      const insert = database.prepare('INSERT INTO notes VALUES (?)');
      for (let index = 0; ; index += 1) {
        insert.run('note ' + index);
        process.stdout.write(index + '\\n');
        if (index === 40) process.kill(process.pid, 'SIGKILL');
      }`;
      const failed = await promisify(execFile)(process.execPath, ['-e', script]).then(
        () => ({ stdout: '' }),
        (error: unknown) => v.parse(v.object({ stdout: v.string(), signal: v.literal('SIGKILL') }), error),
      );
      const acknowledged = failed.stdout.trim().split('\n').length;
      expect(acknowledged).toBeGreaterThan(0);
      const again = new Database(path, [table]);
      expect(count(again)).toBeGreaterThanOrEqual(acknowledged);
      expect(again.all('PRAGMA integrity_check', {}, v.object({ integrity_check: v.string() }))).toEqual([
        { integrity_check: 'ok' },
      ]);
      again.close();
    },
  );

  test('of every released version opens and has every table', async () => {
    for (let version = 0; version <= migrations.length; version += 1) {
      const path = join(await temporaryFolder(), 'old.sqlite');
      const old = new Database(path, migrations.slice(0, version));
      old.all('SELECT 1 AS count', {}, Count);
      old.close();
      const now = new Database(path);
      const names = now.all(
        "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name",
        {},
        v.object({ name: v.string() }),
      );
      expect(names.map(({ name }) => name)).toEqual([
        'calls',
        'chat_conversations',
        'chat_entries',
        'chat_logs',
        'chat_marks',
        ...['', '_config', '_content', '_data', '_docsize', '_idx'].map((part) => `chat_search${part}`),
        'contacts',
        'content_roots',
        'custody_kept',
        'custody_left',
        'custody_owed',
        'drop_allowances',
        'drop_files',
        'drops',
        'hand_texts_used',
        'invites',
        'relay_months',
        'room_entries',
        'room_passes',
        'rooms',
        'seen_entries',
        'seen_folders',
        'share_entries',
        'share_people',
        'share_wants',
        'shares',
        'sqlite_sequence',
        'transfers_in_all',
        'transfers_with',
        'vault_copies',
        'vault_days',
        'vault_doubts',
        'vault_files',
        'vault_folder_versions',
        'vault_folders',
        'vault_heads',
        'vault_items',
        'vault_keepers',
        'vault_kept',
        'vault_kept_heads',
        'vault_leavings',
        'vault_mend_copies',
        'vault_mend_orders',
        'vault_mended',
        'vault_mends_given',
        'vault_owners',
        'vault_pieces',
        'vault_pledges',
        'vault_runs',
        'vault_seeking',
        'vault_segments',
        'vault_shared',
        'vault_shares',
        'vault_versions',
      ]);
      now.close();
    }
  });
});

async function damagedPages(path: string): Promise<Buffer> {
  const freshPath = path.replace('/roundtable.sqlite', '/fresh.sqlite');
  const fresh = new Database(freshPath);
  fresh.all('SELECT 1 AS count', {}, Count);
  fresh.close();
  const whole = await readFile(freshPath);
  whole.fill(0xff, 4_096);
  return whole;
}
