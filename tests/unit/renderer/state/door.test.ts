import { describe, expect, it } from 'vitest';
import { Failure } from '#shared/failure';
import type { RoomRing } from '#core/conference/snapshot';
import type { Entry } from '#state/entry';
import type { TableState } from '#state/table.svelte';
import { FakeWorld } from '#tests/support/gallery/fake-world';
import { ada, bo, hex, knownRooms, me, nowMs, roomLink, roomPreview } from '#tests/support/gallery/people';
import { fakeMember, fakeRoom } from '#tests/support/fake-rooms';
import { openTable } from '#tests/support/open-table';

const link: Entry = { kind: 'link', name: roomPreview.name, link: roomLink, preview: roomPreview };
const { roomId } = roomPreview;
const ring: RoomRing = { roomId, from: ada.peerId, name: 'Tuesday table', people: 3, link: roomLink, sinceMs: nowMs };
const seated = { members: [fakeMember(me.peerId, me.name, { isSelf: true, pair: 'self' })] };

/** What was asked of devices and rooms, in order. */
const doings = (world: FakeWorld): string[] =>
  world.told.filter(
    (what) => !/^(?:stand at door|leave door|play|silence|choose|echo|noise|stop echo|carries)/u.test(what),
  );
const rings = (world: FakeWorld, ...all: RoomRing[]): void =>
  world.rooms.store.set({ ...world.rooms.store.snapshot, rings: all });
const settle = async (): Promise<void> => {
  await new Promise((done) => setTimeout(done, 0));
};

async function atDoor(entry: Entry = link): Promise<{ world: FakeWorld; table: TableState }> {
  const world = new FakeWorld();
  const { table } = await openTable(world);
  table.door.come(entry);
  await settle();
  return { world, table };
}

describe('who is inside', () => {
  const doors = (world: FakeWorld): string[] =>
    world.told.filter((what) => /^(?:stand at door|leave door)/u.test(what));

  it('is asked at the door of a link, until the page is left', async () => {
    const { world, table } = await atDoor();
    expect(doors(world)).toEqual([`stand at door ${JSON.stringify({ by: 'link', text: roomLink })}`]);
    world.rooms.glance.set({ phase: 'locked' });
    expect(table.door.glance).toEqual({ phase: 'locked' });
    table.door.leavePage();
    expect(doors(world).at(-1)).toBe('leave door');
  });

  it('is asked of a room of before, and of a new one of nobody', async () => {
    const [room] = knownRooms;
    if (!room) throw new Error('no room');
    const { world } = await atDoor({ kind: 'again', name: room.name, room });
    expect(doors(world)).toEqual([`stand at door ${JSON.stringify({ by: 'room', roomId: room.roomId })}`]);
    const { world: other } = await atDoor({ kind: 'new', name: 'Table', toRing: [] });
    expect(doors(other)).toEqual([]);
  });

  it('is asked while it rings, and not any more when the ring is over', async () => {
    const world = new FakeWorld();
    await openTable(world);
    rings(world, ring);
    rings(world, ring);
    expect(doors(world)).toHaveLength(1);
    rings(world);
    expect(doors(world).at(-1)).toBe('leave door');
  });

  it('is not asked on the way in, and again after being turned away', async () => {
    const { world, table } = await atDoor();
    const joining = table.door.join();
    world.rooms.show({ roomId, stage: { phase: 'entering' } });
    await joining;
    expect(doors(world)).toHaveLength(1);
    world.rooms.show({ roomId, stage: { phase: 'ended', reason: 'declined', code: null } });
    await settle();
    expect(doors(world)).toHaveLength(2);
  });
});

