import { beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '#shared/failure';
import type { AppState } from '#state/app.svelte';
import type { TableState } from '#state/table.svelte';
import { FakeWorld } from '#tests/support/gallery/fake-world';
import { openTable } from '#tests/support/open-table';

describe('microphone keys', () => {
  let world: FakeWorld;
  let app: AppState;
  let table: TableState;

  beforeEach(async () => {
    world = new FakeWorld();
    ({ app, table } = await openTable(world));
    world.told.length = 0;
  });

  it('are kept once they are free, and can be given up', async () => {
    await table.muteKeys.choose('CommandOrControl+Shift+M');
    expect(world.settings.muteKeys).toBe('CommandOrControl+Shift+M');
    expect(table.muteKeys.chosen).toBe('CommandOrControl+Shift+M');
    await table.muteKeys.choose(null);
    expect(table.muteKeys.chosen).toBeNull();
  });

  it('of another program are not taken: that is said, and the former ones stay', async () => {
    await table.muteKeys.choose('F9');
    world.answers.tryMuteKeys = async () => {
      throw new Failure('keys-taken');
    };
    await table.muteKeys.choose('F10');
    expect(world.settings.muteKeys).toBe('F9');
    expect(app.toasts.list.at(-1)?.title).toBe('These keys cannot be had');
  });

  it('turn the microphone in use on and off, and are heard to do it', () => {
    let isMuted = false;
    table.muteKeys.onPress(() => {
      isMuted = !isMuted;
      world.media.set({ ...world.media.snapshot, isMuted });
      return true;
    });
    world.hostEvents.emit('muteKeysPressed', undefined);
    expect(world.told).toEqual(['play muted']);
    world.hostEvents.emit('muteKeysPressed', undefined);
    expect(world.told.at(-1)).toBe('play unmuted');
  });

  it('do nothing while no microphone is in use', () => {
    const off = table.muteKeys.onPress(() => false);
    world.hostEvents.emit('muteKeysPressed', undefined);
    off();
    world.hostEvents.emit('muteKeysPressed', undefined);
    expect(world.told).toEqual([]);
  });
});
