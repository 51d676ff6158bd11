// Two people on the internet who share no server and no network: each has a PeerServer that the other does not know, and the local
// network is off. What joins them is a DHT of a few nodes on this machine.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { en } from '#messages/en';
import { defaultSettings, type Settings } from '#shared/settings';
import { openDhtNetwork, type DhtNetwork } from '#tests/support/dht-network';
import { freePort } from '#tests/support/free-port';
import type { Person } from '#tests/support/person';
import { Table } from '#tests/support/table';
import { listenForTone } from '#tests/support/tone-heard';
import { writeTone } from '#tests/support/tone';

const benHz = 660;

describe('two people who have the DHT and nothing else in common', () => {
  const table = new Table();
  let network: DhtNetwork;
  let ada: Person;
  let ben: Person;

  /** Settings that name no public server, and this network's nodes. */
  function joinNetwork(folder: string): void {
    const path = join(folder, 'settings.json');
    const before = JSON.parse(readFileSync(path, 'utf8')) as Settings; // sound: the app wrote it
    const after: Settings = {
      ...{ ...defaultSettings, ...before },
      ...{ reachInternet: 'on', publicPeerServers: [], stunServers: [], findNearby: false },
      dhtNodes: [...network.nodes],
    };
    writeFileSync(path, JSON.stringify(after));
  }

  beforeAll(async () => {
    network = await openDhtNetwork();
    ada = await table.seat('Ada', { peerPort: await freePort() });
    ben = await table.seat('Ben', { peerPort: await freePort(), chromium: { microphone: writeTone(benHz) } });
    await ben.switchNoiseSuppressionOff();
    await Promise.all([ada.restart(joinNetwork), ben.restart(joinNetwork)]);
  });

  afterAll(async () => {
    await table.clear();
    await network.close();
  });

  test('see that they can be reached there', async () => {
    await Promise.all([ada.seeReach(en.reach.open.dht), ben.seeReach(en.reach.open.dht)]);
    await ada.sidebar.getByRole('button', { name: en.reach.details }).click();
    await ada.page.getByText(en.reach.dht.open).waitFor();
    await ada.page.keyboard.press('Escape');
  });

  test('become contacts by an invite, call, and hear each other', async () => {
    await ada.befriend(ben);
    await ada.ring('Ben', { video: false });
    await ben.accept({ video: false });
    await Promise.all([ada.seeCall('Ben'), ben.seeCall('Ada')]);
    const { frequency } = await ada.page.evaluate(listenForTone, 2_000);
    expect(Math.abs(frequency - benHz)).toBeLessThan(15);
    await ada.hangUp();
    await Promise.all([ada.dismissEnded(), ben.dismissEnded()]);
  });

  test('find each other again after a restart', async () => {
    await ben.restart();
    await Promise.all([ada.seeOnline('Ben'), ben.seeOnline('Ada')]);
  });

  test('are not found once they switched it off', async () => {
    await ben.openSettings('network');
    await ben.page.getByRole('switch', { name: en.settings.network.dht }).uncheck();
    await ben.closeDialog();
    await ben.seeReach(en.reach.open.machine);
    await ben.restart();
    await ben.seeReach(en.reach.open.machine);
    await ada.openPerson('Ben');
    await ada.page
      .getByText(/^Offline, last here/)
      .first()
      .waitFor({ timeout: 30_000 });
    await ada.ring('Ben', { video: false });
    await ada.page.getByText(en.ended.unreachable.title('Ben')).waitFor({ timeout: 30_000 });
  });
});
