// Somebody registers my id first. That denies one mailbox, and nothing more: another one carries the call.
import { PeerServer } from 'peer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '#tests/support/free-port';
import { startHostilePeerServer, type HostilePeerServer } from '#tests/support/hostile-peer-server';
import type { Person } from '#tests/support/person';
import { Table } from '#tests/support/table';

describe('an id that somebody else registered first', () => {
  let hostile: HostilePeerServer;
  let table: Table;
  let ada: Person;
  let ben: Person;

  beforeAll(async () => {
    const [peerPort, ownPort] = [await freePort(), await freePort()];
    hostile = await startHostilePeerServer(peerPort);
    await new Promise((resolve) => PeerServer({ host: '127.0.0.1', port: ownPort, path: '/' }, resolve));
    table = new Table(peerPort);
    ada = await table.seat('Ada');
    ben = await table.seat('Ben');
    for (const person of [ada, ben]) await person.addOwnServer(`ws://127.0.0.1:${ownPort}/`);
    await ada.befriend(ben);
  });

  afterAll(async () => {
    await table.clear();
    await hostile.close();
  });

  test('still gets its calls within 15 s, by way of another rendezvous', async () => {
    for (const id of hostile.ids) hostile.squatted.add(id);
    hostile.tamper = () => [];
    await ada.page.reload();
    await ben.page.reload();
    const startedAt = Date.now();
    await ben.ring('Ada', { video: false });
    await ada.accept({ video: false });
    await Promise.all([ada.seeCall('Ben'), ben.seeCall('Ada')]);
    expect(Date.now() - startedAt).toBeLessThan(15_000);
    await ben.hangUp();
  });
});
