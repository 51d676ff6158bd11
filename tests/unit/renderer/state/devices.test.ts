import { describe, expect, it } from 'vitest';
import { Failure } from '#shared/failure';
import { FakeWorld } from '#tests/support/gallery/fake-world';
import { openTable } from '#tests/support/open-table';

describe('devices', () => {
  it('are the ones chosen last time, and none is opened for that', async () => {
    const world = new FakeWorld();
    world.settings = { ...world.settings, microphoneId: 'm2', noiseSuppression: false };
    await openTable(world);
    expect(world.told).toContain('choose microphone "m2"');
    expect(world.told).toContain('noise suppression false');
    expect(world.told.some((told) => told.startsWith('open'))).toBe(false);
  });

  it('are kept when chosen', async () => {
    const world = new FakeWorld();
    const { table } = await openTable(world);
    await table.devices.choose('speaker', 's1');
    expect(world.told).toContain('choose speaker "s1"');
    expect(world.settings.speakerId).toBe('s1');
    expect(table.devices.chosen('speaker')).toBe('s1');
  });

  it('follow the system while the chosen one is unplugged, and come back with it', async () => {
    const world = new FakeWorld();
    world.settings = { ...world.settings, microphoneId: 'm2' };
    const { table } = await openTable(world);
    const plugged = world.devices.snapshot;
    world.devices.set({ ...plugged, microphones: plugged.microphones.slice(0, 1) });
    expect(table.devices.chosen('microphone')).toBeNull();
    world.devices.set(plugged);
    expect(table.devices.chosen('microphone')).toBe('m2');
  });
});

describe('a setting that cannot be stored', () => {
  it('goes back to what it was and says so', async () => {
    const world = new FakeWorld();
    const { app, table } = await openTable(world);
    world.answers.saveSettings = async () => {
      throw new Failure('disk-full');
    };
    expect(await table.settings.save({ theme: 'dark' })).toBe(false);
    expect(table.settings.current.theme).toBe('system');
    expect(app.toasts.list.at(-1)?.title).toBe('The disk is full');
  });

  it('shows at once while it is being stored', async () => {
    const world = new FakeWorld();
    const { table } = await openTable(world);
    const saved = table.settings.save({ theme: 'dark' });
    expect(table.settings.current.theme).toBe('dark');
    await saved;
  });

  it('changed in another place is taken over', async () => {
    const world = new FakeWorld();
    const { table } = await openTable(world);
    world.hostEvents.emit('settingsChanged', { ...world.settings, theme: 'contrast' });
    expect(table.settings.current.theme).toBe('contrast');
  });
});
