// Shared folders: mine, those of others, and what is found in them.
import type { Share, ShareAudience, ShareId } from '#shared/share';
import { fakeDropId } from '../fake-drops';
import { sharedFile, sharedFolder } from '../fake-shares';
import type { FakeWorld } from './fake-world';
import * as people from './people';
import { online, tableOf, visiting, type Scene } from './scene-parts';

const { ada, bo, carmen } = people;
const mib = 1024 * 1024;

const mine = (nth: number, name: string, path: string, audience: ShareAudience, more: Partial<Share> = {}): Share => ({
  shareId: people.hex(500 + nth) as ShareId, // sound: 32 hex digits
  name,
  path,
  audience,
  state: 'ready',
  files: 214,
  bytes: 3_900 * mib,
  isCut: false,
  ...more,
});

const seenAtMs = people.nowMs - 26 * 3_600_000;
const carmens = [
  sharedFolder('Scores', 31, 210 * mib),
  sharedFile('Rehearsal, third act.flac', 288 * mib),
  sharedFile('Set list.pdf', 120_000),
];

function sharing(world: FakeWorld): void {
  online(world);
  const shares = [
    mine(1, 'Field recordings', '/home/noor/Sound/Field recordings', [ada.contactId, bo.contactId]),
    mine(2, 'Recipes', '/home/noor/Documents/Recipes', null, { files: 61, bytes: 48 * mib }),
    mine(3, 'Film scans', '/home/noor/Archive/Film scans', [carmen.contactId], { state: 'gone', files: 0, bytes: 0 }),
  ];
  world.answers.listShares = async () => shares;
  world.shares.share(ada.peerId, '', [
    sharedFolder('Interviews', 48, 9_200 * mib),
    sharedFolder('Photographs', 1_204, 6_100 * mib),
  ]);
  world.shares.share(ada.peerId, 'Interviews', [
    sharedFolder('2024', 22, 3_300 * mib),
    sharedFolder('2025', 19, 5_100 * mib),
    sharedFile('Consent form.pdf', 220_000),
    sharedFile('Interview, second take.flac', 712 * mib),
    sharedFile('Notes for the cut.odt', 84_000),
    sharedFile('Street, before dawn.wav', 96 * mib),
    sharedFile('Transcriber.exe', 31 * mib),
  ]);
  world.shares.share(bo.peerId, '', []);
  world.answers.listSeenSharers = async () => [{ peerId: carmen.peerId, seenAt: seenAtMs }];
  world.answers.readSeen = async ({ peerId }) =>
    peerId === carmen.peerId ? { page: { entries: [...carmens], total: carmens.length }, seenAt: seenAtMs } : null;
}

const files =
  (view: 'transfers' | 'shares' | 'find'): NonNullable<Scene['then']> =>
  (_world, app) =>
    tableOf(app).navigation.show({ kind: 'files', view });

const browsing = (contactId: typeof ada.contactId, ...path: string[]): Scene => ({
  before: sharing,
  then: (_world, app) => tableOf(app).navigation.show({ kind: 'browse', contactId, path }),
});

export const shareScenes: Readonly<Record<string, Scene>> = {
  shares: { before: sharing, then: files('shares') },
  'shares-none': { before: online, then: files('shares') },
  'share-new': {
    before: (world) => {
      sharing(world);
      world.answers.readAppInfo = async () => ({
        shell: 'web',
        version: '0.1.0',
        profile: 'default',
        platform: 'linux',
      });
    },
    then: (_world, app) => tableOf(app).navigation.open({ kind: 'share', shareId: null }),
  },
  'share-menu': { before: sharing, then: files('shares'), press: ['More for Recipes'] },
  'browse-top': browsing(ada.contactId),
  browse: browsing(ada.contactId, 'Interviews'),
  'browse-nothing': browsing(bo.contactId),
  'browse-away': browsing(carmen.contactId),
  'browse-unseen': browsing(people.faruk.contactId),
  'shares-waiting': {
    before: (world) => {
      sharing(world);
      const want = { peerId: carmen.peerId, folder: [], askedAt: seenAtMs };
      world.shares.waitingStore.set([
        { ...want, dropId: fakeDropId(801), entry: sharedFile('Rehearsal, third act.flac', 288 * mib) },
        { ...want, dropId: fakeDropId(802), entry: sharedFolder('Scores', 31, 210 * mib) },
      ]);
    },
    then: files('transfers'),
  },
  'person-shares': { before: sharing, then: visiting(ada), press: ['Details'] },
  find: {
    before: (world) => {
      sharing(world);
      world.shares.hits = [
        {
          peerId: ada.peerId,
          hits: [
            { ...sharedFile('Harbour at night.flac', 64 * mib), folder: ['Interviews', '2024', 'Harbour'] },
            { ...sharedFolder('Harbour', 12, 1_400 * mib), folder: ['Interviews', '2024'] },
          ],
        },
        { peerId: bo.peerId, hits: [{ ...sharedFile('harbour-map.png', 3 * mib), folder: ['Maps'] }] },
        {
          peerId: carmen.peerId,
          seenAt: seenAtMs,
          hits: [{ ...sharedFile('Harbour song.pdf', 240_000), folder: ['Scores'] }],
        },
      ];
    },
    then: (world, app) => {
      const table = tableOf(app);
      table.navigation.show({ kind: 'files', view: 'find' });
      table.shares.search.words = 'harbour';
      table.shares.search.ask();
      world.nowMs += 1_000;
    },
  },
  'find-idle': { before: sharing, then: files('find') },
};
