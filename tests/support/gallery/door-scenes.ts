// Every screen on the way into a room.
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { RoomGlance, RoomRing, RoomSnapshot } from '#core/conference/snapshot';
import type { Entry } from '#state/entry';
import { fakeMember, fakeRoom } from '../fake-rooms';
import type { FakeWorld } from './fake-world';
import { paintedView } from './painted-video';
import * as people from './people';
import { live, online, tableOf, type Scene } from './scene-parts';

const linkEntry: Entry = {
  kind: 'link',
  name: people.roomPreview.name,
  link: people.roomLink,
  preview: people.roomPreview,
};
const newEntry: Entry = { kind: 'new', name: 'Tuesday table', toRing: [people.ada.peerId, people.bo.peerId] };

const ring: RoomRing = {
  roomId: people.roomPreview.roomId,
  from: people.ada.peerId,
  name: 'Tuesday table',
  people: 3,
  link: people.roomLink,
  sinceMs: people.nowMs,
};

const table: Partial<RoomSnapshot> = {
  sinceMs: people.nowMs - 1_928_000,
  members: [
    fakeMember(people.me.peerId, 'Noor', { isSelf: true, pair: 'self' }),
    fakeMember(people.ada.peerId, 'Ada Lindqvist', { isOpener: true }),
    fakeMember(people.carmen.peerId, 'Carmen Díaz'),
  ],
};

const inside: RoomGlance = {
  phase: 'seen',
  isLocked: false,
  people: [people.ada, people.bo, people.carmen].map(({ peerId, name }, seat) => {
    return { peerId, name, isOpener: seat === 0, isRecording: false };
  }),
};

const crowdNames = [
  ...['Ada Lindqvist', 'Bo', 'Carmen Díaz', 'Dilan Aksoy', 'Maximiliane Schwarzenberg-Thurn', 'Faruk'],
  ...['Farah', 'Goran', 'Hanna', 'Iker', 'Jun'],
];

/** As many as a table takes, one with a long name, one recording. */
const crowd: RoomGlance = {
  ...inside,
  people: crowdNames.map((name, seat) => {
    const peerId = `${'bdfhjlnprtv'.charAt(seat)}${people.ada.peerId.slice(1)}` as PeerId; // sound: another letter of base32
    return { peerId, name, isOpener: seat === 0, isRecording: seat === 2 };
  }),
};

/** In front of a room's door, with the devices as `prepare` leaves them. */
function atDoor(entry: Entry, prepare: (world: FakeWorld) => void = (world) => live(world, false, false)): Scene {
  return {
    before: (world) => {
      online(world);
      world.view = paintedView('microphone');
      prepare(world);
    },
    then: (_world, app) => tableOf(app).door.come(entry),
  };
}

/** Gone up to the door, which is as the room's stage says. */
function onTheWay(entry: Entry, stage: RoomSnapshot['stage']): Scene {
  return {
    ...atDoor(entry),
    then: (world, app) => {
      const { door } = tableOf(app);
      door.come(entry);
      void door.join();
      world.rooms.show({ roomId: people.roomPreview.roomId, name: entry.name, stage });
    },
  };
}

const elsewhere: Scene = {
  before: online,
  then: (world) => {
    world.rooms.store.set({
      current: fakeRoom(table),
      held: [fakeRoom({ roomId: people.roomPreview.roomId, name: 'Family', stage: { phase: 'held' } })],
      rings: [],
    });
  },
};

