import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from 'cborg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { openWebShell, type WebShell } from '#main/web/web-shell';
import { PeerClient } from '#tests/support/peer-client';
import { callOver, closing, opening } from '#tests/support/web-page';

let folder: string;
let peerPort: number;
const shells: WebShell[] = [];

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo; // sound: TCP
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'roundtable-web-'));
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>Roundtable</title>');
  peerPort = await freePort();
});
afterEach(async () => {
  await Promise.all(shells.splice(0).map((shell) => shell.close()));
  await rm(folder, { recursive: true, force: true });
});

async function open(profile: string) {
  const shell = await openWebShell({
    profile,
    folder: join(folder, profile),
    port: 0,
    peerPort,
    isOnLan: false,
    opensBrowser: false,
    wantsHelp: false,
    nearAddresses: () => [],
    pageFolder: folder,
    version: '1.2.3',
  });
  shells.push(shell);
  const entered = await fetch(shell.address, { redirect: 'manual' });
  const { origin } = new URL(shell.address);
  const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
  const connect = async (): Promise<WebSocket> => {
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/host`, { headers: { origin, cookie } });
    expect(await opening(socket)).toBe('open');
    return socket;
  };
  return { shell, connect, cookie };
}

/** The names of the events a socket hears. */
function eventsOf(socket: WebSocket): string[] {
  const names: string[] = [];
  socket.on('message', (data: Buffer) => {
    const [kind, name] = decode(new Uint8Array(data)) as unknown[]; // sound: every frame is an array
    if (kind === 'event') names.push(String(name));
  });
  return names;
}

describe('the web shell', () => {
  it('serves the contract of a new profile', async () => {
    const { connect } = await open('ada');
    const socket = await connect();
    expect(await callOver(socket, 1, 'readAppInfo')).toEqual({
      ok: true,
      value: { shell: 'web', version: '1.2.3', profile: 'ada', platform: process.platform },
    });
    expect(await callOver(socket, 2, 'readIdentity')).toEqual({ ok: true, value: { state: 'missing' } });
    expect(await callOver(socket, 3, 'createIdentity', { name: 'Ada' })).toMatchObject({
      ok: true,
      value: { name: 'Ada' },
    });
    expect(await callOver(socket, 4, 'readNetworkConfig')).toMatchObject({
      ok: true,
      value: {
        iceServers: [],
        rendezvous: [{ url: `ws://127.0.0.1:${peerPort}/roundtable`, key: 'roundtable', scope: 'machine' }],
      },
    });
    expect(await callOver(socket, 5, 'nonsense')).toMatchObject({ ok: false, code: 'input-invalid' });
    expect(await callOver(socket, 6, 'createInvite', { hours: 'x' })).toMatchObject({
      ok: false,
      code: 'input-invalid',
    });
  });

  it('opens nothing but web and mail addresses', async () => {
    const { connect } = await open('ada');
    const socket = await connect();
    expect(await callOver(socket, 1, 'openLink', { url: 'file:///etc/passwd' })).toMatchObject({
      ok: false,
      code: 'url-refused',
    });
  });

  it('lets one window hold the network, and another one take it', async () => {
    const { connect } = await open('ada');
    const [first, second] = [await connect(), await connect()];
    const lost = eventsOf(first);
    expect(await callOver(first, 1, 'claimWindow', { take: false })).toEqual({ ok: true, value: { isHeld: true } });
    expect(await callOver(second, 1, 'claimWindow', { take: false })).toEqual({ ok: true, value: { isHeld: false } });
    expect(lost).not.toContain('windowLost');
    expect(await callOver(second, 2, 'claimWindow', { take: true })).toEqual({ ok: true, value: { isHeld: true } });
    await vi.waitFor(() => expect(lost).toContain('windowLost'));
  });

  it('gives the network back to a window that is loaded again', async () => {
    const { connect } = await open('ada');
    const first = await connect();
    await callOver(first, 1, 'claimWindow', { take: false });
    const closed = closing(first);
    first.close();
    await closed;
    await vi.waitFor(async () => {
      expect(await callOver(await connect(), 1, 'claimWindow', { take: false })).toEqual({
        ok: true,
        value: { isHeld: true },
      });
    });
  });

  it('tells every window of a changed setting, and of a server that the open page may not speak to', async () => {
    const { shell, connect, cookie } = await open('ada');
    const policy = async () =>
      (await fetch(new URL('/', shell.address), { headers: { cookie } })).headers.get('content-security-policy');
    expect(await policy()).not.toContain('own.example');
    const [first, second] = [await connect(), await connect()];
    const [heardFirst, heardSecond] = [eventsOf(first), eventsOf(second)];
    await callOver(first, 1, 'saveSettings', { reachInternet: 'on', findByDht: false });
    await vi.waitFor(() => expect(heardSecond).toEqual(['settingsChanged', 'networkChanged']));
    await callOver(first, 2, 'saveSettings', { ownPeerServers: ['wss://own.example/'] });
    await vi.waitFor(() => expect(heardSecond.slice(2)).toEqual(['settingsChanged', 'pageOutdated', 'networkChanged']));
    expect(heardFirst).toEqual(heardSecond);
    expect(await policy()).toContain('wss://own.example');
  });

  it('runs the PeerServer for a second profile, which takes it over', async () => {
    const [ada, bob] = [await open('ada'), await open('bob')];
    await vi.waitFor(() => new PeerClient(peerPort, 'x').next('OPEN'));
    const socket = await bob.connect();
    const heard = eventsOf(socket);
    await ada.shell.close();
    await vi.waitFor(() => new PeerClient(peerPort, 'y').next('OPEN'), { timeout: 3_000 });
    await vi.waitFor(() => expect(heard).toContain('networkChanged'));
  });

  it('refuses a profile that is open, and a port that is taken, and lets go of the profile then', async () => {
    const { shell } = await open('ada');
    await expect(open('ada')).rejects.toMatchObject({ code: 'profile-in-use' });
    const taken = Number(new URL(shell.address).port);
    const options = {
      profile: 'bob',
      folder: join(folder, 'bob'),
      peerPort,
      isOnLan: false,
      opensBrowser: false,
      wantsHelp: false,
      pageFolder: folder,
      version: '1',
    };
    await expect(openWebShell({ ...options, port: taken })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    shells.push(await openWebShell({ ...options, port: 0 }));
  });

  it('keeps its folder to the person and cuts every socket when it closes', async () => {
    const { shell, connect } = await open('ada');
    const closed = closing(await connect());
    expect((await stat(join(folder, 'ada'))).mode & 0o077).toBe(0);
    await shell.close();
    expect(await closed).toBe(1001);
    expect(await readdir(join(folder, 'ada'))).not.toContain('open-roundtable.html');
    await expect(fetch(shell.address)).rejects.toThrow();
  });
});
