// One person, two tabs, and a local service that goes away.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { en } from '#messages/en';
import { notices } from '#main/web/notices';
import type { Person } from '#tests/support/person';
import { Table } from '#tests/support/table';
import { listenForTone } from '#tests/support/tone-heard';
import type { Page } from 'playwright-core';

describe('a second window', () => {
  const table = new Table();
  let ada: Person;
  let ben: Person;
  let first: Page;
  let second: Page;

  const hear = async (person: Person): Promise<void> => {
    await expect
      .poll(async () => (await person.page.evaluate(listenForTone, 300)).levelDb, { timeout: 10_000 })
      .toBeGreaterThan(-50);
  };

  beforeAll(async () => {
    ben = await table.seat('Ben'); // whose service runs the PeerServer
    ada = await table.seat('Ada');
    await ada.befriend(ben);
  });

  afterAll(async () => {
    await table.clear();
  });

  test('of the used address says in words that it works once', async () => {
    const stranger = await ada.page.context().browser()?.newContext();
    const page = await stranger?.newPage();
    await page?.goto(ada.shell.url);
    const text = (await page?.getByRole('heading').textContent()) ?? '';
    expect(notices.tokenUsed.html).toContain(`<h1>${text}</h1>`);
    await stranger?.close();
  });

  test('says that Roundtable is open elsewhere, and leaves the first alone', async () => {
    first = await ada.openTab();
    second = ada.page;
    await second.getByRole('heading', { name: en.starting.elsewhere.title }).waitFor();
    await ada.turnTo(first);
    await ada.seeOnline('Ben');
  });

  test('takes over when asked to, and the first says so', async () => {
    await ada.turnTo(second);
    await second.getByRole('button', { name: en.starting.elsewhere.take }).click();
    await first.getByRole('heading', { name: en.starting.elsewhere.title }).waitFor();
    await ada.seeOnline('Ben');
    await ben.seeOnline('Ada');
  });

  test('calls, and is called', async () => {
    await ada.ring('Ben', { video: false });
    await ben.accept({ video: false });
    await Promise.all([hear(ada), hear(ben)]);
    await ada.hangUp();
    await Promise.all([ada.dismissEnded(), ben.dismissEnded()]);
    await ben.ring('Ada', { video: false });
    await ada.accept({ video: false });
    await Promise.all([ada.seeCall('Ben'), ben.seeCall('Ada')]);
    expect(await first.getByRole('button', { name: en.call.accept, exact: true }).count()).toBe(0);
    await ada.hangUp();
    await Promise.all([ada.dismissEnded(), ben.dismissEnded()]);
  });

  test('gives the network back to the first when it closes', async () => {
    await second.close();
    await ada.turnTo(first);
    await first.getByRole('button', { name: en.starting.elsewhere.take }).click();
    await ada.seeOnline('Ben');
  });
});

describe('a local service that is killed during a call', () => {
  const table = new Table();
  let ada: Person;
  let ben: Person;
  let port: string;
  let inCall: Page;

  beforeAll(async () => {
    ben = await table.seat('Ben');
    ada = await table.seat('Ada');
    await ada.befriend(ben);
    ({ port } = new URL(ada.shell.url));
    await ada.ring('Ben', { video: true });
    await ben.accept({ video: true });
    await Promise.all([ada.seeRemoteVideo('Ben'), ben.seeRemoteVideo('Ada')]);
  });

  afterAll(async () => {
    await table.clear();
  });

  test('does not end the call, and the page says what happened', async () => {
    const ended = new Promise((resolve) => ada.shell.process.once('exit', resolve));
    ada.shell.process.kill('SIGKILL');
    await ended;
    await ada.page.getByText(en.failure['shell-disconnected'].title).waitFor();
    await Promise.all([ada.seeRemoteVideo('Ben'), ben.seeRemoteVideo('Ada')]);
    await ben.page.getByText(en.call.reconnecting).waitFor({ state: 'detached' });
    await ada.page.getByRole('toolbar', { name: en.call.bar }).waitFor();
  });

  test('does not lose the call either when it comes back and its new address is opened', async () => {
    await ada.startShell(['--port', port]);
    inCall = await ada.openTab(ada.shell.url);
    await ada.page.getByRole('heading', { name: en.starting.elsewhere.title }).waitFor();
    await inCall.getByText(en.failure['shell-disconnected'].title).waitFor({ state: 'detached' });
    await ben.page.getByRole('toolbar', { name: en.call.bar }).waitFor();
    await inCall.getByRole('button', { name: en.call.leave, exact: true }).click();
    await ben.dismissEnded();
  });

  test('lets the new window take over after the call', async () => {
    await ada.page.getByRole('button', { name: en.starting.elsewhere.take }).click();
    await inCall.getByRole('heading', { name: en.starting.elsewhere.title }).waitFor();
    await Promise.all([ada.seeOnline('Ben'), ben.seeOnline('Ada')]);
    await ben.openPerson('Ada');
    await ben.page.getByRole('main').getByText(en.person.record.incomingVideo).waitFor();
    await ada.openPerson('Ben');
    await ada.page.getByRole('main').getByText(en.person.record.outgoingVideo).waitFor();
  });
});
