// Friends who carry: when a link goes through one, who may, what it costs them, when it ends, and what hostile ones achieve.
import * as v from 'valibot';
import { afterEach, describe, expect, it } from 'vitest';
import { decodeEnvelope, encodeEnvelope } from '#core/wire/codec';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';
import { createFakeTunnelKey } from '#tests/support/fake-tunnel-key';
import type { MemoryConnection } from '#tests/support/memory-connection';
import type { TunnelCipher } from '#core/ports/relay';
import { helpedPair, usualTerms, type RelayNet, type RelayPerson } from '#tests/support/relay-net';
import { befriend } from '#tests/support/two-peers';

type Bytes = Uint8Array<ArrayBuffer>;

let nets: RelayNet[] = [];
afterEach(() => {
  for (const net of nets) net.world.end();
  nets = [];
});

async function pair(): Promise<Awaited<ReturnType<typeof helpedPair>>> {
  const made = await helpedPair();
  nets.push(made.net);
  return made;
}

/** The link of `low` to `high` through whoever carries. */
async function carriedPair(): ReturnType<typeof pair> {
  const made = await pair();
  const reached = made.low.person.reach(made.high.person);
  await made.net.run(limits.relayAfterMs + 500);
  await reached;
  return made;
}

/** Of one side, towards a neighbour. */
function connectionOf(of: RelayPerson, to: RelayPerson): MemoryConnection {
  const session = of.person.peers.session(to.self);
  const connection = of.person.connections.find((one) => one === session?.connection);
  if (!connection) throw new Error('no direct link');
  return connection;
}

describe('two friends who cannot reach each other', () => {
  it('are linked through a friend of both who agreed, proven as on any link', async () => {
    const { net, low, middle, high } = await pair();
    const reached = low.person.reach(high.person);
    await net.run(limits.relayAfterMs + 500);
    const session = await reached;
    expect(session.via).toBe(middle.self);
    expect(low.relays.via.snapshot.get(high.self)).toBe(middle.self);
    expect(high.viaTo(low)).toBe(middle.self);
    expect(session.spoken).toEqual(high.person.peers.session(low.self)?.spoken);
    expect(middle.relays.helped.snapshot).toMatchObject([{ from: low.self, to: high.self }]);
  });

  it('wait for no friend when there is a direct path', async () => {
    const { net, low, middle, high } = await pair();
    net.setCut(low, high, false);
    const reached = low.person.reach(high.person);
    await net.run(limits.relayAfterMs * 2);
    expect((await reached).via).toBeNull();
    expect(middle.relays.helped.snapshot).toEqual([]);
  });

  it('send each other words and blocks, of which whoever carries sees nothing', async () => {
    const { net, low, middle, high } = await carriedPair();
    const seen: string[] = [];
    for (const end of [low, high])
      connectionOf(middle, end).onRelay = (part) => {
        seen.push(Buffer.from(part).toString('latin1'));
        return [part];
      };
    const block = Uint8Array.from(Buffer.from('nobody else reads this '.repeat(2_000)));
    expect(low.person.peers.session(high.self)?.connection.sendBulk(block)).toBe(true);
    await net.run(2_000);
    expect(high.bulk).toEqual([block]);
    expect(seen.length).toBeGreaterThan(2);
    expect(seen.some((part) => part.includes('nobody else'))).toBe(false);
  });

  it('hear nothing of a friend who did not agree', async () => {
    const { net, low, middle, high } = await pair();
    middle.terms.set(null);
    await net.run(100);
    const reached = low.person.reach(high.person).catch((failure: unknown) => failure);
    await net.run(paces.dialTimeoutMs + 1_000);
    expect(await reached).toMatchObject({ code: 'peer-unreachable' });
    expect(low.isOnlineWith(high)).toBe(false);
  });

  it('are told at once that nobody answers when no server and no friend can help', async () => {
    const { net, low, middle, high } = await pair();
    middle.terms.set(null);
    net.world.post.setDown(true);
    await net.run(100);
    const reached = low.person.reach(high.person).catch((failure: unknown) => failure);
    await net.run(10);
    expect(await reached).toMatchObject({ code: 'rendezvous-down' });
  });

  it('are brought together at once where no server is left', async () => {
    const { net, low, middle, high } = await pair();
    net.world.post.setDown(true);
    const reached = low.person.reach(high.person);
    await net.run(100);
    expect((await reached).via).toBe(middle.self);
  });

  it('have their signals passed on by friends only where no server is left, as friends see whom I look for', async () => {
    const { net, low, middle, high } = await pair();
    expect(low.relays.signalCarriersFor(high.self)).toEqual([]);
    net.world.post.setDown(true);
    expect(low.relays.signalCarriersFor(high.self)).toEqual([middle.self]);
    expect(middle.relays.mayCarrySignals(low.self, high.self)).toBe(true);
    middle.terms.set(null);
    expect(middle.relays.mayCarrySignals(low.self, high.self)).toBe(false);
    await net.run(100);
    expect(low.relays.signalCarriersFor(high.self)).toEqual([]);
  });

  it('are not carried by anybody when one of them wants no friend to', async () => {
    const { net, low, high } = await pair();
    high.mayUse = false;
    void low.person.reach(high.person).catch(() => undefined);
    await net.run(paces.dialTimeoutMs + 1_000);
    expect(low.isOnlineWith(high)).toBe(false);
  });

  it('go over to a direct path once there is one, and leave the friend', async () => {
    const { net, low, middle, high } = await carriedPair();
    await net.run(paces.dialTimeoutMs);
    net.setCut(low, high, false);
    await net.run(limits.relayDirectEveryMs + paces.dialTimeoutMs);
    expect(low.viaTo(high)).toBeNull();
    expect(high.viaTo(low)).toBeNull();
    expect(middle.relays.helped.snapshot).toEqual([]);
    expect(low.relays.via.snapshot.size).toBe(0);
  });

  it('look for a direct path at once when the network changes', async () => {
    const { net, low, high } = await carriedPair();
    await net.run(paces.dialTimeoutMs);
    net.setCut(low, high, false);
    low.person.peers.repairAll();
    await net.run(1_000);
    expect(low.viaTo(high)).toBeNull();
  });

  it('get a friend when their direct path breaks and no other is found', async () => {
    const { net, low, middle, high } = await pair();
    net.setCut(low, high, false);
    const reached = low.person.reach(high.person);
    await net.run(500);
    await reached;
    net.setCut(low, high, true);
    await net.run(paces.restartAfterMs + limits.relayAfterMs + 1_000);
    expect(low.viaTo(high)).toBe(middle.self);
    expect(low.isOnlineWith(high) && high.isOnlineWith(low)).toBe(true);
  });
});

