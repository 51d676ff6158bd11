// Further connections beside a link for its blocks: opened on a path that loses packets, at the certificates that were proven, for nobody
// who owes nothing, and nothing is lost when one breaks.
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { DropId } from '#shared/drop';
import { encodeEnvelope } from '#core/wire/codec';
import { limits } from '#core/wire/limits';
import { DropNet, type DropPerson } from '#tests/support/drop-net';
import type { MemoryConnection } from '#tests/support/memory-connection';

const MiB = 2 ** 20;
const takesMs = 120_000;
let net: DropNet;

afterEach(() => {
  net.end();
});

const isOpen = ({ state }: MemoryConnection): boolean => state.snapshot === 'connected';
const openSides = ({ sides }: DropPerson): MemoryConnection[] => sides.filter(isOpen);

/** Ada and Ben on a path on which each connection carries 250 kB a second. */
async function lossy(roundTripMs = 50): Promise<readonly [DropPerson, DropPerson]> {
  net = new DropNet();
  net.network.bulkPace = { clock: net.clock, bytesPerSecond: 250_000 };
  const [ada, ben] = net.meet(2) as [DropPerson, DropPerson]; // sound: two were asked for
  await net.link(ada, ben);
  const counters = { roundTripMs, jitterMs: null, packetsReceived: 0, packetsLost: 0, bytesSent: 0, bytesReceived: 0 };
  for (const { connections } of [ada, ben]) for (const one of connections) one.diagnosed = { counters };
  return [ada, ben];
}

async function give(ada: DropPerson, ben: DropPerson, size: number) {
  ben.acceptsAtOnce = () => true;
  const file = net.file('take.wav', size);
  const dropId: DropId = await ada.send([file], ben);
  return { file, dropId };
}

/** As somebody proven would who means harm: offers of connections that nobody needs. */
async function offerSides(from: DropPerson, to: DropPerson, count: number): Promise<void> {
  for (let side = 1; side <= count; side += 1) {
    const stranger = net.network.open(false, from.certificate);
    stranger.events.on('described', ({ sdp }) => {
      const envelope = encodeEnvelope('bulk.side', {
        side: 1_000 + side,
        isMine: true,
        signal: { kind: 'offer', sdp, candidates: [] },
      });
      from.session(to).connection.sendControl(envelope ?? new Uint8Array());
    });
    await stranger.offer();
  }
  await net.run(1_000);
}

describe('a large file on a path that loses packets', () => {
  it('goes over four further connections, and comes in less than half the time', async () => {
    const [ada, ben] = await lossy();
    const startedAtMs = net.clock.now();
    const { file, dropId } = await give(ada, ben, 16 * MiB);
    expect(await net.until(() => ben.phase(dropId) === 'finished', takesMs)).toBe(true);
    expect(ben.has(file)).toBe(true);
    expect(ada.sides).toHaveLength(limits.bulkSides);
    expect(net.clock.now() - startedAtMs).toBeLessThan((16 * MiB) / 250 / 2);
  });

  it('leaves none of them open when nothing more goes', async () => {
    const [ada, ben] = await lossy();
    const { dropId } = await give(ada, ben, 16 * MiB);
    await net.until(() => ben.phase(dropId) === 'finished', takesMs);
    await net.until(() => openSides(ada).length === 0, 30_000);
    expect([...openSides(ada), ...openSides(ben)]).toEqual([]);
  });

  it('comes whole when one of them breaks in the middle', async () => {
    const [ada, ben] = await lossy();
    const { file, dropId } = await give(ada, ben, 16 * MiB);
    expect(await net.until(() => openSides(ada).length === limits.bulkSides, takesMs)).toBe(true);
    await net.run(1_000);
    openSides(ben)[1]?.vanish();
    expect(await net.until(() => ben.phase(dropId) === 'finished', takesMs)).toBe(true);
    expect(ben.has(file)).toBe(true);
    expect(ben.session(ada).state.snapshot.phase).toBe('open');
  });

  it('goes over the link alone where they end at another certificate than the one that was proven', async () => {
    const [ada, ben] = await lossy();
    ada.sideCertificate = 200;
    const { file, dropId } = await give(ada, ben, 4 * MiB);
    expect(await net.until(() => ben.phase(dropId) === 'finished', takesMs)).toBe(true);
    expect(ben.has(file)).toBe(true);
    expect(ada.sides).toHaveLength(1);
    expect([...openSides(ada), ...openSides(ben)]).toEqual([]);
  });
});

describe('no further connection', () => {
  it('is opened on a short path', async () => {
    const [ada, ben] = await lossy(1);
    const { dropId } = await give(ada, ben, 4 * MiB);
    expect(await net.until(() => ben.phase(dropId) === 'finished', takesMs)).toBe(true);
    expect(ada.sides).toEqual([]);
  });

  it('is made for somebody of whom nothing was asked', async () => {
    const [ada, ben] = await lossy();
    await offerSides(ada, ben, 20);
    expect(ben.sides).toEqual([]);
  });

  it('is made beyond four, however many are offered while a file comes', async () => {
    const [ada, ben] = await lossy(1);
    const { dropId } = await give(ada, ben, 4 * MiB);
    await net.until(() => ben.phase(dropId) === 'running', takesMs);
    await offerSides(ada, ben, 20);
    expect(ben.sides).toHaveLength(limits.bulkSides);
  });

  it('stays open, and no more than eight are made, whatever is said of them while a file comes', async () => {
    const text = fc.string({ maxLength: 200 });
    const candidate = fc.record({ candidate: text, sdpMid: fc.constant(null), sdpMLineIndex: fc.constant(null) });
    const signal = fc.oneof(
      fc.record({ kind: fc.constantFrom('offer', 'answer'), sdp: text }),
      fc.record({ kind: fc.constant('candidates'), candidates: fc.array(candidate, { maxLength: 4 }) }),
      fc.record({ kind: fc.constantFrom('bye', 'lost') }),
    );
    const said = fc.record({ side: fc.integer({ min: 1, max: 12 }), isMine: fc.boolean(), signal });
    await fc.assert(
      fc.asyncProperty(fc.array(said, { maxLength: 40 }), async (messages) => {
        const [ada, ben] = await lossy(1);
        const { file, dropId } = await give(ada, ben, MiB);
        await net.until(() => ben.phase(dropId) === 'running', takesMs);
        for (const message of messages)
          ada.session(ben).connection.sendControl(encodeEnvelope('bulk.side', message) ?? new Uint8Array());
        await net.until(() => ben.phase(dropId) === 'finished', takesMs);
        expect(ben.has(file)).toBe(true);
        expect(openSides(ben)).toEqual([]);
        expect(ben.sides.length).toBeLessThanOrEqual(limits.bulkSidesBurst);
        net.end();
      }),
      { numRuns: 25 },
    );
  });
});
