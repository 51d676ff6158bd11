// What is noted of real attempts, on a network in memory.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diagnose } from '#core/doctor/diagnosis';
import { Doctor } from '#core/doctor/doctor';
import { recordLimits, type LinkRecord } from '#core/doctor/record';
import type { Peers } from '#core/peers/peers';
import { paces } from '#core/wire/paces';
import { settle } from '#tests/support/fake-clock';
import { World, type Person } from '#tests/support/two-peers';
import { caseOf, mapped } from './cases';

let world: World;
let low: Person;
let high: Person;
let doctor: Doctor;
let peers: Peers;

beforeEach(() => {
  world = new World();
  ({ low, high } = world.pair());
  doctor = new Doctor({ mailbox: low.mailbox, clock: world.clock, scope: low.scope });
  ({ peers } = low);
  doctor.follow(peers);
});
afterEach(() => {
  world.end();
});

const record = (): LinkRecord => doctor.of(high.self).snapshot;
const noted = (): string[] =>
  record().events.map((event) => ('signal' in event ? `${event.what} ${event.signal}` : event.what));
const verdict = (): string => diagnose({ ...caseOf([]), record: record() }).verdict;

describe('a link', () => {
  it('is noted from the first signal to the proof, with the path it took', async () => {
    const reached = low.reach(high);
    await world.clock.advance(100);
    await reached;
    expect(noted()).toEqual(expect.arrayContaining(['attempt', 'received answer', 'candidate', 'path', 'open']));
    expect(verdict()).toBe('same-machine');
  });

  it.each(['who calls', 'who is called'])(
    'is noted with what the other side found, on the side of %s',
    async (side) => {
      const [caller, called] = side === 'who calls' ? [low, high] : [high, low];
      const reached = caller.reach(called);
      await world.clock.advance(100);
      await reached;
      const sides = record().events.flatMap((event) => (event.what === 'candidate' ? [event.side] : []));
      expect(new Set(sides)).toEqual(new Set(['mine', 'theirs']));
    },
  );

  it('is measured every second while somebody looks, and only then', async () => {
    const reached = low.reach(high);
    await world.clock.advance(100);
    await reached;
    await world.clock.advance(10_000);
    const before = record().samples.length;
    await world.clock.advance(10_000);
    expect(record().samples).toHaveLength(before);
    const unwatch = doctor.watch(high.self);
    await world.clock.advance(5_000);
    expect(record().samples).toHaveLength(before + 5);
    unwatch();
    unwatch();
    await world.clock.advance(5_000);
    expect(record().samples.length).toBeLessThanOrEqual(before + 6);
  });

  it('keeps two minutes of figures, and only so many events', async () => {
    const reached = low.reach(high);
    await world.clock.advance(100);
    await reached;
    doctor.watch(high.self);
    await world.clock.advance(200_000);
    expect(record().samples).toHaveLength(recordLimits.samples);
    expect(record().events.length).toBeLessThanOrEqual(recordLimits.events);
  });

  it('that broke is being repaired, and stands again', async () => {
    const reached = low.reach(high);
    await world.clock.advance(100);
    await reached;
    world.network.setDown(true);
    await world.clock.advance(paces.restartAfterMs + 100);
    expect(verdict()).toBe('repairing');
    world.network.setDown(false);
    await world.clock.advance(15_000);
    expect(verdict()).toBe('same-machine');
  });

  it('whose path changes says so once', async () => {
    const reached = low.reach(high);
    await world.clock.advance(100);
    await reached;
    doctor.watch(high.self);
    await world.clock.advance(3_000);
    const [connection] = low.connections;
    const end = { ...mapped, relayBy: null };
    if (connection) connection.diagnosed = { path: { local: end, remote: end, nearness: 'apart' } };
    await world.clock.advance(5_000);
    expect(record().events.filter(({ what }) => what === 'path')).toHaveLength(2);
    expect(verdict()).toBe('through-nat');
  });

  it('closed on purpose was left', async () => {
    const reached = low.reach(high);
    await world.clock.advance(100);
    await reached;
    peers.session(high.self)?.close(null);
    await settle();
    expect(verdict()).toBe('left');
  });
});

describe('an attempt', () => {
  it('that finds nobody says where it ended', async () => {
    high.mailbox.use([]);
    await low.reach(high).catch(() => undefined);
    expect(verdict()).toBe('away');
  });

  it('that nobody answers is silent', async () => {
    world.post.onWay = () => [];
    const reached = low.reach(high).catch(() => undefined);
    await world.clock.advance(paces.dialTimeoutMs);
    await reached;
    expect(verdict()).toBe('silent');
  });

  it('through no packet passes ends at the path', async () => {
    world.network.blocks = () => true;
    const reached = low.reach(high).catch(() => undefined);
    await world.clock.advance(paces.dialTimeoutMs);
    await reached;
    expect(diagnose({ ...caseOf([]), record: record() }).steps.find(({ state }) => state === 'failed')?.name).toBe(
      'path',
    );
  });
});

it('notes by which mailbox a signal went, and what could not be left', async () => {
  const listened = doctor.listenedMailbox;
  const session = 'a'.repeat(32) as Parameters<typeof listened.send>[1]; // sound: hex digits
  const { signal } = new AbortController();
  expect(await listened.send(high.self, session, { kind: 'bye' }, signal)).toBe('machine');
  low.mailbox.use([]);
  await expect(listened.send(high.self, session, { kind: 'bye' }, signal)).rejects.toMatchObject({
    code: 'rendezvous-down',
  });
  expect(record().events).toMatchObject([
    { what: 'sent', signal: 'bye', way: 'machine' },
    { what: 'unsent', signal: 'bye', code: 'rendezvous-down' },
  ]);
});

it('forgets whoever it heard of least lately', () => {
  const ids = Array.from(
    { length: recordLimits.people + 1 },
    (_, at) => `${String(at)}${high.self}` as typeof high.self,
  );
  const first = doctor.of(high.self);
  for (const id of ids) doctor.of(id);
  expect(doctor.of(high.self)).not.toBe(first);
});
