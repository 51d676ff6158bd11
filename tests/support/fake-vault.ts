// The vault as main could tell it.
import type { PeerId } from '#shared/identity';
import type {
  VaultHealth,
  VaultItem,
  VaultItemId,
  VaultKeeper,
  VaultRun,
  VaultRunId,
  VaultVersion,
  VaultVersionId,
} from '#shared/vault';
import type { VaultView } from '#shared/vault-view';
import type { VaultFolder, VaultFolderId } from '#shared/vault-folder';
import type { ReadableFile } from '#core/ports/content';

// Sound, all three: 32 hex digits, the very grammar that the brand stands for.
const vaultItemId = (seed: number): VaultItemId => seed.toString(16).padStart(32, '1') as VaultItemId;
export const vaultVersionId = (seed: number): VaultVersionId => seed.toString(16).padStart(32, '2') as VaultVersionId;
const vaultRunId = (seed: number): VaultRunId => seed.toString(16).padStart(32, '3') as VaultRunId;

/** An empty one, but for what is given. */
export const fakeVault = (more: Partial<VaultView> = {}): VaultView => ({
  items: [],
  keepers: [],
  pledges: [],
  runs: [],
  pledgeableBytes: 180_000_000_000,
  index: { state: 'own', doubts: [] },
  shares: [],
  shared: [],
  ...more,
});

/** Safe, with three of six keepers to spare. */
export const fakeHealth = (more: Partial<VaultHealth> = {}): VaultHealth => ({
  state: 'safe',
  spare: 3,
  keepers: 6,
  needed: 3,
  bytes: 24_000_000,
  keptBytes: 24_000_000,
  keepersMissing: 0,
  ...more,
});

export const fakeVersion = (seed: number, more: Partial<VaultVersion> = {}): VaultVersion => ({
  versionId: vaultVersionId(seed),
  number: 1,
  addedAt: 0,
  files: 1,
  bytes: 12_000_000,
  health: fakeHealth(),
  ...more,
});

export const fakeItem = (seed: number, name: string, more: Partial<VaultItem> = {}): VaultItem => ({
  itemId: vaultItemId(seed),
  name,
  kind: 'file',
  versions: [fakeVersion(seed * 100)],
  ...more,
});

export const fakeKeeper = (peerId: PeerId, name: string, more: Partial<VaultKeeper> = {}): VaultKeeper => ({
  peerId,
  contactId: null,
  name,
  pledgedBytes: 20_000_000_000,
  keptBytes: 3_400_000_000,
  pieces: 812,
  provedAt: null,
  seenAt: null,
  network: null,
  utcMinutes: null,
  state: 'good',
  ...more,
});

export const fakeRun = (seed: number, more: Partial<VaultRun> = {}): VaultRun => ({
  runId: vaultRunId(seed),
  kind: 'restore',
  name: 'Photographs',
  state: 'running',
  failure: null,
  bytes: 100_000_000,
  doneBytes: 0,
  from: [],
  parts: 0,
  startedAt: 0,
  endedAt: null,
  ...more,
});

/** Watched, and all of it in the vault. */
export const fakeFolder = (seed: number, name: string, more: Partial<VaultFolder> = {}): VaultFolder => ({
  folderId: seed.toString(16).padStart(32, '4') as VaultFolderId, // sound: 32 hex digits
  path: `/home/noor/${name}`,
  name,
  itemId: vaultItemId(seed),
  keep: 5,
  state: 'watching',
  failure: null,
  changed: 0,
  bytes: 0,
  doneBytes: 0,
  lastAt: 0,
  nextAt: null,
  unreadable: { count: 0, example: null },
  restless: { count: 0, example: null },
  ...more,
});

/** A file of these bytes, at this path. */
export const readableFile = (path: string, bytes: Uint8Array<ArrayBuffer>): ReadableFile => ({
  entry: { path: path.split('/'), size: bytes.length },
  mtimeMs: 5,
  read: async (start, end) => await Promise.resolve(bytes.slice(start, end)),
});
