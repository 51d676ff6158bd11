// The mailbox on the local network: the acceptance suite of every rendezvous, and what strangers on that network can do to it.
import { connect } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Emitter } from '#core/base/emitter';
import type { Rendezvous } from '#core/ports';
import type { NearAddress } from '#main/services/nearby/near-addresses';
import { NearbyRadio } from '#main/services/nearby/nearby-radio';
import { isTagOf, readRecords } from '#main/services/nearby/nearby-records';
import type { PeerId } from '#shared/identity';
import { loopback, openNearbyPerson, type NearbyPerson } from '#tests/support/nearby-host';
import { rendezvousCases } from '#tests/suites/rendezvous-suite';
import { newPeerId } from './peer-ids';

const opened: NearbyPerson[] = [];
const open = (...args: Parameters<typeof openNearbyPerson>): NearbyPerson => {
  const person = openNearbyPerson(...args);
  opened.push(person);
  return person;
};
afterEach(() => {
  for (const person of opened.splice(0)) person.close();
});

const never = (): AbortSignal => new AbortController().signal;

/** Closing the mailbox of a case ends its person too, as leaving the network does. */
function openForSuite(self: PeerId): Rendezvous {
  const { rendezvous, close } = open(self);
  const events = new Emitter<{ received: Uint8Array }>();
  rendezvous.events.on('received', (blob) => {
    events.emit('received', blob);
  });
  const { name, state } = rendezvous;
  return {
    name,
    state,
    events,
    send: async (...input) => await rendezvous.send(...input),
    check: () => undefined,
    close,
  };
}

describe('the local network, as a rendezvous', () => {
  for (const { name, run } of rendezvousCases) test(name, async () => await run({ open: openForSuite }), 20_000);
});

describe('a person on the local network', () => {
  test('is told of a contact who comes, and of nobody else', async () => {
    const [ada, bo, stranger] = [newPeerId(), newPeerId(), newPeerId()];
    const here = open(ada, { contacts: [bo] });
    await vi.waitFor(() => {
      expect(here.nearby.state).toBe('open');
    });
    open(stranger);
    open(bo);
    await vi.waitFor(() => {
      expect(here.found).toEqual([bo]);
    }, 5_000);
  });

  test('is gone for others as soon as they leave', async () => {
    const [ada, bo] = [newPeerId(), newPeerId()];
    const from = open(ada);
    const to = open(bo);
    await vi.waitFor(() => {
      expect([from.nearby.state, to.nearby.state]).toEqual(['open', 'open']);
    });
    await from.rendezvous.send(bo, Uint8Array.of(1), never());
    to.close();
    await expect(from.rendezvous.send(bo, Uint8Array.of(2), never())).rejects.toMatchObject({
      code: 'peer-unreachable',
    });
  });

  test('waits without a network, and is there when one comes', async () => {
    const [ada, bo] = [newPeerId(), newPeerId()];
    let addresses: readonly NearAddress[] = [];
    const from = open(ada, { addresses: () => addresses });
    open(bo);
    await vi.waitFor(() => {
      expect(from.nearby.state).toBe('down');
    });
    await expect(from.nearby.send(bo, Uint8Array.of(1))).rejects.toMatchObject({ code: 'rendezvous-down' });
    addresses = loopback;
    await vi.waitFor(() => {
      expect(from.nearby.state).toBe('open');
    }, 5_000);
    await from.nearby.send(bo, Uint8Array.of(1));
  });

  test('under another name than before after each start', async () => {
    const [ada, bo] = [newPeerId(), newPeerId()];
    const watcher = open(bo, { contacts: [ada] });
    await vi.waitFor(() => {
      expect(watcher.nearby.state).toBe('open');
    });
    for (const times of [1, 2]) {
      const person = open(ada);
      await vi.waitFor(() => {
        expect(watcher.found).toHaveLength(times);
      }, 2_000);
      person.close();
    }
  });
});

describe('the port where blobs are taken', () => {
  /** A person, and the port that they announce. */
  const announced = async (): Promise<{ port: number; received: Uint8Array[] }> => {
    const self = newPeerId();
    const ports: number[] = [];
    const radio = new NearbyRadio({
      onQuestion: () => undefined,
      onRecords: (records) => {
        for (const said of readRecords(records).here) if (isTagOf(said, self)) ports.push(said.port);
      },
      onTrouble: (error) => {
        throw error;
      },
    });
    radio.follow(loopback);
    const person = open(self);
    const received: Uint8Array[] = [];
    person.rendezvous.events.on('received', (blob) => received.push(blob));
    await vi.waitFor(() => {
      radio.ask();
      expect(ports).not.toEqual([]);
    }, 5_000);
    radio.close();
    return { port: ports[0] ?? 0, received };
  };
  /** Sends the bytes and resolves with what came back before the other side hung up. */
  const knock = async (port: number, bytes: Uint8Array): Promise<number> =>
    await new Promise((resolve) => {
      let answered = 0;
      const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
      socket.on('data', (chunk) => (answered += chunk.length));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(answered));
    });

  test('hangs up on what is no blob, too large, or of another version, and takes the next one', async () => {
    const { port, received } = await announced();
    const junk = [
      Uint8Array.of(1, 0, 0, 0, 0),
      Uint8Array.of(1, 255, 255, 255, 255, 1, 2, 3),
      Uint8Array.of(2, 0, 0, 0, 1, 9),
      Uint8Array.of(1, 0, 0, 0, 1, 9, 9),
      new TextEncoder().encode('GET / HTTP/1.1\r\n\r\n'),
    ];
    for (const bytes of junk) expect(await knock(port, bytes)).toBe(0);
    expect(received).toEqual([]);
    expect(await knock(port, Uint8Array.of(1, 0, 0, 0, 1, 9))).toBe(1);
    expect(received).toEqual([Uint8Array.of(9)]);
  });

  test('does not wait for who sends slowly', async () => {
    const { port, received } = await announced();
    const begunAtMs = Date.now();
    expect(await knock(port, Uint8Array.of(1, 0, 0))).toBe(0);
    expect(Date.now() - begunAtMs).toBeLessThan(8_000);
    expect(received).toEqual([]);
  });

  test('lets one address do only so much at once', async () => {
    const { port } = await announced();
    const answers = await Promise.all(
      Array.from({ length: 200 }, async () => await knock(port, Uint8Array.of(1, 0, 0, 0, 1, 9))),
    );
    const taken = answers.filter((answered) => answered === 1).length;
    expect(taken).toBeGreaterThan(0);
    expect(taken).toBeLessThanOrEqual(100);
  });
});
