// Rooms over memory links: the way in, growing without a server, doors, removals, crashes and partitions.
import { afterEach, describe, expect, it } from 'vitest';
import { areLinked, RoomNet, seated, type RoomPerson } from '#tests/support/room-net';

const quietly = { microphone: true, camera: false } as const;
const nets: RoomNet[] = [];

async function table(count: number): Promise<{ net: RoomNet; people: readonly RoomPerson[] }> {
  const net = new RoomNet(count);
  nets.push(net);
  const people = await net.persons(count);
  await seated(net, people);
  return { net, people };
}

async function three(): Promise<{ net: RoomNet; a: RoomPerson; b: RoomPerson; c: RoomPerson }> {
  const { net, people } = await table(3);
  const [a, b, c] = people;
  if (!a || !b || !c) throw new Error('three people');
  return { net, a, b, c };
}

/** Resolves when the room says how it went; the clock runs meanwhile. */
async function enter(net: RoomNet, person: RoomPerson, link: string): Promise<void> {
  const entering = person.rooms.enter(link, quietly);
  await net.until(() => person.phase !== 'none' && person.phase !== 'entering', 60_000, 50);
  await entering;
}

afterEach(() => {
  for (const net of nets.splice(0)) net.end();
});

describe('entering', () => {
  it('seats strangers who hold a link beside its maker, and links each with each', async () => {
    const { a, b, c } = await three();
    expect([a, b, c].map(({ phase }) => phase)).toEqual(['inside', 'inside', 'inside']);
    expect(a.names).toEqual(['P1', 'P2', 'P3']);
    expect(areLinked([a, b, c])).toBe(true);
    expect([...(b.mediaPart?.links.keys() ?? [])].sort()).toEqual([a.self, c.self].sort());
    expect(a.told.filter(({ event }) => event === 'joined')).toHaveLength(2);
  });

  it('links soon with a member who is told of the newcomer only after the newcomer dialled', async () => {
    const { net, people } = await table(2);
    const [a, b] = people;
    if (!a || !b) throw new Error('two people');
    const apply = b.host.applyRosterEntries.bind(b.host);
    b.host.applyRosterEntries = async (input) => {
      await new Promise<void>((resolve) => net.clock.after(600, resolve));
      return await apply(input);
    };
    const c = await net.person('P3');
    await enter(net, c, await a.link());
    expect(c.phase).toBe('inside');
    expect(await net.until(() => areLinked([a, b, c]), 1_500, 50)).toBe(true);
  });

  it('goes on for the rest when the opener leaves', async () => {
    const { net, a, b, c } = await three();
    a.rooms.leave();
    await net.run(2_000);
    expect(b.names).toEqual(['P2', 'P3']);
    expect(areLinked([b, c])).toBe(true);
    expect(a.phase).toBe('ended');
    expect(a.media.isLive).toBe(false);
    expect(b.told.at(-1)).toMatchObject({ event: 'left', payload: { name: 'P1', how: 'left' } });
  });

  it('says that an update is needed when the maker of the link speaks another version', async () => {
    const { net, a } = await three();
    const link = await a.link();
    const late = await net.person('Late');
    late.host.version = 2;
    await enter(net, late, link);
    expect(late.room.stage).toEqual({ phase: 'ended', reason: 'failed', code: 'version-differs' });
    expect(a.names).toHaveLength(3);
  });

  it('says that nobody is there when the maker of the link is away', async () => {
    const { net, a } = await three();
    const link = await a.link();
    const late = await net.person('Late');
    a.rooms.leave();
    await net.run(1_000);
    await enter(net, late, link);
    expect(late.room.stage).toMatchObject({ phase: 'ended', reason: 'failed' });
    expect(late.media.isLive).toBe(false);
  });

  it('keeps growing by contacts of members after every rendezvous died', async () => {
    const { net, a, b, c } = await three();
    const d = await net.person('P4');
    b.befriend(d);
    const reached = d.peers.reach(b.self, d.scope.signal);
    await net.run(500);
    await reached;
    net.post.setDown(true);
    await enter(net, d, await b.link());
    expect(d.phase).toBe('inside');
    await net.until(() => areLinked([a, b, c, d]), 20_000);
    expect(areLinked([a, b, c, d])).toBe(true);
  });

  it('hands a stay over to the newer window of the same person', async () => {
    const { net, a, b, c } = await three();
    const before = a.room.members.find(({ peerId }) => peerId === c.self);
    const link = await a.link();
    const twin = net.twin(c);
    await enter(net, twin, link);
    await net.until(() => c.phase === 'ended', 20_000);
    expect(c.room.stage).toEqual({ phase: 'ended', reason: 'elsewhere', code: null });
    expect(twin.phase).toBe('inside');
    await net.until(() => areLinked([a, b, twin]), 20_000);
    expect(a.names).toEqual(['P1', 'P2', 'P3']);
    expect(before).toBeDefined();
  });
});