describe('whoever carries', () => {
  it('stops at once with one switch, and the two are without a link', async () => {
    const { net, low, middle, high } = await carriedPair();
    middle.terms.set(null);
    await net.run(50);
    expect(middle.relays.helped.snapshot).toEqual([]);
    expect(low.viaTo(high)).toBeUndefined();
    expect(high.viaTo(low)).toBeUndefined();
    expect([...low.relays.via.snapshot, ...high.relays.via.snapshot]).toEqual([]);
  });

  it('hands over to another friend when they go', async () => {
    const { net, low, middle, high } = await carriedPair();
    const other = net.person('e');
    await net.link(low, other);
    await net.link(high, other);
    other.terms.set(usualTerms);
    await net.run(100);
    middle.terms.set(null);
    await net.run(500);
    expect(low.viaTo(high)).toBe(other.self);
    expect(high.isOnlineWith(low)).toBe(true);
  });

  it('leaves a call to another friend: it goes on without anybody ringing again', async () => {
    const { net, low, middle, high } = await carriedPair();
    const other = net.person('e');
    await net.link(low, other);
    await net.link(high, other);
    other.terms.set(usualTerms);
    const [caller, callee] = [low.person.calls, high.person.calls];
    void caller.call(high.self, { video: false });
    await net.run(500);
    void callee.answer({ video: false });
    await net.run(1_000);
    expect([caller.store.snapshot.phase, callee.store.snapshot.phase]).toEqual(['active', 'active']);
    expect(high.outputs.at(-1)?.frames.length).toBeGreaterThan(0);
    middle.terms.set(null);
    await net.run(2_000);
    expect([caller.store.snapshot.phase, callee.store.snapshot.phase]).toEqual(['active', 'active']);
    expect(low.viaTo(high)).toBe(other.self);
    expect(low.person.ended.length + high.person.ended.length).toBe(0);
  });

  it('leaves a call reconnecting where no other friend helps, until a direct path is there', async () => {
    const { net, low, middle, high } = await carriedPair();
    const [caller, callee] = [low.person.calls, high.person.calls];
    void caller.call(high.self, { video: false });
    await net.run(500);
    void callee.answer({ video: false });
    await net.run(1_000);
    middle.terms.set(null);
    await net.run(20_000);
    expect(caller.store.snapshot.phase).toBe('reconnecting');
    net.setCut(low, high, false);
    await net.run(25_000);
    expect([caller.store.snapshot.phase, callee.store.snapshot.phase]).toEqual(['active', 'active']);
    expect(low.viaTo(high)).toBeNull();
  });

  it('counts what they carry, and passes on no more than they allowed', async () => {
    const { net, low, middle, high } = await carriedPair();
    middle.terms.set({ bytesPerSecond: 50_000 });
    await net.run(3_000);
    const before = middle.carriedBytes;
    const block = new Uint8Array(limits.bulkHeaderBytes + limits.bulkPartBytes);
    const { connection } = low.person.peers.session(high.self) ?? {};
    const fill = (): void => {
      while (connection?.sendBulk(block));
    };
    connection?.events.on('bulkDrained', fill);
    fill();
    await net.run(10_000);
    const carried = middle.carriedBytes - before;
    expect(carried).toBeGreaterThan(50_000 * 8);
    expect(carried).toBeLessThan(50_000 * 12 + limits.relayPartBytes * 2);
  });

  it('carries for friends only, and to friends only', async () => {
    const { net, low, middle, high } = await pair();
    const stranger = net.person('f');
    await net.link(stranger, middle);
    befriend(stranger.person, high.person);
    middle.person.host.contacts.delete(stranger.self);
    net.setCut(stranger, high, true);
    const answers = askBy(stranger, middle, { to: high });
    await net.run(100);
    expect(answers.left).toBe(1);
    expect(answers.answered).toBe(0);
    middle.person.host.contacts.delete(high.self);
    const others = askBy(low, middle, { to: high });
    await net.run(100);
    expect(others).toMatchObject({ answered: 0, left: 1 });
    expect(middle.relays.helped.snapshot).toEqual([]);
  });

  it('answers no flood of questions, and holds few tunnels for one friend', async () => {
    const { net, low, middle, high } = await pair();
    const answers = askBy(low, middle, { to: high, times: 40 });
    await net.run(1_000);
    expect(answers.answered).toBeLessThanOrEqual(limits.relayTunnelsOfOne);
    expect(answers.left).toBeLessThanOrEqual(limits.relayAsksBurst);
    expect(middle.relays.helped.snapshot.length).toBeLessThanOrEqual(limits.relayTunnelsOfOne);
  });

  it('lets nobody into a tunnel that is not theirs', async () => {
    const { net, middle, high } = await carriedPair();
    const third = net.person('e');
    await net.link(third, middle);
    const [helped] = middle.relays.helped.snapshot;
    if (!helped) throw new Error('nobody is helped');
    sendRaw(connectionOf(third, middle), 'relay.leave', { tunnel: helped.tunnel });
    const part = new Uint8Array(60);
    part.set(Buffer.from(helped.tunnel, 'hex'));
    connectionOf(third, middle).sendRelay(part);
    await net.run(500);
    expect(high.distrusted).toEqual([]);
    expect(middle.relays.helped.snapshot).toHaveLength(1);
  });

  it('cuts whoever sends parts for tunnels that are none', async () => {
    const { net, low, middle } = await pair();
    for (let at = 0; at <= limits.relayStray; at += 1) connectionOf(low, middle).sendRelay(new Uint8Array(60));
    await net.run(100);
    expect(middle.isOnlineWith(low)).toBe(false);
  });
});

