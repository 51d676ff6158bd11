// Files on their way: asked, running, over; in a place of their own, beside a call, beside a room.
import type { Contact } from '#shared/contact';
import type { LineCost } from '#core/ports';
import type { DropReceiver, DropSnapshot } from '#core/drop/snapshot';
import { fakeDrop, fakeReceiver } from '../fake-drops';
import { fakeMember, fakeRoom } from '../fake-rooms';
import type { FakeWorld } from './fake-world';
import { paintedRoom } from './painted-video';
import * as people from './people';
import { live, online, tableOf, visiting, type Scene, type Then } from './scene-parts';

const { me, ada, bo, carmen, dilan } = people;
const mib = 1024 * 1024;
const room = fakeRoom({ sinceMs: people.nowMs - 400_000 });

const at = (minutes: number): number => people.nowMs - minutes * 60_000;
const named = (name: string, bytes: number): Pick<DropSnapshot, 'files'> => ({ files: [{ path: [name], bytes }] });
const folder = (name: string, ...files: readonly (readonly [string, number])[]): Pick<DropSnapshot, 'files'> => ({
  files: files.map(([file, bytes]) => ({ path: [name, file], bytes })),
});

const recording = fakeDrop(1, ada, {
  ...named('Interview, second take.flac', 712 * mib),
  atMs: at(1),
  stage: { phase: 'running' },
  doneBytes: 455 * mib,
  feeders: [ada.peerId],
});
const photos = fakeDrop(2, me, {
  ...folder('Harbour walk', ['IMG_2041.jpg', 6 * mib], ['IMG_2042.jpg', 5 * mib], ['IMG_2043.jpg', 7 * mib]),
  direction: 'outgoing',
  roomId: room.roomId,
  atMs: at(2),
  stage: { phase: 'running' },
  receivers: [
    fakeReceiver(ada, { phase: 'finished' }, 18 * mib),
    { ...fakeReceiver(bo, { phase: 'running' }, 11 * mib), feeders: [me.peerId, ada.peerId] },
    fakeReceiver(carmen, { phase: 'offered' }),
    fakeReceiver(dilan, { phase: 'declined' }),
  ],
  fed: [bo.peerId],
});
const passedOn = fakeDrop(3, bo, {
  ...named('Field notes.pdf', 48 * mib),
  roomId: room.roomId,
  atMs: at(3),
  stage: { phase: 'running' },
  doneBytes: 12 * mib,
  feeders: [bo.peerId, ada.peerId],
  fed: [carmen.peerId],
  receivers: [fakeReceiver(me, { phase: 'running' }, 12 * mib), fakeReceiver(carmen, { phase: 'running' }, 9 * mib)],
});
const fromSeveral = fakeDrop(21, ada, {
  ...named('Harbour at dawn.mkv', 1_900 * mib),
  atMs: at(4),
  stage: { phase: 'running' },
  doneBytes: 1_105 * mib,
  feeders: [ada.peerId, carmen.peerId],
  givers: [
    { peerId: ada.peerId, bytes: 610 * mib },
    { peerId: carmen.peerId, bytes: 402 * mib },
    { peerId: dilan.peerId, bytes: 93 * mib },
  ],
});
const lent = fakeDrop(22, me, {
  ...named('Street, before dawn.wav', 96 * mib),
  direction: 'outgoing',
  atMs: at(4),
  stage: { phase: 'running' },
  receivers: [fakeReceiver(bo, { phase: 'running' }, 31 * mib)],
  doneBytes: 31 * mib,
  sentBytes: 31 * mib,
  fed: [bo.peerId],
  isLoan: true,
});
const toBo = { direction: 'outgoing' } as const;
const stopped: readonly DropSnapshot[] = [
  fakeDrop(4, me, {
    ...toBo,
    ...named('Long cut.mp4', 4_200 * mib),
    atMs: at(6),
    stage: { phase: 'paused', by: me.peerId },
    receivers: [fakeReceiver(bo, { phase: 'paused', by: me.peerId }, 1_300 * mib)],
  }),
  fakeDrop(5, me, {
    ...toBo,
    ...named('Sources.zip', 90 * mib),
    atMs: at(7),
    stage: { phase: 'detached' },
    receivers: [fakeReceiver(bo, { phase: 'waiting' }, 30 * mib)],
  }),
  fakeDrop(6, carmen, { ...named('Score.pdf', 3 * mib), atMs: at(9), stage: { phase: 'waiting' }, doneBytes: mib }),
];
const over: readonly DropSnapshot[] = [
  fakeDrop(7, ada, { ...named('Roof at dusk.png', 4 * mib), atMs: at(22), stage: { phase: 'finished' } }),
  fakeDrop(8, me, {
    ...toBo,
    ...named('Budget.ods', 200_000),
    atMs: at(95),
    stage: { phase: 'failed', code: 'file-changed' },
    receivers: [fakeReceiver(bo, { phase: 'failed', code: 'file-changed' })],
  }),
  fakeDrop(9, me, {
    ...toBo,
    ...named('Holiday.mov', 900 * mib),
    atMs: at(24 * 60),
    stage: { phase: 'declined' },
    receivers: [fakeReceiver(bo, { phase: 'declined' })],
  }),
];

export const filesWithAda: readonly DropSnapshot[] = [recording, ...over.slice(0, 1)];

const given = (who: Contact, drop: Pick<DropSnapshot, 'files'>): DropSnapshot =>
  fakeDrop(20, who, { ...drop, atMs: at(0) });

