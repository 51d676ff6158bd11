// A member who breaks the rules: what they send is refused and shown, concerns nobody else, and ends their link.
import { afterEach, describe, expect, it } from 'vitest';
import type { RoomId } from '#shared/room';
import { encodeEnvelope } from '#core/wire/codec';
import { limits } from '#core/wire/limits';
import { RoomNet, seated, type RoomPerson } from '#tests/support/room-net';

const nets: RoomNet[] = [];

class Attack {
  readonly net: RoomNet;
  readonly victim: RoomPerson;
  readonly witness: RoomPerson;
  readonly liar: RoomPerson;

  constructor(net: RoomNet, victim: RoomPerson, witness: RoomPerson, liar: RoomPerson) {
    this.net = net;
    this.victim = victim;
    this.witness = witness;
    this.liar = liar;
  }

  get roomId(): RoomId {
    return this.victim.room.roomId;
  }

  /** Puts bytes on the liar's proven link with the victim, past the liar's own app. */
  async send(kind: string, body: Record<string, unknown>): Promise<void> {
    const bytes = encodeEnvelope(kind, { roomId: this.roomId, ...body });
    if (!bytes) throw new Error('too large to send');
    this.liar.peers.session(this.victim.self)?.connection.sendControl(bytes);
    await this.net.run(50);
  }

  get refused(): readonly string[] {
    return this.victim.told.flatMap(({ event, payload }) => (event === 'refused' ? [payload.what] : []));
  }

  get seen() {
    return this.victim.room.members.find(({ peerId }) => peerId === this.liar.self);
  }
}

async function attack(): Promise<Attack> {
  const net = new RoomNet(7);
  nets.push(net);
  const people = await net.persons(3);
  await seated(net, people);
  const [victim, witness, liar] = people;
  if (!victim || !witness || !liar) throw new Error('three people');
  return new Attack(net, victim, witness, liar);
}

afterEach(() => {
  for (const net of nets.splice(0)) net.end();
});

describe('a hostile member', () => {
  it('who forges entries is shown, and loses the link after repeated breaks; the others go on', async () => {
    const one = await attack();
    const genuine = one.liar.host.rooms.listEntries(one.roomId)[0] ?? new Uint8Array(64);
    for (let at = 0; at < limits.roomBreaks; at += 1) {
      const forged = genuine.map((byte, place) => (place === 60 + at ? byte ^ 1 : byte));
      await one.send('room.entries', { entries: [forged] });
    }
    expect(one.refused).toEqual(Array.from({ length: limits.roomBreaks }, () => 'entries'));
    expect(one.seen?.isSuspect).toBe(true);
    await one.net.run(5_000);
    expect(one.victim.pairWith(one.liar)).toBe('unreachable');
    expect(one.victim.pairWith(one.witness)).toBe('connected');
    expect(one.victim.mediaPart?.links.has(one.liar.self)).toBe(false);
    expect(one.witness.pairWith(one.liar)).toBe('connected');
  });

  it('who signs a removal that is not theirs to decide removes nobody', async () => {
    const one = await attack();
    one.liar.rooms.remove(one.victim.self);
    one.liar.rooms.remove(one.witness.self);
    await one.net.run(1_000);
    expect(one.victim.phase).toBe('inside');
    expect(one.witness.names).toHaveLength(3);
  });

  it('who writes too much is refused, shown, and cut off', async () => {
    const one = await attack();
    for (let at = 0; at < limits.roomBreaks; at += 1) {
      const id = at.toString(16).padStart(16, '0');
      await one.send('room.say', { id, text: 'x'.repeat(limits.roomLineLength + 1) });
    }
    expect(one.refused).toEqual(['chat', 'chat', 'chat']);
    expect(one.victim.room.lines).toEqual([]);
    await one.net.run(5_000);
    expect(one.victim.pairWith(one.liar)).toBe('unreachable');
  });

  it('whose messages do not fit the schema loses the link and may come back no better', async () => {
    const one = await attack();
    const before = one.liar.peers.session(one.victim.self);
    for (let at = 0; at < limits.schemaBreaks; at += 1) await one.send('room.state', { stay: 'nonsense' });
    expect(before?.state.snapshot).toMatchObject({ phase: 'closed' });
  });

  it('can say how they are themself and nobody else is', async () => {
    const one = await attack();
    const before = one.victim.room.members.filter(({ peerId }) => peerId !== one.liar.self);
    const facts = { screen: false, screenAudio: false, hand: 0xffff_ffff, isHolding: false, carries: true };
    const stays = one.liar.host.rooms.reopen(one.roomId).roster.members;
    const witness = stays.find(({ peerId }) => peerId === one.witness.self);
    const state = { counter: 0xffff_fff0, microphone: false, camera: true, recording: 'no', ...facts };
    // Somebody else's stay: it is nobody's word about that person.
    await one.send('room.state', { ...state, stay: witness?.stay, pairs: [] });
    const pairs = [{ peerId: one.witness.self, state: 'unreachable', through: null }];
    await one.send('room.state', { ...state, stay: stays.find(({ peerId }) => peerId === one.liar.self)?.stay, pairs });
    const after = one.victim.room.members.filter(({ peerId }) => peerId !== one.liar.self);
    expect(after.map((member) => ({ ...member, pairs: [] }))).toEqual(
      before.map((member) => ({ ...member, pairs: [] })),
    );
    expect(one.seen).toMatchObject({ camera: true, hand: 1 });
  });

  it('cannot claim to carry a voice that is heard directly', async () => {
    const one = await attack();
    await one.send('room.carrying', { peerId: one.witness.self });
    expect(one.victim.mediaPart?.in.size).toBe(0);
    expect(one.victim.pairWith(one.witness)).toBe('connected');
  });

  it('cannot let a stranger say anything in the room', async () => {
    const one = await attack();
    const stranger = await one.net.person('S');
    one.victim.befriend(stranger);
    const reached = stranger.peers.reach(one.victim.self, stranger.scope.signal);
    await one.net.run(500);
    await reached;
    const { roomId } = one;
    const bodies: readonly [string, Record<string, unknown>][] = [
      ['room.say', { id: '00'.repeat(8), text: 'hello' }],
      ['room.react', { reaction: '👏' }],
      ['room.ask-mute', {}],
      ['room.knocking', { peerId: stranger.self, name: 'S', isOver: false }],
      ['room.knock', { name: 'S', pass: null }],
      ['room.digest', { digest: '0'.repeat(64) }],
    ];
    for (const [kind, body] of bodies) {
      const bytes = encodeEnvelope(kind, { roomId, ...body });
      if (bytes) stranger.peers.session(one.victim.self)?.connection.sendControl(bytes);
    }
    const sentBefore = one.victim.connections.flatMap(({ sent }) => sent).length;
    await one.net.run(200);
    expect(one.victim.room.lines).toEqual([]);
    expect(one.victim.room.knocks).toEqual([]);
    expect(one.victim.told.filter(({ event }) => event === 'muteAsked' || event === 'reacted')).toEqual([]);
    expect(one.victim.names).toHaveLength(3);
    // Refusing the knock is all that is answered; the roster is nobody's who is not admitted.
    expect(one.victim.connections.flatMap(({ sent }) => sent).length - sentBefore).toBeLessThanOrEqual(1);
  });
});
