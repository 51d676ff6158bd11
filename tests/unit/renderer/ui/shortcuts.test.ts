import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { TableState } from '#state/table.svelte';
import { FakeWorld } from '#tests/support/gallery/fake-world';
import { ada, hex, nowMs, roomLink, roomPreview } from '#tests/support/gallery/people';
import { openTable } from '#tests/support/open-table';
import type { CallSnapshot } from '#core/call/snapshot';
import { runShortcut, shortcutOf, shortcuts } from '../../../../src/renderer/ui/panes/shortcuts';

class FakeElement {
  readonly #isField: boolean;
  constructor(isField: boolean) {
    this.#isField = isField;
  }
  matches(): boolean {
    return this.#isField;
  }
}
vi.stubGlobal('HTMLElement', FakeElement);

type Press = Partial<Pick<KeyboardEvent, 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey' | 'repeat'>> & {
  target?: FakeElement;
};

function press(key: string, more: Press = {}): ReturnType<typeof shortcutOf> {
  const event = {
    key,
    ctrlKey: false,
    metaKey: false,
    shiftKey: false,
    altKey: false,
    repeat: false,
    target: null,
    ...more,
  };
  return shortcutOf(event as unknown as KeyboardEvent); // sound: has all that shortcutOf reads
}

describe('a key press', () => {
  it.each([
    ['k', { ctrlKey: true }, 'search'],
    ['K', { metaKey: true }, 'search'],
    ['d', { ctrlKey: true }, 'mute'],
    ['D', { ctrlKey: true, shiftKey: true }, 'decline'],
    [',', { ctrlKey: true }, 'settings'],
    ['?', { shiftKey: true }, 'help'],
  ] as const)('%s with %o is %s', (key, more, name) => {
    expect(press(key, more)).toBe(name);
  });

  it.each([
    ['k', {}],
    ['k', { ctrlKey: true, altKey: true }],
    ['d', { ctrlKey: true, repeat: true }],
    ['H', { ctrlKey: true }],
    ['ArrowUp', {}],
    ['?', { target: new FakeElement(true) }],
  ] as const)('%s with %o is none', (key, more) => {
    expect(press(key, more)).toBeNull();
  });

  it('with Ctrl is one shortcut at most', () => {
    const keys = shortcuts.map((shortcut) => shortcut.keys.join('+')).filter((key) => key.startsWith('ctrl'));
    expect(new Set(keys).size).toBe(keys.length);
  });

  it.each(['anywhere', 'chat', 'messages', 'call', 'room', 'ringing'] as const)(
    'has one meaning at most where it is %s',
    (group) => {
      const keys = shortcuts.filter((shortcut) => shortcut.group === group).map(({ keys: held }) => held.join('+'));
      expect(new Set(keys).size).toBe(keys.length);
    },
  );
});

describe('a shortcut', () => {
  let world: FakeWorld;
  let table: TableState;
  // Sound: 32 hex digits are a call id.
  const base = {
    callId: hex(9) as Extract<CallSnapshot, { phase: 'incoming' }>['callId'],
    peerId: ada.peerId,
    video: false,
  };

  beforeEach(async () => {
    world = new FakeWorld();
    ({ table } = await openTable(world));
    world.told.length = 0;
  });

  it('for a call does nothing without one', () => {
    for (const name of ['mute', 'camera', 'leave', 'answer', 'decline'] as const) {
      expect(runShortcut(name, table)).toBe(false);
    }
    expect(world.told).toEqual([]);
  });

  it('answers or declines only while it rings', () => {
    world.call.set({ ...base, phase: 'incoming', sinceMs: nowMs });
    expect(runShortcut('answer', table)).toBe(true);
    expect(world.told).toContain('answer {"video":false}');
    expect(runShortcut('mute', table)).toBe(false);
  });

  it('opens no dialog over a ringing call', () => {
    world.call.set({ ...base, phase: 'incoming', sinceMs: nowMs });
    expect(runShortcut('settings', table)).toBe(false);
    expect(table.navigation.dialog).toBeNull();
  });

  it('takes or declines a ring into a room, over which no dialog opens', () => {
    const { roomId, name } = roomPreview;
    const ring = { roomId, name, from: ada.peerId, people: 2, link: roomLink, sinceMs: nowMs };
    world.rooms.store.set({ current: null, held: [], rings: [ring] });
    expect(runShortcut('openRoom', table)).toBe(false);
    expect(runShortcut('decline', table)).toBe(true);
    expect(world.told).toContain(`decline ring "${roomId}"`);
    expect(runShortcut('answer', table)).toBe(true);
    expect(table.door.entry).toMatchObject({ kind: 'ring', ring });
  });

  it('tries microphone and camera out at the door of a room', () => {
    table.door.come({ kind: 'new', name: 'Tea', toRing: [] });
    expect(runShortcut('mute', table)).toBe(true);
    expect(table.door.wantsMicrophone).toBe(false);
    expect(runShortcut('camera', table)).toBe(true);
    expect(table.door.wantsCamera).toBe(true);
    expect(runShortcut('leave', table)).toBe(false);
  });

  it('mutes and leaves a running call', () => {
    world.call.set({ ...base, phase: 'connecting', sinceMs: nowMs });
    runShortcut('mute', table);
    expect(world.media.snapshot.isMuted).toBe(true);
    runShortcut('leave', table);
    expect(world.told).toContain('hang up');
  });
});
