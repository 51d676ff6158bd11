// What is said of the connection with a person, to somebody who looks at it.
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { en } from '#messages/en';
import type { Person } from '#tests/support/person';
import { Table } from '#tests/support/table';

describe('The connection with a person', () => {
  const table = new Table();
  let ada: Person;
  let ben: Person;

  const view = (person: Person, other: string): Locator =>
    person.page.getByRole('dialog', { name: en.doctor.title(other) });
  const chart = (person: Person, other: string, figure: string): Locator =>
    view(person, other).getByRole('img', { name: new RegExp(`^${figure}: \\d`) });

  beforeAll(async () => {
    ada = await table.seat('Ada');
    ben = await table.seat('Ben');
    await ada.befriend(ben);
  });

  afterAll(async () => {
    await table.clear();
  });

  test('says that both are on this computer, from the menu of the person', async () => {
    await ada.openPerson('Ben');
    await ada.choose(en.person.more, en.doctor.open);
    await view(ada, 'Ben').getByText(en.doctor.verdict['same-machine'].title('Ben'), { exact: true }).waitFor();
    for (const name of Object.values(en.doctor.step)) await view(ada, 'Ben').getByText(name, { exact: true }).waitFor();
    expect(await view(ada, 'Ben').getByText(en.doctor.stepState.failed, { exact: true }).count()).toBe(0);
    await ada.closeDialog();
  });

  test('measures a call, second by second', async () => {
    await ada.ring('Ben', { video: false });
    await ben.accept({ video: false });
    await Promise.all([ada.seeCall('Ben'), ben.seeCall('Ada')]);
    await ada.page.getByRole('button', { name: en.call.qualityPill(en.call.quality.good) }).click();
    await chart(ada, 'Ben', en.doctor.figure.roundTrip).waitFor();
    await chart(ada, 'Ben', en.doctor.figure.received).waitFor();
    const line = async (): Promise<string | null> =>
      await chart(ada, 'Ben', en.doctor.figure.received).locator('polyline').last().getAttribute('points');
    const before = await line();
    await ada.waitUntil(async () => (await line()) !== before);
    await ada.closeDialog();
  });
});
