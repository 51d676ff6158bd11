// What strangers and contacts who mean no good can do to a person in the DHT.
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import HyperDHT, { type NoiseStream } from 'hyperdht';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { openPlace, sealPlace } from '#main/services/dht/pairing';
import { serviceLimits as limits } from '#main/services/service-limits';
import type { PeerId } from '#shared/identity';
import { openDhtPerson, pairingBetween, watchedLibrary, type DhtPerson } from '#tests/support/dht-host';
import { openDhtNetwork, type DhtNetwork } from '#tests/support/dht-network';
import { newPeerId } from '../nearby/peer-ids';

let network: DhtNetwork;
let attacker: HyperDHT;
let self: PeerId;
let mallory: PeerId;
let friend: PeerId;
let person: DhtPerson;
let port: number;
let place: Uint8Array;
let aheadMs: number;

beforeAll(async () => {
  network = await openDhtNetwork();
});
afterAll(async () => {
  await network.close();
});

beforeEach(async () => {
  [self, mallory, friend] = [newPeerId(), newPeerId(), newPeerId()];
  aheadMs = 0;
  const clock = { now: () => Date.now() + aheadMs };
  const { load, nodes } = watchedLibrary();
  person = openDhtPerson(network, self, { contacts: [mallory, friend], clock, load });
  attacker = new HyperDHT({ bootstrap: network.nodes, ephemeral: true, host: '127.0.0.1' });
  await vi.waitFor(() => {
    expect(person.dht.state).toBe('open');
  }, 10_000);
  port = nodes[0]?.address().port ?? 0;
  const { theirs } = pairingBetween(mallory, self);
  const record = await attacker.mutableGet(theirs.record.publicKey);
  place = (record && openPlace(theirs, record.value)) ?? new Uint8Array();
});
afterEach(async () => {
  await attacker.destroy({ force: true });
  await person.close();
});

const asMallory = () => pairingBetween(mallory, self).mine;
const bytes = (length: number): Uint8Array => new Uint8Array(randomBytes(length));

/** A stream of the attacker, and what they read on it. */
async function call(keyPair = asMallory().caller): Promise<{ stream: NoiseStream; read: Uint8Array[] }> {
  const stream = attacker.connect(place, { keyPair, localConnection: false });
  const read: Uint8Array[] = [];
  stream.on('data', (message: Uint8Array) => read.push(new Uint8Array(message)));
  stream.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => {
    stream.on('open', resolve);
    stream.on('close', () => {
      reject(new Error('closed'));
    });
  });
  return { stream, read };
}

const closed = async (stream: NoiseStream): Promise<void> =>
  await new Promise((resolve) => {
    stream.on('close', resolve);
  });

/** A friend comes by, as on any other day. */
async function aFriendGetsThrough(): Promise<void> {
  const other = openDhtPerson(network, friend, { contacts: [self] });
  await vi.waitFor(() => {
    expect(other.dht.state).toBe('open');
  }, 10_000);
  const word = bytes(20);
  await vi.waitFor(async () => await other.dht.send(self, word), { timeout: 20_000, interval: 500 });
  expect(person.received).toContainEqual(word);
  await other.close();
}

describe('a stranger who knows the place', () => {
  test('is not answered', { timeout: 20_000 }, async () => {
    const answered = call(HyperDHT.keyPair(bytes(32))).then(
      () => true,
      () => false,
    );
    const late = new Promise<boolean>((resolve) => setTimeout(resolve, 2_000, false));
    expect(await Promise.race([answered, late])).toBe(false);
    expect(person.received).toEqual([]);
  });

  test('may knock as often as they like: a friend still gets through', { timeout: 60_000 }, async () => {
    const knocks = Array.from({ length: 300 }, () => {
      const stream = attacker.connect(place, { keyPair: HyperDHT.keyPair(bytes(32)), localConnection: false });
      stream.on('error', () => undefined);
      return stream;
    });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    for (const stream of knocks) stream.destroy();
    await aFriendGetsThrough();
    expect(person.received).toHaveLength(1);
  });
});