describe('a hostile friend who carries', () => {
  const changes: Record<string, (part: Bytes) => readonly Bytes[]> = {
    alters: (part) => {
      const altered = part.slice();
      altered[20] = (altered[20] ?? 0) ^ 1;
      return [altered];
    },
    repeats: (part) => [part, part],
    truncates: (part) => [part.slice(0, -1)],
  };

  it.each(Object.keys(changes))('who %s is noticed, named and not asked again', async (name) => {
    const { net, low, middle, high } = await carriedPair();
    connectionOf(middle, high).onRelay = changes[name] ?? ((part) => [part]);
    low.person.peers.session(high.self)?.connection.sendBulk(new Uint8Array(5_000));
    await net.run(100);
    expect(high.distrusted).toEqual([middle.self]);
    expect(high.viaTo(low)).toBeUndefined();
    expect(high.bulk).toHaveLength(name === 'repeats' ? 1 : 0);
    await net.run(limits.relayAskAgainMs * 3);
    expect(high.viaTo(low)).toBeUndefined();
  });

  it('who lets nothing through any more is left for another one', async () => {
    const { net, low, middle, high } = await carriedPair();
    const other = net.person('e');
    await net.link(low, other);
    await net.link(high, other);
    other.terms.set(usualTerms);
    for (const end of [low, high]) connectionOf(middle, end).onRelay = () => [];
    await net.run(paces.heartbeatTimeoutMs + paces.heartbeatMs + limits.relayAfterMs + 2_000);
    expect(low.viaTo(high)).toBe(other.self);
  });

  it('who sits in the middle with keys of their own is caught by the proof, and nobody takes the other for hostile', async () => {
    const { net, low, middle, high } = await pair();
    await sitInTheMiddle(middle, { low, high });
    void low.person.reach(high.person).catch(() => undefined);
    await net.run(paces.dialTimeoutMs + 1_000);
    expect(low.isOnlineWith(high) || high.isOnlineWith(low)).toBe(false);
    expect([...low.distrusted, ...high.distrusted]).toContain(middle.self);
    net.setCut(low, high, false);
    const again = low.person.reach(high.person);
    await net.run(1_000);
    expect((await again).via).toBeNull();
  });

  it('who claims to be linked with somebody makes me wait a while and no more', async () => {
    const { net, low, middle, high } = await pair();
    const lonely = net.person('e');
    befriend(low.person, lonely.person);
    net.setCut(low, lonely, true);
    connectionOf(middle, low).sendControl = () => true; // swallows its own no
    net.world.post.setDown(true);
    const reached = low.person.reach(lonely.person).catch((failure: unknown) => failure);
    await net.run(limits.relayAskMs + 100);
    expect(await reached).toMatchObject({ code: 'rendezvous-down' });
    expect(low.isOnlineWith(high)).toBe(false);
  });

  it('gets few tunnels to me at a time, however many people they say want to reach me', async () => {
    const { net, low, middle, high } = await pair();
    const connection = connectionOf(middle, high);
    let answers = 0;
    connection.events.on('controlReceived', (bytes) => {
      if (Buffer.from(bytes).toString('latin1').includes('relay.answer')) answers += 1;
    });
    for (let at = 0; at < 30; at += 1) {
      const tunnel = at.toString(16).padStart(16, '0');
      const { publicKey: key } = await createFakeTunnelKey();
      sendRaw(connection, 'relay.asked', { tunnel, from: low.self, session: 'cd'.repeat(16), key });
    }
    await net.run(1_000);
    expect(answers).toBe(limits.relayUnproven);
    expect(high.isOnlineWith(low)).toBe(false);
  });

  it('cannot bring somebody to me whom I do not know', async () => {
    const { net, low, middle, high } = await pair();
    high.person.host.contacts.delete(low.self);
    const answers = askBy(low, middle, { to: high });
    await net.run(200);
    expect(answers).toMatchObject({ answered: 0, left: 1 });
  });
});

