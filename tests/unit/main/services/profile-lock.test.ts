import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { join } from 'node:path';
import { failureCode } from './failure-code';
import { openProfile, temporaryFolder } from './people';

test('a profile is open once at a time, and free again after closing', async () => {
  const folder = await temporaryFolder();
  const first = await openProfile({ folder });
  expect(await failureCode(openProfile({ folder }))).toBe('profile-in-use');
  first.close();
  const second = await openProfile({ folder });
  expect(second.identity.state.state).toBe('missing');
});

test('a profile whose process was killed is free at once', { timeout: 20_000 }, async () => {
  const folder = await temporaryFolder();
  const script = `
    const { DatabaseSync } = require('node:sqlite');
    const file = new DatabaseSync(${JSON.stringify(join(folder, 'profile.lock'))});
    file.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    process.kill(process.pid, 'SIGKILL');`;
  await expect(promisify(execFile)(process.execPath, ['-e', script])).rejects.toMatchObject({ signal: 'SIGKILL' });
  expect((await openProfile({ folder })).identity.state.state).toBe('missing');
});