describe('another node', () => {
  test('cannot have this one send to whom it names', async () => {
    const victim = createSocket('udp4');
    let packets = 0;
    victim.on('message', () => (packets += 1));
    await new Promise<void>((resolve) => victim.bind(0, '127.0.0.1', resolve));
    const address = new Uint8Array([
      127,
      0,
      0,
      1,
      victim.address().port % 256,
      Math.floor(victim.address().port / 256),
    ]);
    // A step of hole punching (`lib/messages.js`: flags, mode, id, length of the payload, payload, address), as of a client.
    const step = Uint8Array.of(1, 0, 0, 2, 7, 7, ...address);
    const target = HyperDHT.hash(place);
    const askedOf = (to: { host: string; port: number }): Promise<unknown> =>
      attacker.request({ command: 1, target, value: step }, to).catch(() => undefined);
    await Promise.race([askedOf({ host: '127.0.0.1', port }), new Promise((resolve) => setTimeout(resolve, 1_000))]);
    expect(packets).toBe(0);
    // A node without the gate does: the step is one that counts.
    const [bare] = network.nodes.map((node) => ({ host: '127.0.0.1', port: Number(node.split(':')[1]) }));
    if (bare) await Promise.race([askedOf(bare), new Promise((resolve) => setTimeout(resolve, 1_000))]);
    expect(packets).toBeGreaterThan(0);
    victim.close();
  });
});

describe('a contact who means no good', () => {
  test('brings a blob as anybody may, and is told that it was taken', async () => {
    const { stream, read } = await call();
    stream.write(Uint8Array.of(1, 7, 8, 9));
    await vi.waitFor(() => {
      expect(read).toEqual([Uint8Array.of(6)]);
    });
    expect(person.received).toEqual([Uint8Array.of(7, 8, 9)]);
  });

  test('is hung up on for what is no message', async () => {
    const junk = [
      Uint8Array.of(1),
      Uint8Array.of(6),
      Uint8Array.of(2, 1),
      Uint8Array.of(6, 6),
      bytes(100).fill(255, 0, 1),
    ];
    for (const message of junk) {
      const { stream } = await call();
      stream.write(message);
      await closed(stream);
    }
    expect(person.received).toEqual([]);
    await aFriendGetsThrough();
  }, 30_000);

  test('is hung up on for a blob that is too large, long before it is there', async () => {
    for (const length of [limits.dhtBlobBytes + 2, 8 * 1024 * 1024]) {
      const { stream } = await call();
      const huge = new Uint8Array(length);
      huge[0] = 1;
      stream.write(huge);
      await closed(stream);
    }
    expect(person.received).toEqual([]);
  }, 30_000);

  test('is hung up on while a message that is far too large is only beginning', async () => {
    const { stream } = await call();
    // As the Noise stream announces it: three bytes of length, the lowest first, here 16 MiB less one.
    stream.rawStream?.write(new Uint8Array(2 * limits.dhtUnreadBytes).fill(255, 0, 3));
    await closed(stream);
    await aFriendGetsThrough();
  }, 30_000);

  test('may bring so many blobs, and is then hung up on', async () => {
    const { stream } = await call();
    for (let nth = 0; nth < 1_000; nth += 1) stream.write(Uint8Array.of(1, nth % 256));
    await closed(stream);
    expect(person.received.length).toBeGreaterThanOrEqual(limits.dhtBlobsBurst);
    expect(person.received.length).toBeLessThan(limits.dhtBlobsBurst + 5 * limits.dhtBlobsPerSecond);
    await aFriendGetsThrough();
  }, 30_000);

  test('may call so often, and is then not answered for a while', async () => {
    let answered = 0;
    for (let nth = 0; nth < 2 * limits.dhtCallsBurst; nth += 1) {
      const outcome = call().then(
        ({ stream }) => {
          stream.destroy();
          return true;
        },
        () => false,
      );
      const late = new Promise<boolean>((resolve) => setTimeout(resolve, 400, false));
      if (await Promise.race([outcome, late])) answered += 1;
    }
    expect(answered).toBeGreaterThan(limits.dhtCallsBurst / 2);
    expect(answered).toBeLessThanOrEqual(limits.dhtCallsBurst + 4);
    await aFriendGetsThrough();
  }, 60_000);

  test('may say any place, or none, and is then not reached', async () => {
    const { record, sealKey, caller } = asMallory();
    const side = { record, sealKey, caller };
    const records = [
      bytes(61),
      Uint8Array.of(1),
      sealPlace(side, bytes(32), bytes(12)),
      sealPlace(side, place, bytes(12)),
    ];
    for (const [nth, value] of records.entries()) {
      await attacker.mutablePut(record, value, { seq: Date.now() + nth * 1_000 });
      await expect(person.dht.send(mallory, bytes(4))).rejects.toMatchObject({ code: 'peer-unreachable' });
      aheadMs += limits.dhtAbsentMs;
    }
  }, 60_000);
});
