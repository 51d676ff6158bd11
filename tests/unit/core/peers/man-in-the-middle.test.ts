import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';
import type { Description } from '#core/ports';
import { FakeHost } from '#tests/support/fake-host';
import type { MemoryConnection } from '#tests/support/memory-connection';
import { World, type Person } from '#tests/support/two-peers';

let world: World;
let low: Person;
let high: Person;

beforeEach(() => {
  world = new World();
  ({ low, high } = world.pair());
});
afterEach(() => {
  world.end();
});

/** Makes one description on a connection of the attacker. */
async function describedBy(connection: MemoryConnection, make: () => Promise<void>): Promise<Description> {
  const made: Description[] = [];
  const off = connection.events.on('described', (description) => made.push(description));
  await make();
  off();
  const [first] = made;
  if (!first) throw new Error('nothing described');
  return first;
}

/**
 * Owns the rendezvous and, worse, can seal in anybody's name. Ends both DTLS connections itself and passes every control
 * message on; `meddle` may change those.
 */
function sitBetween(meddle: (bytes: Uint8Array) => Uint8Array = (bytes) => bytes): { connected: () => number } {
  const facing = new Map<string, MemoryConnection>();
  const forged = new Set<string>();
  let offered: Description | null = null;
  const open = (side: string, other: () => MemoryConnection | undefined): MemoryConnection => {
    const connection = world.network.open(true);
    connection.events.on('controlReceived', (bytes) => other()?.sendControl(meddle(bytes)));
    facing.set(side, connection);
    return connection;
  };
  const pass = (from: Person, to: Person, session: never, message: Description): void => {
    const blob = new FakeHost(from.self).seal(to.self, session, { ...message, candidates: [] });
    forged.add(blob.join());
    world.post.deliver(to.self, blob);
  };
  const rewrite = async (blob: Uint8Array): Promise<void> => {
    const {
      from: fromId,
      session,
      message,
    } = JSON.parse(new TextDecoder().decode(blob)) as never as {
      from: string;
      session: never;
      message: Description | { kind: 'candidates' };
    };
    const [from, to] = fromId === low.self ? [low, high] : [high, low];
    if (message.kind === 'offer') {
      offered = message;
      const next = open(to.self, () => facing.get(from.self));
      pass(from, to, session, await describedBy(next, () => next.offer()));
    } else if (message.kind === 'answer' && offered) {
      const next = open(to.self, () => facing.get(from.self));
      await facing.get(from.self)?.accept(message);
      const offer = offered;
      pass(from, to, session, await describedBy(next, () => next.accept(offer)));
    }
  };
  world.post.onWay = (blob) => {
    if (forged.has(blob.join())) return [blob];
    void rewrite(blob);
    return [];
  };
  return { connected: () => [...facing.values()].filter(({ state }) => state.snapshot === 'connected').length };
}

describe('someone in the middle', () => {
  it('who swaps fingerprints and ends both connections is found out by the proof', async () => {
    let sawTraffic = 0;
    const attack = sitBetween((bytes) => {
      sawTraffic += attack.connected();
      return bytes;
    });
    const reached = low.reach(high).catch((reason: unknown) => reason);
    await world.clock.advance(paces.dialTimeoutMs);
    expect(sawTraffic).toBeGreaterThan(0);
    expect(await reached).toMatchObject({ code: 'identity-unproven' });
    expect([...low.opened, ...high.opened]).toEqual([]);
    expect([...low.connections, ...high.connections].map(({ state }) => state.snapshot)).toEqual(['closed', 'closed']);
  });

  it('is not given a call either: no ring arrives and nothing is heard', async () => {
    sitBetween();
    const calling = low.calls.call(high.self, { video: false });
    await world.clock.advance(paces.dialTimeoutMs);
    await calling;
    expect(low.calls.store.snapshot).toMatchObject({ phase: 'ended', reason: 'identity-failed' });
    expect(high.calls.store.snapshot.phase).toBe('idle');
    for (const { tracks } of world.network.connections) expect(Object.values(tracks).filter(Boolean)).toEqual([]);
  });

  it('is left alone for ten minutes after three times', async () => {
    sitBetween();
    for (let time = 0; time < limits.identityFailures; time += 1) {
      const reached = low.reach(high).catch((reason: unknown) => reason);
      await world.clock.advance(paces.dialTimeoutMs);
      expect(await reached).toMatchObject({ code: 'identity-unproven' });
    }
    const before = low.connections.length;
    await expect(low.reach(high)).rejects.toMatchObject({ code: 'identity-unproven' });
    expect(low.connections).toHaveLength(before);

    world.post.onWay = (blob) => [blob];
    await world.clock.advance(limits.identityFailurePauseMs);
    const reached = low.reach(high);
    await world.clock.advance(1_000);
    expect((await reached).state.snapshot.phase).toBe('open');
  });
});

describe('a proof that succeeds', () => {
  it('makes up for those that failed before', async () => {
    const fail = async (): Promise<void> => {
      sitBetween();
      const reached = low.reach(high).catch((reason: unknown) => reason);
      await world.clock.advance(paces.dialTimeoutMs);
      expect(await reached).toMatchObject({ code: 'identity-unproven' });
      world.post.onWay = (blob) => [blob];
    };
    const succeed = async (): Promise<void> => {
      const reached = low.reach(high);
      await world.clock.advance(500);
      (await reached).close(null);
      await world.clock.advance(5_000);
    };
    await fail();
    await fail();
    await succeed();
    await fail();
    await fail();
    await succeed();
  });
});

describe('before the proof is done', () => {
  it('nothing of the other side is read, and a peer that will not stop is cut off', async () => {
    const heard: unknown[] = [];
    high.host.advanceProof = () => new Promise(() => undefined);
    high.peers.events.on('opened', (session) => heard.push(session));
    const reached = low.reach(high).catch((reason: unknown) => reason);
    await world.clock.advance(50);
    const [connection] = low.connections;
    for (let at = 0; at <= limits.earlyMessages; at += 1) connection?.sendControl(Uint8Array.of(1, 0xa0));
    await world.clock.advance(50);
    expect(high.connections[0]?.state.snapshot).toBe('closed');
    expect(heard).toEqual([]);
    await world.clock.advance(paces.dialTimeoutMs);
    expect(await reached).toMatchObject({ name: 'Failure' });
  });

  it('a proof that does not come ends the attempt after 10 s', async () => {
    high.host.advanceProof = () => new Promise(() => undefined);
    const reached = low.reach(high).catch((reason: unknown) => reason);
    await world.clock.advance(limits.proofTimeoutMs + 100);
    expect(await reached).toMatchObject({ code: 'identity-unproven' });
    expect(world.network.openCount).toBe(0);
  });
});
