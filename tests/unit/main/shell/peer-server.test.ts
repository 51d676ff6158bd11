import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isRoundtableOrigin, startPeerServer, type RunningPeerServer } from '#main/shell/peer-server';
import { PeerClient } from '#tests/support/peer-client';

let server: RunningPeerServer;
const onTrouble = vi.fn();

beforeEach(async () => {
  onTrouble.mockClear();
  server = await startPeerServer({ host: '127.0.0.1', port: 0, onTrouble });
});
afterEach(async () => {
  await server.close();
});

const join = async (id: string, options = {}): Promise<PeerClient> => {
  const client = new PeerClient(server.port, id, options);
  await client.next('OPEN');
  return client;
};

describe('the embedded PeerServer', () => {
  it('carries a message from one person to another and says who sent it', async () => {
    const [ada, bob] = [await join('ada'), await join('bob')];
    ada.send({ type: 'CANDIDATE', src: 'mallory', dst: 'bob', payload: { sealed: 'AAAA' } });
    expect(await bob.next('CANDIDATE')).toEqual({
      type: 'CANDIDATE',
      src: 'ada',
      dst: 'bob',
      payload: { sealed: 'AAAA' },
    });
  });

  it('gives an id back to its own token at once and to no other', async () => {
    const first = await join('ada');
    const thief = new PeerClient(server.port, 'ada', { token: 'another' });
    expect((await thief.next('ID-TAKEN')).type).toBe('ID-TAKEN');
    first.socket.terminate();
    await vi.waitFor(async () => {
      const again = new PeerClient(server.port, 'ada', { token: 'another' });
      await again.next('OPEN');
    });
  });

  it('tells within seconds that somebody is absent', async () => {
    const ada = await join('ada');
    ada.send({ type: 'CANDIDATE', dst: 'nobody', payload: {} });
    expect(await ada.next('EXPIRE')).toMatchObject({ type: 'EXPIRE', src: 'nobody', dst: 'ada' });
  }, 10_000);

  it('refuses another key', async () => {
    const stranger = new PeerClient(server.port, 'ada', { key: 'peerjs' });
    expect((await stranger.next('ERROR')).payload).toMatchObject({ msg: 'Invalid key provided' });
  });

  it('lets no web site in', async () => {
    for (const origin of [
      'https://evil.example',
      'null',
      'http://localhost.evil.example',
      'http://127.0.0.1.evil.example:80',
    ]) {
      const site = new PeerClient(server.port, 'ada', { origin });
      await expect(site.next('OPEN')).rejects.toThrow('1006');
    }
    await join('ada', { origin: 'http://127.0.0.1:9720' });
    await join('bob', { origin: 'app://roundtable' });
  });

  it('lives on after garbage, and says so', async () => {
    const ada = await join('ada');
    for (const garbage of [
      'null',
      '{',
      '[]',
      '"text"',
      '{"type":{}}',
      '{"type":"OFFER"}',
      '{"type":"LEAVE","dst":{"a":1}}',
    ])
      ada.send(garbage);
    const bob = await join('bob');
    ada.send({ type: 'CANDIDATE', dst: 'bob', payload: 1 });
    await bob.next('CANDIDATE');
    expect(onTrouble).toHaveBeenCalled();
  });

  it('cuts a client whose message is larger than 64 KiB', async () => {
    const ada = await join('ada');
    ada.send(JSON.stringify({ type: 'CANDIDATE', dst: 'bob', payload: 'x'.repeat(64 * 1024) }));
    expect(await ada.closed).toBe(1009);
  });

  it('cuts a client that floods it', async () => {
    const [ada, bob] = [await join('ada'), await join('bob')];
    for (let index = 0; index < 1_000; index += 1) ada.send({ type: 'CANDIDATE', dst: 'bob', payload: index });
    expect(await ada.closed).toBe(1006);
    expect(bob.received.length).toBeLessThan(150);
  });

  it('answers nothing of interest over HTTP', async () => {
    const base = `http://127.0.0.1:${server.port}`;
    const greeting = await fetch(`${base}/roundtable`);
    expect(await greeting.text()).toBe('Roundtable PeerServer\n');
    expect(greeting.headers.get('access-control-allow-origin')).toBeNull();
    for (const path of [
      '/',
      '/roundtable/',
      '/roundtable/roundtable/id',
      '/roundtable/roundtable/peers',
      '/roundtable/peerjs',
    ]) {
      expect((await fetch(base + path)).status).toBe(404);
    }
    expect((await fetch(`${base}/roundtable`, { headers: { origin: 'https://evil.example' } })).status).toBe(404);
  });

  it('says that its port is taken', async () => {
    await expect(startPeerServer({ host: '127.0.0.1', port: server.port, onTrouble })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });
});

describe('an origin that may use it', () => {
  it('is a Roundtable page or no page at all', () => {
    expect(isRoundtableOrigin(undefined)).toBe(true);
    expect(isRoundtableOrigin('http://127.0.0.1:1')).toBe(true);
    expect(isRoundtableOrigin('app://roundtable')).toBe(true);
    expect(isRoundtableOrigin('http://127.0.0.1')).toBe(false);
    expect(isRoundtableOrigin('app://roundtable.evil')).toBe(false);
  });
});
