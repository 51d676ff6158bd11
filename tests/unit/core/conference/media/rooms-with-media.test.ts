// Whole rooms with their real media over memory links: what is heard of whom while people come, go, hold and crash.
import { afterEach, describe, expect, it } from 'vitest';
import type { MemberTracks } from '#core/conference/snapshot';
import { RoomMedia } from '#core/conference/room-media';
import type { MemoryConnection } from '#tests/support/memory-connection';
import { areLinked, RoomNet, seated, type RoomPerson } from '#tests/support/room-net';

const nets: RoomNet[] = [];

interface MediaTable {
  readonly net: RoomNet;
  readonly people: readonly RoomPerson[];
  at(place: number): RoomPerson;
  mediaOf(person: RoomPerson): RoomMedia;
}

async function table(count: number): Promise<MediaTable> {
  const net = new RoomNet(count);
  nets.push(net);
  const medias = new Map<RoomPerson, RoomMedia>();
  net.openMedia = (person, scope) => {
    const { self, media } = person;
    const screen = { store: person.screen, open: async () => undefined, close: () => undefined };
    const room = new RoomMedia({ self, media, screen, clock: net.clock, watchOwnLevel: meterOf(net, person), scope });
    medias.set(person, room);
    return room;
  };
  const people = await net.persons(count);
  await seated(net, people);
  expect(areLinked(people)).toBe(true);
  await net.run(2_000);
  return {
    net,
    people,
    at: (place) => {
      const person = people[place];
      if (!person) throw new Error('nobody sits there');
      return person;
    },
    mediaOf: (person) => {
      const media = medias.get(person);
      if (!media) throw new Error('never inside');
      return media;
    },
  };
}

/** Loudness that people say into their own meters. */
const loudness = new WeakMap<RoomPerson, number>();

const meterOf =
  (net: RoomNet, person: RoomPerson) =>
  (onLevel: (level: number) => void): (() => void) => {
    let cancel = (): void => undefined;
    const meter = (): void => {
      onLevel((loudness.get(person) ?? 0) / 0.4);
      cancel = net.clock.after(50, meter);
    };
    meter();
    return () => {
      cancel();
    };
  };

function speak(person: RoomPerson, level: number): void {
  loudness.set(person, level);
  for (const connection of person.connections) connection.claims.audio = level;
}

const heard = (listener: RoomPerson, of: RoomPerson): MemberTracks | undefined =>
  listener.rooms.tracks.snapshot.get(of.self);
const voice = (of: RoomPerson) => of.media.store.snapshot.audioTrack;

function expectAllHearAll(people: readonly RoomPerson[]): void {
  for (const listener of people) {
    for (const other of people) if (other !== listener) expect(heard(listener, other)?.audio).toBe(voice(other));
  }
}

afterEach(() => {
  for (const net of nets.splice(0)) net.end();
});

describe('a room with its media', () => {
  it('lets four people hear each other, and see who opens a camera', async () => {
    const { net, people, at } = await table(4);
    expectAllHearAll(people);
    await at(1).media.openCamera();
    await net.run(1_000);
    for (const viewer of people.filter((person) => person !== at(1))) {
      expect(heard(viewer, at(1))?.video).toBe(at(1).media.store.snapshot.videoTrack);
    }
  });

  it('hands nothing on of who says they are muted', async () => {
    const { net, at } = await table(3);
    at(1).media.setMuted(true);
    await net.run(1_000);
    expect(heard(at(0), at(1))?.audio).toBeNull();
    at(1).media.setMuted(false);
    await net.run(1_000);
    expect(heard(at(0), at(1))?.audio).toBe(voice(at(1)));
  });

  it('goes on without a gap for the rest when the opener leaves or somebody crashes', async () => {
    const { net, people, at } = await table(4);
    const [opener, crashed, ...rest] = people;
    if (!opener || !crashed) throw new Error('four people');
    const [left, right] = rest;
    if (!left || !right) throw new Error('four people');
    const gaps: string[] = [];
    for (const [listener, other] of [
      [left, right],
      [right, left],
    ] as const) {
      const before = heard(listener, other)?.audio;
      listener.rooms.tracks.onChange(() => {
        if (heard(listener, other)?.audio !== before) gaps.push(listener.name);
      });
    }
    opener.rooms.leave();
    crashed.crash();
    await net.run(60_000);
    expect(rest.map(({ names }) => names)).toEqual([
      ['P3', 'P4'],
      ['P3', 'P4'],
    ]);
    expect(gaps).toEqual([]);
    expect(heard(at(2), opener)).toBeUndefined();
    expect(heard(at(2), crashed)).toBeUndefined();
    expect(opener.connections.every(({ tracks }) => Object.values(tracks).every((track) => track === null))).toBe(true);
  });

  it('is silent both ways while I hold it', async () => {
    const { net, people, at } = await table(3);
    at(0).rooms.hold();
    await net.run(1_000);
    expect(at(0).rooms.tracks.snapshot.size).toBe(0);
    expect(heard(at(1), at(0))?.audio ?? null).toBeNull();
    expect(at(0).connections.every(({ tracks }) => tracks.audio === null)).toBe(true);
    expect(heard(at(1), at(2))?.audio).toBe(voice(at(2)));
    at(0).rooms.resume(at(0).room.roomId);
    await net.run(2_000);
    expectAllHearAll(people);
  });

  it('carries the voices of a pair that cannot connect, and lets go when they can again', async () => {
    const { net, people, at } = await table(3);
    const [a, b, c] = [at(0), at(1), at(2)];
    c.rooms.setCarries(true);
    net.setCut(a, b, true);
    expect(await net.until(() => a.pairWith(b) === 'carried' && b.pairWith(a) === 'carried', 40_000)).toBe(true);
    await net.run(2_000);
    expect(heard(a, b)?.audio).toBe(voice(b));
    expect(heard(b, a)?.audio).toBe(voice(a));
    expect(heard(a, c)?.audio).toBe(voice(c));
    net.setCut(a, b, false);
    expect(await net.until(() => a.pairWith(b) === 'connected' && b.pairWith(a) === 'connected', 60_000)).toBe(true);
    await net.run(2_000);
    expectAllHearAll(people);
    expect(c.connections.every(({ tracks }) => tracks.carried === null)).toBe(true);
  });

  it('names one speaker everywhere, and shows whose claimed loudness is refused', async () => {
    const { net, at, mediaOf } = await table(3);
    const liar = at(1);
    speak(liar, 0.7);
    await net.run(1_000);
    expect([at(0), at(2)].map((person) => person.room.speaker)).toEqual([liar.self, liar.self]);
    const isToLiar = (connection: MemoryConnection): boolean =>
      liar.connections.some((other) => other.isPartnerOf(connection));
    for (const connection of [...at(0).connections, ...at(2).connections]) {
      if (isToLiar(connection)) connection.measured = { heardLevel: 0.0001 };
    }
    await net.run(8_000);
    for (const person of [at(0), at(2)]) {
      expect(person.told).toContainEqual({
        event: 'refused',
        payload: { roomId: person.room.roomId, peerId: liar.self, what: 'level' },
      });
    }
    speak(at(2), 0.05);
    await net.run(3_000);
    expect(mediaOf(at(0)).speaker.snapshot).toBe(at(2).self);
  });
});
