// Files of a profile that cannot be read or used: each says so in words, nothing is lost, and there is a way on.
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { FailureCode } from '#shared/failure';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { en } from '#messages/en';
import type { Person } from '#tests/support/person';
import { Table } from '#tests/support/table';
import { startWebShell } from '#tests/support/web-shell';

const peerIdIn = (folder: string): unknown =>
  (JSON.parse(readFileSync(join(folder, 'identity.json'), 'utf8')) as { peerId: unknown }).peerId; // sound: our own file

const kept = (folder: string, name: string): string[] => readdirSync(folder).filter((file) => file.startsWith(name));

describe('a profile with a file that cannot be used', () => {
  const table = new Table();
  let ada: Person;
  let folder: string;
  let peerId: unknown;
  let words: string;

  const seeStopped = async (code: FailureCode): Promise<void> => {
    await ada.page.getByRole('heading', { name: en.failure[code].title }).waitFor();
    await ada.page.getByText(en.failure[code].remedy).waitFor();
  };
  const seeTable = async (): Promise<void> => {
    await ada.sidebar.getByRole('button', { name: new RegExp(`^${ada.name}`) }).waitFor();
  };

  beforeAll(async () => {
    ada = await table.seat('Ada');
    const ben = await table.seat('Ben');
    await ada.befriend(ben);
    await ben.leaveTable();
    ({ folder } = ada.shell);
    peerId = peerIdIn(folder);
    words = await ada.readRecoveryWords();
  });

  afterAll(async () => {
    await table.clear();
  });

  test('is refused in words when another process has it open', async () => {
    const second = startWebShell({ peerPort: 1, folder });
    await expect(second).rejects.toThrow(/ended with 1:[^]*is open in another Roundtable/);
  });

  test('starts with default settings when those are damaged, says so, and keeps the file', async () => {
    await ada.restart(() => {
      writeFileSync(join(folder, 'settings.json'), '{"version":1,"theme":');
    });
    await ada.page.getByText(en.failure['settings-damaged'].title).waitFor();
    expect(kept(folder, 'settings')).toEqual([expect.stringMatching(/^settings\.damaged-.+\.json$/)]);
    await ada.page.getByRole('button', { name: en.firstRun.meet.next }).click();
    await ada.page.getByRole('radio', { name: en.firstRun.reach.no }).check();
    await ada.page.getByRole('button', { name: en.firstRun.reach.next }).click();
    await ada.openPerson('Ben');
  });

  test('waits in words while another program holds the database, then opens at the next try', async () => {
    let holder: DatabaseSync | null = null;
    await ada.restart(() => {
      holder = new DatabaseSync(join(folder, 'roundtable.sqlite'));
      holder.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    });
    await seeStopped('database-busy');
    (holder as DatabaseSync | null)?.close();
    await ada.page.getByRole('button', { name: en.common.tryAgain }).click();
    await ada.openPerson('Ben');
  });

  test('says that the database is damaged, and leaves it as it is', async () => {
    const path = join(folder, 'roundtable.sqlite');
    const backup = join(folder, 'backup');
    const junk = 'not a database '.repeat(500);
    await ada.restart(() => {
      copyFileSync(path, backup);
      writeFileSync(path, junk);
    });
    await seeStopped('database-damaged');
    expect(readFileSync(path, 'utf8')).toBe(junk);
    await ada.restart(() => {
      copyFileSync(backup, path);
    });
    await ada.openPerson('Ben');
  });

  test('never gets a new identity by itself when that is damaged', async () => {
    await ada.restart(() => {
      const path = join(folder, 'identity.json');
      writeFileSync(path, readFileSync(path, 'utf8').replace('"sealed": "', '"sealed": "A'));
    });
    await seeStopped('identity-damaged');
    await ada.page.getByText(en.starting.broken.keptAt(join(folder, 'identity.json'))).waitFor();
    expect(peerIdIn(folder)).toBe(peerId);
  });

  test('gets its identity back from the 24 words: the same id, the same people', async () => {
    await ada.page.getByRole('button', { name: en.starting.broken.restore }).click();
    const field = ada.page.getByLabel(en.firstRun.restore.label);
    const next = ada.page.getByRole('button', { name: en.firstRun.restore.next });
    await field.fill(words.split(' ').toReversed().join(' '));
    await ada.page.getByLabel(en.firstRun.name.label).fill(ada.name);
    await next.click();
    await ada.page.getByText(en.failure['recovery-words-wrong'].title).waitFor();
    await field.fill(`  ${words.toUpperCase().replaceAll(' ', '\n')} `);
    await next.click();
    await seeTable();
    await ada.openPerson('Ben');
    expect(peerIdIn(folder)).toBe(peerId);
    expect(kept(folder, 'identity')).toHaveLength(2);
  });

  test('begins anew only when asked to, and keeps the unreadable file', async () => {
    await ada.restart(() => {
      writeFileSync(join(folder, 'identity.json'), '');
    });
    await seeStopped('identity-damaged');
    await ada.page.getByRole('button', { name: en.starting.broken.setAside }).click();
    await ada.page.getByRole('button', { name: en.common.cancel }).click();
    await ada.page.getByRole('button', { name: en.starting.broken.setAside }).click();
    await ada.page.getByRole('button', { name: en.starting.broken.setAsideConfirm }).click();
    await ada.page.getByLabel(en.firstRun.name.label).fill(ada.name);
    await ada.page.getByRole('button', { name: en.firstRun.name.next }).click();
    await ada.page.getByRole('heading', { name: en.firstRun.meet.title(ada.name) }).waitFor();
    expect(peerIdIn(folder)).not.toBe(peerId);
    expect(kept(folder, 'identity')).toHaveLength(3);
  });
});
