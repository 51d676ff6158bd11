// The mailbox in the DHT: the acceptance suite of every rendezvous, on a network of nodes of its own.
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import HyperDHT from 'hyperdht';
import { Emitter } from '#core/base/emitter';
import type { Rendezvous } from '#core/ports';
import type { DhtLibrary } from '#main/services/dht/dht-node';
import type { PeerId } from '#shared/identity';
import { openDhtPerson, watchedLibrary, type DhtPerson } from '#tests/support/dht-host';
import { openDhtNetwork, type DhtNetwork } from '#tests/support/dht-network';
import { freePort } from '#tests/support/free-port';
import { rendezvousCases } from '#tests/suites/rendezvous-suite';
import { newPeerId } from '../nearby/peer-ids';

let network: DhtNetwork;
const opened: DhtPerson[] = [];
beforeAll(async () => {
  network = await openDhtNetwork();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map(async (person) => await person.close()));
});
afterAll(async () => {
  await network.close();
});

async function open(self: PeerId, contacts: Iterable<PeerId>, options: { load?: () => Promise<DhtLibrary> } = {}) {
  const person = openDhtPerson(network, self, { contacts, ...options });
  opened.push(person);
  await vi.waitFor(() => {
    expect(person.dht.state).toBe('open');
  }, 10_000);
  return person;
}

/** Closing the mailbox of a case ends its person too, as leaving the network does. */
function openForSuite(self: PeerId, contacts: Set<PeerId>): Rendezvous {
  contacts.add(self);
  const person = openDhtPerson(network, self, { contacts });
  const { rendezvous } = person;
  const events = new Emitter<{ received: Uint8Array }>();
  rendezvous.events.on('received', (blob) => {
    events.emit('received', blob);
  });
  return {
    name: rendezvous.name,
    state: rendezvous.state,
    events,
    send: async (...input) => await rendezvous.send(...input),
    check: () => undefined,
    close: () => void person.close(),
  };
}

describe('the DHT, as a rendezvous', () => {
  for (const { name, run } of rendezvousCases) {
    test(name, { timeout: 20_000 }, async () => {
      const people = new Set<PeerId>();
      await run({ open: (self) => openForSuite(self, people) });
    });
  }
});

/** A way to end what is opened with it as a killed process ends: without a word to anybody. */
function mortal(): { load: () => Promise<DhtLibrary>; kill: () => Promise<void> } {
  const { load, nodes } = watchedLibrary();
  const kill = async (): Promise<void> => {
    await Promise.all(nodes.map(async (node) => await node.destroy({ force: true })));
  };
  return { load, kill };
}

const hello = Uint8Array.of(1, 2, 3);