describe('at the door of a room', () => {
  it('opens the microphone for the meter, no camera, and joins nothing', async () => {
    const { world, table } = await atDoor();
    expect(doings(world)).toEqual(['open microphone', 'mute false']);
    expect(table.navigation.pane).toEqual({ kind: 'prejoin' });
    expect(table.door.stage).toEqual({ phase: 'ready' });
  });

  it('lets go of the devices when the page is left without joining', async () => {
    const { world, table } = await atDoor();
    table.door.leavePage();
    expect(doings(world)).toContain('close all');
    expect(table.door.entry).toBeNull();
  });

  it('lets go of a microphone that comes only after the page was left', async () => {
    const world = new FakeWorld();
    const { table } = await openTable(world);
    table.door.come(link);
    table.door.leavePage();
    await settle();
    expect(doings(world).at(-1)).toBe('close all');
  });

  it('touches no device while a call has them, and ends that call on joining', async () => {
    const world = new FakeWorld();
    const { table } = await openTable(world);
    const callId = hex(900) as never; // sound: 32 hex digits
    world.call.set({ callId, peerId: bo.peerId, video: false, phase: 'connecting', sinceMs: nowMs });
    table.door.come(link);
    expect(doings(world)).toEqual([]);
    table.door.leavePage();
    expect(doings(world)).toEqual([]);
    table.door.come(link);
    await table.door.join();
    expect(doings(world)).toEqual(['hang up', expect.stringContaining('enter room')]);
  });

  it('goes in with what was chosen', async () => {
    const { world, table } = await atDoor();
    table.door.toggleMicrophone();
    await table.door.toggleCamera();
    await table.door.join();
    expect(doings(world).at(-1)).toBe(`enter room ${JSON.stringify(roomLink)} {"microphone":false,"camera":true}`);
  });

  it('takes the room as entered only when it says that I am inside', async () => {
    const { world, table } = await atDoor();
    await table.door.join();
    expect(table.door.stage).toEqual({ phase: 'entering' });
    world.rooms.show({ roomId, stage: { phase: 'knocking' } });
    expect(table.door.stage).toEqual({ phase: 'knocking' });
    expect(table.navigation.pane).toEqual({ kind: 'prejoin' });
    world.rooms.show({ ...seated, stage: { phase: 'inside' } });
    expect(table.navigation.pane).toEqual({ kind: 'room' });
    expect(table.door.entry).toBeNull();
    table.door.leavePage();
    expect(doings(world)).not.toContain('close all');
  });

  it('rings those who shall come once a new room is open, and not before', async () => {
    const { world, table } = await atDoor({ kind: 'new', name: 'Tea', toRing: [ada.peerId, bo.peerId] });
    await table.door.join();
    expect(doings(world).some((what) => what.startsWith('ring'))).toBe(false);
    world.rooms.show({ ...seated, stage: { phase: 'inside' } });
    expect(doings(world).slice(-2)).toEqual([`ring "${ada.peerId}"`, `ring "${bo.peerId}"`]);
  });

  it('says why it did not open, makes way, and can be tried again', async () => {
    const { world, table } = await atDoor();
    await table.door.join();
    world.rooms.show({ roomId, stage: { phase: 'ended', reason: 'failed', code: 'room-link-expired' } });
    expect(table.door.stage).toEqual({ phase: 'refused', refusal: { reason: 'failed', code: 'room-link-expired' } });
    await settle();
    expect(doings(world)).toContain('dismiss room');
    expect(table.toasts.list).toEqual([]);
    await table.door.join();
    expect(table.door.stage).toEqual({ phase: 'entering' });
  });

  it('says a failure that never became a room', async () => {
    const { world, table } = await atDoor();
    world.rooms.fails = new Failure('update-needed');
    await table.door.join();
    expect(table.door.stage).toEqual({ phase: 'refused', refusal: { reason: 'failed', code: 'update-needed' } });
  });

  it('can be turned away from while knocking, and does not come in by a late yes', async () => {
    const { world, table } = await atDoor();
    await table.door.join();
    world.rooms.show({ roomId, stage: { phase: 'knocking' } });
    table.door.cancel();
    expect(doings(world)).toContain('leave room');
    expect(table.door.stage).toEqual({ phase: 'ready' });
    world.rooms.show({ stage: { phase: 'ended', reason: 'left', code: null } });
    await settle();
    expect(world.rooms.store.snapshot.current).toBeNull();
    expect(table.navigation.pane).toEqual({ kind: 'prejoin' });
    expect(table.toasts.list).toEqual([]);
  });

  it('does not go in when the person turned round before the room stood there', async () => {
    const { world, table } = await atDoor();
    void table.door.join();
    table.door.cancel();
    expect(doings(world)).not.toContain('leave room');
    world.rooms.show({ roomId, stage: { phase: 'entering' } });
    await settle();
    expect(doings(world)).toContain('leave room');
    expect(table.navigation.pane).toEqual({ kind: 'prejoin' });
  });

  it('tells of a no while the person looks elsewhere', async () => {
    const { world, table } = await atDoor();
    await table.door.join();
    world.rooms.show({ roomId, stage: { phase: 'knocking' } });
    table.door.leavePage();
    world.rooms.show({ stage: { phase: 'ended', reason: 'declined', code: null } });
    await settle();
    expect(table.toasts.list.map(({ title }) => title)).toEqual(['You were not let into Tuesday table']);
    expect(world.rooms.store.snapshot.current).toBeNull();
    expect(table.door.entry).toBeNull();
    table.toasts.list[0]?.action?.run();
    expect(table.door.entry).toEqual(link);
  });

  it('goes on knocking while the person looks elsewhere', async () => {
    const { world, table } = await atDoor();
    await table.door.join();
    world.rooms.show({ roomId, stage: { phase: 'knocking' } });
    await table.visit(ada.contactId);
    table.door.leavePage();
    expect(doings(world)).not.toContain('leave room');
    world.rooms.show({ ...seated, stage: { phase: 'inside' } });
    expect(table.navigation.pane).toEqual({ kind: 'room' });
  });

  it('leads to the room itself when I am inside already, and takes a held one back', async () => {
    const world = new FakeWorld();
    const { table } = await openTable(world);
    world.rooms.show({ ...seated, roomId });
    table.door.come(link);
    expect(table.navigation.pane).toEqual({ kind: 'room' });
    world.rooms.store.set({ current: null, held: [fakeRoom({ roomId, stage: { phase: 'held' } })], rings: [] });
    table.door.come(link);
    expect(doings(world)).toEqual([`resume room "${roomId}"`]);
  });
});

