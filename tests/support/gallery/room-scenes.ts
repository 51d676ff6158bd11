// Every screen of a room from inside.
import type { OfferedScreen } from '#shared/offered-screen';
import type { RecordingId } from '#shared/room';
import type { RoomLine, RoomMember, RoomSnapshot } from '#core/conference/snapshot';
import { fakeMember, fakeRoom } from '../fake-rooms';
import type { FakeWorld } from './fake-world';
import { paintedRoom } from './painted-video';
import * as people from './people';
import { eased, live, online, tableOf, type Scene, type Then } from './scene-parts';

const { me, ada, bo, carmen, dilan } = people;
// Sound: 32 hex digits.
const recordingId = people.hex(950) as RecordingId;

const self = fakeMember(me.peerId, me.name, { isSelf: true, pair: 'self', microphone: false });
const withAda = fakeMember(ada.peerId, ada.name, { isOpener: true });
const withBo = fakeMember(bo.peerId, bo.name);
const withCarmen = fakeMember(carmen.peerId, carmen.name, { microphone: false });
const withDilan = fakeMember(dilan.peerId, dilan.name, { hand: 1 });
const five = [withAda, withBo, withCarmen, withDilan, self];

const strangers = ['Farah', 'Goran', 'Hanna', 'Iker', 'Jun', 'Kofi', 'Lena'].map((name, at) =>
  fakeMember(people.peerId(14 + at), name),
);
const namedLong = fakeMember(people.peerId(27), 'Maximiliane Schwarzenberg-Thurn', { hand: 2 });

const knows = (members: readonly RoomMember[]): RoomMember[] =>
  members.map((member) => ({
    ...member,
    pairs: members
      .filter((other) => other !== member)
      .map((other) => ({ peerId: other.peerId, state: 'connected' as const, through: null })),
  }));

const line = (
  at: number,
  who: { peerId: RoomMember['peerId']; name: string },
  agoMin: number,
  text: string,
): RoomLine => ({
  id: `line-${at}`,
  atMs: people.nowMs - agoMin * 60_000,
  from: who.peerId,
  name: who.name,
  text,
});

/** What a capturer would send of a screen. */
function smallPicture(): string {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [320, 180];
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  const wash = context.createLinearGradient(0, 0, 320, 180);
  wash.addColorStop(0, '#2f4a63');
  wash.addColorStop(1, '#b9826a');
  context.fillStyle = wash;
  context.fillRect(0, 0, 320, 180);
  return canvas.toDataURL('image/jpeg');
}

const shareable = (): OfferedScreen[] => [
  { screenId: 'screen:0:0', kind: 'screen', name: 'Screen 1', picture: smallPicture() },
  { screenId: 'screen:1:0', kind: 'screen', name: 'Screen 2', picture: smallPicture() },
  {
    screenId: 'window:3:0',
    kind: 'window',
    name: 'Field notes, second draft with a long title.odt',
    picture: smallPicture(),
  },
  { screenId: 'window:4:0', kind: 'window', name: 'Terminal', picture: null },
  { screenId: 'window:5:0', kind: 'window', name: '', picture: null },
];

const talk: readonly RoomLine[] = [
  line(1, ada, 3, 'The field recording is here, with the second take: https://example.org/takes/2.'),
  line(2, ada, 3, 'Tell me which one you like.'),
  line(3, bo, 1, 'Playing it already. The second take is the one.'),
  line(4, me, 0, 'Agreed. Keeping a copy.'),
];

interface Setting {
  readonly room?: Partial<RoomSnapshot>;
  readonly speaker?: string | null;
  readonly isMuted?: boolean;
  readonly isCameraOn?: boolean;
  readonly panel?: 'chat' | 'people' | null;
  readonly then?: Then;
  readonly press?: readonly string[];
}

function inside(members: readonly RoomMember[], setting: Setting = {}): Scene {
  const { room = {}, speaker = bo.peerId, isMuted = true, isCameraOn = false, panel, then, press } = setting;
  return {
    before: (world: FakeWorld) => {
      online(world);
      world.view = paintedRoom(speaker);
    },
    then: async (world, app) => {
      const table = tableOf(app);
      live(world, isMuted, isCameraOn);
      world.rooms.show({
        ...fakeRoom({ sinceMs: people.nowMs - 1_928_000, members: knows(members), lines: talk }),
        speaker: members.find(({ peerId }) => peerId === speaker)?.peerId ?? null,
        ...room,
      });
      table.navigation.show({ kind: 'room' });
      // Before the pane decides by the width of the window.
      if (panel !== undefined) setTimeout(() => table.room.layout.show(panel), 50);
      await then?.(world, app);
    },
    ...(press ? { press } : {}),
  };
}

const onCamera = (members: readonly RoomMember[]): RoomMember[] => members.map((one) => ({ ...one, camera: true }));
const changed = (who: RoomMember, more: Partial<RoomMember>): RoomMember[] =>
  knows(five).map((member) => (member.peerId === who.peerId ? { ...member, ...more } : member));
const sharing = changed(withAda, { screen: true, screenAudio: true, camera: true });

const apart: readonly RoomMember[] = knows(five).map((member) => {
  if (member.peerId === carmen.peerId) return { ...member, pair: 'carried', through: ada.peerId };
  if (member.peerId === dilan.peerId) return { ...member, pair: 'unreachable', hand: null };
  return member.peerId === bo.peerId ? { ...member, pair: 'reconnecting' } : member;
});

