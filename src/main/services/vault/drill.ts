// A drill: a few segments from all over a version are brought to a place of their own, compared and deleted.
import { hash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, readFile, rm } from 'node:fs/promises';
import { Failure } from '#shared/failure';
import type { VaultRunId } from '#shared/vault';
import { notThroughLinks, type AnchoredFolder } from '#main/services/content/anchored-folder';
import { writeFailure } from '#main/services/content/disk-failure';

/** At most so many, one out of each of as many equal stretches. `below` answers a random number below its parameter. */
export function sampleOf<T>(all: readonly T[], most: number, below: (end: number) => number): T[] {
  const count = Math.min(most, all.length);
  return Array.from({ length: count }, (_, stretch) => {
    const from = Math.floor((stretch * all.length) / count);
    const to = Math.floor(((stretch + 1) * all.length) / count);
    return all[from + below(to - from)];
  }).filter((one) => one !== undefined);
}

const nameOf = (runId: VaultRunId): string => `${runId}.drill`;

/** What a drill left when the program ended. */
export async function removeDrilled(folder: AnchoredFolder, runId: VaultRunId): Promise<void> {
  await rm(folder.at(nameOf(runId)), { force: true }).catch(() => undefined);
}

/** Written, read again, compared, deleted. Fails `file-changed`, `disk-full`, `downloads-folder`. */
export async function checkDrilled(
  folder: AnchoredFolder,
  runId: VaultRunId,
  plain: Uint8Array,
  sha256: Uint8Array,
): Promise<void> {
  const { O_RDWR, O_CREAT, O_TRUNC } = constants;
  try {
    const file = await open(folder.at(nameOf(runId)), O_RDWR | O_CREAT | O_TRUNC | notThroughLinks, 0o600);
    try {
      await file.writeFile(plain);
      await file.sync();
    } finally {
      await file.close();
    }
    const found = await readFile(folder.at(nameOf(runId)));
    if (!hash('sha256', found, 'buffer').equals(sha256)) throw new Failure('file-changed', 'not what was put');
  } catch (error) {
    throw writeFailure(error);
  } finally {
    await removeDrilled(folder, runId);
  }
}
