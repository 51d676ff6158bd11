import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HandExchange } from '#core/peers/by-hand';
import { chooseCandidates } from '#core/peers/hand-candidates';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';
import { handCandidates, handLifeMs } from '#shared/by-hand';
import type { IceCandidate } from '#shared/signal';
import { settle } from '#tests/support/fake-clock';
import { befriend, World, type Person } from '#tests/support/two-peers';

let world: World;
let low: Person;
let high: Person;

beforeEach(() => {
  world = new World();
  ({ low, high } = world.pair());
  for (const { mailbox } of world.people) mailbox.use([]);
});
afterEach(() => {
  world.end();
});

const exchange = (of: Person, other: Person): HandExchange | null => of.byHand.store.snapshot.get(other.self) ?? null;

function textOf(of: Person, other: Person): string {
  const found = exchange(of, other);
  if (found?.phase !== 'carried') throw new Error(`no text: ${JSON.stringify(found)}`);
  return found.text;
}

async function offer(from: Person, to: Person): Promise<string> {
  await from.byHand.offer(to.self);
  return textOf(from, to);
}

async function answer(by: Person, to: Person, text: string): Promise<string> {
  await by.byHand.take(text);
  return textOf(by, to);
}

const code = async (work: Promise<unknown>): Promise<unknown> =>
  await work.then(
    () => 'no failure',
    (reason: unknown) => (reason as { code?: unknown }).code, // sound: only compared
  );

const connected = (person: Person): number =>
  person.connections.filter(({ state }) => state.snapshot === 'connected').length;

describe('two people without any mailbox', () => {
  it('connect by two texts, in both directions, with the same words on both sides', async () => {
    for (const [one, other] of [
      [low, high],
      [high, low],
    ] as const) {
      const back = await answer(other, one, await offer(one, other));
      await one.byHand.take(back);
      await settle();
      expect(one.peers.session(other.self)?.spoken).toEqual(other.peers.session(one.self)?.spoken);
      expect(one.peers.session(other.self)?.spoken).not.toBeNull();
      expect([exchange(one, other), exchange(other, one)]).toEqual([null, null]);
      expect([...one.peers.presence.snapshot.values()]).toEqual(['online']);
      one.peers.session(other.self)?.close(null);
      await world.clock.advance(paces.byeLingerMs);
    }
    expect(world.post.passed).toBe(0);
  });

  it('have a link like any other: it is reached, and looks for new paths over itself', async () => {
    await low.byHand.take(await answer(high, low, await offer(low, high)));
    await settle();
    const session = await low.reach(high);
    expect(session).toBe(low.peers.session(high.self));
    const before = low.connections[0]?.candidates.length ?? 0;
    low.peers.repairAll();
    await world.clock.advance(1_000);
    expect(session.state.snapshot.phase).toBe('open');
    expect(low.connections[0]?.candidates.length).toBeGreaterThan(before);
    expect([connected(low), connected(high)]).toEqual([1, 1]);
  });

  it('may take hours to carry the texts', async () => {
    const text = await offer(low, high);
    await world.clock.advance(handLifeMs / 2);
    const back = await answer(high, low, text);
    await world.clock.advance(handLifeMs / 2 - 1_000);
    await low.byHand.take(back);
    await settle();
    expect(low.peers.session(high.self)?.state.snapshot.phase).toBe('open');
  });

  it('leave nothing open when the day is over', async () => {
    await answer(high, low, await offer(low, high));
    await world.clock.advance(handLifeMs);
    expect(exchange(low, high)).toEqual({ part: 'offer', phase: 'failed', code: 'by-hand-stale' });
    expect(exchange(high, low)).toEqual({ part: 'answer', phase: 'failed', code: 'by-hand-stale' });
    expect(world.network.openCount).toBe(0);
  });

  it('hear soon when no path is there, and nothing stays open at whoever put in the answer', async () => {
    world.network.blocks = () => true;
    await low.byHand.take(await answer(high, low, await offer(low, high)));
    expect(exchange(low, high)).toEqual({ part: 'offer', phase: 'connecting' });
    await world.clock.advance(paces.handConnectMs);
    expect(exchange(low, high)).toEqual({ part: 'offer', phase: 'failed', code: 'by-hand-no-path' });
    expect(low.connections.every(({ state }) => state.snapshot === 'closed')).toBe(true);
  });
});

