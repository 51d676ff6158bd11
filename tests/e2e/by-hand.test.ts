// Two contacts whose only server is gone, and who cannot find each other in a network: two texts that they carry connect them.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { en } from '#messages/en';
import { bringAxe, violations } from '#tests/support/accessibility';
import { message, seeDelivery, write } from '#tests/support/chat-acts';
import { freePort } from '#tests/support/free-port';
import { startHostilePeerServer, type HostilePeerServer } from '#tests/support/hostile-peer-server';
import type { Person } from '#tests/support/person';
import { Table } from '#tests/support/table';
import { writeTone } from '#tests/support/tone';
import { listenForTone } from '#tests/support/tone-heard';

const benHz = 660;
/** Longer than ICE goes on trying an address that does not answer. */
const carryMs = 25_000;

describe('two contacts without a server', () => {
  let table: Table;
  let server: HostilePeerServer;
  let ada: Person;
  let ben: Person;
  let passedBefore: number;
  let offer: string;
  const home = mkdtempSync(join(tmpdir(), 'roundtable-home-'));

  const dialog = (person: Person, name: string): Locator =>
    person.page.getByRole('dialog', { name: en.byHand.title(name) });

  async function switchNearbyOff(person: Person): Promise<void> {
    await person.openSettings('network');
    await person.page.getByRole('switch', { name: en.settings.network.nearby }).uncheck();
    await person.closeDialog();
  }

  async function openByHand(person: Person, name: string): Promise<void> {
    await person.openPerson(name);
    await person.choose(en.person.more, en.byHand.open);
    await dialog(person, name).waitFor();
  }

  beforeAll(async () => {
    const peerPort = await freePort();
    server = await startHostilePeerServer(peerPort);
    table = new Table(peerPort);
    ada = await table.seat('Ada', { home });
    ben = await table.seat('Ben', { chromium: { microphone: writeTone(benHz) } });
    await ben.switchNoiseSuppressionOff();
    await Promise.all([switchNearbyOff(ada), switchNearbyOff(ben)]);
    await ada.befriend(ben);
    server.isDown = true;
    passedBefore = server.seen.length;
    await Promise.all([ada.restart(), ben.restart()]);
    await Promise.all([ada.seeReach(en.reach.down), ben.seeReach(en.reach.down)]);
  }, 120_000);

  afterAll(async () => {
    await table.clear();
    await server.close();
    rmSync(home, { recursive: true });
  });

  test('are offered it where the connection did not come about', async () => {
    await ada.ring('Ben', { video: false });
    await ada.seeEnded({ timeout: 30_000 });
    await ada.press(en.byHand.open);
    await dialog(ada, 'Ben').waitFor();
    await ada.closeDialog();
    await ada.dismissEnded();
  });

  test('make a text that is copied, saved as a file, or shown as a code', async () => {
    await openByHand(ada, 'Ben');
    await ada.press(en.byHand.make('Ben'));
    offer = await dialog(ada, 'Ben').getByLabel(en.byHand.text, { exact: true }).inputValue();
    await ada.press(en.byHand.showCode);
    await dialog(ada, 'Ben')
      .getByRole('img', { name: en.byHand.code('Ben') })
      .waitFor();
    await ada.press(en.byHand.hideCode);
    await ada.press(en.byHand.save);
    await dialog(ada, 'Ben').getByText(en.byHand.saved('For Ben.roundtable')).waitFor();
    const folder = join(home, 'Downloads');
    expect(readdirSync(folder)).toEqual(['For Ben.roundtable']);
    expect(readFileSync(join(folder, 'For Ben.roundtable'), 'utf8').trim()).toBe(offer);
    await bringAxe(ada.page);
    expect(await violations(ada.page)).toEqual([]);
  });

  test('are told what is wrong with a text', async () => {
    const field = dialog(ada, 'Ben').getByLabel(en.byHand.theirText('Ben'));
    await field.fill(offer);
    await dialog(ada, 'Ben').getByText(en.failure['by-hand-own'].title).waitFor();
    await field.fill(offer.slice(0, 300));
    await dialog(ada, 'Ben').getByText(en.failure['by-hand-damaged'].title).waitFor();
    await field.fill('');
    await ada.closeDialog();
  });

  test('connect once each has put in the text of the other, also after a while', async () => {
    await ben.openInvites('use');
    await ben.page.getByLabel(en.invite.paste).fill(offer);
    await ben.press(en.byHand.goOn('Ada'));
    await ben.press(en.byHand.makeAnswer);
    const answer = await dialog(ben, 'Ada').getByLabel(en.byHand.answer, { exact: true }).inputValue();
    await bringAxe(ben.page);
    expect(await violations(ben.page)).toEqual([]);
    await ben.page.waitForTimeout(carryMs);
    await openByHand(ada, 'Ben');
    const stick = { name: 'For Ada.roundtable', mimeType: 'text/plain', buffer: Buffer.from(`${answer}\n`) };
    await dialog(ada, 'Ben').locator('input[type=file]').setInputFiles(stick);
    await ada.press(en.byHand.connect);
    await dialog(ada, 'Ben').getByText(en.byHand.connected('Ben')).waitFor();
    await dialog(ben, 'Ada').getByText(en.byHand.connected('Ada')).waitFor();
    await Promise.all([ada.closeDialog(), ben.closeDialog()]);
    await Promise.all([ada.seeOnline('Ben'), ben.seeOnline('Ada')]);
  }, 90_000);

  test('see which way the connection takes, as with any other', async () => {
    await ada.openPerson('Ben');
    await ada.choose(en.person.more, en.doctor.open);
    const view = ada.page.getByRole('dialog', { name: en.doctor.title('Ben') });
    await view.getByText(en.doctor.verdict['same-machine'].title('Ben'), { exact: true }).waitFor();
    for (const name of Object.values(en.doctor.step)) await view.getByText(name, { exact: true }).waitFor();
    expect(await view.getByText(en.doctor.stepState.failed, { exact: true }).count()).toBe(0);
    await ada.closeDialog();
  });

  test('write to each other', async () => {
    await ada.openPerson('Ben');
    await ben.openPerson('Ada');
    await write(ada, 'Ben', 'over the cable');
    await message(ben, 'over the cable').waitFor();
    await seeDelivery(ada, 'over the cable', 'read');
  });

  test('call, and hear each other', async () => {
    await ada.ring('Ben', { video: false });
    await ben.accept({ video: false });
    await Promise.all([ada.seeCall('Ben'), ben.seeCall('Ada')]);
    const { frequency } = await ada.page.evaluate(listenForTone, 2_000);
    expect(Math.abs(frequency - benHz)).toBeLessThan(15);
    await ada.hangUp();
    await Promise.all([ada.dismissEnded(), ben.dismissEnded()]);
  });

  test('use a text once', async () => {
    await ben.openInvites('use');
    await ben.page.getByLabel(en.invite.paste).fill(offer);
    await ben.page.getByText(en.failure['by-hand-used'].title).waitFor();
    await ben.closeDialog();
  });

  test('did all that without a message through a server', () => {
    expect(server.ids).toEqual([]);
    expect(server.seen).toHaveLength(passedBefore);
  });
});