describe('a ring into a room', () => {
  it('sounds until it is over, and is told as missed with a way there', async () => {
    const world = new FakeWorld();
    const { table } = await openTable(world);
    rings(world, ring);
    expect(world.told).toContain('play incoming');
    expect(world.asked.map(({ call }) => call)).toContain('announceCall');
    rings(world);
    expect(world.told).toContain('silence incoming');
    expect(world.asked.map(({ call }) => call)).toContain('withdrawCall');
    expect(table.toasts.list[0]?.title).toBe('Ada Lindqvist asked you to “Tuesday table”');
    table.toasts.list[0]?.action?.run();
    expect(table.door.entry).toMatchObject({ kind: 'ring', ring });
  });

  it('goes straight in with the microphone when accepted, and is not missed', async () => {
    const world = new FakeWorld();
    const { table } = await openTable(world);
    rings(world, ring);
    table.door.answerRing(ring);
    await settle();
    expect(doings(world)).toContain(`enter room ${JSON.stringify(roomLink)} {"microphone":true,"camera":false}`);
    rings(world);
    expect(table.toasts.list).toEqual([]);
  });

  it('is declined without opening anything', async () => {
    const world = new FakeWorld();
    const { table } = await openTable(world);
    rings(world, ring);
    table.door.declineRing(ring);
    rings(world);
    expect(doings(world)).toEqual([`decline ring "${roomId}"`]);
    expect(table.toasts.list).toEqual([]);
    rings(world, ring);
    rings(world);
    expect(table.toasts.list).toHaveLength(1);
  });

  it('can be taken from the notification outside the window', async () => {
    const world = new FakeWorld();
    const { table } = await openTable(world);
    rings(world, ring);
    world.hostEvents.emit('callAnswered', { callId: roomId as string as never, action: 'accept' }); // sound: 32 hex
    expect(table.door.entry).toMatchObject({ kind: 'ring' });
    expect(table.navigation.pane).toEqual({ kind: 'prejoin' });
  });
});

describe('where a room leads', () => {
  it('is home again once it was left, without a word', async () => {
    const world = new FakeWorld();
    const { table } = await openTable(world);
    world.rooms.show({ ...seated, roomId });
    table.navigation.show({ kind: 'room' });
    world.rooms.show({ stage: { phase: 'ended', reason: 'left', code: null } });
    await settle();
    expect(table.navigation.pane).toEqual({ kind: 'home' });
    expect(table.toasts.list).toEqual([]);
  });

  it('is told when somebody else ended it while I looked elsewhere', async () => {
    const world = new FakeWorld();
    const { table } = await openTable(world);
    world.rooms.show({ ...seated, roomId });
    world.rooms.show({ stage: { phase: 'ended', reason: 'removed', code: null } });
    expect(table.toasts.list[0]?.title).toBe('You were removed from Tuesday table');
  });

  it('stays on screen to say its end itself when it is looked at', async () => {
    const world = new FakeWorld();
    const { table } = await openTable(world);
    world.rooms.show({ ...seated, roomId });
    table.navigation.show({ kind: 'room' });
    world.rooms.show({ stage: { phase: 'ended', reason: 'removed', code: null } });
    await settle();
    expect(world.rooms.store.snapshot.current).not.toBeNull();
    expect(table.toasts.list).toEqual([]);
  });

  it('keeps the machine awake as long as there is a call or a room', async () => {
    const world = new FakeWorld();
    await openTable(world);
    const told = (): unknown[] => world.asked.filter(({ call }) => call === 'setCallRunning').map(({ input }) => input);
    const callId = hex(900) as never; // sound: 32 hex digits
    world.rooms.show({ ...seated, roomId });
    world.call.set({ callId, peerId: bo.peerId, video: false, phase: 'connecting', sinceMs: nowMs });
    world.rooms.show({ stage: { phase: 'held' } });
    expect(told()).toEqual([{ isRunning: true }]);
    world.call.set({ phase: 'idle' });
    expect(told()).toEqual([{ isRunning: true }, { isRunning: false }]);
  });
});

