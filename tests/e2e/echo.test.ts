// The contact that needs no network.
import { afterAll, beforeAll, describe, test } from 'vitest';
import { en } from '#messages/en';
import type { Person } from '#tests/support/person';
import { Table } from '#tests/support/table';
import { writeTone } from '#tests/support/tone';

describe('Echo', () => {
  const table = new Table();
  let ada: Person;

  beforeAll(async () => {
    ada = await table.seat('Ada', { chromium: { microphone: writeTone(440) } });
  });

  afterAll(async () => {
    await table.clear();
  });

  test('hears the microphone, plays it back after three seconds, and says so', async () => {
    await ada.sidebar.getByRole('button', { name: en.sidebar.echo }).click();
    await ada.page.getByRole('button', { name: en.echo.start }).click();
    const level = async (name: string): Promise<number> =>
      Number(await ada.page.getByRole('meter', { name }).getAttribute('aria-valuenow'));
    await ada.page.getByText(en.echo.heard).waitFor();
    await ada.waitUntil(async () => (await level(en.echo.inMeter)) > 0);
    await ada.waitUntil(async () => (await level(en.echo.outMeter)) > 0);
    await ada.page.getByRole('button', { name: en.echo.stop }).click();
    await ada.page.getByRole('button', { name: en.echo.start }).waitFor();
  });
});