describe('a person in the DHT', () => {
  test('is found again after a start anew, also when the one before was killed', async () => {
    const [ada, ben] = [newPeerId(), newPeerId()];
    const from = await open(ada, [ben]);
    const { load, kill } = mortal();
    const before = await open(ben, [ada], { load });
    await from.dht.send(ben, hello);
    await kill();
    const again = await open(ben, [ada]);
    await vi.waitFor(async () => await from.dht.send(ben, hello), { timeout: 15_000, interval: 500 });
    expect(before.received).toEqual([hello]);
    expect(again.received).toEqual([hello]);
  }, 30_000);

  test('who was killed is unreachable in good time, before the library would say so', async () => {
    const [ada, ben] = [newPeerId(), newPeerId()];
    const from = await open(ada, [ben]);
    const { load, kill } = mortal();
    await open(ben, [ada], { load });
    await kill();
    const beganAtMs = Date.now();
    await expect(from.dht.send(ben, hello)).rejects.toMatchObject({ code: 'peer-unreachable' });
    expect(Date.now() - beganAtMs).toBeLessThan(6_500);
  });

  test('who is there twice is found where they came last, and the other one stays as it is', async () => {
    const [ada, ben] = [newPeerId(), newPeerId()];
    const first = await open(ben, [ada]);
    const second = await open(ben, [ada]);
    const from = await open(ada, [ben]);
    await from.dht.send(ben, hello);
    expect([first.received, second.received]).toEqual([[], [hello]]);
    await first.dht.send(ada, Uint8Array.of(9));
    expect(from.received).toEqual([Uint8Array.of(9)]);
    expect(first.dht.state).toBe('open');
  });

  test('is sought by nobody who does not know them, and asks nobody for a stranger', async () => {
    const [ada, ben] = [newPeerId(), newPeerId()];
    const from = await open(ada, []);
    await open(ben, [ada]);
    await expect(from.dht.send(ben, hello)).rejects.toMatchObject({ code: 'peer-unreachable' });
  });

  test('is not found any more by whom they blocked, although these know where they were', async () => {
    const [ada, ben, cleo] = [newPeerId(), newPeerId(), newPeerId()];
    const contacts = new Set([ada, cleo]);
    const blocker = await open(ben, contacts);
    const [blocked, friend] = [await open(ada, [ben]), await open(cleo, [ben])];
    await blocked.dht.send(ben, hello);
    contacts.delete(ada);
    await blocker.dht.follow();
    await expect(blocked.dht.send(ben, hello)).rejects.toMatchObject({ code: 'peer-unreachable' });
    await vi.waitFor(async () => await friend.dht.send(ben, Uint8Array.of(7)), { timeout: 12_000, interval: 500 });
    expect(blocker.received).toEqual([hello, Uint8Array.of(7)]);
  }, 30_000);

  test('leaves it when they do not want it any more, and then asks nobody anything', async () => {
    const [ada, ben] = [newPeerId(), newPeerId()];
    const from = await open(ada, [ben]);
    const to = await open(ben, [ada]);
    await to.dht.use([]);
    expect(to.dht.state).toBe('off');
    await expect(to.dht.send(ada, hello)).rejects.toMatchObject({ code: 'rendezvous-down' });
    await expect(from.dht.send(ben, hello)).rejects.toMatchObject({ code: 'peer-unreachable' });
  });

  test('does without it where its native code does not load', async () => {
    const load = async (): Promise<DhtLibrary> => await Promise.reject(new Error('no prebuild for this system'));
    const person = openDhtPerson(network, newPeerId(), { contacts: [], load });
    opened.push(person);
    await vi.waitFor(() => {
      expect(person.dht.state).toBe('unavailable');
      expect(person.rendezvous.state.snapshot).toEqual({ phase: 'closed' });
    });
    expect(person.troubles.map(({ message }) => message)).toEqual(['no prebuild for this system']);
    await expect(person.dht.send(newPeerId(), hello)).rejects.toMatchObject({ code: 'rendezvous-down' });
  });

  test('loads nothing while it is off', async () => {
    const load = vi.fn(async () => await Promise.resolve(HyperDHT));
    const person = openDhtPerson({ ...network, nodes: [] }, newPeerId(), { contacts: [], load });
    await person.dht.use([]);
    expect(person.dht.state).toBe('off');
    expect(load).not.toHaveBeenCalled();
  });
});

describe('a person whose way into the DHT does not answer', () => {
  test('is not there, says so, and is there once it does', async () => {
    const port = await freePort();
    const person = openDhtPerson({ ...network, nodes: [`127.0.0.1:${port}`] }, newPeerId(), { contacts: [] });
    opened.push(person);
    await new Promise((resolve) => setTimeout(resolve, 9_000));
    expect(person.dht.state).toBe('down');
    await expect(person.dht.send(newPeerId(), hello)).rejects.toMatchObject({ code: 'rendezvous-down' });
    const late = await openDhtNetwork(4, port);
    await vi.waitFor(
      () => {
        expect(person.dht.state).toBe('open');
      },
      { timeout: 50_000, interval: 500 },
    );
    await person.close();
    await late.close();
  }, 70_000);
});
