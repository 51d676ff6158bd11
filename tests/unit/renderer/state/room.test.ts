import { beforeEach, describe, expect, test } from 'vitest';
import type { RecordingId } from '#shared/room';
import type { RoomMember, RoomSnapshot } from '#core/conference/snapshot';
import type { RoomState } from '#state/room.svelte';
import type { TableState } from '#state/table.svelte';
import { fakeMember, fakeRoom, fakeRoomId } from '#tests/support/fake-rooms';
import { FakeWorld } from '#tests/support/gallery/fake-world';
import { ada, bo, carmen, hex, me, nowMs, peerId } from '#tests/support/gallery/people';
import { openTable } from '#tests/support/open-table';

let world: FakeWorld;
let table: TableState;
let room: RoomState;
let volumes: string[];

const stranger = peerId(28);
const self = fakeMember(me.peerId, me.name, { isSelf: true, pair: 'self' });
const members: RoomMember[] = [
  self,
  fakeMember(ada.peerId, ada.name),
  fakeMember(carmen.peerId, carmen.name),
  fakeMember(stranger, 'Zoe'),
];

async function openAt(memory: ReadonlyMap<string, string> = new Map()): Promise<void> {
  world = new FakeWorld();
  for (const [key, value] of memory) world.memory.set(key, value);
  volumes = [];
  world.view = {
    ...world.view,
    setVolume: (who, sound, volume) => void volumes.push(`${who === ada.peerId ? 'ada' : who} ${sound} ${volume}`),
    setSeats: (order, mine) => world.told.push(`seats ${order.length} ${mine === me.peerId}`),
  };
  ({ table } = await openTable(world));
  ({ room } = table);
  world.told.length = 0;
}

const show = (more: Partial<RoomSnapshot> = {}): void =>
  world.rooms.show({ members, sinceMs: nowMs - 65_000, ...more });
const changed = (who: RoomMember['peerId'], more: Partial<RoomMember>): void =>
  world.rooms.show({ members: members.map((one) => (one.peerId === who ? { ...one, ...more } : one)) });

beforeEach(async () => await openAt());

describe('the room on the stage', () => {
  test('calls people by my own name for them, and me "You"', () => {
    show();
    expect(room.members.map((member) => room.nameOf(member))).toEqual(['You', ada.name, 'Carmen from work', 'Zoe']);
  });

  test('counts from when it was entered', () => {
    show();
    expect(room.elapsedMs).toBe(65_000);
  });

  test('tells the sound who sits where when the seats change, and only then', () => {
    show();
    changed(ada.peerId, { microphone: false });
    world.rooms.show({ members: members.slice(0, 2) });
    expect(world.told.filter((line) => line.startsWith('seats'))).toEqual(['seats 4 true', 'seats 2 true']);
  });

  test('lends bandwidth only once that was agreed to, told once per room, and kept', async () => {
    show();
    room.lending.set(true);
    show({ name: 'Renamed' });
    expect(world.told.filter((line) => line.startsWith('carries'))).toEqual(['carries false', 'carries true']);
    await openAt(world.memory);
    show();
    expect(world.told).toContain('carries true');
  });

  test('asks whether I pass on the voices of two who cannot connect, while I am connected with both', () => {
    const apart = members.map((member) =>
      member.peerId === ada.peerId
        ? { ...member, pairs: [{ peerId: carmen.peerId, state: 'unreachable' as const, through: null }] }
        : member,
    );
    show();
    expect(room.lending.asked).toBeNull();
    show({ members: apart });
    expect(room.lending.asked?.map(({ peerId: who }) => who)).toEqual([ada.peerId, carmen.peerId]);
    show({ members: apart.map((one) => (one.peerId === carmen.peerId ? { ...one, pair: 'connecting' } : one)) });
    expect(room.lending.asked).toBeNull();
    show({ members: apart });
    room.lending.set(false);
    expect(room.lending.asked).toBeNull();
    expect(room.lending.isOn).toBe(false);
  });
});

