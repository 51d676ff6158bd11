// Who is seen inside before joining, and by whom.
import { afterEach, describe, expect, it } from 'vitest';
import { encodeEnvelope } from '#core/wire/codec';
import { paces } from '#core/wire/paces';
import { RoomNet, seated, type RoomPerson } from '#tests/support/room-net';

const nets: RoomNet[] = [];

async function two(): Promise<{ net: RoomNet; a: RoomPerson; b: RoomPerson; c: RoomPerson }> {
  const net = new RoomNet();
  nets.push(net);
  const [a, b, c] = await net.persons(3);
  if (!a || !b || !c) throw new Error('too few');
  await seated(net, [a, b]);
  return { net, a, b, c };
}

afterEach(() => {
  for (const net of nets.splice(0)) net.end();
});

const look = (person: RoomPerson, text: string): void => {
  person.rooms.standAtDoor({ by: 'link', text });
};

describe('before joining by a link', () => {
  it('a stranger sees who is inside, in the order of seats, and who opened the room', async () => {
    const { net, a, b, c } = await two();
    look(c, await b.link());
    expect(c.seen).toBe('asking');
    await net.until(() => c.seen !== 'asking', 10_000);
    expect(c.rooms.glance.snapshot).toMatchObject({
      phase: 'seen',
      isLocked: false,
      people: [
        { peerId: a.self, name: 'P1', isOpener: true, isRecording: false },
        { peerId: b.self, name: 'P2', isOpener: false, isRecording: false },
      ],
    });
    expect(c.media.isLive).toBe(false);
    expect(c.host.rooms.list()).toEqual([]);
    expect(a.names).toEqual(['P1', 'P2']);
  });

  it('follows who comes and goes while one stands there', async () => {
    const { net, a, b, c } = await two();
    const d = await net.person('P4');
    look(c, await b.link());
    await net.until(() => c.seen.length === 2, 10_000);
    const entering = d.rooms.enter(await b.link(), { microphone: true, camera: false });
    await net.until(() => d.phase === 'inside', 20_000);
    await entering;
    await net.run(2 * paces.roomPeekEveryMs);
    expect(c.seen).toEqual(['P1', 'P2', 'P4']);
    a.rooms.leave();
    await net.run(2 * paces.roomPeekEveryMs);
    expect(c.seen).toEqual(['P2', 'P4']);
  });

  it('is seen by the member who is asked, until one goes away', async () => {
    const { net, b, c } = await two();
    look(c, await b.link());
    await net.until(() => c.seen !== 'asking', 10_000);
    expect(b.room.lookers).toEqual([{ peerId: c.self, name: 'P3' }]);
    c.rooms.leaveDoor();
    await net.run(paces.roomPeekStaleMs + 500);
    expect(b.room.lookers).toEqual([]);
    expect(c.seen).toBe('nothing');
    expect(c.peers.session(b.self)).toBeNull();
    expect(c.host.mayLink(b.self)).toBe(false);
  });

  it('joins over the link that the look has opened', async () => {
    const { net, b, c } = await two();
    const link = await b.link();
    look(c, link);
    await net.until(() => c.seen !== 'asking', 10_000);
    const session = c.peers.session(b.self);
    const entering = c.rooms.enter(link, { microphone: true, camera: false });
    await net.until(() => c.phase === 'inside', 5_000);
    await entering;
    expect(c.phase).toBe('inside');
    expect(c.peers.session(b.self)).toBe(session);
    expect(b.room.lookers).toEqual([]);
  });

  it('a locked room names nobody, and says that it is locked', async () => {
    const { net, a, b, c } = await two();
    a.rooms.setLocked(true);
    await net.run(500);
    look(c, await b.link());
    await net.until(() => c.seen !== 'asking', 10_000);
    expect(c.rooms.glance.snapshot).toEqual({ phase: 'locked' });
    expect(b.room.lookers).toEqual([]);
  });

  it('says that nobody answers when the maker is away', async () => {
    const { net, a, b, c } = await two();
    const link = await b.link();
    b.crash();
    look(c, link);
    await net.run(paces.roomReachForMs + paces.roomPeekStaleMs);
    expect(c.seen).toBe('away');
    expect(a.room.lookers).toEqual([]);
  });

  it('who was removed is told nothing', async () => {
    const { net, a, b, c } = await two();
    const link = await a.link();
    a.rooms.remove(b.self);
    await net.run(2_000);
    look(b, link);
    await net.until(() => b.seen !== 'asking', 10_000);
    expect(b.rooms.glance.snapshot).toEqual({ phase: 'over', code: 'room-refused' });
    expect(c.seen).toBe('nothing');
  });

  it('a link that ran out, or is none, says so at once', async () => {
    const { net, b, c } = await two();
    const link = await b.link();
    look(c, link.slice(0, -2));
    await net.run(100);
    expect(c.rooms.glance.snapshot).toEqual({ phase: 'over', code: 'room-link-malformed' });
    await net.run(2 * 3_600_000);
    look(c, link);
    await net.run(100);
    expect(c.rooms.glance.snapshot).toEqual({ phase: 'over', code: 'room-link-expired' });
  });
});

