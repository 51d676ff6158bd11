// Files between real pages: given in a call, as a folder, refused, held up and gone on with, and to a whole table.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { en } from '#messages/en';
import {
  acceptFiles,
  act,
  card,
  downloadsIn,
  dropOn,
  openFiles,
  pick,
  receives,
  sha256,
  someBytes,
} from '#tests/support/drop-acts';
import type { Person } from '#tests/support/person';
import { joinByLink, makeRoomLink, openRoom, seeInside } from '#tests/support/room-acts';
import { Table } from '#tests/support/table';

const MiB = 2 ** 20;
const { dropped } = en;

describe('files', () => {
  const table = new Table();
  const folder = mkdtempSync(join(tmpdir(), 'roundtable-given-'));
  const homes = ['ada', 'ben', 'cleo'].map((name) => mkdtempSync(join(tmpdir(), `roundtable-home-${name}-`)));
  const [adaHome = '', benHome = '', cleoHome = ''] = homes;
  let ada: Person;
  let ben: Person;
  let cleo: Person;

  // One machine stands in for three here: what the pages can share, they share.
  beforeAll(async () => {
    await table.shareBrowser();
    ada = await table.seat('Ada', { home: adaHome });
    ben = await table.seat('Ben', { home: benHome });
    cleo = await table.seat('Cleo', { home: cleoHome });
    for (const person of [ada, ben, cleo]) await person.switchNoiseSuppressionOff();
    await ada.befriend(ben);
    await ada.befriend(cleo);
  });

  afterAll(async () => {
    await table.clear();
    for (const each of [folder, ...homes]) rmSync(each, { recursive: true, force: true });
  });

  test('dropped on a running call are offered, accepted and arrive byte for byte, and the call goes on', async () => {
    await ada.ring('Ben', { video: false });
    await ben.accept({ video: false });
    await ada.seeCall('Ben');
    const bytes = someBytes(3 * MiB + 17, 1);
    await dropOn(ada, dropped.drop.person('Ben'), [{ name: 'take one.flac', bytes }]);
    await ben.page.getByRole('article', { name: dropped.ask.title('Ada') }).waitFor();
    expect(downloadsIn(benHome)).toEqual({});
    await acceptFiles(ben, 'take one.flac');
    await ben.page.getByText(dropped.said.received('take one.flac', 'Ada')).first().waitFor();
    expect(downloadsIn(benHome)).toEqual({ 'take one.flac': sha256(bytes) });
    await ada.choose(dropped.menu, dropped.showFiles);
    await card(ada, 'take one.flac').getByText(dropped.stage.sent('Ben')).waitFor();
    await ada.seeCall('Ben');
    await ada.hangUp();
    await ada.dismissEnded();
    await ben.dismissEnded();
  });

  test('chosen as a folder keep their places in it', async () => {
    const given = join(folder, 'Garden plans');
    mkdirSync(join(given, 'beds'), { recursive: true });
    const [plan, north, empty] = [someBytes(700_000, 2), someBytes(300_000, 3), new Uint8Array()];
    writeFileSync(join(given, 'plan.pdf'), plan);
    writeFileSync(join(given, 'beds', 'north.txt'), north);
    writeFileSync(join(given, 'beds', 'empty.txt'), empty);
    await ada.openPerson('Ben');
    await pick(ada, [given], async () => {
      await ada.choose(dropped.send, dropped.pickFolder);
    });
    await acceptFiles(ben, 'Garden plans');
    await ben.page.getByText(dropped.said.received('Garden plans', 'Ada')).first().waitFor();
    expect(downloadsIn(benHome)).toMatchObject({
      'Garden plans/plan.pdf': sha256(plan),
      'Garden plans/beds/north.txt': sha256(north),
      'Garden plans/beds/empty.txt': sha256(empty),
    });
  });

  test('that can run programs are named so before they are taken, and can be declined', async () => {
    await ada.openPerson('Ben');
    await dropOn(ada, dropped.drop.person('Ben'), [{ name: 'holiday.jpg.exe', bytes: someBytes(2_000, 4) }]);
    await ben.page.getByText(dropped.ask.dangerTitle).waitFor();
    await ben.page.getByRole('button', { name: dropped.ask.declineOf('holiday.jpg.exe'), exact: true }).click();
    await ada.page.getByText(dropped.said.declined('Ben', 'holiday.jpg.exe')).first().waitFor();
    expect(Object.keys(downloadsIn(benHome))).not.toContain('holiday.jpg.exe');
  });

  test('are held up, and go on where they stopped, also after the page of the receiver was loaded again', async () => {
    const bytes = someBytes(48 * MiB, 5);
    writeFileSync(join(folder, 'concert.wav'), bytes);
    await ada.openPerson('Ben');
    await pick(ada, [join(folder, 'concert.wav')], async () => {
      await ada.choose(dropped.send, dropped.pickFiles);
    });
    await acceptFiles(ben, 'concert.wav');
    await openFiles(ben);
    await act(ben, 'concert.wav', dropped.pause);
    await card(ben, 'concert.wav')
      .getByText(/^Paused at/)
      .waitFor();
    await ben.page.reload();
    await ben.seeOnline('Ada');
    await openFiles(ben);
    await act(ben, 'concert.wav', dropped.resume);
    await card(ben, 'concert.wav').getByText(dropped.stage.received).waitFor({ timeout: 60_000 });
    expect(downloadsIn(benHome)).toMatchObject({ 'concert.wav': sha256(bytes) });
  });

  test('dropped on a table reach everybody who accepts', async () => {
    const bytes = someBytes(20 * MiB, 6);
    await openRoom(ada, 'Tuesday');
    const link = await makeRoomLink(ada);
    await joinByLink(ben, link);
    await joinByLink(cleo, link);
    await seeInside(ada, [ben, cleo]);
    await dropOn(ada, dropped.drop.room(2), [{ name: 'score.pdf', bytes }]);
    await acceptFiles(ben, 'score.pdf');
    await acceptFiles(cleo, 'score.pdf');
    for (const person of [ben, cleo]) await openFiles(person);
    await Promise.all([ben, cleo].map((person) => receives(person, 'score.pdf')));
    expect(downloadsIn(benHome)).toMatchObject({ 'score.pdf': sha256(bytes) });
    expect(downloadsIn(cleoHome)).toMatchObject({ 'score.pdf': sha256(bytes) });
    await ada.choose(dropped.menu, dropped.showFiles);
    await card(ada, 'score.pdf').getByText(dropped.stage.sentAll).waitFor();
  }, 120_000);
});
