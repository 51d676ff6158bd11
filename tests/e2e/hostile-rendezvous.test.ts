// The mailbox belongs to an attacker. It may deny service; it may not read, alter, sit in the middle, or learn an address.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PeerMessage } from '#tests/support/hostile-peer-server';
import { startHostilePeerServer, type HostilePeerServer } from '#tests/support/hostile-peer-server';
import { freePort } from '#tests/support/free-port';
import type { Person } from '#tests/support/person';
import { Table } from '#tests/support/table';

/** Flips one bit in the middle of every long string of the payload: what a swapped fingerprint would need at least. */
function flipped(payload: unknown): unknown {
  if (typeof payload === 'string' && payload.length > 64) {
    const at = Math.floor(payload.length / 2);
    return payload.slice(0, at) + (payload[at] === 'A' ? 'B' : 'A') + payload.slice(at + 1);
  }
  if (typeof payload !== 'object' || payload === null) return payload;
  return Object.fromEntries(Object.entries(payload).map(([key, value]) => [key, flipped(value)]));
}

const countConnections = async (person: Person): Promise<number> =>
  await person.page.evaluate(() => window.observedConnections.filter((one) => one.signalingState !== 'closed').length);

const stockOffer = (from: string, dst: string, type: 'data' | 'media'): PeerMessage & { dst: string } => ({
  type: 'OFFER',
  src: from,
  dst,
  payload: {
    type,
    connectionId: `${type}_${from}`,
    serialization: 'binary',
    label: 'x',
    sdp: { type: 'offer', sdp: 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n' },
  },
});

describe('a hostile PeerServer', () => {
  let table: Table;
  let server: HostilePeerServer;
  let ada: Person;
  let ben: Person;

  beforeAll(async () => {
    const peerPort = await freePort();
    server = await startHostilePeerServer(peerPort);
    table = new Table(peerPort);
    ada = await table.seat('Ada Canary');
    ben = await table.seat('Ben Canary');
  });

  afterAll(async () => {
    await table.clear();
    await server.close();
  });

  test('cannot read a name, an address, a fingerprint or a session description in what it carries', async () => {
    await ada.befriend(ben);
    const carried = JSON.stringify(server.seen);
    const asBytes = server.seen
      .map(({ payload }) => Buffer.from(JSON.stringify(payload), 'base64').toString('latin1'))
      .join('');
    for (const secret of ['Canary', 'fingerprint', 'candidate:', '127.0.0.1', 'a=group', 'ufrag']) {
      expect(carried).not.toContain(secret);
      expect(asBytes).not.toContain(secret);
    }
    expect(server.seen.length).toBeGreaterThan(3);
  });

  test('makes no connection at all with stock PeerJS offers', async () => {
    const before = await countConnections(ada);
    const [adaId] = server.ids;
    if (adaId === undefined) throw new Error('Ada is not registered.');
    server.inject(stockOffer('stranger', adaId, 'data'));
    server.inject(stockOffer('stranger', adaId, 'media'));
    await ada.page.waitForTimeout(500);
    expect(await countConnections(ada)).toBe(before);
  });

  test('never gets a link by altering, reflecting or replaying what it carries', { timeout: 90_000 }, async () => {
    const kept = [...server.seen];
    await ben.page.reload();
    server.tamper = (message) => [
      { ...message, payload: flipped(message.payload) },
      { ...message, dst: message.src ?? '', src: message.dst ?? '' },
      ...kept.filter(({ dst }) => dst === message.dst).slice(-3),
    ];
    await ben.ring('Ada Canary', { video: true });
    await ben.seeEnded({ timeout: 40_000 });
    expect(
      await ben.page.evaluate(() => window.observedConnections.some((one) => one.connectionState === 'connected')),
    ).toBe(false);
    await ben.dismissEnded();
  });

  test('does no lasting harm: honest again, it lets the next call through', async () => {
    server.tamper = (message) => [message];
    await ben.ringAgain('Ada Canary', { video: false });
    await ada.accept({ video: false });
    await Promise.all([ada.seeCall('Ben Canary'), ben.seeCall('Ada Canary')]);
    await ben.hangUp();
  });
});
