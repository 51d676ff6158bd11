// Cameras and shared tabs in a room, through the interface: what moves and sounds at one side moves and sounds at the others.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { en } from '#messages/en';
import { movingTitle, shareMovingTab } from '#tests/support/moving-tab';
import type { Person } from '#tests/support/person';
import { lookAt, type PictureSeen } from '#tests/support/picture-seen';
import { joinByLink, makeRoomLink, openRoom, seeInside } from '#tests/support/room-acts';
import { Table } from '#tests/support/table';
import { listenToAll } from '#tests/support/tone-heard';

const adasTab = { hues: [0, 120, 240], hertz: 1_500 };
const bensTab = { hues: [60, 180, 300], hertz: 2_000 };
const { share } = en.room;

const look = async (person: Person, label: string): Promise<PictureSeen> =>
  await person.page.evaluate(lookAt, { label, forMs: 1_200 });

/** Looks again until all its colours went by: the first picture needs a while to come. */
async function seePattern(person: Person, of: Person, { hues }: { hues: readonly number[] }): Promise<void> {
  const label = en.room.screenOf(of.name);
  await expect
    .poll(async () => (await look(person, label)).hues.toSorted((a, b) => a - b), { timeout: 15_000, interval: 0 })
    .toEqual(hues);
}

async function seeCamera(person: Person, of: Person): Promise<void> {
  const label = en.room.pictureOf(of.name);
  await expect
    .poll(async () => (await look(person, label)).frames, { timeout: 15_000, interval: 0 })
    .toBeGreaterThanOrEqual(4);
}

async function hearsTone(person: Person, hertz: number): Promise<boolean> {
  const tones = await person.page.evaluate(listenToAll, 600);
  return tones.some(({ frequency, levelDb }) => Math.abs(frequency - hertz) < 15 && levelDb > -45);
}

describe('pictures in a room', () => {
  const table = new Table();
  let ada: Person;
  let ben: Person;
  let cleo: Person;

  beforeAll(async () => {
    await table.shareBrowser({ picks: movingTitle, args: ['--autoplay-policy=no-user-gesture-required'] });
    ada = await table.seat('Ada', { voiceHertz: 440 });
    ben = await table.seat('Ben', { voiceHertz: 660 });
    cleo = await table.seat('Cleo', { voiceHertz: 880 });
    await openRoom(ada, 'Show and tell', { camera: true });
    const link = await makeRoomLink(ada);
    await joinByLink(ben, link, { camera: true });
    await joinByLink(cleo, link);
    await Promise.all([seeInside(ada, [ben, cleo]), seeInside(ben, [ada, cleo]), seeInside(cleo, [ada, ben])]);
  }, 120_000);

  afterAll(async () => {
    await table.clear();
  });

  test('move on the other sides, of cameras that were on at the door', async () => {
    const looks = [
      [ada, ben],
      [ben, ada],
      [cleo, ada],
      [cleo, ben],
    ] as const;
    await Promise.all(looks.map(async ([person, of]) => await seeCamera(person, of)));
  });

  test('move on the other sides, of a camera that is turned on inside', async () => {
    await cleo.press(en.call.cameraOn);
    await Promise.all([seeCamera(ada, cleo), seeCamera(ben, cleo)]);
    await cleo.press(en.call.cameraOff);
    await ada.page.getByLabel(en.room.pictureOf('Cleo')).waitFor({ state: 'detached' });
  });

  test('of a shared tab come to who asked to watch, and to nobody else', async () => {
    await shareMovingTab(ada, adasTab);
    await ben.page.getByText(share.offered('Ada'), { exact: true }).waitFor();
    await ben.press(share.watchOf('Ada'));
    await seePattern(ben, ada, adasTab);
    expect(await cleo.page.getByLabel(en.room.screenOf('Ada'), { exact: true }).count()).toBe(0);
    expect(await hearsTone(cleo, adasTab.hertz)).toBe(false);
  });

  test('of a shared tab bring its sound along', async () => {
    await expect.poll(async () => await hearsTone(ben, adasTab.hertz), { timeout: 10_000 }).toBe(true);
  });

  test('of two tabs that are shared at once are seen side by side', async () => {
    await shareMovingTab(ben, bensTab);
    await cleo.press(share.watchOf('Ada'));
    await cleo.press(share.watchOf('Ben'));
    await Promise.all([seePattern(cleo, ada, adasTab), seePattern(cleo, ben, bensTab)]);
  });

  test('of a tab go when its sharing ends, and the other one stays', async () => {
    await ada.press(en.room.screenOff);
    for (const person of [ben, cleo])
      await person.page.getByLabel(en.room.screenOf('Ada'), { exact: true }).waitFor({ state: 'detached' });
    await seePattern(cleo, ben, bensTab);
  });
});
