// Kills whoever gives a file and whoever takes it, each a process of its own, at random moments, and says whether every file came as it was
// given. `--rounds N` files of `--mib N`, each with `--kills N`, and `--seed N` to have the same moments once more.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { numberOf } from '#scripts/arguments';
import { DropCrashes } from '#tests/support/crash/drop-crashes';

const files = numberOf('--rounds', 10);
const bytes = numberOf('--mib', 100) * 2 ** 20;
const killsOfEach = numberOf('--kills', 1);
const seed = numberOf('--seed', 1 + Math.floor(Math.random() * 1_000_000));
const folder = mkdtempSync(join(tmpdir(), 'roundtable-crash-'));
console.log(`${files} files, seed ${seed}`);
try {
  const result = await new DropCrashes(folder, seed).run({ bytes, files, killsOfEach, victims: 'both' }, (file) => {
    if (file % 10 === 0) console.log(`file ${file}: as it was given`);
  });
  console.log(JSON.stringify(result));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