describe('sound through a friend', () => {
  it('is sent, played at the other end, and counted as heard', async () => {
    const { net, low, high } = await carriedPair();
    await low.person.peers.session(high.self)?.connection.setTrack('audio', { id: 'voice', kind: 'audio' });
    await net.run(1_000);
    expect(low.encoders).toHaveLength(1);
    expect(low.encoders[0]?.options).toMatchObject({ audio: { id: 'voice' }, video: null });
    expect(high.outputs[0]?.frames.length).toBeGreaterThan(5);
    const session = high.person.peers.session(low.self);
    expect(session?.connection.soundAgeMs()).toBeLessThan(500);
  });

  it('ends with its track, and what played it goes after a while', async () => {
    const { net, low, high } = await carriedPair();
    const { connection } = low.person.peers.session(high.self) ?? {};
    await connection?.setTrack('audio', { id: 'voice', kind: 'audio' });
    await net.run(1_000);
    await connection?.setTrack('audio', null);
    expect(low.encoders[0]?.encoder.isClosed).toBe(true);
    await net.run(limits.relaySilentMs + 1_000);
    expect(high.outputs[0]?.isClosed).toBe(true);
  });
});

/** Asks by hand, as a hostile friend could; counts what comes back. */
function askBy(
  by: RelayPerson,
  carrier: RelayPerson,
  { to, times = 1 }: { to: RelayPerson; times?: number },
): { answered: number; left: number } {
  const seen = { answered: 0, left: 0 };
  const connection = connectionOf(by, carrier);
  connection.events.on('controlReceived', (bytes) => {
    const text = Buffer.from(bytes).toString('latin1');
    if (text.includes('relay.answered')) seen.answered += 1;
    if (text.includes('relay.left')) seen.left += 1;
  });
  for (let at = 0; at < times; at += 1) {
    const tunnel = at.toString(16).padStart(16, '0');
    const body = { tunnel, to: to.self, session: 'ab'.repeat(16), key: new Uint8Array(32).fill(9) };
    sendRaw(connection, 'relay.ask', body);
  }
  return seen;
}

