// The vault: empty, safe, at risk, being filled, coming back, on a new machine; keepers, and for whom one keeps.
import type { VaultFolder } from '#shared/vault-folder';
import type { SharedVersion, VaultShare } from '#shared/vault-share';
import type { VaultItem, VaultKeeper, VaultRun } from '#shared/vault';
import type { VaultView } from '#shared/vault-view';
import {
  fakeFolder,
  fakeHealth,
  fakeItem,
  fakeKeeper,
  fakeRun,
  fakeVault,
  fakeVersion,
  readableFile,
  vaultVersionId,
} from '../fake-vault';
import * as people from './people';
import { online, tableOf, type Scene, type Then } from './scene-parts';

const { ada, bo, carmen, dilan, faruk, gone } = people;
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const mb = 1_000_000;
const gb = 1_000 * mb;
const at = (minutes: number): number => people.nowMs - minutes * minuteMs;

const keepers: readonly VaultKeeper[] = [
  fakeKeeper(ada.peerId, ada.name, {
    contactId: ada.contactId,
    provedAt: at(31),
    seenAt: at(0),
    network: 'a',
    utcMinutes: 60,
  }),
  fakeKeeper(bo.peerId, bo.name, {
    contactId: bo.contactId,
    provedAt: at(95),
    seenAt: at(0),
    keptBytes: 4_100 * mb,
    pledgedBytes: 5 * gb,
    network: 'b',
    utcMinutes: -300,
  }),
  fakeKeeper(carmen.peerId, carmen.name, { contactId: carmen.contactId, provedAt: at(26 * 60), seenAt: at(25 * 60) }),
  fakeKeeper(faruk.peerId, faruk.name, {
    contactId: faruk.contactId,
    seenAt: at(180),
    keptBytes: 120 * mb,
    pieces: 31,
  }),
  fakeKeeper(people.peerId(14), 'Greta', { provedAt: at(9 * 24 * 60), seenAt: at(9 * 24 * 60), state: 'doubtful' }),
  fakeKeeper(people.peerId(17), 'Hiro Tanaka', { provedAt: at(60), seenAt: at(58), keptBytes: 2_800 * mb }),
];
const troubled: readonly VaultKeeper[] = [
  ...keepers.slice(0, 2),
  fakeKeeper(dilan.peerId, dilan.name, { contactId: dilan.contactId, seenAt: at(40 * 24 * 60), state: 'failed' }),
  fakeKeeper(carmen.peerId, carmen.name, { contactId: carmen.contactId, seenAt: at(300), state: 'leaving' }),
];

