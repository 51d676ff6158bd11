// A vault of a test: a real database, real pieces on the disk, and the calls by which a page puts something into it.
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { VaultFile, VaultVersionId } from '#shared/vault';
import { Database } from '#main/services/database';
import { ItemRows } from '#main/services/vault/item-rows';
import { PieceStore } from '#main/services/vault/piece-store';
import { Putting, type PuttingOptions } from '#main/services/vault/putting';
import { segmentsHere } from '#main/services/vault/segment-work';
import { temporaryFolder, testClock, type TestClock } from '../people';
import { someBytes } from './some-pieces';

export interface VaultFolder {
  readonly folder: string;
  readonly database: Database;
  readonly store: PieceStore;
  readonly rows: ItemRows;
  readonly putting: Putting;
  readonly clock: TestClock;
  readonly random: (length: number) => Uint8Array;
  /** Every segment that `onSegment` was called for. */
  readonly segments: { versionId: VaultVersionId; position: number }[];
}

let serial = 0;

/** Different in every call, the same in every run. */
const someRandom = (length: number): Uint8Array => {
  serial += 1;
  return someBytes(length, 7_919 * serial);
};

export async function vaultFolder(
  options: Partial<PuttingOptions> & { folder?: string; startMs?: number } = {},
): Promise<VaultFolder> {
  const folder = options.folder ?? (await temporaryFolder());
  const database = new Database(join(folder, 'test.db'));
  onTestFinished(() => database.close());
  const store = await PieceStore.open(join(folder, 'vault', 'own'));
  const clock = testClock(options.startMs);
  const segments: VaultFolder['segments'] = [];
  const putting = new Putting({
    database,
    store,
    segments: segmentsHere,
    clock,
    random: someRandom,
    scheme: () => ({ needed: 2, total: 5 }),
    onSegment: (versionId, position) => void segments.push({ versionId, position }),
    ...options,
  });
  return { folder, database, store, rows: new ItemRows(database), putting, clock, random: someRandom, segments };
}

export interface SomeFile {
  readonly path: string[];
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export const mtimeMs = 1_700_000_000_123;

const entry = ({ path, bytes }: SomeFile): VaultFile => ({ path, size: bytes.length, mtimeMs });

const nameOf = (files: readonly SomeFile[]): string => files[0]?.path[0] ?? '';

export async function beginPut(putting: Putting, files: readonly SomeFile[]): Promise<VaultVersionId> {
  const kind = files[0]?.path.length === 1 ? 'file' : 'folder';
  return (await putting.begin({ name: nameOf(files), kind, files: files.map(entry) })).versionId;
}

/** From the first byte to the last, in chunks as a page sends them. */
export async function put(
  putting: Putting,
  files: readonly SomeFile[],
  chunkBytes = 1024 ** 2,
): Promise<VaultVersionId> {
  const versionId = await beginPut(putting, files);
  const all = Buffer.concat(files.map(({ bytes }) => bytes));
  for (let at = 0; at < all.length; at += chunkBytes)
    await putting.write({ versionId, bytes: new Uint8Array(all.subarray(at, at + chunkBytes)) });
  await putting.finish({ versionId });
  return versionId;
}