export const doorScenes: Readonly<Record<string, Scene>> = {
  rooms: elsewhere,
  'person-menu-in-room': {
    before: online,
    then: async (world, app) => {
      world.rooms.show(table);
      await tableOf(app).visit(people.bo.contactId);
    },
    press: ['More actions'],
  },
  'room-row-menu': { before: online, press: ['More actions for Reading group'] },
  'open-room': {
    before: online,
    then: (_world, app) => tableOf(app).navigation.open({ kind: 'open-room', asked: [] }),
  },
  'open-room-with': {
    before: online,
    then: (_world, app) => tableOf(app).navigation.open({ kind: 'open-room', asked: [people.carmen.contactId] }),
  },
  'open-room-alone': {
    before: (world) => {
      online(world);
      world.contacts = [];
    },
    then: (_world, app) => tableOf(app).navigation.open({ kind: 'open-room', asked: [] }),
  },
  'room-link-pasted': { before: online, then: (_world, app) => tableOf(app).openInvite(people.roomLink) },
  'room-link-over': {
    before: (world) => {
      online(world);
      world.answers.inspectRoomLink = async () => ({ ...people.roomPreview, expiresAt: people.nowMs - 1 });
    },
    then: (_world, app) => tableOf(app).openInvite(people.roomLink),
  },
  'room-link-refused': {
    before: (world) => {
      online(world);
      world.answers.inspectRoomLink = async () => {
        throw new Failure('room-link-forged');
      };
    },
    then: (_world, app) => tableOf(app).openInvite(people.roomLink),
  },
  prejoin: atDoor(linkEntry, (world) => {
    live(world, false, false);
    world.rooms.glance.set(inside);
  }),
  'prejoin-crowd': atDoor(linkEntry, (world) => {
    live(world, false, false);
    world.rooms.glance.set(crowd);
  }),
  'prejoin-asking': atDoor(linkEntry, (world) => {
    live(world, false, false);
    world.rooms.glance.set({ phase: 'asking' });
  }),
  'prejoin-locked': atDoor(linkEntry, (world) => {
    live(world, false, false);
    world.rooms.glance.set({ phase: 'locked' });
  }),
  'prejoin-away': atDoor(linkEntry, (world) => {
    live(world, false, false);
    world.rooms.glance.set({ phase: 'away' });
  }),
  'prejoin-new': atDoor(newEntry),
  'prejoin-again': {
    ...atDoor(newEntry),
    then: (_world, app) => {
      const [room] = people.knownRooms;
      if (room) tableOf(app).door.come({ kind: 'again', name: room.name, room });
    },
  },
  'prejoin-camera': {
    ...atDoor({ kind: 'ring', name: ring.name, ring }, (world) => live(world, false, true)),
    press: ['Turn camera on'],
  },
  'prejoin-muted': { ...atDoor(linkEntry), press: ['Mute microphone'] },
  'prejoin-devices': { ...atDoor(linkEntry), press: ['Microphone and speaker'] },
  'prejoin-no-microphone': atDoor(linkEntry, (world) => {
    live(world, false, false);
    world.media.set({ ...world.media.snapshot, microphone: { phase: 'failed', code: 'microphone-denied' } });
  }),
  'prejoin-in-room': {
    before: (world) => {
      online(world);
      live(world, false, false);
      world.rooms.show({ ...table, name: 'Family' });
    },
    then: (_world, app) => tableOf(app).door.come(linkEntry),
  },
  'prejoin-in-call': {
    before: (world) => {
      online(world);
      live(world, false, false);
    },
    then: (world, app) => {
      // Sound: 32 hex digits.
      const callId = people.hex(900) as never;
      world.call.set({ callId, peerId: people.bo.peerId, video: false, phase: 'connecting', sinceMs: people.nowMs });
      tableOf(app).door.come(linkEntry);
    },
  },
  'door-entering': onTheWay(linkEntry, { phase: 'entering' }),
  'door-knocking': onTheWay(linkEntry, { phase: 'knocking' }),
  'door-declined': onTheWay(linkEntry, { phase: 'ended', reason: 'declined', code: null }),
  'door-locked': onTheWay(linkEntry, { phase: 'ended', reason: 'failed', code: 'room-locked' }),
  'door-expired': onTheWay(linkEntry, { phase: 'ended', reason: 'failed', code: 'room-link-expired' }),
  'door-nobody': onTheWay(linkEntry, { phase: 'ended', reason: 'failed', code: 'peer-unreachable' }),
  'door-full': onTheWay(linkEntry, { phase: 'ended', reason: 'failed', code: 'room-full' }),
  'room-ring': {
    before: online,
    then: (world) => {
      world.rooms.glance.set(inside);
      world.rooms.store.set({ ...world.rooms.store.snapshot, rings: [ring] });
    },
  },
  'room-ring-holding': {
    before: online,
    then: (world) =>
      world.rooms.store.set({ current: fakeRoom({ ...table, name: 'Family' }), held: [], rings: [ring] }),
  },
  'known-room-link': {
    before: online,
    then: (_world, app) => {
      const [room] = people.knownRooms;
      if (room) tableOf(app).navigation.open({ kind: 'room-link', roomId: room.roomId });
    },
    press: ['Make a link'],
  },
  'forget-room': {
    before: online,
    then: (_world, app) => {
      const [room] = people.knownRooms;
      if (room) tableOf(app).navigation.open({ kind: 'forget-room', room });
    },
  },
};