const photographs = fakeItem(1, 'Photographs', {
  kind: 'folder',
  versions: [
    fakeVersion(13, { number: 3, addedAt: at(42), files: 1_204, bytes: 6_100 * mb }),
    fakeVersion(12, { number: 2, addedAt: at(8 * 24 * 60), files: 1_180, bytes: 5_900 * mb }),
    fakeVersion(11, {
      number: 1,
      addedAt: at(60 * 24 * 60),
      files: 900,
      bytes: 4_300 * mb,
      health: fakeHealth({ state: 'safe', spare: 1, keepers: 3, needed: 1 }),
    }),
  ],
});
const thesis = fakeItem(2, 'Thesis, final draft.odt', {
  versions: [fakeVersion(21, { addedAt: at(180), bytes: 4 * mb, health: fakeHealth({ spare: 4, keepers: 7 }) })],
});
const accounts = fakeItem(3, 'Accounts 2025', {
  kind: 'folder',
  versions: [fakeVersion(31, { addedAt: at(3 * 24 * 60), files: 61, bytes: 48 * mb })],
});
const recording = fakeItem(4, 'Interview, second take.flac', {
  versions: [
    fakeVersion(41, {
      addedAt: at(12),
      bytes: 712 * mb,
      health: fakeHealth({ state: 'waiting', spare: 0, bytes: 1_424 * mb, keptBytes: 910 * mb }),
    }),
  ],
});
const atRisk = fakeItem(5, 'Field recordings', {
  kind: 'folder',
  versions: [
    fakeVersion(51, {
      addedAt: at(20 * 24 * 60),
      files: 214,
      bytes: 3_900 * mb,
      health: fakeHealth({ state: 'risk', spare: 0, keepers: 3, bytes: 7_800 * mb, keptBytes: 3_900 * mb }),
    }),
  ],
});
const short = fakeItem(6, 'Letters.zip', {
  versions: [
    fakeVersion(61, {
      addedAt: at(30),
      bytes: 90 * mb,
      health: fakeHealth({ state: 'waiting', spare: 0, keepers: 1, keptBytes: 8 * mb, keepersMissing: 2 }),
    }),
  ],
});
const lost = fakeItem(7, 'Old mail.mbox', {
  versions: [
    fakeVersion(71, {
      addedAt: at(200 * 24 * 60),
      bytes: 2_300 * mb,
      health: fakeHealth({ state: 'lost', spare: 0, keepers: 2 }),
    }),
  ],
});
const cutOff = fakeItem(8, 'Film scans', {
  kind: 'folder',
  versions: [
    fakeVersion(81, {
      addedAt: at(1),
      files: 48,
      bytes: 9_200 * mb,
      health: fakeHealth({ state: 'reading', spare: 0, keepers: 0, keptBytes: 0 }),
    }),
  ],
});

const pledges: VaultView['pledges'] = [
  { owner: ada.peerId, contactId: ada.contactId, bytes: 50 * gb, usedBytes: 12 * gb, pieces: 3_012, endsAt: null },
  { owner: bo.peerId, contactId: bo.contactId, bytes: 10 * gb, usedBytes: 0, pieces: 0, endsAt: null },
  {
    owner: carmen.peerId,
    contactId: carmen.contactId,
    bytes: 0,
    usedBytes: 3_400 * mb,
    pieces: 860,
    endsAt: people.nowMs + 11 * dayMs,
  },
  { owner: gone.peerId, contactId: null, bytes: 0, usedBytes: 40 * mb, pieces: 12, endsAt: people.nowMs + dayMs },
];

const from = (...bytes: readonly number[]): VaultRun['from'] =>
  bytes.map((each, index) => {
    const { peerId, name } = [ada, bo, carmen, faruk][index] ?? ada;
    return { peerId, name, bytes: each };
  });
const restoring = fakeRun(1, {
  bytes: 6_100 * mb,
  doneBytes: 2_120 * mb,
  from: from(960 * mb, 700 * mb, 460 * mb),
  startedAt: at(4),
  parts: 180,
});
const tried = fakeRun(2, {
  kind: 'drill',
  state: 'done',
  bytes: 12 * mb,
  doneBytes: 12 * mb,
  from: from(6 * mb, 6 * mb),
  parts: 3,
  startedAt: at(9),
  endedAt: at(9) + 4_000,
});
const ended: readonly VaultRun[] = [
  { ...restoring, name: 'Accounts 2025', state: 'done', doneBytes: 6_100 * mb, endedAt: at(1) },
  fakeRun(3, { name: 'Letters.zip', state: 'waiting', bytes: 90 * mb, doneBytes: 30 * mb, from: from(30 * mb) }),
  fakeRun(4, { name: 'Old mail.mbox', state: 'failed', failure: 'disk-full' }),
  fakeRun(5, { name: 'Film scans', kind: 'drill', state: 'failed', failure: null }),
];

const shown = (view: Partial<VaultView>, tab: 'things' | 'keepers' = 'things', then?: Then): Scene => ({
  before: (world) => {
    online(world);
    world.answers.readVault = async () => fakeVault({ keepers: [...keepers], ...view });
  },
  then: async (world, app) => {
    tableOf(app).navigation.show({ kind: 'vault', view: tab });
    await then?.(world, app);
  },
});
const many: VaultItem[] = [photographs, thesis, accounts];