function sendRaw(connection: MemoryConnection, kind: string, body: unknown): void {
  const bytes = encodeEnvelope(kind, body);
  if (bytes) connection.sendControl(bytes);
}

const WithKey = v.looseObject({ tunnel: v.string(), key: v.instance(Uint8Array) });

/** Has a tunnel of its own with each of both, and passes everything on, opened and sealed anew. */
async function sitInTheMiddle(middle: RelayPerson, ends: { low: RelayPerson; high: RelayPerson }): Promise<void> {
  const mine = await createFakeTunnelKey();
  const ciphers: { low: TunnelCipher | null; high: TunnelCipher | null } = { low: null, high: null };
  const swap = (to: 'low' | 'high', kind: string): void => {
    const connection = connectionOf(middle, ends[to]);
    const send = connection.sendControl.bind(connection);
    connection.sendControl = (bytes) => {
      const decoded = decodeEnvelope(bytes);
      if (!decoded.ok || decoded.kind !== kind) return send(bytes);
      const body = v.parse(WithKey, decoded.body);
      // What goes to one side bears the other's key, and whoever asked is the initiator.
      const [whose, role] = to === 'high' ? (['low', 'responder'] as const) : (['high', 'initiator'] as const);
      const tunnel = new Uint8Array(Buffer.from(body.tunnel, 'hex'));
      void mine.agree(new Uint8Array(body.key), role, tunnel).then(({ cipher }) => (ciphers[whose] = cipher));
      const forged = encodeEnvelope(kind, { ...body, key: mine.publicKey });
      return forged !== null && send(forged);
    };
  };
  swap('high', 'relay.asked');
  swap('low', 'relay.answered');
  for (const [from, to] of [
    ['low', 'high'],
    ['high', 'low'],
  ] as const) {
    const connection = connectionOf(middle, ends[to]);
    let count = 0;
    let isMine = false;
    let work = Promise.resolve();
    connection.onRelay = (part) => {
      if (isMine) return [part];
      const at = count;
      count += 1;
      work = work.then(async () => {
        const plain = await ciphers[from]?.open(at, part.slice(8));
        const sealed = plain && (await ciphers[to]?.seal(at, plain));
        if (!sealed) throw new Error('the middle could not read it');
        isMine = true;
        connection.sendRelay(new Uint8Array([...part.subarray(0, 8), ...sealed]));
        isMine = false;
      });
      return [];
    };
  }
}
