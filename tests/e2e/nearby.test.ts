// Two people in one network who share no server: each has a PeerServer that the other does not know.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { en } from '#messages/en';
import { freePort } from '#tests/support/free-port';
import type { Person } from '#tests/support/person';
import { openPrivateNetwork } from '#tests/support/private-network';
import { Table } from '#tests/support/table';
import { listenForTone } from '#tests/support/tone-heard';
import { writeTone } from '#tests/support/tone';

const network = openPrivateNetwork();
if (!network) process.stderr.write('not run: nearby, because no network of its own can be made here\n');
const benHz = 660;

describe.skipIf(!network)('two people in one network, without a server that both know', () => {
  const table = new Table();
  let ada: Person;
  let ben: Person;

  beforeAll(async () => {
    ada = await table.seat('Ada', { peerPort: await freePort() });
    ben = await table.seat('Ben', { peerPort: await freePort(), chromium: { microphone: writeTone(benHz) } });
    await ben.switchNoiseSuppressionOff();
  });

  afterAll(async () => {
    await table.clear();
    network?.close();
  });

  test('see that they can be reached there', async () => {
    await ada.seeReach(en.reach.open.nearby);
    await ada.sidebar.getByRole('button', { name: en.reach.details }).click();
    await ada.page.getByText(en.reach.nearby.open).waitFor();
    await ada.page.keyboard.press('Escape');
  });

  test('become contacts, call, and hear each other', async () => {
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
    await ben.page.getByRole('switch', { name: en.settings.network.nearby }).uncheck();
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
