// Somebody who takes another name.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Person } from '#tests/support/person';
import { Table } from '#tests/support/table';

describe('somebody who takes another name', () => {
  const table = new Table();
  let ada: Person;
  let ben: Person;

  beforeAll(async () => {
    ada = await table.seat('Ada');
    ben = await table.seat('Ben');
    await ada.befriend(ben);
  });

  afterAll(async () => {
    await table.clear();
  });

  test('is shown under it to others when they are next in touch, and at the next start', async () => {
    await ada.rename('Lovelace');
    await ben.page.reload();
    await ben.seeOnline('Lovelace');
    expect(await ben.sidebar.getByRole('button', { name: /^Ada/ }).count()).toBe(0);
    await ada.leaveTable();
    await ben.restart();
    await ben.openPerson('Lovelace');
  });
});
