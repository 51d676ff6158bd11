// A rendezvous that is down: the app says so, keeps trying, and what needs no server goes on.
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { en } from '#messages/en';
import { freePort } from '#tests/support/free-port';
import { startHostilePeerServer, type HostilePeerServer } from '#tests/support/hostile-peer-server';
import type { Person } from '#tests/support/person';
import { Table } from '#tests/support/table';

describe('while the only server is down', () => {
  let table: Table;
  let server: HostilePeerServer;
  let ada: Person;
  let ben: Person;

  beforeAll(async () => {
    const peerPort = await freePort();
    server = await startHostilePeerServer(peerPort);
    table = new Table(peerPort);
    ada = await table.seat('Ada');
    ben = await table.seat('Ben');
    await ada.befriend(ben);
    server.isDown = true;
  });

  afterAll(async () => {
    await table.clear();
    await server.close();
  });

  test('the sidebar says so, with the server and that it is tried again', async () => {
    await ada.seeReach(en.reach.down);
    await ada.sidebar.getByRole('button', { name: en.reach.details }).click();
    const details = ada.page.getByRole('dialog', { name: en.reach.title });
    await details.getByText(new RegExp(`${en.reach.phase.down}|${en.reach.phase.connecting}`)).waitFor();
    await ada.page.keyboard.press('Escape');
  });

  test('a call over the link that stands already is made all the same', async () => {
    await ada.ring('Ben', { video: false });
    await ben.accept({ video: false });
    await Promise.all([ada.seeCall('Ben'), ben.seeCall('Ada')]);
    await ada.hangUp();
    await ada.dismissEnded();
  });

  test('a page that starts says so, and a call from it ends in words', async () => {
    await ada.page.reload();
    await ada.seeReach(en.reach.down);
    await ada.ring('Ben', { video: false });
    await ada.page.getByRole('heading', { name: en.ended.unreachable.title('Ben') }).waitFor();
    await ada.page.getByText(en.failure['rendezvous-down'].happened).waitFor();
    await ada.dismissEnded();
  });

  test('nothing needs to be done: when it is back, people are there and calls work', async () => {
    server.isDown = false;
    await ada.seeReach(en.reach.open.machine, { timeout: 35_000 });
    await ada.seeOnline('Ben');
    await ada.ringAgain('Ben', { video: false });
    await ben.accept({ video: false });
    await Promise.all([ada.seeCall('Ben'), ben.seeCall('Ada')]);
    await ben.hangUp();
  });
});

describe('at the first start', () => {
  test('something foreign on the port is not reached, and gives way when it goes', async () => {
    const peerPort = await freePort();
    const foreign = createServer((_, response) => response.writeHead(404).end('something else'));
    await new Promise<void>((resolve) => foreign.listen(peerPort, '127.0.0.1', resolve));
    const table = new Table(peerPort);
    try {
      const ada = await table.seat('Ada');
      await ada.seeReach(en.reach.down);
      expect(await ada.invite()).toMatch(/^roundtable:i1\//);
      foreign.closeAllConnections();
      await new Promise((resolve) => foreign.close(resolve));
      await ada.seeReach(en.reach.open.machine, { timeout: 35_000 });
    } finally {
      await table.clear();
      foreign.close();
    }
  });
});
