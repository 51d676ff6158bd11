// A page that is reloaded in the middle of a call comes back to it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { en } from '#messages/en';
import type { Person } from '#tests/support/person';
import { Table } from '#tests/support/table';

describe('a reload during a call', () => {
  const table = new Table();
  let ada: Person;
  let ben: Person;

  beforeAll(async () => {
    ada = await table.seat('Ada');
    ben = await table.seat('Ben');
    await ada.befriend(ben);
    await ada.ring('Ben', { video: true });
    await ben.accept({ video: true });
    await Promise.all([ada.seeRemoteVideo('Ben'), ben.seeRemoteVideo('Ada')]);
  });

  afterAll(async () => {
    await table.clear();
  });

  test('is "reconnecting" on the other side, and opens no microphone by itself', async () => {
    await ada.page.reload();
    await ben.page.getByText(en.call.reconnecting, { exact: true }).first().waitFor();
    await ada.page.getByText(en.call.rejoinTitle('Ben')).waitFor();
    const senders = await ada.page.evaluate(() =>
      window.observedConnections.flatMap((one) => one.getSenders()).filter((sender) => sender.track !== null),
    );
    expect(senders).toEqual([]);
  });

  test('goes on after Rejoin, with sound and picture on both sides', async () => {
    await ada.page.getByRole('button', { name: en.call.rejoin }).click();
    await Promise.all([ada.seeRemoteVideo('Ben'), ben.seeRemoteVideo('Ada')]);
    await ben.page.getByText(en.call.reconnecting, { exact: true }).first().waitFor({ state: 'detached' });
    await ben.hangUp();
    await ada.seeEnded();
  });
});