describe('whoever waits for the other side', () => {
  it('goes on waiting when ICE gives up, and tries their addresses again and again', async () => {
    const text = await offer(low, high);
    const back = await answer(high, low, text);
    const waiting = high.connections[0];
    const first = waiting?.candidates.length ?? 0;
    waiting?.state.set('failed');
    await world.clock.advance(paces.handKnockMs);
    expect(waiting?.candidates).toHaveLength(2 * first);
    expect(exchange(high, low)?.phase).toBe('carried');
    await low.byHand.take(back);
    await settle();
    expect(high.peers.session(low.self)?.state.snapshot.phase).toBe('open');
    const tried = waiting?.candidates.length;
    await world.clock.advance(10 * paces.handKnockMs);
    expect(waiting?.candidates).toHaveLength(tried ?? -1);
  });

  it('tries less often once it has taken long', async () => {
    await answer(high, low, await offer(low, high));
    await world.clock.advance(paces.handLateMs + 2 * paces.handKnockMs);
    const before = high.connections[0]?.candidates.length ?? 0;
    await world.clock.advance(10 * paces.handLateKnockMs);
    expect(high.connections[0]?.candidates.length).toBe(before + 10 * 2);
  });

  it('is not shown as reaching, and can still be reached in another way', async () => {
    await answer(high, low, await offer(low, high));
    expect(low.peers.presence.snapshot.size).toBe(0);
    for (const one of [low, high]) one.mailbox.use([{ rendezvous: world.post.open(one.self), scope: 'machine' }]);
    const reached = low.reach(high);
    await world.clock.advance(100);
    await reached;
    expect([exchange(low, high), exchange(high, low)]).toEqual([null, null]);
    expect(world.network.openCount).toBe(2);
  });

  it('gives up when they say so, and an answer is over then', async () => {
    const back = await answer(high, low, await offer(low, high));
    low.byHand.drop(high.self);
    expect(exchange(low, high)).toBeNull();
    expect(low.connections[0]?.state.snapshot).toBe('closed');
    expect(await code(low.byHand.take(back))).toBe('by-hand-over');
  });

  it('gives up in the very moment in which the answer is opened', async () => {
    const back = await answer(high, low, await offer(low, high));
    const taken = code(low.byHand.take(back));
    await Promise.resolve();
    low.byHand.drop(high.self);
    expect(await taken).toBe('by-hand-over');
    expect(low.connections[0]?.state.snapshot).toBe('closed');
  });

  it('gives up when the person is no contact any more', async () => {
    await offer(low, high);
    low.host.contacts.delete(high.self);
    low.byHand.recheck();
    expect(exchange(low, high)).toEqual({ part: 'offer', phase: 'failed', code: 'contact-unknown' });
    expect(await code(low.byHand.offer(high.self))).toBe('contact-unknown');
  });
});

describe('a page', () => {
  it('is held while a text is carried and while the link that came of it stands, and no longer', async () => {
    expect(low.byHand.held.snapshot).toBe(false);
    const back = await answer(high, low, await offer(low, high));
    expect([low.byHand.held.snapshot, high.byHand.held.snapshot]).toEqual([true, true]);
    await low.byHand.take(back);
    await settle();
    expect([low.byHand.held.snapshot, high.byHand.held.snapshot]).toEqual([true, true]);
    const told: boolean[] = [];
    low.byHand.held.onChange(() => told.push(low.byHand.held.snapshot));
    low.peers.session(high.self)?.close(null);
    await world.clock.advance(paces.byeLingerMs);
    expect([low.byHand.held.snapshot, high.byHand.held.snapshot]).toEqual([false, false]);
    expect(told).toEqual([false]);
  });

  it('is held without a gap when one text takes the place of another', async () => {
    await offer(low, high);
    const told: boolean[] = [];
    low.byHand.held.onChange(() => told.push(low.byHand.held.snapshot));
    await offer(low, high);
    expect([low.byHand.held.snapshot, told]).toEqual([true, []]);
  });

  it('is not held by a link that opened in another way meanwhile', async () => {
    await offer(low, high);
    for (const one of [low, high]) one.mailbox.use([{ rendezvous: world.post.open(one.self), scope: 'machine' }]);
    const reached = low.reach(high);
    await world.clock.advance(100);
    await reached;
    expect(low.byHand.held.snapshot).toBe(false);
  });
});