describe('volumes', () => {
  test('are kept per contact over restarts, and set when that person comes in', async () => {
    show();
    room.volumes.setVoice(ada.peerId, 1.4);
    room.volumes.setVoice(stranger, 0.5);
    await openAt(world.memory);
    show();
    expect(volumes).toContain('ada voice 1.4');
    expect(room.volumes.voice(stranger)).toBe(1);
  });

  test('stand between silence and twice as loud', () => {
    show();
    room.volumes.setVoice(ada.peerId, 7);
    room.volumes.setVoice(carmen.peerId, -1);
    expect([room.volumes.voice(ada.peerId), room.volumes.voice(carmen.peerId)]).toEqual([2, 0]);
  });

  test('survive being muted for me', () => {
    show();
    room.volumes.setVoice(ada.peerId, 1.2);
    room.volumes.setSilenced(ada.peerId, true);
    expect(volumes.at(-1)).toBe('ada voice 0');
    room.volumes.setSilenced(ada.peerId, false);
    expect(volumes.at(-1)).toBe('ada voice 1.2');
  });

  test('are read as none from a damaged memory', async () => {
    await openAt(new Map([['roundtable.volumes', '{"nobody": 9}']]));
    show();
    expect(room.volumes.voice(ada.peerId)).toBe(1);
  });
});

describe('a shared screen', () => {
  test('is neither seen nor heard before it is watched, and is forgotten when it ends', () => {
    show();
    changed(ada.peerId, { screen: true, screenAudio: true });
    expect(volumes.at(-1)).toBe('ada screen 0');
    expect(room.plan.kind).toBe('table');
    room.setWatched(ada.peerId, true);
    expect(volumes.at(-1)).toBe('ada screen 1');
    expect(room.plan.kind).toBe('focus');
    changed(ada.peerId, { screen: false });
    expect(room.layout.isWatching(ada.peerId)).toBe(false);
  });

  test('is stopped by the same button that started it', async () => {
    show();
    await room.toggleScreen();
    changed(me.peerId, { screen: true });
    await room.toggleScreen();
    expect(world.told.filter((line) => line.includes('shar'))).toEqual(['share screen', 'stop sharing']);
  });
});

describe('talking', () => {
  const mutes = (): string[] => world.told.filter((line) => line.startsWith('mute in room'));

  test('with the key held is heard only while muted, and no longer than it is held', () => {
    show();
    room.mine.startTalking();
    expect(mutes()).toEqual([]);
    world.media.set({ ...world.media.snapshot, isMuted: true });
    room.mine.startTalking();
    room.mine.startTalking();
    room.mine.stopTalking();
    room.mine.stopTalking();
    expect(mutes()).toEqual(['mute in room false', 'mute in room true']);
  });

  test('ends when the room does', () => {
    show();
    world.media.set({ ...world.media.snapshot, isMuted: true });
    room.mine.startTalking();
    world.rooms.dismiss();
    expect(mutes().at(-1)).toBe('mute in room true');
  });

  test('is stopped by nobody else: a wish to mute only shows, and only to those who are heard', () => {
    show();
    world.rooms.events.emit('muteAsked', { roomId: fakeRoomId, by: ada.peerId });
    expect(mutes()).toEqual([]);
    const asked = table.toasts.list.at(-1);
    expect(asked?.title).toContain(ada.name);
    asked?.action?.run();
    expect(mutes()).toEqual(['mute in room true']);
    world.media.set({ ...world.media.snapshot, isMuted: true });
    table.toasts.dismiss(asked?.id ?? 0);
    world.rooms.events.emit('muteAsked', { roomId: fakeRoomId, by: carmen.peerId });
    expect(table.toasts.list).toEqual([]);
  });
});

