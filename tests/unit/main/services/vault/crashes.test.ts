import { expect, test } from 'vitest';
import { VaultCrashes } from '#tests/support/crash/vault-crashes';
import { temporaryFolder } from '../people';

test(
  'an owner and keepers who are killed at random moments lose nothing that any of them said to have',
  { timeout: 120_000 },
  async () => {
    const result = await new VaultCrashes(await temporaryFolder(), 7).run(3);
    expect(result.kills.owner + result.kills.keepers + result.kills.reader).toBe(3);
    expect(result.pieces).toBeGreaterThanOrEqual(3 * result.versions);
  },
);