describe('the door', () => {
  it('of a locked room is opened by any member', async () => {
    const { net, a, b, c } = await three();
    const d = await net.person('P4');
    b.rooms.setLocked(true);
    await net.run(500);
    expect(a.room.isLocked).toBe(true);
    await enter(net, d, await a.link());
    expect(d.phase).toBe('knocking');
    await net.run(200);
    expect([a, b, c].map(({ room }) => room.knocks.map(({ name }) => name))).toEqual([['P4'], ['P4'], ['P4']]);
    c.rooms.admit(d.self);
    await net.until(() => areLinked([a, b, c, d]), 20_000);
    expect(areLinked([a, b, c, d])).toBe(true);
    expect([a, b, c].flatMap(({ room }) => room.knocks)).toEqual([]);
  });

  it('stays shut when a member says no', async () => {
    const { net, a, b, c } = await three();
    const d = await net.person('P4');
    b.rooms.setLocked(true);
    await net.run(500);
    await enter(net, d, await a.link());
    c.rooms.declineKnock(d.self);
    await net.run(500);
    expect(d.room.stage).toEqual({ phase: 'ended', reason: 'declined', code: null });
    expect(a.room.knocks).toEqual([]);
    expect(b.room.knocks).toEqual([]);
  });

  it('is not opened again by its link to somebody who was removed', async () => {
    const { net, a, b, c } = await three();
    const link = await a.link();
    a.rooms.remove(c.self);
    await net.run(2_000);
    expect(c.room.stage).toMatchObject({ phase: 'ended', reason: 'removed' });
    expect(a.names).toEqual(['P1', 'P2']);
    expect(a.told.at(-1)).toMatchObject({ event: 'left', payload: { how: 'removed' } });
    await enter(net, c, link);
    expect(c.phase).not.toBe('inside');
    expect(b.names).toEqual(['P1', 'P2']);
  });

  it('closes behind who two members want out, not behind who one wants out', async () => {
    const { net, a, b, c } = await three();
    b.rooms.remove(a.self);
    b.rooms.remove(c.self);
    await net.run(1_000);
    expect(c.phase).toBe('inside');
    expect(a.room.votes).toMatchObject([{ peerId: c.self, by: [b.self] }]);
    a.rooms.remove(c.self);
    await net.run(1_000);
    expect(c.room.stage).toMatchObject({ phase: 'ended', reason: 'removed' });
  });
});

describe('ringing', () => {
  it('brings a contact in by a link, and ends the ring when they are inside', async () => {
    const { net, a, b, c } = await three();
    const d = await net.person('P4');
    a.befriend(d);
    a.rooms.ring(d.self);
    await net.run(500);
    expect(a.room.contactsRung).toEqual([{ peerId: d.self, state: 'ringing' }]);
    const ring = d.rooms.store.snapshot.rings[0];
    expect(ring).toMatchObject({ from: a.self, name: 'Table', people: 3 });
    await enter(net, d, ring?.link ?? '');
    await net.until(() => areLinked([a, b, c, d]), 20_000);
    expect(areLinked([a, b, c, d])).toBe(true);
    expect(d.rooms.store.snapshot.rings).toEqual([]);
    expect(a.room.contactsRung).toEqual([]);
  });

  it('tells that it was declined, and stops by itself when nobody answers', async () => {
    const { net, a } = await three();
    const [d, e] = [await net.person('P4'), await net.person('P5')];
    for (const one of [d, e]) {
      a.befriend(one);
      a.rooms.ring(one.self);
    }
    await net.run(500);
    d.rooms.declineRing(a.room.roomId);
    await net.run(500);
    expect(a.room.contactsRung).toContainEqual({ peerId: d.self, state: 'declined' });
    await net.run(46_000);
    expect(a.room.contactsRung).toContainEqual({ peerId: e.self, state: 'unreachable' });
    expect(e.rooms.store.snapshot.rings).toEqual([]);
  });
});

describe('holding', () => {
  it('is told to the others, empties the lanes and ends by a gesture', async () => {
    const { net, a, b } = await three();
    a.rooms.holdForCall(true);
    await net.run(500);
    expect(a.phase).toBe('held');
    expect(a.mediaPart?.isHeld).toBe(true);
    const seen = b.room.members.find(({ peerId }) => peerId === a.self);
    expect(seen).toMatchObject({ isHolding: true, microphone: false });
    a.rooms.resume(a.room.roomId);
    expect(a.phase).toBe('held');
    a.rooms.holdForCall(false);
    a.rooms.resume(a.room.roomId);
    await net.run(500);
    expect(a.phase).toBe('inside');
    expect(b.room.members.find(({ peerId }) => peerId === a.self)).toMatchObject({
      isHolding: false,
      microphone: true,
    });
  });

  it('keeps the first room beside a second one', async () => {
    const { net, a, b } = await three();
    const first = a.room.roomId;
    await a.open();
    await net.run(500);
    expect(a.phase).toBe('inside');
    expect(a.room.roomId).not.toBe(first);
    expect(a.rooms.store.snapshot.held.map(({ roomId, stage }) => [roomId, stage.phase])).toEqual([[first, 'held']]);
    expect(b.names).toContain('P1');
    a.rooms.resume(first);
    await net.run(500);
    expect(a.room.roomId).toBe(first);
    expect(a.phase).toBe('inside');
  });
});

