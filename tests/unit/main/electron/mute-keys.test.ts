import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { KeyCombination } from '#shared/key-combination';
import { MuteKeys } from '#main/electron/mute-keys';
import { globalShortcut } from '#tests/support/electron-stub';

vi.mock('electron', () => import('#tests/support/electron-stub'));

describe('microphone keys of the desktop', () => {
  let wanted: KeyCombination | null;
  const pressed = vi.fn();
  const make = (): MuteKeys => new MuteKeys({ wanted: () => wanted, pressed });
  const held = (): string[] => [...globalShortcut.held.keys()];

  beforeEach(() => {
    wanted = 'CommandOrControl+Shift+M';
    globalShortcut.held.clear();
    globalShortcut.taken.clear();
    pressed.mockClear();
  });

  it('are taken from other programs only while somebody talks', () => {
    const keys = make();
    expect(held()).toEqual([]);
    keys.setCallRunning(true);
    globalShortcut.held.get('CommandOrControl+Shift+M')?.();
    expect(pressed).toHaveBeenCalledTimes(1);
    keys.setCallRunning(false);
    expect(held()).toEqual([]);
  });

  it('change in the middle of a call, and go with its end', () => {
    const keys = make();
    keys.setCallRunning(true);
    wanted = 'F9';
    keys.follow();
    expect(held()).toEqual(['F9']);
    wanted = null;
    keys.follow();
    expect(held()).toEqual([]);
  });

  it('of another program fail, when tried and when a call begins, and hold nothing', () => {
    globalShortcut.taken.add('CommandOrControl+Shift+M');
    const keys = make();
    expect(() => keys.probe('CommandOrControl+Shift+M')).toThrow('keys-taken');
    expect(() => keys.setCallRunning(true)).toThrow('keys-taken');
    globalShortcut.taken.clear();
    keys.follow();
    expect(held()).toEqual(['CommandOrControl+Shift+M']);
  });

  it('are free again after they were tried, and tried ones in use stay in use', () => {
    const keys = make();
    keys.probe('F9');
    expect(held()).toEqual([]);
    keys.setCallRunning(true);
    keys.probe('CommandOrControl+Shift+M');
    expect(held()).toEqual(['CommandOrControl+Shift+M']);
  });
});
