// The ways a call does not come about, each in its own words on the screen of the one who called.
import { afterAll, beforeAll, describe, test } from 'vitest';
import { en } from '#messages/en';
import type { Person } from '#tests/support/person';
import { Table } from '#tests/support/table';

describe('a call that is not answered', () => {
  const table = new Table();
  let ada: Person;
  let ben: Person;
  let cleo: Person;

  beforeAll(async () => {
    ada = await table.seat('Ada');
    ben = await table.seat('Ben');
    cleo = await table.seat('Cleo');
    await ada.befriend(ben);
    await cleo.befriend(ben);
  });

  afterAll(async () => {
    await table.clear();
  });

  test('because they are in another call is "busy"', async () => {
    await ada.ring('Ben', { video: false });
    await ben.accept({ video: false });
    await Promise.all([ada.seeCall('Ben'), ben.seeCall('Ada')]);
    await cleo.ring('Ben', { video: false });
    await cleo.page.getByRole('heading', { name: en.ended.busy.title('Ben') }).waitFor();
    await cleo.dismissEnded();
    await ada.hangUp();
    await Promise.all([ada.dismissEnded(), ben.dismissEnded()]);
  });

  test('for 45 seconds is "no answer", and a missed call over there', { timeout: 90_000 }, async () => {
    await ada.ringAgain('Ben', { video: false });
    await ada.page.getByRole('heading', { name: en.ended['no-answer'].title('Ben') }).waitFor({ timeout: 60_000 });
    await ben.sidebar.getByText(en.sidebar.missed(1)).first().waitFor({ state: 'attached' });
    await ada.dismissEnded();
  });

  test('because their app is closed is "cannot be reached"', async () => {
    await cleo.leaveTable();
    await ben.page.waitForTimeout(500);
    await ben.ring('Cleo', { video: false });
    await ben.page.getByRole('heading', { name: en.ended.unreachable.title('Cleo') }).waitFor({ timeout: 30_000 });
    await ben.dismissEnded();
  });
});