/** Two files that never get through, the first one half read. */
const putting: Then = async (world, app) => {
  const { vault } = tableOf(app);
  const bytes = new Uint8Array(3 * 1024 * 1024);
  world.readable = [readableFile('Film scans/Reel 1.mov', bytes), readableFile('Contracts.pdf', bytes.slice(9))];
  world.answers.beginPut = async () => ({ versionId: vaultVersionId(900) });
  let writes = 0;
  world.answers.writePut = async () => {
    world.nowMs += 900;
    if ((writes += 1) > 1) await new Promise(() => undefined);
    return undefined;
  };
  await vault.putDropped(new DataTransfer());
};

const folders: readonly VaultFolder[] = [
  fakeFolder(1, 'Photographs', { lastAt: at(42), keep: 10 }),
  fakeFolder(9, 'Notes', {
    state: 'resting',
    changed: 3,
    lastAt: at(6),
    nextAt: people.nowMs + 9 * minuteMs,
    restless: { count: 1, example: 'journal.log' },
  }),
  fakeFolder(10, 'Film scans, second batch', {
    itemId: null,
    state: 'reading',
    changed: 48,
    bytes: 9_200 * mb,
    doneBytes: 3_100 * mb,
    lastAt: null,
    unreadable: { count: 4, example: 'Reel 7/scan-0041.dpx' },
  }),
  fakeFolder(11, 'USB stick', { state: 'gone', lastAt: at(3 * 24 * 60) }),
  fakeFolder(12, 'Drafts', { state: 'paused', lastAt: at(90), keep: 2 }),
  fakeFolder(13, 'Mail', { state: 'failed', failure: 'disk-full', changed: 2, lastAt: at(1_300) }),
];
const watched = (then?: Then): Scene => {
  const scene = shown({ items: many }, 'things', then);
  return {
    ...scene,
    before: (world) => {
      scene.before?.(world);
      world.answers.listVaultFolders = async () => [...folders];
    },
  };
};

const photographsWith = (reader: typeof ada, seed: string, state: VaultShare['state']): VaultShare => ({
  shareId: seed.repeat(32) as VaultShare['shareId'], // sound: 32 hex digits
  itemId: photographs.itemId,
  reader: reader.peerId,
  name: reader.name,
  versionId: null,
  state,
});
const shares: VaultShare[] = [photographsWith(ada, '5', 'held'), photographsWith(bo, '6', 'waiting')];
const sharedBy = (owner: typeof ada, seed: number, more: Partial<SharedVersion>): SharedVersion => ({
  owner: owner.peerId,
  ownerName: owner.name,
  shareId: String(seed).repeat(32) as SharedVersion['shareId'], // sound: 32 hex digits
  versionId: vaultVersionId(500 + seed),
  name: 'Field recordings',
  kind: 'folder',
  addedAt: at(3 * 24 * 60),
  files: 214,
  bytes: 3_900 * mb,
  until: people.nowMs + 26 * dayMs,
  keepers: 6,
  keepersKnown: 4,
  needed: 3,
  ...more,
});
const shared: SharedVersion[] = [
  sharedBy(ada, 1, {}),
  sharedBy(carmen, 2, { name: 'Contract.pdf', kind: 'file', files: 1, bytes: 2 * mb, keepersKnown: 1 }),
  sharedBy(bo, 3, { name: 'Letters.zip', kind: 'file', files: 1, bytes: 90 * mb, until: people.nowMs - 1 }),
];

