// Both ends of a drop as processes of their own, killed as the system kills them. The long form: `npm run crash -- drop`.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { blockBytes } from '#shared/content';
import { DropCrashes } from '#tests/support/crash/drop-crashes';

const MiB = 2 ** 20;

/** Paths of sockets are short. */
async function shortFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rt-'));
  onTestFinished(async () => await rm(folder, { recursive: true, force: true }));
  return folder;
}

test(
  'whoever gives or takes is killed at random moments, and every file comes as it was given',
  { timeout: 120_000 },
  async () => {
    const plan = { bytes: 24 * MiB + 77, files: 3, killsOfEach: 2, victims: 'both' } as const;
    const { kills, sentAgainBytes } = await new DropCrashes(await shortFolder(), 7).run(plan);
    expect(kills.giver).toBeGreaterThan(0);
    expect(kills.receiver).toBeGreaterThan(0);
    expect(sentAgainBytes.most).toBeLessThanOrEqual(16 * MiB + blockBytes);
  },
);

test('a receiver who is killed ten times during one file has it at last', { timeout: 120_000 }, async () => {
  const plan = { bytes: 48 * MiB, files: 1, killsOfEach: 10, victims: 'receiver' } as const;
  expect((await new DropCrashes(await shortFolder(), 3).run(plan)).kills).toEqual({ giver: 0, receiver: 10 });
});