const recording = (own: RoomSnapshot['recording']): Scene => inside(five, { room: { recording: own } });
const running = { phase: 'running', recordingId, sinceMs: people.nowMs - 61_000, recordedMs: 0 } as const;

export const roomScenes: Readonly<Record<string, Scene>> = {
  room: inside(five),
  'room-alone': inside([self], { speaker: null, room: { lines: [] } }),
  'room-2': inside([withBo, self], { isMuted: false }),
  'room-3': inside([self, withAda, withBo]),
  'room-8': inside([...five, ...strangers.slice(0, 3)]),
  'room-12': inside([...five, ...strangers.slice(0, 6), namedLong]),
  'room-apart': inside([], { room: { members: apart } }),
  'room-lend': inside([], {
    room: {
      members: knows(five).map((member) =>
        member.peerId === ada.peerId
          ? { ...member, pairs: [{ peerId: carmen.peerId, state: 'unreachable', through: null }] }
          : member,
      ),
    },
  }),
  'room-screens': inside(five, {
    then: (world, app) => {
      world.answers.listScreens = async () => shareable();
      void tableOf(app)
        .screenPicker.pick()
        .catch(() => undefined); // the scene ends it
    },
  }),
  'room-map': inside([], { room: { members: apart }, press: ['Mesh, 8 links. Show who is connected to whom'] }),
  'room-map-well': inside(five, { press: ['Mesh, 10 links. Show who is connected to whom'] }),
  'room-reactions': inside(five, {
    then: (world) => {
      const { roomId } = fakeRoom();
      for (const [at, who] of [ada, bo, bo, carmen].entries()) {
        world.rooms.events.emit('reacted', {
          roomId,
          peerId: who.peerId,
          reaction: ['👍', '🎉', '👏', '❤️'][at] ?? '👍',
        });
      }
    },
  }),
  'room-member': inside(five, { press: ['Bo connected'] }),
  'room-remove': inside(five, { press: ['Bo connected', 'Remove from the room'] }),
  'room-grid': inside(onCamera([self, withBo]), { isMuted: false, isCameraOn: true, then: eased }),
  'room-grid-5': inside(
    changed(withCarmen, { camera: true, microphone: true }).map((one) =>
      one.isSelf || one.peerId === bo.peerId ? { ...one, camera: true } : one,
    ),
    { isCameraOn: true },
  ),
  'room-grid-12': inside(onCamera([...five, ...strangers.slice(0, 6), namedLong]), { isCameraOn: true, panel: null }),
  'room-speaker': inside(onCamera(five), {
    isCameraOn: true,
    then: (_world, app) => tableOf(app).room.layout.choose('speaker'),
  }),
  'room-share-offered': inside([], { room: { members: sharing.map((one) => ({ ...one, camera: false })) } }),
  'room-share': inside([], {
    room: { members: sharing },
    then: (_world, app) => tableOf(app).room.setWatched(ada.peerId, true),
  }),
  'room-sharing': inside([], {
    room: { members: changed(self, { screen: true }) },
  }),
  'room-people': inside([], {
    panel: 'people',
    room: {
      members: apart,
      knocks: [{ peerId: people.peerId(29), name: 'Ines' }],
      votes: [{ peerId: dilan.peerId, by: [ada.peerId] }],
      contactsRung: [{ peerId: people.peerId(5), state: 'ringing' }],
      isLocked: true,
    },
  }),
  'room-unread': inside(five, { panel: null, room: { knocks: [{ peerId: people.peerId(29), name: 'Ines' }] } }),
  'room-consent': inside(five, { room: { consentAskedBy: [{ peerId: bo.peerId, recordingId }] } }),
  'room-recorded': inside([], { room: { members: changed(withBo, { recording: 'running' }) } }),
  'room-recording': recording({ ...running, code: null, waitsFor: [] }),
  'room-recording-paused': recording({
    ...running,
    phase: 'paused',
    recordedMs: 61_000,
    code: 'disk-full',
    waitsFor: [],
  }),
  'room-recording-asking': recording({ phase: 'asking', waitsFor: [bo.peerId, carmen.peerId] }),
  'room-recording-done': recording({
    phase: 'finished',
    recordingId,
    folder: '/home/noor/Music/Roundtable',
    files: ['a.ogg', 'b.ogg'],
  }),
  'room-recording-refused': recording({ phase: 'refused', by: bo.peerId, code: 'recording-refused' }),
  'room-more-menu': inside(five, { press: ['More'] }),
  'room-reaction-menu': inside(five, { press: ['Send a reaction'] }),
  'room-link': inside(five, { panel: 'people', press: ['Invite by link'] }),
  'room-held': inside(five, { room: { stage: { phase: 'held' } }, speaker: null }),
  'room-no-microphone': inside(five, {
    then: (world) =>
      world.media.set({ ...world.media.snapshot, microphone: { phase: 'failed', code: 'microphone-missing' } }),
  }),
  'room-mute-asked': inside(five, {
    isMuted: false,
    then: (world) => world.rooms.events.emit('muteAsked', { roomId: fakeRoom().roomId, by: ada.peerId }),
  }),
  'room-removed': inside(five, { room: { stage: { phase: 'ended', reason: 'removed', code: 'room-removed' } } }),
};