describe('the rooms of before', () => {
  it('are listed the latest first, without those I am in, and read again after a room', async () => {
    const world = new FakeWorld();
    world.knownRooms = knownRooms.toReversed();
    const { table } = await openTable(world);
    await settle();
    const names = (): string[] => table.knownRooms.list.map((room) => room.name);
    expect(names()).toEqual(['Reading group', 'Garden plans']);
    const [reading] = knownRooms;
    if (reading) world.rooms.show({ ...seated, roomId: reading.roomId });
    expect(names()).toEqual(['Garden plans']);
    expect(table.knownRooms.found('ÁDA').map((room) => room.name)).toEqual(['Garden plans']);
    world.knownRooms = [];
    world.rooms.show({ stage: { phase: 'ended', reason: 'left', code: null } });
    await settle();
    expect(names()).toEqual([]);
  });
});

describe('a pasted or opened link', () => {
  it('into a room leads to its door only by a further gesture', async () => {
    const world = new FakeWorld();
    const { table } = await openTable(world);
    world.hostEvents.emit('inviteOpened', { text: roomLink });
    await settle();
    expect(table.navigation.dialog).toEqual({ kind: 'add', tab: 'use' });
    expect(table.invites.received).toEqual({ phase: 'room', link: roomLink, room: roomPreview });
    expect(doings(world)).toEqual([]);
    expect(table.door.entry).toBeNull();
  });

  it('that is forged says so', async () => {
    const world = new FakeWorld();
    world.answers.inspectRoomLink = async () => {
      throw new Failure('room-link-forged');
    };
    const { table } = await openTable(world);
    await table.invites.read(roomLink);
    expect(table.invites.received).toEqual({ phase: 'refused', code: 'room-link-forged' });
  });
});

describe('what is read out', () => {
  const inRoom = async (announcements = {}): Promise<{ world: FakeWorld; said: () => string[] }> => {
    const world = new FakeWorld();
    world.settings = { ...world.settings, announcements: { ...world.settings.announcements, ...announcements } };
    const { table } = await openTable(world);
    world.rooms.show({ roomId, members: [...seated.members, fakeMember(ada.peerId, 'Ada')] });
    return { world, said: () => table.announcer.said.map(({ text }) => text) };
  };
  const goOn = (world: FakeWorld): void => {
    world.rooms.events.emit('joined', { roomId, peerId: bo.peerId, name: 'Bo' });
    world.rooms.events.emit('left', { roomId, peerId: bo.peerId, name: 'Bo', how: 'lost' });
    world.rooms.events.emit('reacted', { roomId, peerId: ada.peerId, reaction: '🎉' });
    world.rooms.show({ lines: [{ id: 'a', atMs: 0, from: ada.peerId, name: 'Ada', text: 'Hello' }] });
    world.rooms.show({ members: [...seated.members, fakeMember(ada.peerId, 'Ada', { hand: 1 })] });
  };

  it('is who came and went, messages, reactions and hands, by the names I gave', async () => {
    const { world, said } = await inRoom();
    goOn(world);
    expect(said()).toEqual([
      'Bo came in',
      'Bo lost the connection and is gone',
      'Ada Lindqvist 🎉',
      'Ada Lindqvist: Hello',
      'Ada Lindqvist raised a hand',
    ]);
  });

  it.each([
    ['joinedLeft', 3],
    ['reactions', 4],
    ['chat', 4],
    ['hands', 4],
  ] as const)('leaves out %s when that is switched off', async (kind, left) => {
    const { world, said } = await inRoom({ [kind]: false });
    goOn(world);
    expect(said()).toHaveLength(left);
  });

  it('is never what I did, nor what happens in another room', async () => {
    const { world, said } = await inRoom();
    world.rooms.events.emit('joined', { roomId, peerId: me.peerId, name: me.name });
    world.rooms.events.emit('joined', { roomId: hex(3) as typeof roomId, peerId: bo.peerId, name: 'Bo' }); // sound: hex
    world.rooms.show({ lines: [{ id: 'a', atMs: 0, from: me.peerId, name: me.name, text: 'Hello' }] });
    expect(said()).toEqual([]);
  });
});