/** A little landscape, as somebody could have sent it. */
export async function painted(): Promise<Blob> {
  const canvas = new OffscreenCanvas(640, 480);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  const wash = context.createLinearGradient(0, 0, 0, 480);
  wash.addColorStop(0, '#f2b880');
  wash.addColorStop(0.6, '#b9606a');
  wash.addColorStop(1, '#2f3a53');
  context.fillStyle = wash;
  context.fillRect(0, 0, 640, 480);
  context.fillStyle = '#ffe2b0';
  context.beginPath();
  context.arc(440, 270, 46, 0, 2 * Math.PI);
  context.fill();
  context.fillStyle = '#1c2333';
  for (const [left, top, width] of [
    [0, 400, 210],
    [190, 360, 170],
    [340, 420, 300],
  ] as const)
    context.fillRect(left, top, width, 480 - top);
  return await canvas.convertToBlob({ type: 'image/png' });
}

/** Some bytes further, four seconds later: so they have a speed. */
function goOn(world: FakeWorld, drops: readonly DropSnapshot[], bytes: number): void {
  world.nowMs += 4_000;
  const moving = drops.filter(({ stage }) => stage.phase === 'running');
  const receiving = (one: DropReceiver): DropReceiver =>
    one.stage.phase === 'running' ? { ...one, doneBytes: one.doneBytes + bytes } : one;
  for (const drop of moving)
    world.drops.show({ ...drop, doneBytes: drop.doneBytes + bytes, receivers: drop.receivers.map(receiving) });
}

const listed = (drops: readonly DropSnapshot[]): Scene => ({
  before: online,
  then: async (world, app) => {
    world.preview = await painted();
    world.drops.show(...drops);
    goOn(world, drops, 5 * mib);
    tableOf(app).navigation.show({ kind: 'files' });
  },
});

const asked = (drop: DropSnapshot, more?: Then): Scene => ({
  before: online,
  then: async (world, app) => {
    await tableOf(app).visit(bo.contactId);
    world.drops.show(drop);
    await more?.(world, app);
  },
});

const inRoom = (drops: readonly DropSnapshot[], then?: Then): Scene => ({
  before: (world) => {
    online(world);
    world.view = paintedRoom(null);
  },
  then: async (world, app) => {
    const table = tableOf(app);
    live(world, true, false);
    world.rooms.show({
      ...room,
      members: [
        fakeMember(ada.peerId, ada.name, { isOpener: true }),
        fakeMember(bo.peerId, bo.name),
        fakeMember(carmen.peerId, carmen.name),
        fakeMember(me.peerId, me.name, { isSelf: true, pair: 'self', microphone: false }),
      ],
    });
    world.drops.show(...drops);
    table.navigation.show({ kind: 'room' });
    // Before the pane decides by the width of the window.
    setTimeout(() => table.room.layout.show('files'), 50);
    await then?.(world, app);
  },
});

const hovering: Then = (_world, app) => {
  const { drops, places } = tableOf(app);
  drops.drag.begin();
  drops.drag.enter(places.room);
};

async function paste(world: FakeWorld, app: Parameters<Then>[1]): Promise<void> {
  const table = tableOf(app);
  await table.visit(ada.contactId);
  world.given = [{ entry: { path: ['image.png'], size: 340_000 } }];
  const target = table.places.here;
  if (target) await table.drops.paste(new DataTransfer(), target);
}

const metered = (cost: LineCost): Scene => ({
  before: (world) => {
    online(world);
    world.lineCost.set(cost);
    world.settings = {
      ...world.settings,
      files: { uploadLimit: 2_000_000, downloadLimit: null, limitHours: null, pausesOnMetered: true },
    };
    world.answers.readTransferTotals = async () => ({
      sentBytes: 14_700 * mib,
      receivedBytes: 9_300 * mib,
      since: people.nowMs - 40 * 24 * 3_600_000,
      people: [
        { contactId: ada.contactId, sentBytes: 8_100 * mib, receivedBytes: 6_900 * mib },
        { contactId: carmen.contactId, sentBytes: 5_200 * mib, receivedBytes: 700 * mib },
        { contactId: bo.contactId, sentBytes: 12 * mib, receivedBytes: 1_600 * mib },
      ],
    });
  },
  then: (_world, app) => tableOf(app).navigation.show({ kind: 'files', view: 'meter' }),
});

export const fileScenes: Readonly<Record<string, Scene>> = {
  'files-empty': listed([]),
  files: listed([recording, photos, passedOn, ...stopped, ...over]),
  'files-details': { ...listed([photos, passedOn]), press: ['Details of Harbour walk'] },
  'files-several': { ...listed([fromSeveral, lent, ...over]), press: ['Details of Harbour at dawn.mkv'] },
  'files-asked': listed([given(ada, named('Minutes.pdf', 2 * mib)), recording]),
  'file-ask': asked(given(ada, named('Interview, second take.flac', 712 * mib))),
  'file-ask-always': {
    ...asked(given(ada, named('Interview, second take.flac', 712 * mib))),
    press: ['More ways to accept'],
  },
  'file-ask-program': asked(given(bo, folder('Tools', ['Readme.txt', 2_000], ['setup.exe', 40 * mib]))),
  'file-ask-full': asked(given(ada, named('Archive.tar', 300_000 * mib))),
  'files-person': {
    before: (world) => {
      online(world);
      world.drops.allowed.set(new Map([[ada.contactId, 100_000_000]]));
      world.drops.show(recording, ...over);
    },
    then: visiting(ada),
    press: ['Details'],
  },
  meter: metered('unknown'),
  'meter-held': metered('metered'),
  'meter-none': {
    before: online,
    then: (_world, app) => tableOf(app).navigation.show({ kind: 'files', view: 'meter' }),
  },
  'room-files': inRoom([photos, passedOn]),
  'room-files-empty': inRoom([]),
  'room-files-over': inRoom([photos], hovering),
  'file-paste': { before: online, then: paste },
};