describe('before going again', () => {
  it('who was admitted sees who is inside, also while it is locked, where there is a link already', async () => {
    const { net, a, b } = await two();
    const { roomId } = a.room;
    a.befriend(b);
    b.rooms.leave();
    await net.run(2_000);
    a.rooms.setLocked(true);
    await net.run(500);
    b.rooms.standAtDoor({ by: 'room', roomId });
    await net.until(() => b.seen !== 'asking', 10_000);
    expect(b.seen).toEqual(['P1']);
    a.rooms.leave();
    await net.run(paces.roomPeekStaleMs + paces.roomPeekEveryMs);
    expect(b.seen).toBe('away');
  });
});

describe('who asks without right', () => {
  it('is refused without a pass, and with one of another room', async () => {
    const { net, a, c } = await two();
    a.befriend(c);
    const other = await net.person('O');
    await other.open();
    const { pass } = c.host.rooms.standAtDoor({ by: 'link', text: await other.link() });
    for (const shown of [null, pass]) {
      c.host.standAtDoor = async () => ({ roomId: a.room.roomId, maker: a.self, pass: shown, admitted: [] });
      c.rooms.standAtDoor({ by: 'room', roomId: a.room.roomId });
      await net.until(() => c.seen !== 'asking', 10_000);
      expect(c.rooms.glance.snapshot).toEqual({ phase: 'over', code: 'room-refused' });
      expect(a.room.lookers).toEqual([]);
      c.rooms.leaveDoor();
      await net.run(paces.roomPeekStaleMs * 2);
    }
  });

  it('or too often is not answered', async () => {
    const { net, a, c } = await two();
    a.befriend(c);
    const reached = c.peers.reach(a.self, c.scope.signal);
    await net.run(500);
    const { connection } = await reached;
    const before = c.connections.length;
    const bytes = encodeEnvelope('room.peek', { roomId: a.room.roomId, name: 'P3', pass: null });
    if (!bytes) throw new Error('too large');
    let answers = 0;
    connection.events.on('controlReceived', (message) => {
      if (new TextDecoder().decode(message).includes('room.peek-answer')) answers += 1;
    });
    for (let at = 0; at < 20; at += 1) connection.sendControl(bytes);
    await net.run(500);
    expect(answers).toBe(1);
    expect(c.connections.length).toBe(before);
  });

  it('nobody is believed who was not asked', async () => {
    const { net, a, b, c } = await two();
    look(c, await b.link());
    await net.until(() => c.seen !== 'asking', 10_000);
    const d = await net.person('D');
    d.befriend(c);
    const reached = d.peers.reach(c.self, d.scope.signal);
    await net.run(500);
    const { connection } = await reached;
    const forged = encodeEnvelope('room.peek-answer', {
      roomId: a.room.roomId,
      answer: 'inside',
      isLocked: false,
      people: [{ peerId: d.self, name: 'D', isOpener: true, isRecording: false }],
    });
    if (forged) connection.sendControl(forged);
    await net.run(100);
    expect(c.seen).toEqual(['P1', 'P2']);
  });
});