describe('a text', () => {
  it('works once: what was answered is not answered again', async () => {
    const text = await offer(low, high);
    const back = await answer(high, low, text);
    expect(await code(high.byHand.take(text))).toBe('by-hand-used');
    await low.byHand.take(back);
    await settle();
    expect(await code(low.byHand.take(back))).not.toBe('no failure');
    expect([connected(low), connected(high)]).toEqual([1, 1]);
  });

  it('answers the offer that is open, not one before it', async () => {
    const back = await answer(high, low, await offer(low, high));
    await offer(low, high);
    expect(await code(low.byHand.take(back))).toBe('by-hand-over');
    expect(exchange(low, high)?.phase).toBe('carried');
  });

  it('opens no connection before the person pressed', async () => {
    const text = await offer(low, high);
    await high.host.inspectByHand({ text });
    expect(high.connections).toHaveLength(0);
  });

  it('of theirs takes the place of one’s own', async () => {
    await offer(high, low);
    const back = await answer(high, low, await offer(low, high));
    expect(high.connections[0]?.state.snapshot).toBe('closed');
    await low.byHand.take(back);
    await settle();
    expect([connected(low), connected(high)]).toEqual([1, 1]);
  });

  it('holds up nobody else: so many are under way and no more', async () => {
    const others = ['d', 'e', 'f', 'g', 'h'].map((letters) => world.person(letters));
    for (const other of others) befriend(low, other);
    const [last, ...first] = others;
    for (const other of first) await offer(low, other);
    expect(first).toHaveLength(limits.handExchanges);
    if (!last) throw new Error('nobody is left');
    expect(await code(low.byHand.offer(last.self))).toBe('link-limit');
    const theirs = await offer(last, low);
    expect(await code(low.byHand.take(theirs))).toBe('link-limit');
    for (const other of first) low.byHand.drop(other.self);
    expect(await code(low.byHand.take(theirs))).toBe('no failure');
  });
});

describe('what goes into a text', () => {
  const line = (kind: string, priority: number, transport = 'udp'): IceCandidate => ({
    candidate: `candidate:1 1 ${transport} ${priority} 10.0.0.1 9 typ ${kind}`,
    sdpMid: '0',
    sdpMLineIndex: 0,
  });

  it('is some of each kind of address, the best first, and TCP only where there is room', () => {
    const hosts = Array.from({ length: 30 }, (_, at) => line('host', 1_000 + at));
    const chosen = chooseCandidates([line('host', 9_999, 'tcp'), ...hosts, line('srflx', 5), line('relay', 1)]);
    expect(chosen).toHaveLength(handCandidates);
    expect(chosen[0]).toEqual(line('host', 1_029));
    expect(chosen).toContainEqual(line('srflx', 5));
    expect(chosen).toContainEqual(line('relay', 1));
    expect(chooseCandidates([line('host', 1, 'tcp'), line('host', 2)])).toEqual([
      line('host', 2),
      line('host', 1, 'tcp'),
    ]);
  });

  it('is as much as was gathered when it takes long', async () => {
    const offered = low.byHand.offer(high.self);
    low.connections[0]?.events.emit('gatheringEnded', undefined);
    await offered;
    expect(exchange(low, high)?.phase).toBe('carried');
  });

  it('is nothing on a computer without any address', async () => {
    world.network.hasAddresses = false;
    const offered = low.byHand.offer(high.self);
    await world.clock.advance(paces.handGatherMs);
    await offered;
    expect(exchange(low, high)).toEqual({ part: 'offer', phase: 'failed', code: 'by-hand-no-network' });
  });
});
