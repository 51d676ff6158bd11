// Kills an owner of a vault and their keepers, each a process of its own, at random moments, and says whether anything was lost that
// somebody said to have. `--rounds N`, and `--seed N` to have the same moments once more.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { numberOf } from '#scripts/arguments';
import { VaultCrashes } from '#tests/support/crash/vault-crashes';

const rounds = numberOf('--rounds', 10);
const seed = numberOf('--seed', 1 + Math.floor(Math.random() * 1_000_000));
const folder = mkdtempSync(join(tmpdir(), 'roundtable-crash-'));
console.log(`${rounds} rounds, seed ${seed}`);
try {
  const result = await new VaultCrashes(folder, seed).run(rounds, (round) => {
    if (round % 10 === 0) console.log(`round ${round}: nothing lost`);
  });
  console.log(JSON.stringify(result));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
