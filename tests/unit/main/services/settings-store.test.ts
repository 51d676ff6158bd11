import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { applySteps, migrateSettings } from '#main/services/settings-migrations';
import { defaultSettings } from '#shared/settings';
import { failureCode } from './failure-code';
import { openProfile, temporaryFolder } from './people';

const fileOf = (folder: string): string => join(folder, 'settings.json');

describe('settings', () => {
  test('are the defaults at first, with nothing public allowed and nothing written', async () => {
    const folder = await temporaryFolder();
    const { settings } = await openProfile({ folder });
    expect(settings.settings).toEqual(defaultSettings);
    expect(settings.settings.reachInternet).toBe('unanswered');
    expect(settings.warning).toBeNull();
    expect(await readdir(folder)).not.toContain('settings.json');
  });

  test('keep what was changed and leave the rest, over a restart', async () => {
    const folder = await temporaryFolder();
    const first = await openProfile({ folder });
    await first.settings.save({ theme: 'dark' });
    await first.settings.save({ relayOnly: true, microphoneId: undefined });
    first.close();
    const { settings } = await openProfile({ folder });
    expect(settings.settings).toEqual({ ...defaultSettings, theme: 'dark', relayOnly: true });
  });

  test('saved at the same moment are all kept', async () => {
    const { settings } = await openProfile();
    await Promise.all([
      settings.save({ theme: 'dark' }),
      settings.save({ relayOnly: true }),
      settings.save({ notifications: false }),
    ]);
    expect(settings.settings).toMatchObject({ theme: 'dark', relayOnly: true, notifications: false });
  });

  test('that are damaged are kept aside, replaced by defaults, and said so', async () => {
    const damaged = [
      '{"version":1',
      '[]',
      '{}',
      JSON.stringify({ ...defaultSettings, theme: 'pink' }),
      JSON.stringify({ ...defaultSettings, version: defaultSettings.version + 1 }),
      '\0\0',
    ];
    for (const content of damaged) {
      const folder = await temporaryFolder();
      await writeFile(fileOf(folder), content);
      const { settings } = await openProfile({ folder });
      expect(settings.settings).toEqual(defaultSettings);
      expect(settings.warning).toBe('settings-damaged');
      const aside = (await readdir(folder)).filter((name) => name.startsWith('settings.damaged-'));
      expect(aside).toHaveLength(1);
      expect(await readFile(join(folder, aside[0] ?? ''), 'utf8')).toBe(content);
    }
  });

  test('with a server address that is none, or ports that are no range, are refused and nothing changes', async () => {
    const { settings } = await openProfile();
    for (const address of [
      '',
      'ftp://example.org',
      'wss://user:secret@example.org',
      'javascript:alert(1)',
      'wss://',
      'wss://example.org/#x',
      'a b',
    ]) {
      expect(await failureCode(settings.save({ ownPeerServers: [address] }))).toBe('rendezvous-address-wrong');
    }
    expect(await failureCode(settings.save({ portRange: { min: 5_000, max: 4_000 } }))).toBe('input-invalid');
    expect(settings.settings).toEqual(defaultSettings);
  });

  test('leave no half-written file behind', async () => {
    const folder = await temporaryFolder();
    const { settings } = await openProfile({ folder });
    for (let volume = 0; volume < 20; volume += 1) await settings.save({ ringtoneVolume: volume / 20 });
    expect((await readdir(folder)).filter((name) => name.includes('.tmp'))).toEqual([]);
    expect(JSON.parse(await readFile(fileOf(folder), 'utf8'))).toMatchObject({ ringtoneVolume: 0.95 });
  });
});

describe('migrating settings', () => {
  const steps = [
    (older: Record<string, unknown>) => ({ ...older, second: 'added' }),
    (older: Record<string, unknown>) => ({ ...older, third: older['second'] }),
  ];

  test('runs every step from the version found, in order', () => {
    expect(applySteps({ version: 1, kept: true }, steps, 3)).toEqual({
      version: 3,
      kept: true,
      second: 'added',
      third: 'added',
    });
    expect(applySteps({ version: 2, second: 'own' }, steps, 3)).toEqual({ version: 3, second: 'own', third: 'own' });
  });

  test('knows nothing of versions from the future, fractions, or none', () => {
    for (const version of [4, 0, -1, 1.5, '1', null, undefined]) expect(applySteps({ version }, steps, 3)).toBeNull();
    expect(applySteps('text', steps, 3)).toBeNull();
  });

  test('has everything of a room announced in settings from before there were rooms', () => {
    const { announcements, ...before } = defaultSettings;
    expect(migrateSettings({ ...before, version: 1, theme: 'dark' })).toEqual({
      ...defaultSettings,
      theme: 'dark',
      announcements,
    });
  });

  test('sets no limit for files in settings from before there were any', () => {
    const { files, ...before } = defaultSettings;
    expect(migrateSettings({ ...before, version: 3 })).toEqual({ ...before, files });
  });

  test('announces nobody to a network who had chosen to stay on this computer', () => {
    const { findNearby, ...before } = defaultSettings;
    expect(migrateSettings({ ...before, version: 6, reachInternet: 'on' })?.findNearby).toBe(findNearby);
    expect(migrateSettings({ ...before, version: 6, reachInternet: 'off' })?.findNearby).toBe(false);
  });

  test('brings nobody into the DHT who had answered before there was one', () => {
    const { findByDht, dhtNodes, ...before } = defaultSettings;
    expect(migrateSettings({ ...before, version: 10 })).toEqual({ ...before, findByDht, dhtNodes });
    for (const reachInternet of ['on', 'off']) {
      expect(migrateSettings({ ...before, version: 10, reachInternet })).toMatchObject({ findByDht: false, dhtNodes });
    }
  });

  test('keeps a limit that was set before there were hours and metered lines', () => {
    const older = { ...defaultSettings, version: 6, files: { uploadLimit: 500_000 } };
    expect(migrateSettings(older)?.files).toEqual({ ...defaultSettings.files, uploadLimit: 500_000 });
  });

  test('lends a quarter of the upload to casts, and none where it costs, by settings from before there were casts', () => {
    const { casts, ...before } = defaultSettings;
    expect(migrateSettings({ ...before, version: 8 })).toEqual({ ...before, casts });
    expect(casts).toEqual({ lendShare: 0.25, lendsOnMetered: false });
  });

  test('carries nothing for friends, by settings from before that could be chosen', () => {
    const { relay, ...before } = defaultSettings;
    expect(migrateSettings({ ...before, version: 9 })).toEqual({ ...before, relay });
    expect(relay).toMatchObject({ helps: false, isHelped: true });
  });

  test('leaves settings of this version as they are', () => {
    expect(migrateSettings({ ...defaultSettings, theme: 'light' })).toEqual({ ...defaultSettings, theme: 'light' });
  });
});