export const vaultScenes: Readonly<Record<string, Scene>> = {
  'vault-empty': shown({ keepers: [] }),
  'vault-first': shown({ keepers: keepers.slice(0, 3) }),
  vault: shown({ items: many }),
  'vault-versions': { ...shown({ items: many }), press: ['3 versions of Photographs'] },
  'vault-shared': shown({ items: many, shares, shared }),
  'vault-share': shown({ items: many, shares }, 'things', (_world, app) =>
    tableOf(app).navigation.open({ kind: 'vault-share', item: photographs }),
  ),
  'vault-share-first': shown({ items: many }, 'things', (_world, app) =>
    tableOf(app).navigation.open({ kind: 'vault-share', item: photographs }),
  ),
  'vault-folders': watched(),
  'vault-folders-menu': { ...watched(), press: ['More for Photographs'] },
  'vault-watch': watched((_world, app) => tableOf(app).navigation.open({ kind: 'vault-watch', folderId: null })),
  'vault-watch-change': watched((_world, app) =>
    tableOf(app).navigation.open({ kind: 'vault-watch', folderId: folders[0]?.folderId ?? null }),
  ),
  'vault-unwatch': watched((_world, app) =>
    tableOf(app).navigation.open({ kind: 'vault-unwatch', folder: folders[0] ?? fakeFolder(1, 'Photographs') }),
  ),
  'vault-moving': shown({ items: [recording, ...many] }),
  'vault-trouble': shown({ items: [lost, atRisk, short, cutOff, thesis], keepers: [...troubled] }),
  'vault-risk': shown({ items: [atRisk, thesis], keepers: [...troubled] }),
  'vault-missing': shown({ items: [short], keepers: keepers.slice(0, 1) }),
  'vault-putting': shown({ items: many }, 'things', putting),
  'vault-restoring': shown({ items: many, runs: [restoring, tried] }, 'things', async (world, app) => {
    world.nowMs += 2_000;
    const further = { ...restoring, doneBytes: 2_290 * mb };
    world.answers.readVault = async () => fakeVault({ keepers: [...keepers], items: many, runs: [further, tried] });
    await tableOf(app).vault.load();
  }),
  'vault-runs': shown({ items: many, runs: [...ended] }),
  'vault-seeking': shown({ keepers: [], index: { state: 'seeking', doubts: [] } }),
  'vault-doubts': shown({
    items: many,
    index: {
      state: 'found',
      doubts: [
        { peerId: bo.peerId, name: bo.name, kind: 'older' },
        { peerId: carmen.peerId, name: carmen.name, kind: 'forked' },
        { peerId: faruk.peerId, name: faruk.name, kind: 'unreadable' },
      ],
    },
  }),
  'vault-over': shown({ items: many }, 'things', (_world, app) => {
    const { drag } = tableOf(app).drops;
    drag.begin();
    drag.enter({ kind: 'vault' });
  }),
  'vault-remove': { ...shown({ items: many }), press: ['Delete Photographs from the vault?'] },
  'vault-keepers': shown({ items: many, pledges: [...pledges] }, 'keepers'),
  'vault-keepers-trouble': shown({ keepers: [...troubled], pledges: [] }, 'keepers'),
  'vault-keepers-none': shown({ keepers: [] }, 'keepers'),
  'vault-pledge-menu': { ...shown({ pledges: [...pledges] }, 'keepers'), press: ['More for Ada Lindqvist'] },
  'vault-pledge': shown({ pledges: [...pledges] }, 'keepers', (_world, app) =>
    tableOf(app).navigation.open({ kind: 'vault-pledge', contactId: null }),
  ),
  'vault-pledge-change': shown({ pledges: [...pledges] }, 'keepers', (_world, app) =>
    tableOf(app).navigation.open({ kind: 'vault-pledge', contactId: ada.contactId }),
  ),
  'vault-drop': shown({ pledges: [...pledges] }, 'keepers', (_world, app) =>
    tableOf(app).navigation.open({ kind: 'vault-drop', owner: ada.peerId, name: ada.name }),
  ),
  'vault-ask': shown({ pledges: [] }, 'keepers', (_world, app) => tableOf(app).navigation.open({ kind: 'vault-ask' })),
};
