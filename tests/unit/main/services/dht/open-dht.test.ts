import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { createHandlers } from '#main/handlers';
import { noShell } from '../no-shell';
import { openProfile, temporaryFolder } from '../people';

const publicOnes = { reachInternet: 'on' } as const;

test('nothing of the DHT is loaded before there is a person who allows public servers, nor while they hide their address', async () => {
  const loadDht = vi.fn(async () => await Promise.reject(new Error('not here')));
  const services = await openProfile({ loadDht });
  const handlers = createHandlers(services, noShell);
  await handlers.saveSettings({ ...publicOnes, relayOnly: true });
  await handlers.createIdentity({ name: 'Ada' });
  await handlers.saveSettings({ reachInternet: 'off', relayOnly: false });
  await handlers.saveSettings({ ...publicOnes, findByDht: false });
  await handlers.saveSettings({ findByDht: true, dhtNodes: [] });
  await services.dht.follow();
  expect(loadDht).not.toHaveBeenCalled();
  expect(await handlers.readDht(undefined)).toBe('off');
  await handlers.saveSettings({ dhtNodes: ['127.0.0.1:1'] });
  await vi.waitFor(() => {
    expect(loadDht).toHaveBeenCalledOnce();
  });
});

test('where its native code does not load, the log says so and everything else works', async () => {
  const folder = await temporaryFolder();
  const loadDht = async () => await Promise.reject(new Error('No native build was found'));
  const services = await openProfile({ folder, loadDht });
  const handlers = createHandlers(services, noShell);
  await handlers.createIdentity({ name: 'Ada' });
  await handlers.saveSettings(publicOnes);
  await vi.waitFor(async () => {
    expect(await handlers.readDht(undefined)).toBe('unavailable');
  });
  expect(await handlers.listContacts(undefined)).toEqual([]);
  expect((await handlers.readNetworkConfig(undefined)).isDhtOn).toBe(true);
  await vi.waitFor(async () => {
    expect(await readFile(join(folder, 'logs', 'roundtable.log'), 'utf8')).toContain('No native build was found');
  });
});
