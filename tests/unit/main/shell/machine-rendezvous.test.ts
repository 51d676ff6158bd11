import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { MachineRendezvous, type MachineState } from '#main/shell/machine-rendezvous';
import { PeerClient } from '#tests/support/peer-client';

const opened: { close(): Promise<void> }[] = [];

async function freePort(): Promise<number> {
  const probe = createTcpServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo; // sound: TCP
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function start(port: number) {
  const states: MachineState[] = [];
  const rendezvous = new MachineRendezvous({
    port,
    isOnLan: false,
    onChange: (state) => states.push(state),
    onTrouble: () => undefined,
  });
  opened.push(rendezvous);
  await rendezvous.start();
  return { rendezvous, states };
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

describe('the PeerServer of this machine', () => {
  it('is run by the first profile and used by the second', async () => {
    const port = await freePort();
    const [first, second] = [await start(port), await start(port)];
    expect(first.rendezvous.state).toBe('serving');
    expect(second.rendezvous.state).toBe('shared');
    await new PeerClient(port, 'ada').next('OPEN');
  });

  it('is taken over by one of the others within a second when the first ends', async () => {
    const port = await freePort();
    const first = await start(port);
    const others = [await start(port), await start(port), await start(port)];
    await first.rendezvous.close();
    await vi.waitFor(
      () => {
        expect(others.map(({ rendezvous }) => rendezvous.state).sort()).toEqual(['serving', 'shared', 'shared']);
      },
      { timeout: 1_000, interval: 20 },
    );
    await new PeerClient(port, 'ada').next('OPEN');
  });

  it('passes from hand to hand as often as it has to', async () => {
    const port = await freePort();
    const row = [await start(port), await start(port), await start(port)];
    for (let left = row.length; left > 1; left -= 1) {
      const at = row.findIndex(({ rendezvous }) => rendezvous.state === 'serving');
      await row.splice(at, 1)[0]?.rendezvous.close();
      await vi.waitFor(() => expect(row.filter(({ rendezvous }) => rendezvous.state === 'serving')).toHaveLength(1), {
        timeout: 2_000,
      });
    }
  });

  it('is not looked for in a foreign server, and served once that is gone', async () => {
    const port = await freePort();
    const foreign = await listen(
      createServer((_request, response) => response.end('something else')),
      port,
    );
    const { rendezvous, states } = await start(port);
    expect(rendezvous.state).toBe('blocked');
    foreign.closeAllConnections();
    await new Promise((resolve) => foreign.close(resolve));
    await vi.waitFor(() => expect(rendezvous.state).toBe('serving'), { timeout: 5_000 });
    expect(states).toEqual(['blocked', 'serving']);
  });

  it('gives up on a silent server in bounded time', async () => {
    const port = await freePort();
    const silent = createTcpServer((socket) => socket.resume());
    await new Promise<void>((resolve) => silent.listen(port, '127.0.0.1', resolve));
    opened.push({ close: () => new Promise((resolve) => silent.close(() => resolve())) });
    const startedAt = performance.now();
    const { rendezvous } = await start(port);
    expect(rendezvous.state).toBe('blocked');
    expect(performance.now() - startedAt).toBeLessThan(4_000);
    await rendezvous.close();
  });

  it('stays closed once closed', async () => {
    const port = await freePort();
    const [first, second] = [await start(port), await start(port)];
    await second.rendezvous.close();
    await first.rendezvous.close();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect([first.rendezvous.state, second.rendezvous.state]).toEqual(['closed', 'closed']);
    await expect(fetch(`http://127.0.0.1:${port}/roundtable`)).rejects.toThrow();
  });
});

function listen(server: Server, port: number): Promise<Server> {
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)));
}