describe('devices', () => {
  it('are not heard any more from the moment they are muted, whatever else is told later', async () => {
    const { net, a, b } = await three();
    const isHeard = (): boolean | undefined => b.mediaPart?.remote.get(a.self)?.microphone;
    await net.run(1_000);
    expect(isHeard()).toBe(true);
    a.rooms.setHand(true);
    a.media.setMuted(true);
    await net.run(5);
    expect(isHeard()).toBe(false);
    a.media.setMuted(false);
    await net.run(50);
    a.media.setMuted(true);
    await net.run(200);
    expect(isHeard()).toBe(false);
  });

  it('open by entering, stay off without a microphone until it is unmuted, and go off with the network', async () => {
    const { a, b } = await three();
    expect(a.media.isLive).toBe(true);
    b.rooms.leave();
    expect(b.media.isLive).toBe(false);
    await b.rooms.open('Quiet', { microphone: false, camera: false });
    expect(b.media.isLive).toBe(false);
    b.rooms.setMuted(false);
    await expect.poll(() => b.media.isLive).toBe(true);
    b.scope.end();
    expect(b.media.isLive).toBe(false);
  });
});

describe('talking', () => {
  it('brings lines, reactions, wishes and hands to all, in one order', async () => {
    const { net, a, b, c } = await three();
    expect(a.rooms.say('Hello')).toBe(true);
    b.rooms.react('👏');
    c.rooms.askMute(a.self);
    c.rooms.setHand(true);
    await net.run(300);
    a.rooms.setHand(true);
    await net.run(300);
    expect([a, b, c].map(({ room }) => room.lines.map(({ name, text }) => `${name}: ${text}`))).toEqual(
      Array.from({ length: 3 }, () => ['P1: Hello']),
    );
    expect(a.told).toContainEqual({ event: 'muteAsked', payload: { roomId: a.room.roomId, by: c.self } });
    expect(c.told.some(({ event }) => event === 'reacted')).toBe(true);
    for (const { room } of [a, b, c]) expect(room.members.map(({ hand }) => hand)).toEqual([2, null, 1]);
  });
});

describe('losing people', () => {
  it('shows a crashed member as reconnecting within 5 s and as gone after 35 s', async () => {
    const { net, a, b, c } = await three();
    c.crash();
    await net.run(5_000);
    expect(a.pairWith(c)).toBe('reconnecting');
    expect(b.pairWith(c)).toBe('reconnecting');
    expect(a.pairWith(b)).toBe('connected');
    await net.run(28_000);
    expect(a.names).toContain('P3');
    expect(await net.until(() => !a.names.includes('P3') && !b.names.includes('P3'), 6_000)).toBe(true);
    expect(a.told.at(-1)).toMatchObject({ event: 'left', payload: { name: 'P3', how: 'lost' } });
  });

  it('takes back who crashed and comes again by the link', async () => {
    const { net, a, b, c } = await three();
    const link = await a.link();
    c.crash();
    await net.run(10_000);
    c.restart();
    await enter(net, c, link);
    expect(await net.until(() => areLinked([a, b, c]), 30_000)).toBe(true);
  });

  it('shows a pair that cannot connect, and lets a willing third carry their voices', async () => {
    const { net, a, b, c } = await three();
    net.setCut(a, b, true);
    await net.run(20_000);
    expect(a.pairWith(b)).toBe('unreachable');
    expect(a.names).toEqual(['P1', 'P2', 'P3']);
    expect(c.room.members[0]?.pairs).toContainEqual({ peerId: b.self, state: 'unreachable', through: null });
    c.rooms.setCarries(true);
    await net.run(3_000);
    expect(a.pairWith(b)).toBe('carried');
    expect(c.mediaPart?.out).toEqual(
      new Map([
        [a.self, b.self],
        [b.self, a.self],
      ]),
    );
    expect(a.mediaPart?.in).toEqual(new Map([[b.self, c.self]]));
    await net.run(60_000);
    expect(a.names).toEqual(['P1', 'P2', 'P3']);
    net.setCut(a, b, false);
    await net.run(20_000);
    expect(a.pairWith(b)).toBe('connected');
    expect(c.mediaPart?.out.size).toBe(0);
  });

  it('comes to the same roster when a partition heals, with everybody in it', async () => {
    const { net, people } = await table(4);
    net.partition(people.slice(0, 2));
    expect(await net.until(() => people.every(({ names }) => names.length === 2), 60_000)).toBe(true);
    net.heal();
    expect(await net.until(() => areLinked(people), 120_000)).toBe(true);
  });
});
