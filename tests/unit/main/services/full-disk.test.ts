// The profile on a disk that is really full: a file system of 2 MiB in memory, filled by something else at many moments.
import { rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { Database } from '#main/services/database';
import { failureCode } from './failure-code';
import { temporaryFolder } from './people';
import { canMount, mountSmallDisk } from './vault/small-disk';

const MiB = 2 ** 20;
const Note = v.object({ text: v.string() });
const Integrity = v.object({ integrity_check: v.string() });
const table = 'CREATE TABLE notes (text TEXT NOT NULL) STRICT;';
const moments = 100;

describe.runIf(canMount())('a database on a disk that fills up', () => {
  test('refuses what it cannot keep, keeps what it took, is sound when it is opened again, and goes on once there is room', async () => {
    const folder = await temporaryFolder();
    mountSmallDisk(folder, 2);
    const path = join(folder, 'notes.sqlite');
    const filler = join(folder, 'of somebody else');
    let database = new Database(path, [table]);
    const taken: string[] = [];
    const put = (text: string): void => {
      database.transaction(() => {
        database.run('DELETE FROM notes WHERE text = :text', { text });
        database.run('INSERT INTO notes VALUES (:text)', { text });
      });
      taken.push(text);
    };
    let refused = 0;
    for (let moment = 0; moment < moments; moment += 1) {
      // All of it, and then somewhat less each time.
      await writeFile(filler, Buffer.alloc(2 * MiB)).catch(() => undefined);
      await truncate(filler, (await stat(filler)).size - moment * 512);
      for (let at = 0; at < 8; at += 1) {
        const text = `${moment} ${at} ${'x'.repeat(1_000)}`;
        const code = await failureCode(() => put(text));
        if (code === 'no failure') continue;
        expect(code).toBe('disk-full');
        refused += 1;
      }
      await rm(filler, { force: true });
      database.close();
      database = new Database(path, [table]);
      expect(database.all('PRAGMA integrity_check', {}, Integrity)).toEqual([{ integrity_check: 'ok' }]);
      expect(database.all('SELECT text FROM notes ORDER BY rowid', {}, Note).map(({ text }) => text)).toEqual(taken);
      // Room for the next.
      for (const text of taken.splice(0, Math.max(0, taken.length - 40)))
        database.run('DELETE FROM notes WHERE text = :text', { text });
      put(`after ${moment}`);
    }
    expect(refused).toBeGreaterThan(moments);
    database.close();
  });
});