describe('the chat', () => {
  const line = (id: string, from: RoomMember['peerId']) => ({ id, atMs: nowMs, from, name: 'x', text: 'hello' });

  test('counts what others wrote since it was looked at', () => {
    show({ lines: [line('a', ada.peerId), line('b', me.peerId)] });
    expect(room.chat.unread).toBe(1);
    room.chat.markRead();
    show({ lines: [line('a', ada.peerId), line('b', me.peerId), line('c', carmen.peerId)] });
    expect(room.chat.unread).toBe(1);
  });

  test('keeps the draft when it could not be said, and says why', () => {
    show();
    room.chat.draft = 'hello';
    world.rooms.takesLines = false;
    expect(room.chat.send()).toBe(false);
    expect(room.chat.draft).toBe('hello');
    expect(table.toasts.list).toHaveLength(1);
    world.rooms.takesLines = true;
    expect(room.chat.send()).toBe(true);
    expect(room.chat.draft).toBe('');
  });

  test('says neither nothing nor too much', () => {
    show();
    room.chat.draft = '   ';
    expect(room.chat.send()).toBe(false);
    room.chat.draft = 'x'.repeat(2_001);
    expect(room.chat.left).toBe(-1);
    expect(room.chat.send()).toBe(false);
    expect(world.told.filter((each) => each.startsWith('say'))).toEqual([]);
  });
});

describe('raised hands', () => {
  test('stand in their order, and go up and down by one button', () => {
    show();
    room.toggleHand();
    world.rooms.show({
      members: members.map((one, at) => ({ ...one, hand: at === 0 ? 2 : at === 2 ? 1 : null })),
    });
    expect(room.hands.map(({ peerId: who }) => who)).toEqual([carmen.peerId, me.peerId]);
    room.toggleHand();
    expect(world.told.filter((each) => each.startsWith('hand'))).toEqual(['hand true', 'hand false']);
  });
});

describe('recording', () => {
  const recordingId = hex(950) as RecordingId; // sound: 32 hex digits
  const running = {
    phase: 'running',
    recordingId,
    sinceMs: nowMs - 4_000,
    recordedMs: 60_000,
    code: null,
    waitsFor: [],
  };

  test('counts on while it runs and stands while it is paused', () => {
    show({ recording: { ...running, phase: 'running' } });
    expect(room.recording.recordedMs).toBe(64_000);
    show({ recording: { ...running, phase: 'paused' } });
    expect(room.recording.recordedMs).toBe(60_000);
  });

  test('of others is named, my own is not one of them', () => {
    show();
    world.rooms.show({ members: members.map((one) => ({ ...one, recording: one.isSelf ? 'running' : 'paused' })) });
    expect(room.recording.others).toHaveLength(3);
  });

  test('says how it ended until that was read', () => {
    show({ recording: { phase: 'refused', by: ada.peerId, code: null } });
    expect(room.recording.outcome?.phase).toBe('refused');
    room.recording.dismiss();
    expect(room.recording.outcome).toBeNull();
  });
});

describe('reactions', () => {
  test('float for a moment; those of another room or an unknown kind do not', () => {
    show();
    world.rooms.events.emit('reacted', { roomId: fakeRoomId, peerId: ada.peerId, reaction: '👍' });
    world.rooms.events.emit('reacted', { roomId: fakeRoomId, peerId: ada.peerId, reaction: '<b>' });
    world.rooms.events.emit('reacted', { roomId: hex(7) as typeof fakeRoomId, peerId: bo.peerId, reaction: '👍' });
    expect(room.reactions.floating.map(({ reaction }) => reaction)).toEqual(['👍']);
  });
});

describe('another room', () => {
  test('begins without the pins, drafts and watched screens of the one before', () => {
    show();
    room.layout.togglePin('x/camera');
    room.layout.watch(ada.peerId);
    room.chat.draft = 'half a sentence';
    world.rooms.store.set({
      ...world.rooms.store.snapshot,
      current: fakeRoom({ roomId: hex(8) as typeof fakeRoomId }),
    });
    expect([room.layout.pinned, room.layout.watched, room.chat.draft]).toEqual([null, [], '']);
  });

  test('opens its panel as it was left where there is width, and never over the table', async () => {
    show();
    room.layout.settle(true);
    expect(room.layout.panel).toBe('chat');
    room.layout.show('people');
    await openAt(world.memory);
    room.layout.settle(true);
    expect(room.layout.panel).toBe('people');
    await openAt(world.memory);
    room.layout.settle(false);
    expect(room.layout.panel).toBeNull();
  });
});
